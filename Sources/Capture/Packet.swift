/// A packet as a capture file holds it.
public struct Packet: Sendable {
    /// Where its bytes are in the stream's window, until the next packet is asked for.
    public var bytes: Range<Int>
    /// Nanoseconds since 1970.
    public var time: Int64
    /// How long it was on the wire.
    public var originalLength: Int
    /// What its first header is.
    public var linkType: LinkType
    /// The byte offset of its record in the file.
    public var offset: Int64
}

/// The type of the first header of a packet, a LINKTYPE_ value (https://www.tcpdump.org/linktypes.html).
public struct LinkType: RawRepresentable, Hashable, Sendable {
    /// The value as files hold it.
    public let rawValue: UInt32

    /// Makes a link type from the value in a file.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// BSD loopback, the protocol family in the byte order of the machine that captured.
    public static let null = LinkType(rawValue: 0)
    /// Ethernet.
    public static let ethernet = LinkType(rawValue: 1)
    /// PPP.
    public static let ppp = LinkType(rawValue: 9)
    /// Raw IP, as some systems number it.
    public static let raw12 = LinkType(rawValue: 12)
    /// Raw IP, as OpenBSD numbers it.
    public static let raw14 = LinkType(rawValue: 14)
    /// Raw IP.
    public static let raw = LinkType(rawValue: 101)
    /// Cisco HDLC.
    public static let ciscoHDLC = LinkType(rawValue: 104)
    /// OpenBSD loopback, the protocol family in network byte order.
    public static let loop = LinkType(rawValue: 108)
    /// Linux cooked capture, version 1.
    public static let linuxCooked = LinkType(rawValue: 113)
    /// Raw IPv4.
    public static let ipv4 = LinkType(rawValue: 228)
    /// Raw IPv6.
    public static let ipv6 = LinkType(rawValue: 229)
    /// Packets logged by Linux netfilter.
    public static let netfilterLog = LinkType(rawValue: 239)
    /// Linux cooked capture, version 2.
    public static let linuxCooked2 = LinkType(rawValue: 276)

    /// The name of a type that is decoded, else the number.
    public var description: String {
        switch self {
        case .null: "NULL"
        case .ethernet: "ETHERNET"
        case .ppp: "PPP"
        case .ciscoHDLC: "C_HDLC"
        case .netfilterLog: "NFLOG"
        case .raw12, .raw14, .raw: "RAW"
        case .loop: "LOOP"
        case .linuxCooked: "LINUX_SLL"
        case .ipv4: "IPV4"
        case .ipv6: "IPV6"
        case .linuxCooked2: "LINUX_SLL2"
        default: "LINKTYPE_\(rawValue)"
        }
    }
}
