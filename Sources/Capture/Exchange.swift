/// What a client asked for on a connection, and what came back: an HTTP request with its response; or, where no more can
/// be read than that, the hello of a TLS connection, a TCP connection, a UDP flow.
///
/// All text lies in one buffer, and the rest are ranges of it: a reader that fills the same value again and again
/// allocates nothing.
public struct Exchange: Sendable {
    /// What it is.
    public enum Kind: Sendable {
        /// An HTTP request.
        case http
        /// A TLS connection, by its ClientHello. What is said of request and response is said of the whole connection.
        case tls
        /// A TCP connection whose content is not understood, as a whole.
        case tcp
        /// A UDP flow as a whole; one of QUIC has the names of its ClientHello.
        case udp
    }

    /// A header field, as ranges of `text`.
    public struct Field: Sendable {
        /// Where the name is.
        public var name: Range<Int>
        /// Where the value is, without white space around it.
        public var value: Range<Int>
    }

    /// What it is.
    public var kind = Kind.http
    /// Who asked.
    public var client = SocketAddress(address: IPAddress(high: 0, low: 0), port: 0)
    /// Who was asked.
    public var server = SocketAddress(address: IPAddress(high: 0, low: 0), port: 0)
    /// When the first byte of the request was captured, in nanoseconds since 1970.
    public var requestBegan: Int64 = 0
    /// When its last byte was; nil where it was not seen. Of a connection or flow: when the client's last bytes were.
    public var requestEnded: Int64?
    /// When the first byte of the final response was; nil where none was seen.
    public var responseBegan: Int64?
    /// When its last byte was; nil where it was not seen.
    public var responseEnded: Int64?
    /// The request's head as sent, or the names of a TLS hello.
    public var text: [UInt8] = []
    /// The method; nil where it is unknown.
    public var method: Range<Int>?
    /// The request target as sent, in whatever form, `:path` in HTTP/2; nil where it is unknown.
    public var target: Range<Int>?
    /// Whether the request came by HTTP/2.
    public var isHTTP2 = false
    /// The number after `HTTP/1.`.
    public var minorVersion: UInt8 = 1
    /// The header fields in order, Host among them, those of HTTP/2 that begin with a colon left out.
    public var fields: [Field] = []
    /// Whether all of the head is known. Of HTTP/2, a connection that is joined in the middle may refer to fields that
    /// were sent before.
    public var isHeadComplete = true
    /// The value of the first Host field, or `:authority`.
    public var host: Range<Int>?
    /// Whether the client asks to go on with WebSocket.
    public var isWebSocket = false
    /// Bytes of the request's body as transferred, without the framing of chunks; nil where its end was not seen.
    public var requestBodyBytes: Int64?
    /// The final status: 1xx is passed over, except 101. Nil where no response was seen.
    public var status: UInt16?
    /// Bytes of the response's body, like `requestBodyBytes`.
    public var responseBodyBytes: Int64?
    /// The status of a gRPC call, from the trailers; nil where none was seen.
    public var grpcStatus: UInt16?
    /// Whether it came over TLS: a hello, or a request that was decrypted.
    public var isTLS = false
    /// The server name of the TLS hello; nil where it has none.
    public var serverName: Range<Int>?
    /// The application protocols that the TLS hello offers, in order.
    public var applicationProtocols: [Range<Int>] = []

    /// An exchange of which nothing is known.
    public init() {}

    /// Forgets everything, and keeps the memory.
    mutating func reset() {
        var empty = Exchange()
        swap(&empty.text, &text)
        swap(&empty.fields, &fields)
        empty.text.removeAll(keepingCapacity: true)
        empty.fields.removeAll(keepingCapacity: true)
        self = empty
    }
}
