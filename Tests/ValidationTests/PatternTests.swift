import GatewayAPI
import Testing

@testable import Validation

@Suite struct PatternTests {
    @Test(
        arguments: [
            ("10s", 10_000_000_000), ("1m30s", 90_000_000_000), ("500ms", 500_000_000), ("0s", 0),
            ("1h1m1s1ms", 3_661_001_000_000), ("99999h99999h99999h99999h", 1_439_985_600_000_000_000),
        ])
    func durationsAreThoseOfTheGatewayAPI(_ text: String, _ nanoseconds: Int64) {
        #expect(GatewayDuration.nanoseconds(text) == nanoseconds)
    }

    @Test(arguments: ["", "10", "s", "1.5s", "-1s", "100000s", "1s1s1s1s1s", "1us", "1 s", "1d"])
    func whatIsNoDurationIsRefused(_ text: String) {
        #expect(GatewayDuration.nanoseconds(text) == nil)
    }

    @Test func timestampsAreSecondsSince1970() {
        #expect(Timestamp.seconds("1970-01-01T00:00:00Z") == 0)
        #expect(Timestamp.seconds("2024-02-29T12:00:00.5+01:00") == 1_709_204_400)
        #expect(Timestamp.seconds("1969-12-31T23:59:59Z") == -1)
        for text in ["", "2025-02-29T00:00:00Z", "2025-01-01", "2025-01-01T24:00:00Z", "2025-01-01T00:00:00"] {
            #expect(Timestamp.seconds(text) == nil)
        }
    }

    @Test func hostnames() {
        for text in ["example.com", "*.example.com", "a", "1-2.3"] { #expect(Pattern.isHostname(text)) }
        for text in ["", "*", "*.", "a..b", "-a", "a-", "A.b", "a.*.b", "*a.b", "a.b."] {
            #expect(!Pattern.isHostname(text), "\(text)")
        }
    }

    @Test func origins() {
        for text in ["*", "https://example.com", "http://*.a.b:8080", "https://*", "http://A-b"] {
            #expect(Pattern.isOrigin(text), "\(text)")
        }
        for text in [
            "", "example.com", "https://", "ftp://a", "https://a:", "https://a:123456", "https://a/b", "https://*a",
        ] {
            #expect(!Pattern.isOrigin(text), "\(text)")
        }
    }

    @Test func namesOfGRPCServices() {
        for text in ["a", "_", "shop.v1.Cart", ".a.b_2"] { #expect(Pattern.isServiceName(text), "\(text)") }
        for text in ["", ".", "a.", "a..b", "1a", "a.1", "a-b", "a/b", "..a"] {
            #expect(!Pattern.isServiceName(text), "\(text)")
        }
        for text in ["a", "_a9", "AddItem"] { #expect(Pattern.isIdentifier(text), "\(text)") }
        for text in ["", "9", "a.b", "é"] { #expect(!Pattern.isIdentifier(text), "\(text)") }
    }

    @Test func addresses() {
        for text in ["0.0.0.0", "255.255.255.255", "10.1.2.3"] { #expect(Pattern.isIPv4Address(text), "\(text)") }
        for text in ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.a", "1..2.3", "1.2.3.1000"] {
            #expect(!Pattern.isIPv4Address(text), "\(text)")
        }
    }

    @Test func namesInsideOfCertificatesAndOfAuthorities() {
        for text in ["spiffe://a/b", "x://", "a b://c"] { #expect(Pattern.isURI(text), "\(text)") }
        for text in ["", "://a", "a:b", "a/b://c", "urn:a", "a"] { #expect(!Pattern.isURI(text), "\(text)") }
        for text in ["System", "a.b/c", "a/B_1.x"] { #expect(Pattern.isWellKnownCertificates(text), "\(text)") }
        for text in ["", "system", "a", "a/", "/a", "A/b", "a/b/c"] {
            #expect(!Pattern.isWellKnownCertificates(text), "\(text)")
        }
    }

    @Test func namesOfData() {
        for text in ["ca.crt", ".hidden", "A_b-c"] { #expect(Pattern.isDataKey(text), "\(text)") }
        for text in [".", "..", "..a", "a/b", "a b", "ä"] { #expect(!Pattern.isDataKey(text), "\(text)") }
    }

    @Test func headerValues() {
        for text in ["a", "a b", "a\tb", "\"q\""] { #expect(Pattern.isHeaderValue(text)) }
        for text in ["", " a", "a ", "a  b", "ä", "a\u{7F}"] { #expect(!Pattern.isHeaderValue(text), "\(text)") }
    }

    @Test func theNearestWordIsSuggested() {
        #expect(Suggestion.nearest(to: "hostname", among: ["hostnames", "rules"]) == "hostnames")
        #expect(Suggestion.nearest(to: "wieght", among: ["weight", "port"]) == "weight")
        #expect(Suggestion.nearest(to: "zzz", among: ["weight", "port"]) == nil)
        #expect(Suggestion.distance(Array("ab".utf8), Array("ba".utf8)) == 1)
        #expect(Suggestion.distance([], Array("abc".utf8)) == 3)
    }
}
