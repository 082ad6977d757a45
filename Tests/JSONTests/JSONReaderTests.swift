import JSON
import Testing

@Suite("JSON text")
struct JSONReaderTests {
    /// The text written anew from its tokens: what was read is what stood there.
    private func rewritten(_ text: String) throws(JSONError) -> String {
        let bytes = Array(text.utf8)
        var reader = JSONReader()
        var writer = JSONWriter()
        try copy(&reader, bytes, into: &writer, first: try reader.next(bytes.span))
        guard try reader.next(bytes.span) == .end else { throw JSONError(offset: 0, message: "no end") }
        return writer.text
    }

    private func copy(_ reader: inout JSONReader, _ bytes: [UInt8], into writer: inout JSONWriter, first: JSONToken)
        throws(JSONError)
    {
        switch first {
        case .objectStart:
            var inner = reader
            try writer.object { writer throws(JSONError) in
                while case .key(let range, let escaped) = try inner.next(bytes.span) {
                    writer.key(JSONReader.text(range, escaped: escaped, of: bytes.span))
                    try copy(&inner, bytes, into: &writer, first: try inner.next(bytes.span))
                }
            }
            reader = inner
        case .arrayStart:
            var inner = reader
            try writer.array { writer throws(JSONError) in
                while true {
                    let token = try inner.next(bytes.span)
                    if token == .arrayEnd { break }
                    try copy(&inner, bytes, into: &writer, first: token)
                }
            }
            reader = inner
        case .string(let range, let escaped): writer.string(JSONReader.text(range, escaped: escaped, of: bytes.span))
        case .number(let range): writer.raw(JSONReader.text(range, escaped: false, of: bytes.span))
        case .bool(let value): writer.bool(value)
        default: writer.null()
        }
    }

    @Test(
        "a compact text is written back as it was",
        arguments: [
            "{}", "[]", "[1,2.50,-0,1e9,1E-2]", "{\"a\":{\"b\":[true,false,null]}}", "\"é😀\"",
            "{\"a\":[{},[]],\"b\":\"\\\"\\\\\\n\"}",
        ])
    func roundTrip(_ text: String) throws {
        #expect(try rewritten(text) == text)
    }

    @Test("escapes are resolved, pairs of surrogates joined and lone ones replaced")
    func escapes() throws {
        #expect(try rewritten(#""\u0041\ud83d\ude00\/\u00e9""#) == #""A😀/é""#)
        #expect(try rewritten(#""\ud83dx""#) == "\"\u{FFFD}x\"")
    }

    @Test(
        "what is no JSON is refused with its place",
        arguments: zip(
            [
                "", "{", "{\"a\"}", "[1,]", "01", "1 2", "\"a", "{\"a\":1,}", "[tru]", "\"\\x\"", "-", "1.", "[1}",
                "\"\u{1}\"",
            ],
            [0, 1, 4, 3, 0, 2, 2, 7, 1, 1, 0, 0, 2, 1]))
    func malformed(_ text: String, _ offset: Int) {
        #expect {
            _ = try rewritten(text)
        } throws: {
            ($0 as? JSONError)?.offset == offset
        }
    }

    @Test("deep nesting is an error, not the end of the stack")
    func depth() {
        #expect(throws: JSONError.self) { try rewritten(String(repeating: "[", count: 100_000)) }
    }

    @Test("nanoseconds are written as seconds without rounding")
    func seconds() {
        var writer = JSONWriter()
        writer.array { writer in
            for value: Int64 in [0, 1, -1, 1_763_860_000_000_431_219, 1_500_000_000, .min] {
                writer.seconds(nanoseconds: value)
            }
        }
        #expect(writer.text == "[0,0.000000001,-0.000000001,1763860000.000431219,1.5,-9223372036.854775808]")
    }
}
