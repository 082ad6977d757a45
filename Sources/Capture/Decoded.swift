/// What the headers of a packet say it is.
enum Decoded {
    case tcp(Segment)
    case udp(Datagram)
    /// A piece of an IP datagram.
    case fragment(Fragment)
    case undecodable(UndecodableReason)
}

/// A TCP segment: its header, and where its payload is in the bytes that were decoded.
struct Segment {
    var source: SocketAddress
    var destination: SocketAddress
    var sequence: UInt32
    var acknowledgement: UInt32
    var flags: TCPFlags
    var payload: Range<Int>
    /// How many bytes of payload the packet had on the wire and the capture has not.
    var missing: Int
}

/// A UDP datagram: its ends, and where its payload is in the bytes that were decoded.
struct Datagram {
    var source: SocketAddress
    var destination: SocketAddress
    var payload: Range<Int>
    /// How many bytes of payload the packet had on the wire and the capture has not.
    var missing: Int
}

/// The control bits of a TCP header (RFC 9293, section 3.1).
struct TCPFlags: OptionSet {
    let rawValue: UInt8
    static let fin = TCPFlags(rawValue: 1)
    static let syn = TCPFlags(rawValue: 2)
    static let rst = TCPFlags(rawValue: 4)
    static let ack = TCPFlags(rawValue: 16)
}

/// A piece of an IP datagram.
struct Fragment {
    var key: FragmentKey
    var source: IPAddress
    var destination: IPAddress
    /// The IP protocol number of what the whole datagram carries.
    var `protocol`: UInt8
    /// Where the piece belongs in the datagram's payload.
    var offset: Int
    /// Whether others come after it.
    var hasMore: Bool
    /// Where the piece is in the bytes that were decoded.
    var payload: Range<Int>
    /// Whether the capture has not all of it.
    var isCut: Bool
}

/// What tells the pieces of one datagram from those of another (RFC 791, section 3.2; RFC 8200, section 4.5).
struct FragmentKey: Hashable {
    var source: IPAddress
    var destination: IPAddress
    var identification: UInt32
    var `protocol`: UInt8
}

/// Why the payload of a packet was not looked at.
public enum UndecodableReason: String, CaseIterable, Sendable {
    /// The first header is of a type that is not decoded.
    case linkType = "unsupported link type"
    /// What the first header announces is neither IPv4 nor IPv6: ARP and its like.
    case notIP = "not IP"
    /// IP that carries neither TCP nor UDP: ICMP and its like.
    case notTCPOrUDP = "neither TCP nor UDP"
    /// The capture has not all of the headers.
    case cut = "headers cut off"
    /// A header contradicts itself.
    case malformedHeader = "malformed header"
    /// More headers inside one another than any real network has.
    case tooDeep = "nested too deep"
    /// A piece of an IP datagram whose other pieces are missing, contradict it or did not fit.
    case incompleteFragments = "incomplete fragments"
}
