public import Routing
public import Traffic

/// How a client comes to a port.
public enum Approach: Hashable, Sendable {
    /// A request without TLS.
    case plain
    /// A request inside TLS, whose server name is its host unless another is said.
    case secure(certificate: ClientCertificate)
    /// A TLS connection of which the hello alone is read.
    case hello
    /// A connection or datagrams of which nothing is read.
    case opaque
}

extension RequestRecord {
    /// The record of a request that stands for others.
    ///
    /// - Parameters:
    ///   - clients: the namespace of the client in the mesh, where it is not that of the port's entrance.
    ///   - serverName: where it is not the host.
    public init(
        _ witness: RequestWitness, host: String, at port: RoutingTable.Port, _ approach: Approach,
        clients: String? = nil, serverName: String? = nil
    ) {
        self.init()
        switch port.entrance {
        case .gateway(let name): set(.gateway, name)
        case .mesh(let service, let own):
            set(.mesh, service)
            if let from = own ?? clients { set(.from, from) }
        }
        self.port = port.number
        switch approach {
        case .plain:
            self.protocol = .http
        case .secure(let certificate):
            self.protocol = .https
            set(.sni, serverName ?? host)
            clientCertificate = certificate
        case .hello:
            self.protocol = .tls
            set(.sni, serverName ?? host)
            return
        case .opaque:
            self.protocol = port.isDatagram ? .udp : .tcp
            return
        }
        set(.method, witness.method)
        set(.host, host)
        set(.path, witness.target)
        beginHeaders()
        headersComplete = true
        for header in witness.headers {
            appendHeader(name: header.name.utf8Span.span, value: header.value.utf8Span.span)
        }
    }

    private mutating func set(_ field: Field, _ text: String) { set(field, to: text.utf8Span.span) }
}
