// The character classes of RFC 3986, section 2.

extension UInt8 {
    /// ALPHA, DIGIT, `-`, `.`, `_`, `~`.
    var isUnreserved: Bool {
        (self | 0x20) &- 0x61 < 26 || self &- 0x30 < 10 || self == 0x2D || self == 0x2E || self == 0x5F || self == 0x7E
    }

    /// gen-delims and sub-delims, and the percent sign.
    var isReservedOrPercent: Bool {
        switch self {
        case UInt8(ascii: "!"), 0x23...0x2C, UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "="),
            UInt8(ascii: "?"), UInt8(ascii: "@"), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }

    /// What may stand in a path: unreserved characters, delimiters other than `?` and `#`, and the percent sign.
    var mayStandInPath: Bool {
        isUnreserved || isReservedOrPercent && self != UInt8(ascii: "?") && self != UInt8(ascii: "#")
    }

    /// What Go's `URL.EscapedPath` leaves as it is where it encodes a path anew.
    var mayStandUnencoded: Bool {
        if isUnreserved { return true }
        switch self {
        case UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: "/"),
            UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: "@"):
            return true
        default: return false
        }
    }

    /// The value of a hexadecimal digit.
    var hexadecimalDigit: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x37
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }
}

extension UInt8 {
    /// The upper-case digit for a value below 16.
    fileprivate var hexadecimalText: UInt8 { self < 10 ? 0x30 + self : 0x37 + self }
}

extension Span<UInt8> {
    /// The byte that the percent sign at `index` and the two digits behind it stand for.
    func decodedByte(at index: Int) -> UInt8? {
        guard index + 2 < count, let high = self[index + 1].hexadecimalDigit, let low = self[index + 2].hexadecimalDigit
        else { return nil }
        return high << 4 | low
    }
}

extension [UInt8] {
    /// Appends a byte as it is, or percent-encoded.
    mutating func append(_ byte: UInt8, encodedUnless isPlain: Bool) {
        guard !isPlain else { return append(byte) }
        append(UInt8(ascii: "%"))
        append((byte >> 4).hexadecimalText)
        append((byte & 15).hexadecimalText)
    }
}
