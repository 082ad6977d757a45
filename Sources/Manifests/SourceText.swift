import GatewayAPI

/// The bytes of a file as UTF-8 without a byte order mark, checked piece by piece.
struct SourceText {
    let bytes: [UInt8]

    /// A byte that no manifest may hold.
    struct Flaw {
        var offset: Int
        var message: String
    }

    /// Recodes UTF-16 with a byte order mark; nil where it is broken.
    init?(_ raw: [UInt8]) {
        if raw.count >= 3, raw[0] == 0xEF, raw[1] == 0xBB, raw[2] == 0xBF {
            bytes = Array(raw[3...])
        } else if raw.count >= 2, raw[0] == 0xFF, raw[1] == 0xFE {
            guard let text = Self.recoded(raw, low: 0) else { return nil }
            bytes = text
        } else if raw.count >= 2, raw[0] == 0xFE, raw[1] == 0xFF {
            guard let text = Self.recoded(raw, low: 1) else { return nil }
            bytes = text
        } else {
            bytes = raw
        }
    }

    private static func recoded(_ raw: [UInt8], low: Int) -> [UInt8]? {
        guard raw.count.isMultiple(of: 2) else { return nil }
        let units = stride(from: 2, to: raw.count, by: 2).lazy.map {
            UInt16(raw[$0 + low]) | UInt16(raw[$0 + 1 - low]) << 8
        }
        return String(validating: units, as: UTF16.self).map { Array($0.utf8) }
    }

    /// The first byte from `start` on that is no UTF-8 or a control character, and whether only ASCII comes before it.
    func firstFlaw(from start: Int) -> (flaw: Flaw?, isASCII: Bool) {
        let bytes = bytes.span
        var isASCII = true
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x80 {
                if byte < 0x20, byte != 0x0A, byte != 0x0D, byte != 0x09 {
                    let name = byte == 0 ? "a NUL byte" : "the control character 0x\(String(byte, radix: 16))"
                    return (Flaw(offset: index, message: "\(name) is not allowed"), isASCII)
                }
                index += 1
                continue
            }
            isASCII = false
            guard let length = Self.sequenceLength(bytes, at: index) else {
                return (Flaw(offset: index, message: "the byte 0x\(String(byte, radix: 16)) is no UTF-8"), isASCII)
            }
            if length == 2, byte == 0xC2, bytes[index + 1] < 0xA0, bytes[index + 1] != 0x85 {
                return (Flaw(offset: index, message: "a control character is not allowed"), isASCII)
            }
            if length == 3, byte == 0xEF, bytes[index + 1] == 0xBF, bytes[index + 2] >= 0xBE {
                return (Flaw(offset: index, message: "a character that is none (U+FFFE, U+FFFF)"), isASCII)
            }
            index += length
        }
        return (nil, isASCII)
    }

    /// The length of the UTF-8 sequence that begins with a byte above 0x7F. Source: Unicode, table 3-7.
    private static func sequenceLength(_ bytes: Span<UInt8>, at index: Int) -> Int? {
        let lead = bytes[index]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        case 0xF1...0xF3: length = 4
        default: return nil
        }
        guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return nil }
        for offset in 2..<max(length, 2) where bytes[index + offset] & 0xC0 != 0x80 { return nil }
        return length
    }

    /// Where the document that holds `offset` begins: after the last `---` line before it, or at `start`.
    func documentStart(before offset: Int, from start: Int) -> Int {
        var line = min(offset, bytes.count)
        while line > start {
            while line > start, bytes[line - 1] != 0x0A { line -= 1 }
            if isSeparator(line) { return line }
            if line > start { line -= 1 }
        }
        return start
    }

    /// Where the next line after `offset` begins that separates documents; nil where there is none.
    func nextDocument(after offset: Int) -> Int? {
        var index = offset
        while index < bytes.count {
            if bytes[index] == 0x0A, isSeparator(index + 1) { return index + 1 }
            index += 1
        }
        return nil
    }

    private func isSeparator(_ line: Int) -> Bool {
        guard line + 3 <= bytes.count, bytes[line] == 0x2D, bytes[line + 1] == 0x2D, bytes[line + 2] == 0x2D else {
            return false
        }
        return line + 3 == bytes.count || bytes[line + 3] <= 0x20
    }
}

/// Turns byte or character offsets into lines and columns, moving from the last answer: a whole file costs one pass.
struct PositionCursor {
    private(set) var offset = 0
    private(set) var character = 0
    private(set) var line: UInt32 = 1
    private var lineStart = 0

    /// From 1, in bytes.
    var column: UInt32 { UInt32(clamping: offset - lineStart + 1) }

    mutating func move(toByte target: Int, in bytes: Span<UInt8>) {
        let target = min(max(target, 0), bytes.count)
        while offset < target { advance(bytes) }
        while offset > target { retreat(bytes) }
    }

    mutating func move(toCharacter target: Int, in bytes: Span<UInt8>) {
        while character < target, offset < bytes.count { advance(bytes) }
        while character > target, offset > 0 { retreat(bytes) }
        // The place of a character is that of its first byte.
        while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { advance(bytes) }
    }

    private mutating func advance(_ bytes: Span<UInt8>) {
        let byte = bytes[offset]
        offset += 1
        if byte & 0xC0 != 0x80 { character += 1 }
        if byte == 0x0A || (byte == 0x0D && (offset == bytes.count || bytes[offset] != 0x0A)) {
            line += 1
            lineStart = offset
        }
    }

    private mutating func retreat(_ bytes: Span<UInt8>) {
        offset -= 1
        let byte = bytes[offset]
        if byte & 0xC0 != 0x80 { character -= 1 }
        if offset < lineStart {
            line -= 1
            lineStart = offset
            while lineStart > 0, bytes[lineStart - 1] != 0x0A, bytes[lineStart - 1] != 0x0D { lineStart -= 1 }
        }
    }
}
