import Foundation
import TestSupport
import Testing
import Traffic

/// Damaged input of every format: nothing traps, nothing hangs, and every line is a request, a problem or blank.
@Suite("A damaged log")
struct LogFuzzTests {
    static let samples: [(format: String, text: String)] = [
        (
            "envoy",
            #"[2031-02-28T23:59:59.125Z] "GET /a?x=1 HTTP/2" 200 - 0 812 41 38 "192.0.2.9" "agent" "id-1" "s.example:84" "10.1.1.1:80""#
        ),
        (
            "envoy",
            #"{"route_name":"httproute/shop/a.b/rule/3/match/12/x","start_time":"2031-01-01T00:00:00.000Z","method":"GET","x-envoy-origin-path":"/\u0071?x","duration":41,":authority":"x.example","upstream_cluster":"outbound|80||a.b.svc.x","downstream_local_address":"[2001:db8::5]:10443"}"#
        ),
        (
            "nginx",
            #"192.0.2.9 - - [01/Jan/2031:00:00:05 +0000] "GET /c\x22 HTTP/2.0" 200 8 "-" "a" 341 1.044 [a-b-80] [] 10.1.1.8:80, 10.1.1.7:80 0, 8 1.000, 0.040 502, 200 id1"#
        ),
        (
            "traefik",
            #"{"Duration":41250001,"RequestAddr":"s.example:8080","RequestPath":"/c?x","RouterName":"httproute-s-c-gw-i-e-ep-web-4-0a@kubernetesgateway","StartUTC":"2031-01-01T00:00:00.123456789Z","request_X-Canary":"a"}"#
        ),
        (
            "haproxy",
            #"192.0.2.9:5 [01/Jan/2031:01:00:00.125] fe~ be_cart/cart-2 1/2/3/37/50 200 1032 - - ---- 2/1/1/4/+2 0/0 {s|a #7C} {} "GET https://h/c?x=1 HTTP/2.0" 0/0 s/T/C"#
        ),
        (
            "alb",
            #"h2 2031-01-01T00:00:01.166351Z app/e/50 192.0.2.9:5 10.0.3.21:80 0.001 0.038 0.002 200 200 341 812 "GET https://s.example:443/c?x=1 HTTP/2.0" "a b" - T arn "R" "s" "-" 20 2031-01-01T00:00:01.125000Z "f" "-""#
        ),
        ("har", #"{"log":{"entries":[\#(DocumentTests.entry)]}}"#),
        (
            "otlp",
            #"{"resourceSpans":[{"resource":{"attributes":[]},"scopeSpans":[{"spans":[\#(DocumentTests.span("2", parent: "", #"{"key":"url.path","value":{"stringValue":"/c"}},{"key":"http.request.header.a","value":{"arrayValue":{"values":[{"stringValue":"v"}]}}}"#, more: #","traceState":"ot=th:8""#))]}]}]}"#
        ),
        (
            "gor",
            "1 aa 1924992000000000001 5\nPOST /c HTTP/1.1\r\nHost: s\r\nContent-Length: 3\r\n\r\nabc\n🐵🙈🙉\n2 aa 1924992000000001001 5\nHTTP/1.1 200 OK\r\n\r\n"
        ),
        ("vegeta", #"1924992000000000001,200,2500000,0,10,"a, b",YQ==,,0,GET,http://s.example:8080/c?x=1,"#),
        (
            "ndjson",
            #"{"time":1.5,"host":"a","path":"/x","arrivalQuality":"coarse","queryComplete":false,"observed":{"status":200,"flags":"x","attempts":2}}"#
        ),
    ]

    @Test("is read to its end", arguments: samples.indices)
    func mutations(_ index: Int) throws {
        let sample = Self.samples[index]
        let rounds = ProcessInfo.processInfo.environment["WEIR_FUZZ_ROUNDS"].flatMap(Int.init) ?? 12
        var generator = SeededGenerator(seed: UInt64(index) &* 77 &+ 1)
        let telling = Array("\"[]{}:,/\\ #-.0\n\u{0}ex".utf8) + [0xFF, 0xF0]
        for _ in 0..<rounds {
            // Several damaged copies in one file, between whole ones.
            var text: [UInt8] = Array(sample.text.utf8) + [10]
            for _ in 0..<20 { text += generator.mutate(Array(sample.text.utf8), telling: telling) + [10] }
            let reading = try LogReading(text, format: sample.format)
            #expect(reading.records.count + reading.problems.count <= reading.statistics.lines + 60)
            #expect(reading.problems.allSatisfy { !$0.message.isEmpty && $0.line > 0 && $0.column > 0 })
            #expect(
                reading.records.count + reading.problems.count + reading.failures.count + reading.statistics.passedOver
                    > 0)
            for record in reading.records {
                // What was read can be written and read again.
                var reader = RequestRecordReader()
                var copy = RequestRecord()
                let line = json(record)
                try reader.read(line.utf8Span.span, into: &copy)
                #expect(json(copy) == line)
            }
        }
    }

    @Test("of long lines is read in bounded memory and in time that grows with their length alone")
    func longLines() throws {
        for format in ["envoy", "nginx", "haproxy", "alb", "traefik", "vegeta", "gor"] {
            let quotes = String(repeating: "\" \"", count: 20_000)
            let text =
                "[2031-02-28T23:59:59.125Z] \"GET /\(quotes)\n192.0.2.9 - - [01/Jan/2031:00:00:05 +0000] \"\(quotes)\n"
            let reading = try LogReading(text, format: format)
            #expect(reading.records.isEmpty && reading.problems.count >= 1)
        }
    }
}
