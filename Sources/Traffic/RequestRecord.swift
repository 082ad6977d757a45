/// One request of a trace: what was asked, when, of whom, and what really came of it.
///
/// Whatever a trace does not say is unknown (`nil`), which is not the same as known to be empty: a decision that hangs
/// on something unknown is undetermined, never guessed.
///
/// All text lies in one buffer, `text`, and the fields are ranges of it: a reader that fills the same record again and
/// again allocates nothing. Those who decide read the bytes with `range(of:)`; everybody else uses the `String`
/// properties (`method`, `host`, …), which copy. At most 4 GiB of text fit.
public struct RequestRecord: Sendable {
    /// A field that holds text.
    public enum Field: Int, CaseIterable, Sendable {
        /// The trace's own name of the request, echoed in its decision.
        case id
        /// The client, as `address:port`.
        case source
        /// Where the client connected to, as `address:port`.
        case destination
        /// The Gateway, as `namespace/name`.
        case gateway
        /// The Service that east-west traffic was sent to, as `namespace/name`.
        case mesh
        /// The client's namespace in the mesh.
        case from
        /// The server name of the TLS hello.
        case sni
        /// The HTTP method.
        case method
        /// The Host field or `:authority`, as sent.
        case host
        /// The request target as sent: path and query, or another form of RFC 9112, section 3.2.
        case path
        /// The HTTP version, as `1.1`.
        case version
        /// The Gateway that really answered, as `namespace/name`.
        case observedGateway
        /// The kind of the route that was really taken.
        case observedRouteKind
        /// Its namespace.
        case observedRouteNamespace
        /// Its name.
        case observedRouteName
        /// The kind of the backend that was really used.
        case observedBackendKind
        /// Its namespace.
        case observedBackendNamespace
        /// Its name.
        case observedBackendName
        /// The endpoint that really answered, as `address:port`, or the name that its proxy has for it.
        case observedEndpoint
        /// The listener that really took the request, as its proxy calls it: an entry point, a frontend.
        case observedListener
        /// The route as its proxy calls it, whether or not a route of the Gateway API can be read from it.
        case observedRouteLabel
        /// The backend as its proxy calls it: a cluster, an upstream, a service.
        case observedBackendLabel
        /// The proxy's own words on how the request ended.
        case observedFlags
    }

    /// A header field, as ranges of `text`.
    public struct HeaderField: Sendable {
        var namePiece: Piece
        var valuePiece: Piece

        /// Where the name is.
        public var name: Range<Int> { namePiece.unchecked }
        /// Where the value is.
        public var value: Range<Int> { valuePiece.unchecked }
    }

    /// The UTF-8 of all fields. Bytes that no field refers to may lie between them.
    public internal(set) var text: [UInt8] = []
    var pieces: [23 of Piece] = .init(repeating: .unknown)

    /// Nanoseconds since 1970, or since the start of a synthetic trace: the first byte of the request.
    public var time: Int64?
    /// How far `time` can be trusted.
    public var arrivalQuality = ArrivalQuality.exact
    /// Whether `path` holds the query, if there was one; false where a trace leaves queries out.
    public var queryComplete = true
    /// The listener's port.
    public var port: UInt16?
    /// What is spoken.
    public var `protocol`: RequestProtocol?
    /// What the client showed when asked for a certificate.
    public var clientCertificate: ClientCertificate?
    /// The header fields, in order; `host` is not among them. Meaningless where `areHeadersKnown` is false.
    public internal(set) var headerFields: [HeaderField] = []
    /// Whether the record says which header fields there were.
    public internal(set) var areHeadersKnown = false
    /// Whether `headerFields` holds all that there were.
    public var headersComplete: Bool?
    var alpnPieces: [Piece] = []
    var isALPNKnown = false
    /// Bytes of the request's body.
    public var bodyBytes: Int64?
    /// How many requests this one stands for: 1 / sampling rate.
    public var weight: Double?
    /// What really happened, as far as it is numbers; the names are fields.
    public var observed = Observed()

