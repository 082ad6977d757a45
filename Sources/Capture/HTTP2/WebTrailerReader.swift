/// Finds `grpc-status` in the body of a gRPC-Web response, whose trailers are its last frame (the gRPC project's
/// PROTOCOL-WEB: a flag byte with the highest bit set, four bytes of length, then header lines).
struct WebTrailerReader {
    private static let trailerBytesMax = 1 << 13

    private let isText: Bool
    private var bits: UInt32 = 0
    private var bitCount = 0
    private var head: [UInt8] = []
    private var remaining = 0
    private var trailer: [UInt8]?
    /// The status, once it was found.
    private(set) var status: UInt16?

    /// A reader, where the content type is that of gRPC-Web.
    init?(contentType: Span<UInt8>) {
        guard contentType.count >= 20, contentType.equalsIgnoringCase(0..<20, "application/grpc-web") else {
            return nil
        }
        isText = contentType.count >= 25 && contentType.equalsIgnoringCase(20..<25, "-text")
    }

    /// Reads on in the body.
    mutating func read(_ bytes: Span<UInt8>) {
        if !isText { return readFrames(bytes) }
        // Base64 (RFC 4648), possibly of several pieces one after the other, each padded.
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count * 3 / 4 + 3)
        for index in 0..<bytes.count {
            guard let value = Self.sextet(bytes[index]) else {
                if bytes[index] == UInt8(ascii: "=") { bitCount = 0 }
                continue
            }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                decoded.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        readFrames(decoded.span)
    }

    private mutating func readFrames(_ bytes: Span<UInt8>) {
        var index = 0
        while index < bytes.count {
            if remaining > 0 {
                let count = min(remaining, bytes.count - index)
                if let kept = trailer, kept.count + count <= Self.trailerBytesMax {
                    trailer?.append(bytes.extracting(index..<index + count))
                }
                index += count
                remaining -= count
                if remaining == 0, let trailer { readTrailer(trailer.span) }
                continue
            }
            head.append(bytes[index])
            index += 1
            guard head.count == 5 else { continue }
            remaining = Int(head.span.big32(1))
            trailer = head[0] & 0x80 != 0 ? [] : nil
            head.removeAll(keepingCapacity: true)
        }
    }

    private mutating func readTrailer(_ bytes: Span<UInt8>) {
        var index = 0
        while index < bytes.count {
            let end = bytes.firstIndex(of: 0x0A, from: index) ?? bytes.count
            if let colon = bytes.firstIndex(of: UInt8(ascii: ":"), from: index), colon < end,
                bytes.equalsIgnoringCase(bytes.trimmed(index..<colon), "grpc-status")
            {
                let last = end > colon + 1 && bytes[end - 1] == 0x0D ? end - 1 : end
                status = Self.number(bytes, bytes.trimmed(colon + 1..<last))
            }
            index = end + 1
        }
    }

    private static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt16? {
        guard !range.isEmpty, range.count <= 4 else { return nil }
        var number: UInt16 = 0
        for index in range {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            number = number * 10 + UInt16(digit)
        }
        return number
    }

    private static func sextet(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x41...0x5A: byte - 0x41
        case 0x61...0x7A: byte - 0x61 + 26
        case 0x30...0x39: byte - 0x30 + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
