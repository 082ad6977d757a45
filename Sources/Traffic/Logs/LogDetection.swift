/// Tells formats of text apart by how a file begins.
enum LogDetection {
    @Sendable static func isEnvoy(_ bytes: Span<UInt8>) -> Bool {
        let line = firstLine(bytes)
        guard let first = line.first else { return false }
        if first == UInt8(ascii: "{") {
            return ["\"route_name\"", "\":authority\"", "\"x-envoy-origin-path\"", "\"response_flags\""].contains {
                find($0, line) != nil
            }
        }
        // A bracket, a time of RFC 3339.
        return first == UInt8(ascii: "[") && line.count > 12 && line[5] == UInt8(ascii: "-")
            && line[8] == UInt8(ascii: "-") && find("] \"", line) != nil
    }

    @Sendable static func isTraefik(_ bytes: Span<UInt8>) -> Bool {
        let line = firstLine(bytes)
        if line.first == UInt8(ascii: "{") {
            return ["\"RouterName\"", "\"DownstreamStatus\"", "\"RequestPath\""].contains { find($0, line) != nil }
        }
        return isCommonLog(line) && line.count > 3 && line.suffix(2).elementsEqual("ms".utf8)
            && line[line.count - 3] &- 0x30 < 10
    }

    @Sendable static func isHAProxy(_ bytes: Span<UInt8>) -> Bool {
        let line = firstLine(bytes)
        guard let bracket = dateInBrackets(line), bracket > 1, line[bracket - 1] == 0x20 else { return false }
        // A port before the bracket, and a fraction of the second within it.
        var index = bracket - 1
        while index > 0, line[index - 1] &- 0x30 < 10 { index -= 1 }
        return index > 0 && index < bracket - 1 && line[index - 1] == UInt8(ascii: ":")
            && line.count > bracket + 21 && line[bracket + 21] == UInt8(ascii: ".")
    }

    @Sendable static func isNGINX(_ bytes: Span<UInt8>) -> Bool { isCommonLog(firstLine(bytes)) }

    @Sendable static func isLoadBalancer(_ bytes: Span<UInt8>) -> Bool {
        let parts = firstLine(bytes).split(separator: 0x20, maxSplits: 3)
        let types = ["http", "https", "h2", "grpcs", "ws", "wss"]
        return parts.count == 4 && types.contains(String(decoding: parts[0], as: UTF8.self))
            && parts[1].last == UInt8(ascii: "Z") && parts[2].starts(with: "app/".utf8)
    }

    @Sendable static func isArchive(_ bytes: Span<UInt8>) -> Bool {
        let text = firstBytes(bytes)
        guard text.first == UInt8(ascii: "{"), let key = find("\"log\"", text) else { return false }
        // The first key of all, so that no log line with such a key is taken for one.
        return text[1..<key].allSatisfy { $0 <= 0x20 }
    }

    @Sendable static func isSpans(_ bytes: Span<UInt8>) -> Bool {
        let text = firstBytes(bytes)
        guard text.first == UInt8(ascii: "{"), let key = find("\"resourceSpans\"", text) else { return false }
        return text[1..<key].allSatisfy { $0 <= 0x20 }
    }

    @Sendable static func isGoReplay(_ bytes: Span<UInt8>) -> Bool {
        let parts = firstLine(bytes).split(separator: 0x20)
        guard parts.count == 3 || parts.count == 4, parts[0].count == 1, (0x31...0x33).contains(parts[0].first ?? 0)
        else { return false }
        return parts[1].allSatisfy { hexValue($0) != nil } && parts[2].count == 19
            && parts[2].allSatisfy { $0 &- 0x30 < 10 }
    }

    @Sendable static func isVegeta(_ bytes: Span<UInt8>) -> Bool {
        let line = firstLine(bytes)
        if line.first == UInt8(ascii: "{") {
            return find("\"bytes_out\"", line) != nil && find("\"latency\"", line) != nil
                || find("\"url\"", line) != nil && find("\"method\"", line) != nil && find("\"host\"", line) == nil
                    && find("\"path\"", line) == nil
        }
        return VegetaParser.isResultLine(line)
    }

    @Sendable static func isObject(_ bytes: Span<UInt8>) -> Bool { firstBytes(bytes).first == UInt8(ascii: "{") }

    /// `… [20/Nov/2026:08:15:30 +0000] "`.
    private static func isCommonLog(_ line: [UInt8]) -> Bool {
        guard let bracket = dateInBrackets(line), bracket > 4, line.count > bracket + 28 else { return false }
        return line[bracket + 21] == 0x20 && line[bracket + 27] == UInt8(ascii: "]") && line[bracket + 28] == 0x20
    }

    /// Where the first `[dd/Mon/yyyy:` is, before any quotation mark.
    private static func dateInBrackets(_ line: [UInt8]) -> Int? {
        for index in line.indices {
            if line[index] == UInt8(ascii: "\"") { return nil }
            if line[index] == UInt8(ascii: "["), index + 21 < line.count, line[index + 3] == UInt8(ascii: "/"),
                line[index + 7] == UInt8(ascii: "/"), line[index + 12] == UInt8(ascii: ":")
            {
                return index
            }
        }
        return nil
    }

    private static func find(_ word: String, _ text: [UInt8]) -> Int? {
        let word = Array(word.utf8)
        guard text.count >= word.count else { return nil }
        return (0...text.count - word.count).first {
            text[$0] == word[0] && text[$0..<$0 + word.count].elementsEqual(word)
        }
    }

    /// The first line that is not blank, as far as it was read, white space around it left out.
    private static func firstLine(_ bytes: Span<UInt8>) -> [UInt8] {
        let text = firstBytes(bytes)
        var line = text.prefix { $0 != 0x0A }
        while let last = line.last, last <= 0x20 { line.removeLast() }
        return Array(line)
    }

    /// What was read, without white space and a byte order mark before it.
    private static func firstBytes(_ bytes: Span<UInt8>) -> [UInt8] {
        var index = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
        while index < bytes.count, bytes[index] == 0x20 || (0x09...0x0D).contains(bytes[index]) { index += 1 }
        return (index..<bytes.count).map { bytes[$0] }
    }
}
