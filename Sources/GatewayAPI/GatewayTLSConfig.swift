/// What a Gateway does about TLS on all of its listeners, or towards backends.
public struct GatewayTLSConfig: Hashable, Sendable {
    /// Towards backends.
    public var backend: GatewayBackendTLS?
    /// Towards clients.
    public var frontend: FrontendTLSConfig?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        backend: GatewayBackendTLS? = nil, frontend: FrontendTLSConfig? = nil, position: SourcePosition
    ) {
        self.backend = backend
        self.frontend = frontend
        self.position = position
    }
}

/// How a Gateway presents itself to backends.
public struct GatewayBackendTLS: Hashable, Sendable {
    /// Its client certificate; nil for none.
    public var clientCertificateRef: SecretObjectReference?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        clientCertificateRef: SecretObjectReference? = nil, position: SourcePosition
    ) {
        self.clientCertificateRef = clientCertificateRef
        self.position = position
    }
}

/// Whether clients have to show certificates, by port.
public struct FrontendTLSConfig: Hashable, Sendable {
    /// `default.validation` in the manifest: for ports without an entry of their own. Nil asks for no certificate.
    public var validation: FrontendTLSValidation?
    /// Ports are unique.
    public var perPort: [FrontendTLSPort]
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        validation: FrontendTLSValidation?, perPort: [FrontendTLSPort] = [], position: SourcePosition
    ) {
        self.validation = validation
        self.perPort = perPort
        self.position = position
    }

    /// What holds for HTTPS listeners on a port: an entry of `perPort` replaces the default whole.
    public func validation(port: UInt16) -> FrontendTLSValidation? {
        if let entry = perPort.first(where: { $0.port == port }) { entry.validation } else { validation }
    }
}

/// What holds for the HTTPS listeners on one port.
public struct FrontendTLSPort: Hashable, Sendable {
    /// The port of the listeners.
    public var port: UInt16
    /// `tls.validation` in the manifest; nil asks for no certificate.
    public var validation: FrontendTLSValidation?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        port: UInt16, validation: FrontendTLSValidation?, position: SourcePosition
    ) {
        self.port = port
        self.validation = validation
        self.position = position
    }
}

/// How certificates of clients are checked.
public struct FrontendTLSValidation: Hashable, Sendable {
    /// Hold the certificates of authorities: ConfigMaps with `ca.crt`; at least one.
    public var caCertificateRefs: [ObjectReference]
    /// What becomes of clients without a valid one.
    public var mode: FrontendValidationMode
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        caCertificateRefs: [ObjectReference], mode: FrontendValidationMode = .allowValidOnly, position: SourcePosition
    ) {
        self.caCertificateRefs = caCertificateRefs
        self.mode = mode
        self.position = position
    }
}

/// What becomes of clients without a valid certificate.
public enum FrontendValidationMode: String, Hashable, Sendable, CaseIterable {
    /// The handshake fails.
    case allowValidOnly = "AllowValidOnly"
    /// They are let in; the backend has to care.
    case allowInsecureFallback = "AllowInsecureFallback"
}
