import Testing
import Traffic

@testable import Scenario

@Suite("Times and rates")
struct QuantityTests {
    @Test(
        "Durations are those of the Gateway API and of Go, to the nanosecond",
        arguments: [
            ("250ms", 250_000_000), ("1m30s", 90_000_000_000), ("500us", 500_000), ("7µs", 7_000), ("3ns", 3),
            ("0s", 0), ("1.5s", 1_500_000_000), ("0.1s", 100_000_000), ("1h", 3_600_000_000_000), (".5s", 500_000_000),
        ] as [(String, Int64)])
    func durations(_ text: String, _ nanoseconds: Int64) {
        #expect(Quantity.nanoseconds(text) == nanoseconds)
    }

    @Test(
        "What is no duration is none",
        arguments: ["", "10", "s", "-1s", "1 s", "1s ", "5d", "1e3s", "1.s", "99999999999999999999s", "9999999999h"])
    func noDurations(_ text: String) {
        #expect(Quantity.nanoseconds(text) == nil)
    }

    @Test("However many signs stand before a time, one look tells that it is none")
    func signs() {
        #expect(throws: TimeError.negative) { try Quantity.time("-5s") }
        #expect(throws: TimeError.malformed) { try Quantity.time("-five") }
        #expect(throws: TimeError.malformed) { try Quantity.time(String(repeating: "-", count: 1_000_000) + "5s") }
    }

    @Test("Rates are requests a second", arguments: [("500/s", 500), ("30/m", 0.5), ("0.5/s", 0.5), ("7200/h", 2)])
    func rates(_ text: String, _ rate: Double) {
        #expect(Quantity.perSecond(text) == rate)
    }

    @Test("What is no rate is none", arguments: ["", "500", "/s", "500/", "5/s/s", "-5/s", "5 /s"])
    func noRates(_ text: String) {
        #expect(Quantity.perSecond(text) == nil)
    }

    @Test("A time that is written out and read again is the same")
    func roundTrip() {
        for nanoseconds in [0, 1, 999, 1_500_000, 90_000_000_000, 3_661_001_001_001, 123_456_789_012_345] as [Int64] {
            #expect(Quantity.nanoseconds(QuantityText.exact(nanoseconds)) == nanoseconds)
        }
    }

    @Test("Measured times have three digits and a unit that suits them")
    func measuredTimes() {
        let texts = [0, 12, 1_500, 41_234_567, 99_960_000, 812_000_000, 2_345_000_000].map(QuantityText.rounded)
        #expect(texts == ["0", "12 ns", "1.50 µs", "41.2 ms", "100 ms", "812 ms", "2.35 s"])
    }

    @Test("Every metric has the name that it is read by")
    func metricNames() {
        for name in Metric.names { #expect(Metric(name)?.name == name) }
        for name in ["latency", "latency.p42", "status.700", "status.2", "Share", ""] { #expect(Metric(name) == nil) }
    }

    @Test("A file of times holds durations or seconds, one a line")
    func empiricalFile() throws {
        let folder = try TemporaryFolder([
            "times.txt": "# seconds\n0.0125\n\n12ms # a comment\n1\n", "bad.txt": "1ms\n2 3\n",
        ])
        #expect(try EmpiricalFile.read(folder.path + "/times.txt") == [12_500_000, 12_000_000, 1_000_000_000])
        #expect(throws: EmpiricalFileError.self) { try EmpiricalFile.read(folder.path + "/bad.txt") }
        do {
            _ = try EmpiricalFile.read(folder.path + "/bad.txt")
        } catch {
            #expect(error.description.contains("bad.txt:2:"))
        }
    }

    @Test("A URL is taken apart as a client does")
    func urls() throws {
        let url = try #require(RequestURL("http://store.example.com:8080/cart?id=7#top"))
        #expect(url.authority == "store.example.com:8080" && url.host == "store.example.com" && url.port == 8080)
        #expect(url.target == "/cart?id=7")
        let bare = try #require(RequestURL("https://[2001:db8::1]?q"))
        #expect(bare.isTLS && bare.port == 443 && bare.host == "[2001:db8::1]" && bare.target == "/?q")
        for text in [
            "store.example.com/", "ftp://a/", "http://", "http://a:0/", "http://a:x/", "http://a b/", "http://u@a/",
        ] {
            #expect(RequestURL(text) == nil, "\(text)")
        }
    }
}
