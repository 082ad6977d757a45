/// Finds the TCP segment or UDP datagram in a packet: a decoder for each layer, from the outside in.
///
/// Checksums are not judged: where a network card computes them, captures on the sending host hold wrong ones.
/// What the IP header does not count (padding and trailers of Ethernet) is no payload.
enum PacketDecoder {
    /// What comes next in a packet.
    enum Layer {
        case etherType(UInt16)
        case ip
        case ipv4
        case ipv6
        /// Something inside IP, by its protocol number.
        case payload(UInt8, IPAddress, IPAddress)
        case done(Decoded)
    }

    /// How many headers may be inside one another.
    private static let depthMax = 24

    /// A place in a packet: what is before `start` was decoded.
    struct Cursor {
        var start: Int
        /// Where the captured bytes of this layer end.
        var end: Int
        /// How many bytes of this layer, after `end`, were not captured.
        var missing: Int

        var count: Int { end - start }
    }

    /// Decodes a packet from its first header on.
    static func decode(_ bytes: Span<UInt8>, linkType: LinkType, originalLength: Int) -> Decoded {
        var cursor = Cursor(start: 0, end: bytes.count, missing: max(0, originalLength - bytes.count))
        return decode(bytes, &cursor, linkLayer(bytes, &cursor, linkType))
    }

    /// Decodes what an IP datagram carries, its pieces put together.
    static func decode(datagram bytes: Span<UInt8>, of fragment: Fragment) -> Decoded {
        var cursor = Cursor(start: 0, end: bytes.count, missing: 0)
        return decode(bytes, &cursor, .payload(fragment.protocol, fragment.source, fragment.destination))
    }

    private static func decode(_ bytes: Span<UInt8>, _ cursor: inout Cursor, _ first: Layer) -> Decoded {
        var layer = first
        for _ in 0..<depthMax {
            switch layer {
            case .etherType(let type): layer = etherPayload(bytes, &cursor, type)
            case .ip:
                guard cursor.count > 0 else { return .undecodable(.cut) }
                layer = bytes[cursor.start] >> 4 == 6 ? .ipv6 : .ipv4
            case .ipv4: layer = ipv4(bytes, &cursor)
            case .ipv6: layer = ipv6(bytes, &cursor)
            case .payload(let number, let source, let destination):
                layer = ipPayload(bytes, &cursor, number, source, destination)
            case .done(let decoded): return decoded
            }
        }
        if case .done(let decoded) = layer { return decoded }
        return .undecodable(.tooDeep)
    }

    private static func ipPayload(
        _ bytes: Span<UInt8>, _ cursor: inout Cursor, _ number: UInt8, _ source: IPAddress, _ destination: IPAddress
    ) -> Layer {
        switch number {
        case 6: tcp(bytes, cursor, source, destination)
        case 17: udp(bytes, &cursor, source, destination)
        // IPv4 and IPv6 in IP (RFC 2003, RFC 4213).
        case 4: .ipv4
        case 41: .ipv6
        case 47: genericEncapsulation(bytes, &cursor)
        default: .done(.undecodable(.notTCPOrUDP))
        }
    }

    private static func tcp(
        _ bytes: Span<UInt8>, _ cursor: Cursor, _ source: IPAddress, _ destination: IPAddress
    ) -> Layer {
        guard cursor.count >= 20 else { return .done(.undecodable(cursor.missing > 0 ? .cut : .malformedHeader)) }
        let start = cursor.start
        let headerBytes = Int(bytes[start + 12] >> 4) * 4
        guard headerBytes >= 20 else { return .done(.undecodable(.malformedHeader)) }
        guard headerBytes <= cursor.count else {
            return .done(.undecodable(cursor.missing > 0 ? .cut : .malformedHeader))
        }
        return .done(
            .tcp(
                Segment(
                    source: SocketAddress(address: source, port: bytes.big16(start)),
                    destination: SocketAddress(address: destination, port: bytes.big16(start + 2)),
                    sequence: bytes.big32(start + 4), acknowledgement: bytes.big32(start + 8),
                    flags: TCPFlags(rawValue: bytes[start + 13]), payload: start + headerBytes..<cursor.end,
                    missing: cursor.missing)))
    }

    private static func udp(
        _ bytes: Span<UInt8>, _ cursor: inout Cursor, _ source: IPAddress, _ destination: IPAddress
    ) -> Layer {
        guard cursor.count >= 8 else { return .done(.undecodable(cursor.missing > 0 ? .cut : .malformedHeader)) }
        if let inner = udpTunnel(bytes, &cursor) { return inner }
        let start = cursor.start
        // A length of 0 says nothing (RFC 2675); one that is too short is a lie.
        let announced = Int(bytes.big16(start + 4))
        let length = announced >= 8 ? min(announced, cursor.count + cursor.missing) : cursor.count + cursor.missing
        let payload = start + 8..<max(start + 8, min(cursor.end, start + length))
        return .done(
            .udp(
                Datagram(
                    source: SocketAddress(address: source, port: bytes.big16(start)),
                    destination: SocketAddress(address: destination, port: bytes.big16(start + 2)),
                    payload: payload, missing: max(0, length - 8 - payload.count))))
    }
}
