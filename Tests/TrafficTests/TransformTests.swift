import Foundation
import TestSupport
import Testing
import Traffic

@Suite("Records of a trace")
struct TransformTests {
    static func request(_ host: String?, _ path: String?, time: Int64? = 0, status: UInt16? = 200) -> RequestRecord {
        var record = RequestRecord()
        record.host = host
        record.path = path
        record.method = "GET"
        record.time = time
        record.observed.status = status
        return record
    }

    @Test("are chosen by host, path, status and time; what a record does not say is not guessed")
    func filter() {
        var filter = RecordFilter()
        filter.hosts = ["*.Example.com", "one.test"]
        filter.paths = ["/cart/*", "/"]
        filter.statuses = [500...599, 200...200]
        filter.since = 10
        filter.until = 20
        func accepts(_ record: RequestRecord) -> Bool { filter.accepts(record) }
        #expect(accepts(Self.request("A.example.com:8443", "/cart?x=/y", time: 10)))
        #expect(accepts(Self.request("one.test", "/cart/a", time: 19, status: 503)))
        #expect(accepts(Self.request("one.test", "/?cart", time: 19)))
        #expect(!accepts(Self.request("example.com", "/cart", time: 10)))
        #expect(!accepts(Self.request("one.test", "/carts", time: 10)))
        #expect(!accepts(Self.request("one.test", "/cart", time: 20)))
        #expect(!accepts(Self.request("one.test", "/cart", time: 9)))
        #expect(!accepts(Self.request("one.test", "/cart", time: 10, status: 404)))
        #expect(filter.rejected == 5 && filter.unknown == 0)
        #expect(!accepts(Self.request(nil, "/cart", time: 10)) && !accepts(Self.request("one.test", "/", time: nil)))
        #expect(filter.rejected == 5 && filter.unknown == 2)
    }

    @Test(
        "are sampled by a draw or by a field, and stand for as many as they were",
        arguments: [nil, RequestRecord.Field.path])
    func sample(_ field: RequestRecord.Field?) {
        func kept(seed: UInt64) -> [String] {
            var sampler = RecordSampler(rate: 0.1, by: field, seed: seed)
            return (0..<20_000).compactMap { index in
                var record = Self.request("a", "/\(index % 2000)")
                record.weight = 2
                guard sampler.keeps(&record) else { return nil }
                #expect(record.weight == 20)
                return record.path
            }
        }
        let first = kept(seed: 1)
        #expect((1600...2400).contains(first.count))
        #expect(first == kept(seed: 1) && first != kept(seed: 2))
        // By a field: all of one path or none of them.
        let counts = Dictionary(first.map { ($0, 1) }, uniquingKeysWith: +)
        if field != nil { #expect(counts.values.allSatisfy { $0 == 10 }) }
    }

    @Test("lose their secrets, keyed by the salt: equal stays equal, and redacting twice changes nothing")
    func secrets() {
        var record = Self.request("a.test", "/")
        record.headers = [("Cookie", "id=7"), ("X-Other", "id=7"), ("authorization", "Bearer x"), ("cookie", "id=7")]
        var redactor = Redactor(.secrets, salt: "salt")
        let original = record
        redactor.redact(&record)
        let values = record.headers?.map(\.value) ?? []
        #expect(record.headers?.map(\.name) == ["Cookie", "X-Other", "authorization", "cookie"])
        #expect(values[0] == values[3] && values[0].hasPrefix("redacted-") && values[1] == "id=7")
        #expect(values[2].hasPrefix("redacted-") && values[2] != values[0] && record.host == "a.test")
        let once = record
        redactor.redact(&record)
        #expect(record == once)
        for salt in ["salt", "other", nil] {
            var again = original
            var another = Redactor(.secrets, salt: salt)
            another.redact(&again)
            #expect((again == once) == (salt == "salt"))
        }
    }

    @Test("keep their structure where hosts, paths, addresses and queries are replaced")
    func structure() {
        var redactor = Redactor([.hosts, .paths, .addresses, .query], salt: "s")
        func redact(_ host: String, _ path: String, source: String = "192.0.2.1:5") -> (String, String, String) {
            var record = Self.request(host, path)
            record.source = source
            redactor.redact(&record)
            return (record.host ?? "", record.path ?? "", record.source ?? "")
        }
        let first = redact("Shop.example.com:8443", "/cart//items/7?x=1&y=&x=2")
        let second = redact("api.example.com", "/cart/items?x=2&z")
        #expect(first.0.hasSuffix(":8443") && first.0.split(separator: ".").count == 3 && !first.0.contains("example"))
        #expect(first.0.dropLast(5).split(separator: ".").dropFirst() == second.0.split(separator: ".").dropFirst())
        let segments = first.1.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
        #expect(segments.count == 5 && segments[2].isEmpty && !first.1.contains("cart"))
        #expect(second.1.hasPrefix("/\(segments[1])/\(segments[3])?x="))
        #expect(
            first.1.contains("&y=&x=") && second.1.hasSuffix("&z")
                && first.1.hasSuffix(second.1.split(separator: "=")[1].dropLast(2)))
        let third = redact("192.0.2.1", "/", source: "192.0.2.77:9")
        #expect(third.2.hasSuffix(":9") && first.2.hasSuffix(":5") && third.2 != first.2)
        #expect(third.2.split(separator: ".")[..<3] == first.2.split(separator: ".")[..<3])
        #expect(redact("x", "/", source: "[2001:db8::1]:5").2.hasPrefix("[2001:db8:"))
        #expect(redact("x", "*", source: "unix").1 == "*")
    }

    @Test("are merged by time where each trace is in order, and say so where it is not")
    func merge() throws {
        let folder = try TemporaryFolder()
        func file(_ name: String, _ times: [Int]) throws -> String {
            try folder.write(name, Array(times.map { "{\"id\":\"\(name)\",\"time\":\($0)}\n" }.joined().utf8))
        }
        let merge = TraceMerge([
            try file("a", [1, 4, 4, 9]), folder.url.path + "/missing", try file("b", [2, 4, 3]), try file("c", []),
        ])
        var record = RequestRecord()
        var order: [String] = []
        var failures = 0
        while true {
            do {
                guard try merge.next(into: &record) else { break }
                order.append("\(record.id ?? "")\((record.time ?? 0) / 1_000_000_000)")
            } catch {
                failures += 1
            }
        }
        #expect(order == ["a1", "b2", "a4", "a4", "b4", "b3", "a9"] && failures == 2)
        #expect(merge.statistics.recordsOutOfOrder == 1 && merge.statistics.records == 7)
    }

    @Test("are sorted by time, in memory or by files, equal times in their order", arguments: [1 << 20, 2000])
    func sort(_ bytesMax: Int) throws {
        var generator = SeededGenerator(seed: 5)
        let sorter = RecordSorter(bytesMax: bytesMax)
        var expected: [(time: Int64, place: Int, line: String)] = []
        for place in 0..<500 {
            var record = Self.request(
                "h", "/\(place)", time: generator.chance(5) ? nil : Int64.random(in: 0..<60, using: &generator))
            record.weight = 0.1
            try sorter.add(record)
            expected.append((record.time ?? .min, place, json(record) + "\n"))
        }
        expected.sort { ($0.time, $0.place) < ($1.time, $1.place) }
        var lines: [String] = []
        try sorter.finish { lines.append(String(decoding: $0, as: UTF8.self)) }
        #expect(lines == expected.map(\.line))
    }
}
