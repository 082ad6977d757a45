public import GatewayAPI
public import Simulation
public import Testbed
public import Traffic

/// An entry of `spec.traffic`.
public struct TrafficEntry: Sendable {
    /// What is sent, and when.
    public enum Content: Sendable {
        /// The requests of a trace at their own times.
        case trace(TraceEntry)
        /// Requests drawn by weight.
        case requests([RequestEntry], TrafficSource.Arrivals)
        /// Connections that last.
        case flows([FlowEntry], TrafficSource.Arrivals)
    }

    /// `name`; sources are told apart by it.
    public var name: Located<String>
    /// The Gateway that it is sent to; for a trace, that of records which do not tell.
    public var gateway: Located<NamespacedName>?
    /// The Service that east-west traffic is sent to.
    public var mesh: Located<NamespacedName>?
    /// The listener's port; nil for the URL's.
    public var port: UInt16?
    /// How many different clients there are; nil for a new one with each request.
    public var clients: Int?
    /// How long clients wait for an answer, in nanoseconds; nil for as long as it takes.
    public var timeout: Int64?
    /// When clients try again; nil for never.
    public var retry: ClientBehavior.Retry?
    /// The client's namespace in the mesh.
    public var from: String?
    /// What is spoken; nil for the URL's scheme.
    public var `protocol`: ProtocolName?
    /// What is sent, and when.
    public var content: Content
    /// Where the entry begins.
    public var position: SourcePosition

    /// `protocol`.
    public enum ProtocolName: String, CaseIterable, Sendable {
        case http = "HTTP"
        case https = "HTTPS"
        case grpc = "GRPC"
        case webSocket = "WEBSOCKET"
        case tls = "TLS"
        case tcp = "TCP"
        case udp = "UDP"

        /// Whether it is requests that are sent, not connections that last.
        var hasRequests: Bool { self == .http || self == .https || self == .grpc }
    }
}

/// An entry of a traffic entry's `flows`.
public struct FlowEntry: Sendable {
    /// How often it is drawn, compared with the others.
    public var weight: UInt64
    /// The server name of its TLS handshake.
    public var sni: String?
    /// The request that it begins with, where it is a WebSocket or a stream of gRPC.
    public var request: RequestLine?
    /// How long it holds its connection.
    public var duration: Distribution
    /// The bytes that it carries.
    public var bytes: UInt64
    /// Where it is written.
    public var position: SourcePosition
}

/// The trace of a `spec.traffic` entry.
public struct TraceEntry: Sendable {
    /// The path as it is written.
    public var path: Located<String>
    /// By what factor its time runs faster.
    public var speed: Double
    /// Whether it begins again at its end.
    public var repeats: Bool
}

/// An entry of a traffic entry's `requests`.
public struct RequestEntry: Hashable, Sendable {
    /// How often it is drawn, compared with the others.
    public var weight: UInt64
    /// What is asked for.
    public var request: RequestLine
    /// Where it is written.
    public var position: SourcePosition
}

/// A request as a person writes it: a method, a URL, header fields.
public struct RequestLine: Hashable, Sendable {
    /// Such as `GET`.
    public var method: String
    /// Where to.
    public var url: RequestURL
    /// In the order in which they are written.
    public var headers: [HeaderEntry]

    /// A header field.
    public struct HeaderEntry: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Its value.
        public var value: String
    }

    /// Joins the parts.
    package init(method: String, url: RequestURL, headers: [HeaderEntry]) {
        self.method = method
        self.url = url
        self.headers = headers
    }

    /// `GET http://store.example.com/cart`, with the header fields behind it.
    public var description: String {
        "\(method) \(url.text)" + headers.map { " (\($0.name): \($0.value))" }.joined()
    }
}
