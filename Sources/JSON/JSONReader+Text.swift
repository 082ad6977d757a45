extension JSONReader {
    /// Appends the text of a string or key token as UTF-8, escapes resolved. A lone surrogate becomes U+FFFD.
    public static func append(_ range: Range<Int>, escaped: Bool, of bytes: Span<UInt8>, to output: inout [UInt8]) {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            guard escaped, byte == UInt8(ascii: "\\") else {
                output.append(byte)
                index += 1
                continue
            }
            index += unescape(bytes, at: index, end: range.upperBound, to: &output)
        }
    }

    /// The text of a string or key token. Bytes that are no UTF-8 become U+FFFD.
    public static func text(_ range: Range<Int>, escaped: Bool, of bytes: Span<UInt8>) -> String {
        var utf8: [UInt8] = []
        utf8.reserveCapacity(range.count)
        append(range, escaped: escaped, of: bytes, to: &utf8)
        return String(decoding: utf8, as: UTF8.self)
    }

    /// Whether the text of a string or key token that holds no escape is `word`.
    public static func matches(_ range: Range<Int>, of bytes: Span<UInt8>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<range.count where bytes[range.lowerBound + index] != word.utf8Start[index] { return false }
        return true
    }

    /// The whole number of a number token; nil where it has a fraction or an exponent, or does not fit.
    public static func integer(_ range: Range<Int>, of bytes: Span<UInt8>) -> Int64? {
        var index = range.lowerBound
        let negative = index < range.upperBound && bytes[index] == UInt8(ascii: "-")
        if negative { index += 1 }
        var value: Int64 = 0
        guard index < range.upperBound else { return nil }
        while index < range.upperBound {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.subtractingReportingOverflow(Int64(digit))
            guard !overflow, !carry else { return nil }
            value = sum
            index += 1
        }
        if negative { return value }
        return value == .min ? nil : -value
    }

    /// The value of a number token as the nearest double; infinite where it is too large.
    public static func double(_ range: Range<Int>, of bytes: Span<UInt8>) -> Double {
        Double(text(range, escaped: false, of: bytes)) ?? .nan
    }

    /// Appends what one escape stands for, and returns how many bytes it takes.
    private static func unescape(_ bytes: Span<UInt8>, at index: Int, end: Int, to output: inout [UInt8]) -> Int {
        switch bytes[index + 1] {
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"):
            let first = codeUnit(bytes, at: index)
            if first & 0xFC00 == 0xD800, index + 12 <= end, bytes[index + 6] == UInt8(ascii: "\\"),
                bytes[index + 7] == UInt8(ascii: "u")
            {
                let second = codeUnit(bytes, at: index + 6)
                if second & 0xFC00 == 0xDC00 {
                    appendScalar(0x1_0000 + ((first & 0x3FF) << 10) + (second & 0x3FF), to: &output)
                    return 12
                }
            }
            appendScalar(first, to: &output)
            return 6
        default: output.append(bytes[index + 1])
        }
        return 2
    }

    private static func codeUnit(_ bytes: Span<UInt8>, at index: Int) -> UInt32 {
        (index + 2..<index + 6).reduce(0) { $0 << 4 | (hexDigit(bytes[$1]) ?? 0) }
    }

    private static func appendScalar(_ value: UInt32, to output: inout [UInt8]) {
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
}
