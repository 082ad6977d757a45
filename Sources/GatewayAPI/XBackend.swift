/// A backend that is no Service: a host outside of the cluster. Experimental; source: GEP-4731.
public struct XBackend: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// `externalHostname.hostname` in the manifest: the DNS name of the host.
    public var hostname: Located<String>
    /// `port.port` in the manifest.
    public var port: UInt16
    /// `port.name` in the manifest.
    public var portName: String?
    /// `protocol` in the manifest: what it speaks; nil leaves it to the kind of the route.
    public var protocolType: BackendProtocol?
    /// How TLS is spoken to it; nil for none.
    public var tls: XBackendTLS?

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, hostname: Located<String>, port: UInt16, portName: String? = nil,
        protocolType: BackendProtocol? = nil, tls: XBackendTLS? = nil
    ) {
        self.metadata = metadata
        self.hostname = hostname
        self.port = port
        self.portName = portName
        self.protocolType = protocolType
        self.tls = tls
    }
}

extension XBackend: Resource {
    /// The API group of the kind.
    public static let group = APIGroup.experimental
    /// The kind's name.
    public static let kind = "XBackend"
}

/// What a backend speaks.
public enum BackendProtocol: String, Hashable, Sendable, CaseIterable {
    /// Anything over TCP.
    case tcp = "TCP"
    /// HTTP of any version.
    case http = "HTTP"
    /// HTTP/2 over TLS.
    case http2 = "HTTP2"
    /// HTTP/1.1.
    case http11 = "HTTP11"
    /// HTTP/2 without TLS, by prior knowledge.
    case h2c = "H2C"
    /// The Model Context Protocol.
    case mcp = "MCP"
}

/// How TLS is spoken to a backend.
public struct XBackendTLS: Hashable, Sendable {
    /// Who shows a certificate.
    public var mode: Mode
    /// How the certificate of the backend is checked.
    public var validation: BackendTLSPolicyValidation?
    /// What the gateway shows, for mode `clientAndServer`.
    public var clientCertificateRef: SecretObjectReference?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        mode: Mode, validation: BackendTLSPolicyValidation? = nil, clientCertificateRef: SecretObjectReference? = nil,
        position: SourcePosition
    ) {
        self.mode = mode
        self.validation = validation
        self.clientCertificateRef = clientCertificateRef
        self.position = position
    }

    /// Who shows a certificate.
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        /// Nobody: no TLS.
        case none = "None"
        /// The backend.
        case serverOnly = "ServerOnly"
        /// The backend and the gateway.
        case clientAndServer = "ClientAndServer"
    }
}
