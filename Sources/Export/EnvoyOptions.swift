public import Routing

/// An address to listen on or to connect to.
public struct SocketEndpoint: Hashable, Sendable {
    /// An IP address or a name.
    public var host: String
    /// The port.
    public var port: UInt16

    /// Makes an endpoint.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`, an IPv6 address in brackets; nil where the text is neither.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: port)
    }

    /// Whether the host is a literal address, so that nothing has to be resolved.
    var isAddress: Bool { host.contains(":") || host.utf8.allSatisfy { $0 == 0x2E || $0 &- 0x30 < 10 } }

    var configuration: ConfigurationValue {
        ["socket_address": ["address": .string(host), "port_value": .integer(Int64(port))]]
    }
}

/// Where an exported proxy listens and where its backends are.
public struct EnvoyOptions: Hashable, Sendable {
    /// By `namespace/name:port` of a Gateway. Others listen on every address, at the port of the manifest.
    public var listeners: [String: SocketEndpoint] = [:]
    /// By `namespace/name:port` of a Service. Others are looked up by the Service's name in the cluster's DNS.
    public var endpoints: [String: SocketEndpoint] = [:]
    /// What follows `name.namespace.svc.` in the cluster's DNS.
    public var clusterDomain = "cluster.local"

    /// The defaults.
    public init() {}
}

/// Something that the table says and the exported configuration does not, or not quite.
public struct ExportNote: Hashable, Sendable {
    /// What it is about, such as `HTTPRoute shop/cart rule 0`.
    public var subject: String
    /// What differs.
    public var message: String
    /// Where it was written.
    public var origin: Origin
}
