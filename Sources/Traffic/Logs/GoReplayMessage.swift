import Capture

/// An HTTP/1 message of a GoReplay file, taken apart.
struct GoReplayMessage {
    private(set) var startLine = 0..<0
    private(set) var fields: [(name: Range<Int>, value: Range<Int>)] = []
    /// Bytes of the body; nil where it is chunked, or not all there.
    private(set) var bodyBytes: Int64?

    init(_ range: Range<Int>, _ bytes: Span<UInt8>) {
        var index = range.lowerBound
        var isFirst = true
        var isChunked = false
        var declared: Int64?
        while index < range.upperBound {
            let end = min(bytes.index(of: 0x0A, from: index) ?? range.upperBound, range.upperBound)
            let line = index..<(end > index && bytes[end - 1] == 0x0D ? end - 1 : end)
            index = end + 1
            if isFirst {
                startLine = line
                isFirst = false
                continue
            }
            if line.isEmpty { break }
            guard let colon = line.first(where: { bytes[$0] == UInt8(ascii: ":") }) else { continue }
            let value = bytes.trimmed(colon + 1..<line.upperBound)
            fields.append((line.lowerBound..<colon, value))
            if bytes.isName(line.lowerBound..<colon, "transfer-encoding") { isChunked = true }
            if bytes.isName(line.lowerBound..<colon, "content-length") { declared = LogNumber.whole(value, of: bytes) }
        }
        // A request without a body ends in an empty line more, or does not.
        if !isChunked { bodyBytes = declared ?? (index >= range.upperBound ? 0 : nil) }
    }

    func fillRequest(_ record: inout RequestRecord, _ bytes: Span<UInt8>) throws(RecordError) {
        let parts = bytes.split(startLine, at: 0x20)
        guard parts.count == 3, parts[2].count == 8,
            bytes.isName(parts[2].lowerBound..<parts[2].lowerBound + 5, "http/")
        else {
            throw RecordError(
                offset: startLine.lowerBound, message: "expected a request line: method, target and version")
        }
        record.set(.method, to: bytes.extracting(parts[0]))
        record.set(.path, to: bytes.extracting(parts[1]))
        record.set(.version, to: bytes.extracting(parts[2].lowerBound + 5..<parts[2].upperBound))
        record.beginHeaders()
        record.headersComplete = true
        record.set(.host, to: bytes.extracting(0..<0))
        var hasHost = false
        var isUpgrade = false
        for field in fields {
            if !hasHost, bytes.isName(field.name, "host") {
                hasHost = true
                record.set(.host, to: bytes.extracting(field.value))
            } else {
                record.appendHeader(name: bytes.extracting(field.name), value: bytes.extracting(field.value))
            }
            if bytes.isName(field.name, "upgrade"), bytes.isName(field.value, "websocket") { isUpgrade = true }
        }
        record.bodyBytes = bodyBytes
        // GoReplay sees plain connections alone.
        record.protocol = isUpgrade ? .webSocket : .http
    }

    func status(_ bytes: Span<UInt8>) -> UInt16? {
        let parts = bytes.split(startLine, at: 0x20)
        guard parts.count >= 2, let status = LogNumber.whole(parts[1], of: bytes), (100...999).contains(status) else {
            return nil
        }
        return UInt16(status)
    }
}

extension Span where Element == UInt8 {
    /// The first place of a byte from `index` on.
    func index(of byte: UInt8, from index: Int) -> Int? {
        for place in index..<max(index, count) where self[place] == byte { return place }
        return nil
    }

    /// The parts of a range between single bytes.
    func split(_ range: Range<Int>, at separator: UInt8) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = range.lowerBound
        for index in range where self[index] == separator {
            parts.append(start..<index)
            start = index + 1
        }
        parts.append(start..<range.upperBound)
        return parts
    }

    /// A range without blanks and tabs around it.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper, self[lower] == 0x20 || self[lower] == 0x09 { lower += 1 }
        while lower < upper, self[upper - 1] == 0x20 || self[upper - 1] == 0x09 { upper -= 1 }
        return lower..<upper
    }

    /// Whether a range is a word in lower case, the case of letters left out of account.
    func isName(_ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for place in 0..<range.count {
            let byte = self[range.lowerBound + place]
            guard (byte &- 0x41 < 26 ? byte | 0x20 : byte) == word.utf8Start[place] else { return false }
        }
        return true
    }
}