    /// The numbers of what really happened.
    public struct Observed: Equatable, Sendable {
        /// The final status.
        public var status: UInt16?
        /// The status of a gRPC call (the number of `grpc-status`).
        public var grpcStatus: UInt16?
        /// Nanoseconds from the first byte of the request to the last byte of the response.
        public var latency: Int64?
        /// Nanoseconds from the first byte of the request to the first byte of the final response.
        public var timeToFirstByte: Int64?
        /// Nanoseconds from the first byte of the request to its last.
        public var requestDuration: Int64?
        /// Bytes of the response's body, as transferred.
        public var responseBytes: Int64?
        /// The index of the rule in its route.
        public var rule: Int32?
        /// The index of the match in its rule.
        public var match: Int32?
        /// The backend's port.
        public var backendPort: UInt16?
        /// Nanoseconds that the backend took; of several attempts the last.
        public var upstreamTime: Int64?
        /// Nanoseconds that connecting to the backend took.
        public var connectTime: Int64?
        /// Nanoseconds that the request waited in the proxy's queues.
        public var queueTime: Int64?
        /// How often the request was sent to a backend.
        public var attempts: Int32?
        /// The priority of the rule that matched, where the proxy has such numbers.
        public var rulePriority: Int32?

        /// Nothing known.
        public init() {}
    }

    /// A record of which nothing is known.
    public init() {}

    /// Forgets everything, and keeps the memory.
    public mutating func removeAll() {
        text.removeAll(keepingCapacity: true)
        headerFields.removeAll(keepingCapacity: true)
        alpnPieces.removeAll(keepingCapacity: true)
        pieces = .init(repeating: .unknown)
        time = nil
        arrivalQuality = .exact
        queryComplete = true
        port = nil
        `protocol` = nil
        clientCertificate = nil
        areHeadersKnown = false
        headersComplete = nil
        isALPNKnown = false
        bodyBytes = nil
        weight = nil
        observed = Observed()
    }

    /// Where a field is in `text`; nil where it is unknown.
    public func range(of field: Field) -> Range<Int>? { pieces[field.rawValue].range }

    /// Makes a field known.
    public mutating func set(_ field: Field, to bytes: Span<UInt8>) {
        pieces[field.rawValue] = append(bytes)
    }

    /// Makes a field unknown.
    public mutating func forget(_ field: Field) { pieces[field.rawValue] = .unknown }

    /// Says that the header fields are known, and that so far there are none.
    public mutating func beginHeaders() {
        headerFields.removeAll(keepingCapacity: true)
        areHeadersKnown = true
    }

    /// Says that it is unknown which header fields there were.
    public mutating func forgetHeaders() {
        headerFields.removeAll(keepingCapacity: true)
        areHeadersKnown = false
    }

    /// Adds a header field after those already there; they are known from now on.
    public mutating func appendHeader(name: Span<UInt8>, value: Span<UInt8>) {
        areHeadersKnown = true
        headerFields.append(HeaderField(namePiece: append(name), valuePiece: append(value)))
    }

    /// Appends bytes to the text.
    mutating func append(_ bytes: Span<UInt8>) -> Piece {
        let start = text.count
        bytes.withUnsafeBufferPointer { unsafe text.append(contentsOf: $0) }
        return Piece(start, text.count)
    }
}

/// How a record's time came about.
public enum ArrivalQuality: UInt8, CaseIterable, Sendable {
    /// The trace says when the request arrived.
    case exact
    /// It says when the request ended, and how long it took.
    case derived
    /// It says a whole second, or only when the request ended; the place within the second is drawn.
    case coarse

    /// The name in a request record.
    public var name: StaticString {
        switch self {
        case .exact: "exact"
        case .derived: "derived"
        case .coarse: "coarse"
        }
    }
}

/// A range of a record's text that may be unknown; eight bytes.
struct Piece: Equatable, Sendable {
    var start: UInt32
    var count: UInt32

    static var unknown: Piece { Piece(start: 0, count: .max) }

    init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }

    init(_ start: Int, _ end: Int) {
        self.init(start: UInt32(start), count: UInt32(end - start))
    }

    var range: Range<Int>? { count == .max ? nil : unchecked }

    /// The range of a piece that is known.
    var unchecked: Range<Int> { Int(start)..<Int(start) + Int(count) }
}
