/// The first line of an HTTP/1.x message (RFC 9112, sections 3 and 4).
enum StartLine {
    case request(method: Range<Int>, target: Range<Int>, minorVersion: UInt8)
    case response(status: UInt16, minorVersion: UInt8)

    /// The longest method that is believed.
    private static let methodBytesMax = 40

    /// What the beginning of a line may become.
    enum Beginning { case request, response, either, neither, httpTwo }

    /// Parses a line, its line break left out; nil where it is none of both.
    ///
    /// The target is all between the first space and the last one before the version: targets with spaces in them are
    /// against the rules and do occur.
    static func parse(_ bytes: Span<UInt8>, _ line: Range<Int>) -> StartLine? {
        var end = line.upperBound
        if end > line.lowerBound, bytes[end - 1] == 0x0D { end -= 1 }
        while end > line.lowerBound, bytes[end - 1] == 0x20 { end -= 1 }
        if bytes.hasPrefix("HTTP/", at: line.lowerBound) { return response(bytes, line.lowerBound..<end) }
        var space = line.lowerBound
        while space < end, isTokenByte(bytes[space]) { space += 1 }
        guard space > line.lowerBound, space - line.lowerBound <= methodBytesMax, space < end, bytes[space] == 0x20,
            end - space >= 11, bytes.hasPrefix(" HTTP/1.", at: end - 9), bytes[end - 1] &- 0x30 < 10
        else { return nil }
        var first = space
        while first < end - 9, bytes[first] == 0x20 { first += 1 }
        var last = end - 9
        while last > first, bytes[last - 1] == 0x20 { last -= 1 }
        guard first < last else { return nil }
        return .request(
            method: line.lowerBound..<space, target: first..<last, minorVersion: bytes[end - 1] &- 0x30)
    }

    private static func response(_ bytes: Span<UInt8>, _ line: Range<Int>) -> StartLine? {
        guard line.count >= 12, bytes.hasPrefix("HTTP/1.", at: line.lowerBound) else { return nil }
        let minor = bytes[line.lowerBound + 7] &- 0x30
        guard minor < 10, bytes[line.lowerBound + 8] == 0x20 else { return nil }
        var status: UInt16 = 0
        for index in line.lowerBound + 9..<line.lowerBound + 12 {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            status = status * 10 + UInt16(digit)
        }
        guard status >= 100, line.count == 12 || bytes[line.lowerBound + 12] == 0x20 else { return nil }
        return .response(status: status, minorVersion: minor)
    }

    /// What a line that is not complete yet may become.
    static func beginning(_ bytes: Span<UInt8>, from start: Int) -> Beginning {
        var index = start
        while index < bytes.count, isTokenByte(bytes[index]) {
            index += 1
            if index - start > methodBytesMax { return .neither }
        }
        if index == bytes.count { return .either }
        if bytes.hasPrefix("HTTP/", at: start) { return .response }
        if bytes.hasPrefix("PRI * HTTP/2.0", at: start) { return .httpTwo }
        guard index > start, bytes[index] == 0x20 else { return .neither }
        // A target has no control characters; what has is some other protocol.
        for place in index..<min(bytes.count, index + 64) where bytes[place] < 0x20 && bytes[place] != 0x0D {
            return .neither
        }
        return .request
    }

    /// Whether a message is likely to begin here, which is asked where it is not known whether one does: a method is
    /// then expected to be at least three capital letters.
    static func isLikely(_ bytes: Span<UInt8>, from start: Int) -> Bool {
        if bytes.hasPrefix("HTTP/1.", at: start) { return true }
        var index = start
        while index < bytes.count, bytes[index] &- 0x41 < 26 || bytes[index] == 0x2D || bytes[index] == 0x5F {
            index += 1
        }
        return index - start >= 3 && index - start <= methodBytesMax && index < bytes.count && bytes[index] == 0x20
    }

    /// A byte of a token (RFC 9110, section 5.6.2).
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x39: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
        default: false
        }
    }
}
