import TestSupport
import Testing
import Traffic

@Suite("A document of requests")
struct DocumentTests {
    static let entry = #"""
        {"startedDateTime":"2031-01-01T01:00:00.125+01:00","time":63.5,"request":{"method":"GET","url":"https://s.example:8443/c?x=1#f","httpVersion":"h2","headers":[{"name":":authority","value":"s.example:8443"},{"name":"X-C","value":"a\"b"}],"bodySize":0},"response":{"status":200,"headers":[{"name":"b","value":"c"}],"bodySize":-1,"content":{"text":"]}, {\"log\":"}},"timings":{"blocked":1.5,"dns":-1,"connect":-1,"send":0.2,"wait":60.1,"receive":1.7}}
        """#

    @Test("HAR: entries are what a client sent, header fields complete")
    func archive() throws {
        let text =
            #"{ "log": {"version":"1.2","pages":[{"entries":[1]}],"entries":[\#(Self.entry),\#n {"request":{"url":"data:x"}}, {"request":7}, \#(Self.entry)],"x":{}}}"#
        let reading = try LogReading(text)
        #expect(reading.formats == ["har"] && reading.failures.isEmpty && reading.records.count == 2)
        #expect(reading.statistics.passedOver == 1 && reading.problems.map(\.line) == [2])
        let expected = """
            {"time":1924992000.125,"port":8443,"protocol":"HTTPS","method":"GET","host":"s.example:8443","path":"/c?x=1",\
            "version":"2","headers":[["X-C","a\\"b"]],"headersComplete":true,"bodyBytes":0,"observed":{"status":200,\
            "latency":0.0635,"timeToFirstByte":0.0618}}
            """
        #expect(reading.lines == [expected, expected])
    }

    @Test("HAR that breaks off gives what came before, then the place")
    func brokenArchive() throws {
        let reading = try LogReading(#"{"log":{"entries":[\#(Self.entry),{"request":"#)
        #expect(reading.records.count == 1 && reading.failures.count == 1)
        #expect(reading.failures[0].contains("ends inside a value"))
    }

    static func span(_ kind: String, parent: String, _ attributes: String, more: String = "") -> String {
        #"{"traceId":"0af7","spanId":"b7","parentSpanId":"\#(parent)","kind":\#(kind),"startTimeUnixNano":"1924992000000000001","endTimeUnixNano":1924992000041000001,"attributes":[\#(attributes)]\#(more)}"#
    }

    @Test("OTLP: server spans without a parent, or those of a service; weights from the trace state")
    func spans() throws {
        func attribute(_ key: String, _ value: String) -> String { #"{"key":"\#(key)","value":{\#(value)}}"# }
        let current = [
            attribute("http.request.method", #""stringValue":"GET""#),
            attribute("server.address", #""stringValue":"s.example""#),
            attribute("server.port", #""intValue":"8443""#), attribute("url.path", #""stringValue":"/c""#),
            attribute("url.query", #""stringValue":"x=1""#), attribute("url.scheme", #""stringValue":"https""#),
            attribute("http.response.status_code", #""intValue":200"#),
            attribute("http.request.header.x-c", #""arrayValue":{"values":[{"stringValue":"v"},{"stringValue":"w"}]}"#),
        ].joined(separator: ",")
        let old = [
            attribute("http.method", #""stringValue":"POST""#), attribute("http.target", #""stringValue":"/t?y""#),
            attribute("http.host", #""stringValue":"h.example:80""#),
            attribute("http.status_code", #""intValue":"503""#),
        ].joined(separator: ",")
        func document(_ service: String, _ spans: [String]) -> String {
            #"{"scopeSpans":[{"scope":{},"spans":[\#(spans.joined(separator: ","))]},{"spans":[]}],"resource":{"attributes":[\#(attribute("service.name", "\"stringValue\":\"\(service)\""))]}}"#
        }
        let roots = document(
            "edge",
            [
                Self.span("2", parent: "", current, more: #","traceState":"x=y,ot=th:8""#),
                Self.span("3", parent: "b7", old),
            ])
        let inner = document("shop", [Self.span("\"SPAN_KIND_SERVER\"", parent: "b7", old)])
        let text = #"{"resourceSpans":[\#(roots)]}\#n{"resourceSpans":[\#(inner)]}\#n"#
        let reading = try LogReading(text)
        #expect(reading.formats == ["otlp"] && reading.problems.isEmpty && reading.failures.isEmpty)
        #expect(
            reading.lines == [
                """
                {"id":"0af7","time":1924992000.000000001,"port":8443,"protocol":"HTTPS","method":"GET","host":"s.example",\
                "path":"/c?x=1","headers":[["x-c","v"]],"headersComplete":false,"weight":2,"observed":{"status":200,\
                "latency":0.041}}
                """
            ])
        #expect(reading.statistics.passedOver == 2)
        var logs = LogOptions()
        logs.service = "shop"
        let ofService = try LogReading(text, logs: logs)
        #expect(ofService.records.map(\.path) == ["/t?y"] && ofService.records.map(\.host) == ["h.example:80"])
    }

    @Test("GoReplay: responses find their requests, whatever stands between them")
    func goReplay() throws {
        let separator: [UInt8] = [10, 0xF0, 0x9F, 0x90, 0xB5, 0xF0, 0x9F, 0x99, 0x88, 0xF0, 0x9F, 0x99, 0x89, 10]
        let payloads = [
            "1 aa 1924992000000000001 5\nPOST /c HTTP/1.1\r\nHost: s.example\r\nContent-Length: 3\r\n\r\nabc",
            "1 bb 1924992000000000002\nGET http://p.example/x HTTP/1.1\r\nX: y\r\nhost: s\r\nHost: t\r\n\r\n", "1 zz",
            "2 bb 1924992000000000102 5\nHTTP/1.1 204 No Content\r\n\r\n",
            "2 aa 1924992000000001001 5\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            "3 aa 1924992000000001001 5\nHTTP/1.1 500 no\r\n\r\n",
        ]
        let reading = try LogReading(Array(payloads.map { Array($0.utf8) }.joined(separator: separator)))
        #expect(reading.formats == ["gor"] && reading.problems.count == 1 && reading.statistics.passedOver == 1)
        #expect(reading.records.map(\.id) == ["aa", "bb"] && reading.records.map(\.observed.status) == [200, 204])
        #expect(reading.records.map(\.observed.latency) == [1000, 100] && reading.records.map(\.bodyBytes) == [3, 0])
        #expect(reading.records.map(\.host) == ["s.example", "s"])
        #expect(
            reading.records[1].headers?.map(\.name) == ["X", "Host"] && reading.records[0].observed.responseBytes == nil
        )
    }

    @Test("vegeta: results as JSON lines and as CSV")
    func vegeta() throws {
        let json = try LogReading(
            #"{"attack":"","seq":0,"code":200,"timestamp":"2031-01-01T01:00:00.000000001+01:00","latency":2500000,"bytes_out":0,"bytes_in":10,"error":"","body":"YQ==","method":"GET","url":"http://s.example:8080/c?x=1","headers":{"A":["b"]}}"#
        )
        let csv = try LogReading(
            #"1924992000000000001,200,2500000,0,10,"a, b",YQ==,,0,GET,http://s.example:8080/c?x=1,"#)
        #expect(
            json.formats == ["vegeta"] && csv.formats == ["vegeta"] && json.problems.isEmpty && csv.problems.isEmpty)
        for record in [try #require(json.records.first), try #require(csv.records.first)] {
            #expect(record.time == 1_924_992_000_000_000_001 && record.host == "s.example:8080" && record.port == 8080)
            #expect(record.path == "/c?x=1" && record.observed.latency == 2_500_000 && record.observed.status == 200)
        }
    }
}
