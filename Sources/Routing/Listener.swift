/// Where traffic comes in.
public enum Entrance: Hashable, Sendable {
    /// A Gateway, as `namespace/name`.
    case gateway(String)
    /// A Service that others dial in the mesh, as `namespace/name`. `clients` is the namespace whose clients it is for; nil
    /// is for the clients of every namespace that has no entrance of its own.
    case mesh(service: String, clients: String?)

    /// The Gateway; empty for the mesh.
    public var gateway: String {
        if case .gateway(let name) = self { name } else { "" }
    }

    /// The Service dialled; nil for Gateways.
    public var meshService: String? {
        if case .mesh(let service, _) = self { service } else { nil }
    }
}

extension Entrance: CustomStringConvertible {
    /// The Gateway or Service, and whose clients it is for.
    public var description: String {
        switch self {
        case .gateway(let name): name
        case .mesh(let service, let clients): clients.map { "Service \(service) for \($0)" } ?? "Service \(service)"
        }
    }
}

/// A listener of a Gateway, or a port of a Service in the mesh, with the routes that attached to it.
public struct Listener: Hashable, Sendable {
    /// What the client speaks to the listener, and what the listener does with it.
    public enum Scheme: String, Hashable, Sendable {
        case http
        case https
        /// TLS whose hello is read and whose bytes are passed on as they are.
        case passthrough
        /// TLS that ends here; what is inside is passed on as it is.
        case tls
        case tcp
        case udp

        /// Whether requests are told apart, or connections alone.
        public var carriesRequests: Bool { self == .http || self == .https }
        /// Whether the client begins with a TLS hello, by whose server name the listener is found.
        public var beginsWithHello: Bool { self == .https || self == .passthrough || self == .tls }
    }

    /// Where it belongs.
    public var entrance: Entrance
    /// The ListenerSet that it comes from, as `namespace/name`; nil for the Gateway's own.
    public var listenerSet: String?
    /// `listeners[].name`; for the mesh the name of the Service's port.
    public var name: String
    /// The port.
    public var port: UInt16
    /// The protocol.
    public var scheme: Scheme
    /// Which hosts it serves.
    public var hostname: HostnamePattern
    /// The routes attached.
    public var routes: [RouteIndex]
    /// Whether a client without a certificate that the listener's authorities vouch for is cut off. Gateway API v1.6,
    /// `FrontendTLSValidation`, mode `AllowValidOnly`.
    public var demandsClientCertificate: Bool
    /// The Secret whose certificate is shown to backends that are reached over TLS, as `namespace/name`; nil for none.
    public var backendClientCertificate: String?
    /// Where it was written.
    public var origin: Origin

    /// Makes a listener of any kind.
    public init(
        entrance: Entrance, listenerSet: String? = nil, name: String, port: UInt16, scheme: Scheme = .http,
        hostname: HostnamePattern = .any, routes: [RouteIndex], demandsClientCertificate: Bool = false,
        backendClientCertificate: String? = nil, origin: Origin = Origin()
    ) {
        self.entrance = entrance
        self.listenerSet = listenerSet
        self.name = name
        self.port = port
        self.scheme = scheme
        self.hostname = hostname
        self.routes = routes
        self.demandsClientCertificate = demandsClientCertificate
        self.backendClientCertificate = backendClientCertificate
        self.origin = origin
    }

    /// Makes a listener of a Gateway.
    public init(
        gateway: String, name: String, port: UInt16, scheme: Scheme = .http, hostname: HostnamePattern = .any,
        routes: [RouteIndex], origin: Origin = Origin()
    ) {
        self.init(
            entrance: .gateway(gateway), name: name, port: port, scheme: scheme, hostname: hostname, routes: routes,
            origin: origin)
    }

    /// The Gateway, as `namespace/name`; empty for the mesh.
    public var gateway: String { entrance.gateway }

    /// Whether BackendTLSPolicies count for what is sent on from here: they are about Gateways, and a Gateway that passes
    /// the client's own TLS on adds none.
    public var originatesTLS: Bool {
        entrance.meshService == nil && (scheme.carriesRequests || scheme == .tls)
    }
}
