/// Headers that wrap other packets: what providers and cloud mirrors put around the traffic that is looked for.
extension PacketDecoder {
    /// MPLS labels (RFC 3032). The stack does not say what is below it; the first nibble tells IPv4 and IPv6, anything
    /// else is taken for Ethernet, after the control word (RFC 4385) where there is one.
    static func mpls(_ bytes: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        var isBottom = false
        while !isBottom {
            guard cursor.count >= 4 else { return .done(.undecodable(.cut)) }
            isBottom = bytes[cursor.start + 2] & 1 == 1
            cursor.start += 4
        }
        guard cursor.count > 0 else { return .done(.undecodable(.cut)) }
        switch bytes[cursor.start] >> 4 {
        case 4: return .ipv4
        case 6: return .ipv6
        case 0:
            guard cursor.count >= 4 else { return .done(.undecodable(.cut)) }
            cursor.start += 4
            return ethernet(bytes, &cursor)
        default: return ethernet(bytes, &cursor)
        }
    }

    /// A PPPoE session (RFC 2516), which holds PPP.
    static func pppOverEthernet(_ bytes: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        guard cursor.count >= 8 else { return .done(.undecodable(.cut)) }
        cursor.start += 6
        return pointToPoint(bytes, &cursor)
    }

    /// The protocol number of PPP (RFC 1661), which may be one byte long.
    static func pointToPoint(_ bytes: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        guard cursor.count >= 2 else { return .done(.undecodable(.cut)) }
        let first = bytes[cursor.start]
        let isShort = first & 1 == 1
        let number = isShort ? UInt16(first) : bytes.big16(cursor.start)
        cursor.start += isShort ? 1 : 2
        switch number {
        case 0x21: return .ipv4
        case 0x57: return .ipv6
        default: return .done(.undecodable(.notIP))
        }
    }

    /// GRE (RFC 2784, RFC 2890) and what it carries: IP, Ethernet, ERSPAN, PPP.
    static func genericEncapsulation(_ bytes: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        guard cursor.count >= 4 else { return .done(.undecodable(.cut)) }
        let flags = bytes.big16(cursor.start)
        let type = bytes.big16(cursor.start + 2)
        let version = flags & 7
        var length = 4
        if flags & 0x8000 != 0 { length += 4 }
        if flags & 0x2000 != 0 { length += 4 }
        if flags & 0x1000 != 0 { length += 4 }
        // The acknowledgement of version 1 (RFC 2637).
        if version == 1, flags & 0x80 != 0 { length += 4 }
        guard cursor.count >= length else { return .done(.undecodable(.cut)) }
        cursor.start += length
        switch type {
        case 0x6558: return ethernet(bytes, &cursor)
        case 0x880B: return pointToPoint(bytes, &cursor)
        // ERSPAN type I has no sequence number and no header of its own; type II has eight bytes.
        case 0x88BE: return flags & 0x1000 == 0 ? ethernet(bytes, &cursor) : skipping(8, bytes, &cursor)
        case 0x22EB: return encapsulatedSpan3(bytes, &cursor)
        default: return .etherType(type)
        }
    }

    /// ERSPAN type III: twelve bytes, and eight more where a flag says so.
    private static func encapsulatedSpan3(_ bytes: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        guard cursor.count >= 12 else { return .done(.undecodable(.cut)) }
        return skipping(bytes[cursor.start + 11] & 1 == 1 ? 20 : 12, bytes, &cursor)
    }

    private static func skipping(_ length: Int, _ bytes: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        guard cursor.count >= length else { return .done(.undecodable(.cut)) }
        cursor.start += length
        return ethernet(bytes, &cursor)
    }

    /// What is inside a UDP datagram to a tunnel's port: VXLAN (RFC 7348) or Geneve (RFC 8926); nil where it is neither.
    static func udpTunnel(_ bytes: Span<UInt8>, _ cursor: inout Cursor) -> Layer? {
        let payload = cursor.start + 8
        guard cursor.end - payload >= 8 else { return nil }
        switch bytes.big16(cursor.start + 2) {
        case 4789, 8472:
            // The flag that says that the network identifier is valid, all reserved bits 0.
            guard bytes[payload] == 0x08, bytes[payload + 7] == 0 else { return nil }
            cursor.start = payload + 8
            return ethernet(bytes, &cursor)
        case 6081:
            guard bytes[payload] >> 6 == 0 else { return nil }
            let length = 8 + Int(bytes[payload] & 0x3F) * 4
            guard cursor.end - payload >= length else { return nil }
            let type = bytes.big16(payload + 2)
            cursor.start = payload + length
            return type == 0x6558 ? ethernet(bytes, &cursor) : .etherType(type)
        default: return nil
        }
    }
}
