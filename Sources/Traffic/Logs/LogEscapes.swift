import JSON

/// How a log writes the bytes that it does not write as they are.
enum LogEscapes: Sendable {
    /// Everything as it is.
    case none
    /// As in JSON strings.
    case json
    /// `\xHH` of NGINX and Apache, and Apache's `\"`, `\\`, `\n`, `\t` and their like.
    case backslash
    /// `#HH` of HAProxy.
    case number

    /// Appends what a text stands for. What is no escape stays as it is.
    func append(_ range: Range<Int>, of bytes: Span<UInt8>, to output: inout [UInt8]) {
        let sign: UInt8
        switch self {
        case .none: sign = 0
        case .json: return JSONReader.append(range, escaped: true, of: bytes, to: &output)
        case .backslash: sign = UInt8(ascii: "\\")
        case .number: sign = UInt8(ascii: "#")
        }
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            index += 1
            guard byte == sign, sign != 0, index < range.upperBound else {
                output.append(byte)
                continue
            }
            let digits = self == .number ? index : index + 1
            if self == .number || bytes[index] == UInt8(ascii: "x"), digits + 2 <= range.upperBound,
                let high = hexValue(bytes[digits]), let low = hexValue(bytes[digits + 1])
            {
                output.append(high << 4 | low)
                index = digits + 2
            } else if self == .backslash, let plain = Self.plain(bytes[index]) {
                output.append(plain)
                index += 1
            } else {
                output.append(byte)
            }
        }
    }

    private static func plain(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "v"): 0x0B
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        default: nil
        }
    }
}

/// The value of a hexadecimal digit.
func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- 0x57
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- 0x37
    default: nil
    }
}
