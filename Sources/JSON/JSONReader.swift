/// What a reader found next. Ranges are byte offsets into the text, quotation marks left out.
public enum JSONToken: Equatable, Sendable {
    case objectStart
    case objectEnd
    case arrayStart
    case arrayEnd
    /// A member's name; `escaped` where it holds a backslash and has to be unescaped before use.
    case key(Range<Int>, escaped: Bool)
    case string(Range<Int>, escaped: Bool)
    /// A number as it is written: nothing is lost to a floating-point type.
    case number(Range<Int>)
    case bool(Bool)
    case null
    /// The value is complete and nothing but white space follows.
    case end
}

/// What is wrong with a JSON text, and the byte offset of it.
public struct JSONError: Error, Equatable, Sendable {
    /// Offset of the first byte that does not fit.
    public var offset: Int
    /// What was expected or found, for a person.
    public var message: String

    /// Makes an error at a byte offset.
    public init(offset: Int, message: String) {
        self.offset = offset
        self.message = message
    }
}

/// Reads one JSON text (RFC 8259) a token at a time, strictly, without copying or allocating for what is not asked for.
///
/// The bytes are passed to each call, always the same ones: the reader holds its place only. Nesting deeper than
/// `depthMax` is an error, so that no input exhausts the stack of a recursive caller.
public struct JSONReader: Sendable {
    private enum Expectation: Sendable { case value, firstKeyOrEnd, key, firstElementOrEnd, commaOrEnd, nothing }

    /// Offset of the next byte to read.
    public private(set) var offset: Int
    /// The most levels of arrays and objects that are read.
    public let depthMax: Int
    private let allowsMore: Bool
    private var expectation = Expectation.value
    /// For each open level, whether it is an object.
    private var levels: [Bool] = []

    /// Reads from `offset` on. With `allowsMore` the text may go on after the value, as in a stream of values.
    public init(offset: Int = 0, depthMax: Int = 512, allowsMore: Bool = false) {
        self.offset = offset
        self.depthMax = depthMax
        self.allowsMore = allowsMore
    }

    /// The next token of `bytes`.
    public mutating func next(_ bytes: Span<UInt8>) throws(JSONError) -> JSONToken {
        skipWhiteSpace(bytes)
        switch expectation {
        case .nothing:
            guard allowsMore || offset == bytes.count else { throw fail("more follows after the value") }
            return .end
        case .commaOrEnd:
            guard offset < bytes.count else { throw fail("the text ends before the value does") }
            if bytes[offset] == UInt8(ascii: ",") {
                offset += 1
                skipWhiteSpace(bytes)
                expectation = levels[levels.count - 1] ? .key : .value
                return try next(bytes)
            }
            return try close(bytes)
        case .firstKeyOrEnd, .firstElementOrEnd:
            guard offset < bytes.count else { throw fail("the text ends before the value does") }
            if bytes[offset] == UInt8(ascii: "}") || bytes[offset] == UInt8(ascii: "]") { return try close(bytes) }
            return expectation == .firstKeyOrEnd ? try key(bytes) : try value(bytes)
        case .key:
            return try key(bytes)
        case .value:
            return try value(bytes)
        }
    }

    /// Reads past the next value, whatever it holds.
    public mutating func skipValue(_ bytes: Span<UInt8>) throws(JSONError) {
        var depth = 0
        repeat {
            switch try next(bytes) {
            case .objectStart, .arrayStart: depth += 1
            case .objectEnd, .arrayEnd: depth -= 1
            case .end: throw fail("a value is missing")
            default: break
            }
        } while depth > 0
    }

    private func fail(_ message: String) -> JSONError { JSONError(offset: offset, message: message) }

    private mutating func skipWhiteSpace(_ bytes: Span<UInt8>) {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }

