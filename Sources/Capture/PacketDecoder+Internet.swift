extension PacketDecoder {
    /// Reads an IPv4 header (RFC 791).
    static func ipv4(_ bytes: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        guard cursor.count >= 20 else { return .done(.undecodable(.cut)) }
        let start = cursor.start
        let headerBytes = Int(bytes[start] & 15) * 4
        guard bytes[start] >> 4 == 4, headerBytes >= 20 else { return .done(.undecodable(.malformedHeader)) }
        let announced = Int(bytes.big16(start + 2))
        // A length of 0: the network card was to cut the packet up, and the capture was made before it did.
        let total = announced == 0 ? cursor.count + cursor.missing : announced
        guard total >= headerBytes else { return .done(.undecodable(.malformedHeader)) }
        guard headerBytes <= cursor.count else { return .done(.undecodable(.cut)) }
        limit(&cursor, to: total)
        cursor.start += headerBytes
        let source = IPAddress(ipv4: bytes.big32(start + 12))
        let destination = IPAddress(ipv4: bytes.big32(start + 16))
        let fragmentation = bytes.big16(start + 6)
        guard fragmentation & 0x3FFF != 0 else { return .payload(bytes[start + 9], source, destination) }
        return .done(
            .fragment(
                Fragment(
                    key: FragmentKey(
                        source: source, destination: destination, identification: UInt32(bytes.big16(start + 4)),
                        protocol: bytes[start + 9]),
                    source: source, destination: destination, protocol: bytes[start + 9],
                    offset: Int(fragmentation & 0x1FFF) * 8, hasMore: fragmentation & 0x2000 != 0,
                    payload: cursor.start..<cursor.end, isCut: cursor.missing > 0)))
    }

    /// Reads an IPv6 header and the extension headers after it (RFC 8200, section 4).
    static func ipv6(_ bytes: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        guard cursor.count >= 40 else { return .done(.undecodable(.cut)) }
        let start = cursor.start
        guard bytes[start] >> 4 == 6 else { return .done(.undecodable(.malformedHeader)) }
        let source = IPAddress(high: bytes.big64(start + 8), low: bytes.big64(start + 16))
        let destination = IPAddress(high: bytes.big64(start + 24), low: bytes.big64(start + 32))
        let announced = Int(bytes.big16(start + 4))
        // A length of 0: a jumbogram, or a packet that the network card was to cut up.
        if announced != 0 { limit(&cursor, to: 40 + announced) }
        cursor.start += 40
        var next = bytes[start + 6]
        while true {
            switch next {
            // Hop-by-hop options, routing, destination options, mobility, HIP, Shim6.
            case 0, 43, 60, 135, 139, 140:
                guard cursor.count >= 8 else { return .done(.undecodable(.cut)) }
                let length = 8 + Int(bytes[cursor.start + 1]) * 8
                guard length <= cursor.count else { return .done(.undecodable(.cut)) }
                next = bytes[cursor.start]
                cursor.start += length
            // Authentication header (RFC 4302), which counts in units of four bytes.
            case 51:
                guard cursor.count >= 8 else { return .done(.undecodable(.cut)) }
                let length = 8 + Int(bytes[cursor.start + 1]) * 4
                guard length <= cursor.count else { return .done(.undecodable(.cut)) }
                next = bytes[cursor.start]
                cursor.start += length
            case 44:
                guard cursor.count >= 8 else { return .done(.undecodable(.cut)) }
                let fragmentation = bytes.big16(cursor.start + 2)
                let identification = bytes.big32(cursor.start + 4)
                next = bytes[cursor.start]
                cursor.start += 8
                // An atomic fragment is a whole datagram (RFC 6946).
                if fragmentation & 0xFFF9 == 0 { continue }
                return .done(
                    .fragment(
                        Fragment(
                            key: FragmentKey(
                                source: source, destination: destination, identification: identification,
                                protocol: 44),
                            source: source, destination: destination, protocol: next,
                            offset: Int(fragmentation & 0xFFF8), hasMore: fragmentation & 1 != 0,
                            payload: cursor.start..<cursor.end, isCut: cursor.missing > 0)))
            default:
                return .payload(next, source, destination)
            }
        }
    }

    /// Ends the layer after `length` bytes, where its header says so: what follows is padding.
    private static func limit(_ cursor: inout Cursor, to length: Int) {
        let end = cursor.start + length
        if end <= cursor.end {
            cursor.end = end
            cursor.missing = 0
        } else {
            cursor.missing = end - cursor.end
        }
    }
}
