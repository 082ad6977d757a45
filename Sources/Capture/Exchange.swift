/// What a client asked for on a connection, and what came back: an HTTP request with its response, or the hello of a
/// TLS connection, of which nothing else can be read.
///
/// All text lies in one buffer, and the rest are ranges of it: a reader that fills the same value again and again
/// allocates nothing.
public struct Exchange: Sendable {
    /// What it is.
    public enum Kind: Sendable {
        /// An HTTP/1.x request.
        case http
        /// A TLS ClientHello.
        case tls
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
    /// When its last byte was; nil where it was not seen.
    public var requestEnded: Int64?
    /// When the first byte of the final response was; nil where none was seen.
    public var responseBegan: Int64?
    /// When its last byte was; nil where it was not seen.
    public var responseEnded: Int64?
    /// The request's head as sent, or the names of a TLS hello.
    public var text: [UInt8] = []
    /// The method.
    public var method = 0..<0
    /// The request target as sent, in whatever form.
    public var target = 0..<0
    /// The number after `HTTP/1.`.
    public var minorVersion: UInt8 = 1
    /// The header fields in order, Host among them.
    public var fields: [Field] = []
    /// The value of the first Host field.
    public var host: Range<Int>?
    /// Whether the client asks to go on with WebSocket.
    public var isWebSocket = false
    /// Bytes of the request's body as transferred, without the framing of chunks; nil where its end was not seen.
    public var requestBodyBytes: Int64?
    /// The final status: 1xx is passed over, except 101. Nil where no response was seen.
    public var status: UInt16?
    /// Bytes of the response's body, like `requestBodyBytes`.
    public var responseBodyBytes: Int64?
    /// The server name of a TLS hello; nil where it has none.
    public var serverName: Range<Int>?
    /// The application protocols that a TLS hello offers, in order.
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