    private mutating func close(_ bytes: Span<UInt8>) throws(JSONError) -> JSONToken {
        let isObject = levels[levels.count - 1]
        let byte = bytes[offset]
        guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
            throw fail(isObject ? "expected a comma or }" : "expected a comma or ]")
        }
        levels.removeLast()
        offset += 1
        expectation = levels.isEmpty ? .nothing : .commaOrEnd
        return isObject ? .objectEnd : .arrayEnd
    }

    private mutating func key(_ bytes: Span<UInt8>) throws(JSONError) -> JSONToken {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
            throw fail("expected a name in quotation marks")
        }
        let (range, escaped) = try quoted(bytes)
        skipWhiteSpace(bytes)
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: ":") else {
            throw fail("expected a colon after the name")
        }
        offset += 1
        expectation = .value
        return .key(range, escaped: escaped)
    }

    private mutating func value(_ bytes: Span<UInt8>) throws(JSONError) -> JSONToken {
        guard offset < bytes.count else { throw fail("the text ends where a value should be") }
        let after: Expectation = levels.isEmpty ? .nothing : .commaOrEnd
        switch bytes[offset] {
        case UInt8(ascii: "{"):
            return try open(isObject: true)
        case UInt8(ascii: "["):
            return try open(isObject: false)
        case UInt8(ascii: "\""):
            let (range, escaped) = try quoted(bytes)
            expectation = after
            return .string(range, escaped: escaped)
        case UInt8(ascii: "t"):
            try word("true", bytes)
            expectation = after
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false", bytes)
            expectation = after
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null", bytes)
            expectation = after
            return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let range = try number(bytes)
            expectation = after
            return .number(range)
        default:
            throw fail("expected a value")
        }
    }

    private mutating func open(isObject: Bool) throws(JSONError) -> JSONToken {
        guard levels.count < depthMax else { throw fail("nested deeper than \(depthMax) levels") }
        levels.append(isObject)
        offset += 1
        expectation = isObject ? .firstKeyOrEnd : .firstElementOrEnd
        return isObject ? .objectStart : .arrayStart
    }

    private mutating func word(_ word: StaticString, _ bytes: Span<UInt8>) throws(JSONError) {
        let count = word.utf8CodeUnitCount
        guard offset + count <= bytes.count else { throw fail("expected a value") }
        for index in 0..<count where bytes[offset + index] != word.utf8Start[index] { throw fail("expected a value") }
        offset += count
    }

    private mutating func quoted(_ bytes: Span<UInt8>) throws(JSONError) -> (Range<Int>, escaped: Bool) {
        let start = offset + 1
        var index = start
        var escaped = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                offset = index + 1
                return (start..<index, escaped)
            }
            if byte == UInt8(ascii: "\\") {
                escaped = true
                offset = index
                index += try escapeLength(bytes, at: index)
                continue
            }
            if byte < 0x20 {
                offset = index
                throw fail("a control character in a string")
            }
            index += 1
        }
        offset = bytes.count
        throw fail("the text ends inside a string")
    }

    private func escapeLength(_ bytes: Span<UInt8>, at index: Int) throws(JSONError) -> Int {
        guard index + 1 < bytes.count else { throw fail("the text ends inside a string") }
        switch bytes[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return 2
        case UInt8(ascii: "u"):
            guard index + 6 <= bytes.count else { throw fail("the text ends inside a string") }
            for place in index + 2..<index + 6 where hexDigit(bytes[place]) == nil {
                throw fail("\\u needs four hexadecimal digits")
            }
            return 6
        default:
            throw fail("an unknown escape in a string")
        }
    }

    private mutating func number(_ bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
        let start = offset
        var index = offset
        func digits(from first: Int) -> Int {
            var place = first
            while place < bytes.count, bytes[place] &- 0x30 < 10 { place += 1 }
            return place
        }
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let whole = digits(from: index)
        guard whole > index, whole == index + 1 || bytes[index] != UInt8(ascii: "0") else {
            throw fail("not a JSON number")
        }
        index = whole
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            let fraction = digits(from: index + 1)
            guard fraction > index + 1 else { throw fail("not a JSON number") }
            index = fraction
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            var first = index + 1
            if first < bytes.count, bytes[first] == UInt8(ascii: "+") || bytes[first] == UInt8(ascii: "-") {
                first += 1
            }
            let exponent = digits(from: first)
            guard exponent > first else { throw fail("not a JSON number") }
            index = exponent
        }
        offset = index
        return start..<index
    }
}

@inline(__always)
func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte &- 0x30)
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte &- 0x57)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte &- 0x37)
    default: nil
    }
}
