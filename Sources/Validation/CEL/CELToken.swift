/// A word of the Common Expression Language.
///
/// Source: CEL specification, section "Syntax".
enum CELToken: Hashable {
    case identifier(String)
    case int(UInt64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    /// `true`, `false`, `null` and `in`.
    case keyword(String)
    case symbol(String)
    case end
}

/// Reads the words of a rule.
struct CELLexer {
    private let text: [UInt8]
    private(set) var offset = 0
    /// Where the last word began.
    private(set) var start = 0

    private static let symbols = [
        "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[",
        "]", "{", "}",
    ].map { (Array($0.utf8), CELToken.symbol($0)) }

    init(_ text: String) { self.text = Array(text.utf8) }

    func error(_ message: String) -> CELError { CELError(message: message, offset: start) }

    mutating func next() throws(CELError) -> CELToken {
        skipBlanks()
        start = offset
        guard offset < text.count else { return .end }
        let byte = text[offset]
        if byte == UInt8(ascii: "`") { return try quotedIdentifier() }
        if byte.isLetter || byte == UInt8(ascii: "_") {
            if let literal = try prefixedString() { return literal }
            return identifier()
        }
        if byte.isDigit || (byte == UInt8(ascii: ".") && offset + 1 < text.count && text[offset + 1].isDigit) {
            return try number()
        }
        if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") { return try quoted(isRaw: false, isBytes: false) }
        for (symbol, token) in Self.symbols where text[offset...].starts(with: symbol) {
            offset += symbol.count
            return token
        }
        throw error("the character \(String(decoding: [byte], as: UTF8.self)) means nothing here")
    }

    private mutating func skipBlanks() {
        while offset < text.count {
            if text[offset] <= 0x20 {
                offset += 1
            } else if text[offset...].starts(with: "//".utf8) {
                while offset < text.count, text[offset] != 0x0A { offset += 1 }
            } else {
                return
            }
        }
    }

    private mutating func identifier() -> CELToken {
        while offset < text.count, text[offset].isAlphanumeric || text[offset] == 0x5F { offset += 1 }
        let word = String(decoding: text[start..<offset], as: UTF8.self)
        return ["true", "false", "null", "in"].contains(word) ? .keyword(word) : .identifier(word)
    }

    private mutating func quotedIdentifier() throws(CELError) -> CELToken {
        offset += 1
        let first = offset
        while offset < text.count, text[offset] != UInt8(ascii: "`") { offset += 1 }
        guard offset < text.count else { throw error("a name in ` ` has no end") }
        offset += 1
        return .identifier(String(decoding: text[first..<offset - 1], as: UTF8.self))
    }

    private mutating func number() throws(CELError) -> CELToken {
        if text[offset...].starts(with: "0x".utf8) || text[offset...].starts(with: "0X".utf8) {
            offset += 2
            let first = offset
            while offset < text.count, text[offset].isHexDigit { offset += 1 }
            return try whole(UInt64(String(decoding: text[first..<offset], as: UTF8.self), radix: 16))
        }
        var isDouble = false
        func digits(_ lexer: inout CELLexer) {
            while lexer.offset < lexer.text.count, lexer.text[lexer.offset].isDigit { lexer.offset += 1 }
        }
        digits(&self)
        if offset + 1 < text.count, text[offset] == UInt8(ascii: "."), text[offset + 1].isDigit {
            isDouble = true
            offset += 1
            digits(&self)
        }
        if offset < text.count, text[offset] | 0x20 == UInt8(ascii: "e") {
            isDouble = true
            offset += 1
            if offset < text.count, text[offset] == 0x2B || text[offset] == 0x2D { offset += 1 }
            digits(&self)
        }
        let word = String(decoding: text[start..<offset], as: UTF8.self)
        guard isDouble else { return try whole(UInt64(word)) }
        guard let value = Double(word) else { throw error("\(word) is no number") }
        return .double(value)
    }

    private mutating func whole(_ value: UInt64?) throws(CELError) -> CELToken {
        guard let value else { throw error("a number that does not fit 64 bits") }
        if offset < text.count, text[offset] | 0x20 == UInt8(ascii: "u") {
            offset += 1
            return .uint(value)
        }
        return .int(value)
    }

    /// A string with `r`, `b` or both before it.
    private mutating func prefixedString() throws(CELError) -> CELToken? {
        var end = offset
        var isRaw = false
        var isBytes = false
        while end < text.count, end < offset + 2 {
            let letter = text[end] | 0x20
            if letter == UInt8(ascii: "r"), !isRaw {
                isRaw = true
            } else if letter == UInt8(ascii: "b"), !isBytes {
                isBytes = true
            } else {
                break
            }
            end += 1
        }
        guard end > offset, end < text.count, text[end] == 0x27 || text[end] == 0x22 else { return nil }
        offset = end
        return try quoted(isRaw: isRaw, isBytes: isBytes)
    }

    private mutating func quoted(isRaw: Bool, isBytes: Bool) throws(CELError) -> CELToken {
        let quote = text[offset]
        let isLong = text[offset...].starts(with: [quote, quote, quote])
        offset += isLong ? 3 : 1
        var value: [UInt8] = []
        while true {
            guard offset < text.count else { throw error("a string has no end") }
            let byte = text[offset]
            if byte == quote, !isLong || text[offset...].starts(with: [quote, quote, quote]) {
                offset += isLong ? 3 : 1
                break
            }
            guard isLong || (byte != 0x0A && byte != 0x0D) else { throw error("a string ends in the next line") }
            if byte == UInt8(ascii: "\\"), !isRaw {
                try escape(into: &value, isBytes: isBytes)
            } else {
                value.append(byte)
                offset += 1
            }
        }
        return isBytes ? .bytes(value) : .string(String(decoding: value, as: UTF8.self))
    }

    private mutating func escape(into value: inout [UInt8], isBytes: Bool) throws(CELError) {
        offset += 1
        guard offset < text.count else { throw error("a string has no end") }
        let letter = text[offset]
        offset += 1
        switch letter {
        case UInt8(ascii: "a"): value.append(7)
        case UInt8(ascii: "b"): value.append(8)
        case UInt8(ascii: "f"): value.append(12)
        case UInt8(ascii: "n"): value.append(10)
        case UInt8(ascii: "r"): value.append(13)
        case UInt8(ascii: "t"): value.append(9)
        case UInt8(ascii: "v"): value.append(11)
        case 0x5C, 0x3F, 0x22, 0x27, 0x60: value.append(letter)
        case UInt8(ascii: "x"), UInt8(ascii: "X"): try code(digits: 2, radix: 16, isBytes, into: &value)
        case UInt8(ascii: "u"): try code(digits: 4, radix: 16, false, into: &value)
        case UInt8(ascii: "U"): try code(digits: 8, radix: 16, false, into: &value)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            offset -= 1
            try code(digits: 3, radix: 8, isBytes, into: &value)
        default: throw error("\\\(String(decoding: [letter], as: UTF8.self)) is no escape")
        }
    }

    private mutating func code(digits: Int, radix: Int, _ isByte: Bool, into value: inout [UInt8]) throws(CELError) {
        let end = min(text.count, offset + digits)
        guard end == offset + digits,
            let number = UInt32(String(decoding: text[offset..<end], as: UTF8.self), radix: radix),
            let scalar = Unicode.Scalar(number)
        else { throw error("an escape that stands for no character") }
        offset = end
        if isByte {
            value.append(UInt8(truncatingIfNeeded: number))
        } else {
            value.append(contentsOf: String(scalar).utf8)
        }
    }
}
