/// How the mistakes are mended that people make in YAML again and again.
enum YAMLHint {
    /// What to do about a text that cannot be read; nil where that is not known.
    static func hint(for failure: NodeBuilder.Failure, in bytes: [UInt8]) -> String? {
        let line = line(Int(failure.line), of: bytes)
        let indentation = line.prefix { $0 == 0x20 || $0 == 0x09 }
        if indentation.contains(0x09) { return "indent by blanks: YAML takes no tabs" }
        let message = failure.message
        if failure.code == "unknown-alias" || (failure.code == "parse-error" && message.contains("alias")) {
            return "a text that begins with * has to stand in quotation marks"
        }
        let place = Int(failure.column) - 1
        if place < line.count, place >= 0, "@`%|>&!".utf8.contains(line[line.startIndex + place]),
            message.contains("cannot start any token")
        {
            return "a text that begins with this character has to stand in quotation marks"
        }
        if message.contains("mapping values are not allowed") {
            return "indent the line as those beside it, or put a text that has \": \" in it in quotation marks"
        }
        if message.contains("expected key") || message.contains("expected '-' indicator") {
            return "the indentation differs from that of the lines before it"
        }
        if message.contains("unexpected end of stream") || message.contains("unexpected document indicator") {
            return "a quotation mark or a bracket is never closed"
        }
        return nil
    }

    private static func line(_ number: Int, of bytes: [UInt8]) -> ArraySlice<UInt8> {
        var start = 0
        var current = 1
        while current < number, let end = bytes[start...].firstIndex(of: 0x0A) {
            start = end + 1
            current += 1
        }
        return bytes[start..<(bytes[start...].firstIndex(of: 0x0A) ?? bytes.count)]
    }
}
