/// What a request or connection speaks, as a listener sees it.
public enum RequestProtocol: UInt8, CaseIterable, Sendable {
    /// HTTP without TLS.
    case http
    /// HTTP inside TLS.
    case https
    /// gRPC; over TLS where the record has a server name (SNI).
    case grpc
    /// A request that asks to become a WebSocket connection.
    case webSocket
    /// A TLS connection of which the hello alone is known.
    case tls
    /// A TCP connection whose content is not understood.
    case tcp
    /// A UDP flow.
    case udp

    /// The name in a request record.
    public var name: StaticString {
        switch self {
        case .http: "HTTP"
        case .https: "HTTPS"
        case .grpc: "GRPC"
        case .webSocket: "WEBSOCKET"
        case .tls: "TLS"
        case .tcp: "TCP"
        case .udp: "UDP"
        }
    }
}

/// What the client showed in the TLS handshake when it was asked for a certificate.
public enum ClientCertificate: UInt8, CaseIterable, Sendable {
    /// None.
    case absent
    /// One that the listener's authorities vouch for.
    case valid
    /// One that they do not vouch for.
    case invalid

    /// The name in a request record.
    public var name: StaticString {
        switch self {
        case .absent: "absent"
        case .valid: "valid"
        case .invalid: "invalid"
        }
    }
}
