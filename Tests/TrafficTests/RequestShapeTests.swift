import TestSupport
import Testing
import Traffic

@Suite("Distinct requests")
struct RequestShapeTests {
    @Test("records that differ in time, identity and outcome alone are one request")
    func sameShape() throws {
        var table = RequestShapeTable()
        let first = try table.intern(record(#"{"id":"1","time":1,"source":"a:1","host":"h","path":"/","weight":2}"#))
        let second = try table.intern(
            record(#"{"time":9,"path":"/","host":"h","observed":{"status":500},"bodyBytes":7}"#))
        #expect(first == second && table.count == 1)
    }

    @Test("whatever a decision can hang on tells requests apart, unknown from empty too")
    func differentShapes() throws {
        let lines = [
            "{}", #"{"host":""}"#, #"{"host":"a"}"#, #"{"path":"a"}"#, #"{"headers":[]}"#, #"{"headers":[["a","b"]]}"#,
            #"{"headers":[["ab",""]]}"#, #"{"headers":[["a","b"]],"headersComplete":true}"#, #"{"port":80}"#,
            #"{"protocol":"HTTP"}"#, #"{"alpn":[]}"#, #"{"alpn":["h2"]}"#, #"{"sni":""}"#, #"{"gateway":"a/b"}"#,
            #"{"mesh":"a/b"}"#, #"{"from":"a"}"#, #"{"clientCertificate":"absent"}"#, #"{"method":"GET"}"#,
            #"{"destination":"10.0.0.1:80"}"#, #"{"version":"1.1"}"#,
        ]
        var table = RequestShapeTable()
        for _ in 0..<2 {
            for (index, line) in lines.enumerated() {
                #expect(try table.intern(record(line)).index == UInt32(index), "\(line)")
            }
        }
        var read = RequestRecord()
        for (index, line) in lines.enumerated() {
            table.read(try table.intern(record(line)), into: &read)
            #expect(try read == record(line), "shape \(index)")
        }
    }

    @Test("header fields that nobody asks for do not make a request distinct")
    func selection() throws {
        var table = RequestShapeTable(headers: .named(["Version"]))
        for index in 0..<100 {
            let id = #"["x-request-id","\#(index)"]"#
            _ = try table.intern(record(#"{"headers":[\#(id),["VERSION","\#(index % 3)"]]}"#))
        }
        #expect(table.count == 3)
    }

    @Test("a million records of a thousand requests take the memory of a thousand")
    func memory() throws {
        var table = RequestShapeTable()
        var record = RequestRecord()
        for index in 0..<50_000 {
            record.removeAll()
            record.path = "/item/\(index % 1000)"
            record.time = Int64(index)
            #expect(table.intern(record).index == UInt32(index % 1000))
        }
        #expect(table.count == 1000 && table.memoryBytes < 400_000)
    }
}
