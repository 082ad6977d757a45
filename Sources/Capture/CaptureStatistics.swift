/// What was in a capture, and what of it could not be read and why.
public struct CaptureStatistics: Equatable, Sendable {
    /// Packets in the file.
    public var packets = 0
    /// Packets that the filter did not match; all other counts leave them out.
    public var filteredPackets = 0
    /// Bytes captured of the packets.
    public var capturedBytes = 0
    /// Bytes that the packets had on the wire.
    public var wireBytes = 0
    /// Packets by link type.
    public var linkTypes: [LinkType: Int] = [:]
    /// Packets of which less was captured than there was on the wire.
    public var cutPackets = 0
    /// The time of the earliest packet, in nanoseconds since 1970.
    public var firstTime: Int64?
    /// The time of the latest packet.
    public var lastTime: Int64?
    /// Packets whose payload was not looked at, by reason.
    public var undecodable: [UndecodableReason: Int] = [:]
    /// What was met in the file apart from packets.
    public var file = CaptureFileStatistics()

    /// TCP segments.
    public var tcpSegments = 0
    /// TCP connections, those whose beginning is not in the capture among them.
    public var connections = 0
    /// Connections whose beginning is not in the capture.
    public var midstreamConnections = 0
    /// Connections that ended with a reset.
    public var resetConnections = 0
    /// Resets that lay far from what their connection had received, and were passed over.
    public var implausibleResets = 0
    /// Connections that fell silent for too long, or were given up for the memory they took.
    public var abandonedConnections = 0
    /// UDP datagrams.
    public var udpDatagrams = 0
    /// UDP flows, by the addresses and ports of their ends; one that falls silent for a minute has ended.
    public var udpFlows = 0
    /// UDP flows that were given up because there were too many: some may be counted again.
    public var udpFlowsForgotten = 0

    /// Places where bytes of a stream are missing from the capture.
    public var gaps = 0
    /// How many bytes are missing there.
    public var gapBytes: Int64 = 0
    /// Bytes of payload that were captured again, or that lay before the first one captured.
    public var retransmittedBytes = 0
    /// Segments that came before ones that they follow.
    public var reorderedSegments = 0
    /// Bytes of payload that came after the end of their connection.
    public var bytesAfterEnd = 0

    /// HTTP requests.
    public var requests = 0
    /// Final responses that belong to a request.
    public var responses = 0
    /// Final responses whose request is not in the capture.
    public var responsesWithoutRequest = 0
    /// Interim responses (1xx), which are passed over.
    public var interimResponses = 0
    /// TLS hellos.
    public var hellos = 0
    /// TLS connections in which requests were found with the secrets given.
    public var decryptedConnections = 0
    /// TLS connections whose content cannot be read although secrets were given, by reason.
    public var undecrypted: [UndecryptedReason: Int] = [:]
    /// QUIC connections whose hello was read.
    public var quicHellos = 0
    /// TCP connections of which nothing but ends, sizes and times is known, and that are given out as such.
    public var opaqueConnections = 0
    /// HTTP/2 header blocks that are damaged, or of which bytes are missing.
    public var damagedHeaderBlocks = 0
    /// HTTP/2 requests with header fields that are not known, because what they refer to was sent before the capture
    /// began, or in bytes that are missing.
    public var incompleteHeads = 0
    /// HTTP/2 streams that were given up because too many were open.
    public var abandonedStreams = 0
    /// Times that the beginning of the next message had to be searched.
    public var resynchronisations = 0
    /// Connections with payload in which nothing was understood, by reason.
    public var unparsed: [UnparsedReason: Int] = [:]
    /// Exchanges that are given out after ones that began later.
    public var lateExchanges = 0
    /// Exchanges that were given out without waiting further for their response.
    public var abandonedExchanges = 0

    /// Nothing counted.
    public init() {}
}

/// Why nothing was understood in a connection that had payload.
public enum UnparsedReason: String, CaseIterable, Sendable {
    /// It speaks HTTP/2, but no request was found.
    case http2 = "HTTP/2 without a request"
    /// It speaks TLS, but its hello is not whole.
    case tls = "TLS without a readable hello"
    /// It speaks something else.
    case notHTTP = "not HTTP"
    /// Its beginning is not in the capture, and no message was found.
    case midstream = "joined in the middle"
}

/// Why a TLS connection cannot be decrypted although secrets were given.
public enum UndecryptedReason: String, CaseIterable, Sendable {
    /// A cipher suite or version that is not decrypted: those without AEAD, and all before TLS 1.2.
    case suite = "a cipher suite that is not decrypted"
    /// The records do not authenticate: bytes are missing, or the secrets are those of another connection.
    case authentication = "records that do not authenticate"
    /// The secrets given are not those of this connection.
    case secrets = "no secrets for them"
}
