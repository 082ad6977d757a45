extension PacketDecoder {
    /// Reads the first header of a packet.
    static func linkLayer(_ bytes: Span<UInt8>, _ cursor: inout Cursor, _ linkType: LinkType) -> Layer {
        switch linkType {
        case .ethernet: return ethernet(bytes, &cursor)
        case .linuxCooked:
            guard cursor.count >= 16 else { return .done(.undecodable(.cut)) }
            cursor.start += 16
            return .etherType(bytes.big16(cursor.start - 2))
        case .linuxCooked2:
            guard cursor.count >= 20 else { return .done(.undecodable(.cut)) }
            cursor.start += 20
            return .etherType(bytes.big16(0))
        case .null, .loop: return loopback(bytes, &cursor)
        case .raw, .raw12, .raw14: return .ip
        case .ipv4: return .ipv4
        case .ipv6: return .ipv6
        case .ppp: return pointToPoint(bytes, &cursor)
        case .ciscoHDLC:
            guard cursor.count >= 4 else { return .done(.undecodable(.cut)) }
            cursor.start += 4
            return .etherType(bytes.big16(2))
        case .netfilterLog: return netfilterLog(bytes, &cursor)
        default: return .done(.undecodable(.linkType))
        }
    }

    /// Linux netfilter: a header of four bytes, the first the address family, and attributes, one of them the packet.
    private static func netfilterLog(_ bytes: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        cursor.start += 4
        while cursor.count >= 4 {
            // In the byte order of the machine that captured, nearly always little-endian.
            let length = Int(bytes.big16(cursor.start).byteSwapped)
            let type = bytes.big16(cursor.start + 2).byteSwapped
            guard length >= 4 else { return .done(.undecodable(.malformedHeader)) }
            if type == 9 {
                cursor.start += 4
                return .ip
            }
            cursor.start += (length + 3) & ~3
        }
        return .done(.undecodable(.cut))
    }

    static func ethernet(_ bytes: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        guard cursor.count >= 14 else { return .done(.undecodable(.cut)) }
        cursor.start += 14
        return .etherType(bytes.big16(cursor.start - 2))
    }

    /// A protocol family of four bytes. NULL has it in the byte order of the machine that captured, which the file need
    /// not share; the families are small numbers, so one order makes sense and the other does not.
    private static func loopback(_ bytes: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        guard cursor.count >= 4 else { return .done(.undecodable(.cut)) }
        let value = bytes.big32(cursor.start)
        cursor.start += 4
        switch value > 0xFFFF ? value.byteSwapped : value {
        case 2: return .ipv4
        // AF_INET6 of NetBSD and Linux-like systems, OpenBSD, FreeBSD, and Darwin.
        case 10, 24, 28, 30: return .ipv6
        default: return .done(.undecodable(.notIP))
        }
    }

    static func etherPayload(_ bytes: Span<UInt8>, _ cursor: inout Cursor, _ type: UInt16) -> Layer {
        switch type {
        case 0x0800: return .ipv4
        case 0x86DD: return .ipv6
        // VLAN tags: IEEE 802.1Q, 802.1ad, and the numbers that were used before 802.1ad.
        case 0x8100, 0x88A8, 0x9100, 0x9200, 0x9300:
            guard cursor.count >= 4 else { return .done(.undecodable(.cut)) }
            cursor.start += 4
            return .etherType(bytes.big16(cursor.start - 2))
        case 0x8847, 0x8848: return mpls(bytes, &cursor)
        case 0x8864: return pppOverEthernet(bytes, &cursor)
        case 0..<0x600: return logicalLink(bytes, &cursor)
        default: return .done(.undecodable(.notIP))
        }
    }

    /// IEEE 802.2 with a SNAP header, which holds an EtherType.
    private static func logicalLink(_ bytes: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        guard cursor.count >= 8, bytes[cursor.start] == 0xAA, bytes[cursor.start + 1] == 0xAA,
            bytes[cursor.start + 2] == 3, bytes.big16(cursor.start + 3) == 0, bytes[cursor.start + 5] == 0
        else { return .done(.undecodable(.notIP)) }
        let type = bytes.big16(cursor.start + 6)
        cursor.start += 8
        return type < 0x600 ? .done(.undecodable(.notIP)) : .etherType(type)
    }
}
