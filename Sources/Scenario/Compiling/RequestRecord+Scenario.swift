package import Traffic

extension RequestRecord {
    /// The record of a request that a scenario writes: everything about it is known.
    package init(_ line: RequestLine, protocol written: RequestProtocol? = nil, port: UInt16? = nil, gateway: String?) {
        self.init()
        let isTLS = line.url.isTLS || written == .https
        method = line.method
        host = line.url.authority
        path = line.url.target
        headers = line.headers.map { ($0.name, $0.value) }
        headersComplete = true
        `protocol` = written == .grpc ? .grpc : isTLS ? .https : .http
        if isTLS { sni = line.url.host }
        self.port = port ?? line.url.explicitPort ?? (isTLS ? 443 : 80)
        self.gateway = gateway
    }
}

extension RequestProtocol {
    init?(_ name: TrafficEntry.ProtocolName?) {
        switch name {
        case .http: self = .http
        case .https: self = .https
        case .grpc: self = .grpc
        case .webSocket: self = .webSocket
        case .tls: self = .tls
        case .tcp: self = .tcp
        case .udp: self = .udp
        case nil: return nil
        }
    }
}
