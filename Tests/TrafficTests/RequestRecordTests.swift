import JSON
import TestSupport
import Testing
import Traffic

func record(_ json: String) throws -> RequestRecord {
    var reader = RequestRecordReader()
    var record = RequestRecord()
    try reader.read(json.utf8Span.span, into: &record)
    return record
}

func json(_ record: RequestRecord) -> String {
    var writer = JSONWriter()
    record.write(to: &writer)
    return writer.text
}

@Suite("A request record")
struct RequestRecordTests {
    static let complete = """
        {"id":"r1","time":1763860000.000431219,"source":"10.0.0.7:51022","destination":"10.0.0.1:80",\
        "gateway":"infra/edge","mesh":"shop/cart","from":"web","port":80,"protocol":"HTTPS","sni":"example.com",\
        "alpn":["h2","http/1.1"],"clientCertificate":"valid","method":"GET","host":"example.com","path":"/cart?id=7",\
        "version":"1.1","headers":[["version","two"],["Version","three"]],"headersComplete":true,"bodyBytes":0,\
        "weight":2.5,"observed":{"status":200,"latency":0.0123,"timeToFirstByte":0.01,"requestDuration":0,\
        "responseBytes":512,"gateway":"infra/edge","route":{"kind":"HTTPRoute","namespace":"shop","name":"cart"},\
        "rule":0,"match":1,"backend":{"kind":"Service","namespace":"shop","name":"cart-v1","port":8080},\
        "endpoint":"10.1.2.3:8080"}}
        """

    @Test("is written as it was read, every key in its place")
    func roundTrip() throws {
        #expect(try json(record(Self.complete)) == Self.complete)
    }

    @Test("gives its fields as text")
    func fields() throws {
        let record = try record(Self.complete)
        #expect(record.time == 1_763_860_000_000_431_219)
        #expect(record.protocol == .https)
        #expect(record.clientCertificate == .valid)
        #expect(record.headers?.map { "\($0.name)=\($0.value)" } == ["version=two", "Version=three"])
        #expect(record.alpn == ["h2", "http/1.1"])
        #expect(record.observed.latency == 12_300_000)
        #expect(record[.observedBackendName] == "cart-v1")
        #expect(record.observed.backendPort == 8080)
    }

    @Test("keeps what is unknown apart from what is known to be empty")
    func unknownIsNotEmpty() throws {
        let empty = try record(#"{"host":"","headers":[],"alpn":[],"sni":null}"#)
        #expect(empty.host == "" && empty.areHeadersKnown && empty.headerFields.isEmpty && empty.alpn == [])
        #expect(empty.sni == nil)
        let unknown = try record("{}")
        #expect(unknown.host == nil && !unknown.areHeadersKnown && unknown.alpn == nil)
        #expect(json(empty) == #"{"alpn":[],"host":"","headers":[]}"#)
        #expect(json(unknown) == "{}")
        #expect(empty != unknown)
    }

    @Test("made by hand equals the one that its line reads as")
    func equality() throws {
        var made = RequestRecord()
        made.path = "/a"
        made.host = "wrong"
        made.host = "example.com"
        made.headers = [("a", "1")]
        made.observed.status = 404
        let read = try record(#"{"observed":{"status":404},"headers":[["a","1"]],"host":"example.com","path":"/a"}"#)
        #expect(made == read)
        made.headers = [("a", "2")]
        #expect(made != read)
    }

    @Test("ignores keys that it does not know, whatever they hold, and takes the last of a key that stands twice")
    func unknownKeys() throws {
        let record = try record(#"{"x":{"y":[1,{"z":null}]},"path":"/1","path":"/2","observed":{"x":[1],"status":1}}"#)
        #expect(record.path == "/2" && record.observed.status == 1)
    }

    @Test("resolves escapes", arguments: [(#"/a\/b\u00e9\n"#, "/a/b\u{e9}\n"), (#"\ud83d\ude00"#, "\u{1F600}")])
    func escapes(_ written: String, _ meant: String) throws {
        #expect(try record(#"{"path":""# + written + #""}"#).path == meant)
    }

    @Test(
        "reads times to the nanosecond, without a floating-point number between",
        arguments: [
            ("1763860000.000431219", 1_763_860_000_000_431_219), ("0", 0), ("-0.5", -500_000_000), ("1e-9", 1),
            ("1.5e3", 1_500_000_000_000), ("1234e-12", 1), ("0.0000000019", 1), ("9223372036.854775807", Int64.max),
            ("12345678901234567e-16", 1_234_567_890), ("0e9000", 0), ("0.1e10", 1_000_000_000_000_000_000),
        ])
    func times(_ written: String, _ nanoseconds: Int64) throws {
        #expect(try record(#"{"time":\#(written)}"#).time == nanoseconds)
    }

    @Test(
        "says what is wrong and where",
        arguments: [
            (#"{"time":"now"}"#, 13, "time: expected a number of seconds"),
            (#"{"time":9223372036.854775808}"#, 28, "time: out of range; at most 292 years fit"),
            (#"{"time":1e99999999999999999999}"#, 30, "time: out of range; at most 292 years fit"),
            (#"{"port":70000}"#, 13, "port: 70000 is no whole number from 1 to 65535"),
            (
                #"{"protocol":"http"}"#, 18,
                #"protocol: "http" is none of HTTP, HTTPS, GRPC, WEBSOCKET, TLS, TCP, UDP"#
            ),
            (#"{"headers":{"a":"b"}}"#, 12, "headers: expected a list of [name, value] pairs of strings"),
            (#"{"headers":[["a"]]}"#, 17, "headers: expected a list of [name, value] pairs of strings"),
            (#"{"weight":0}"#, 11, "weight: expected a number from 0.000001 to 1000000000"),
            (#"{"host":7}"#, 9, "host: expected a string"),
            ("[]", 0, "expected a JSON object"), (#"{"a":1"#, 6, "the text ends before the value does"),
            ("{} {}", 3, "more follows after the value"),
        ])
    func mistakes(_ line: String, _ offset: Int, _ message: String) {
        let error = #expect(throws: RecordError.self) { try record(line) }
        #expect(error == RecordError(offset: offset, message: message))
    }

    @Test("of damaged bytes is an error or a record, never a trap", arguments: 0..<20)
    func damaged(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var reader = RequestRecordReader()
        var record = RequestRecord()
        for _ in 0..<500 {
            let bytes = random.mutate(Array(Self.complete.utf8))
            try? reader.read(bytes.span, into: &record)
            var writer = JSONWriter()
            record.write(to: &writer)
            var copy = RequestRecord()
            #expect(throws: Never.self, "seed \(seed)") { try reader.read(writer.bytes.span, into: &copy) }
        }
    }
}
