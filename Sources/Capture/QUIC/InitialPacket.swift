/// The header of a QUIC packet with a long header, as far as it is not protected (RFC 9000, section 17.2).
struct InitialPacket {
    enum Version { case version1, version2, draft29 }

    var version: Version
    var isInitial: Bool
    /// Where it begins in the datagram, and where it ends: other packets may follow.
    var start: Int
    var end: Int
    /// The identifier of the connection, as the client chose it, or the server.
    var destination: Range<Int>
    /// Where the packet number begins.
    var numberStart: Int

    /// Reads a header; nil where it is none, or of a version that is not known.
    init?(_ bytes: Span<UInt8>, from start: Int) {
        self.start = start
        guard bytes.count - start >= 7, bytes[start] & 0x80 != 0 else { return nil }
        switch bytes.big32(start + 1) {
        case 1: version = .version1
        case 0x6B33_43CF: version = .version2
        case 0xFF00_001D...0xFF00_0022: version = .draft29
        default: return nil
        }
        let type = bytes[start] >> 4 & 3
        isInitial = type == (version == .version2 ? 1 : 0)
        let isRetry = type == (version == .version2 ? 0 : 3)
        var cursor = start + 5
        guard let destination = Self.identifier(bytes, &cursor), Self.identifier(bytes, &cursor) != nil else {
            return nil
        }
        self.destination = destination
        numberStart = cursor
        end = bytes.count
        // A Retry has no length, and nothing follows it.
        if isRetry { return }
        if isInitial {
            guard let token = Self.number(bytes, &cursor, bytes.count), token <= bytes.count - cursor else {
                return nil
            }
            cursor += token
        }
        guard let length = Self.number(bytes, &cursor, bytes.count), length <= bytes.count - cursor else { return nil }
        numberStart = cursor
        end = cursor + length
    }

    private static func identifier(_ bytes: Span<UInt8>, _ cursor: inout Int) -> Range<Int>? {
        guard cursor < bytes.count else { return nil }
        let count = Int(bytes[cursor])
        cursor += 1
        guard count <= 20, count <= bytes.count - cursor else { return nil }
        cursor += count
        return cursor - count..<cursor
    }

    /// A number of variable length (RFC 9000, section 16); nil where it breaks off before `end`.
    static func number(_ bytes: Span<UInt8>, _ cursor: inout Int, _ end: Int) -> Int? {
        guard cursor < end else { return nil }
        let count = 1 << Int(bytes[cursor] >> 6)
        guard count <= end - cursor else { return nil }
        var value = UInt64(bytes[cursor] & 0x3F)
        for place in 1..<max(count, 1) { value = value << 8 | UInt64(bytes[cursor + place]) }
        cursor += count
        return Int(value)
    }
}
