/// A port, protocol and hostname on which a Gateway takes traffic.
public struct Listener: Hashable, Sendable {
    /// Unique within the Gateway; `sectionName` of a parentRef refers to it.
    public var name: String
    /// A host or `*.` and a domain; nil for all.
    public var hostname: Located<String>?
    /// From 1.
    public var port: UInt16
    /// `protocol` in the manifest: `HTTP`, `HTTPS`, `TLS`, `TCP`, `UDP`, or a domain-prefixed one.
    public var protocolType: String
    /// For `HTTPS` and `TLS`.
    public var tls: ListenerTLSConfig?
    /// Which routes may attach.
    public var allowedRoutes: AllowedRoutes
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        name: String, hostname: Located<String>? = nil, port: UInt16, protocolType: String,
        tls: ListenerTLSConfig? = nil, allowedRoutes: AllowedRoutes, position: SourcePosition
    ) {
        self.name = name
        self.hostname = hostname
        self.port = port
        self.protocolType = protocolType
        self.tls = tls
        self.allowedRoutes = allowedRoutes
        self.position = position
    }
}

/// How a listener treats TLS.
public struct ListenerTLSConfig: Hashable, Sendable {
    /// Where TLS ends.
    public var mode: TLSMode
    /// The certificates to terminate with; the first is the one that must be supported.
    public var certificateRefs: [SecretObjectReference]
    /// Settings of the implementation.
    public var options: [String: String]
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        mode: TLSMode = .terminate, certificateRefs: [SecretObjectReference] = [], options: [String: String] = [:],
        position: SourcePosition
    ) {
        self.mode = mode
        self.certificateRefs = certificateRefs
        self.options = options
        self.position = position
    }
}

/// Where a TLS connection that a listener takes ends.
public enum TLSMode: String, Hashable, Sendable, CaseIterable {
    /// At the gateway.
    case terminate = "Terminate"
    /// At the backend; the gateway sees the server name alone.
    case passthrough = "Passthrough"
}

/// Names a Secret, or another object that holds a certificate.
public struct SecretObjectReference: Hashable, Sendable {
    /// API group; empty for the core group.
    public var group: String
    /// Kind of the object.
    public var kind: String
    /// Name of the object.
    public var name: String
    /// Nil for the namespace of the referrer. Another one needs a ReferenceGrant.
    public var namespace: String?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        group: String = APIGroup.core, kind: String = "Secret", name: String, namespace: String? = nil,
        position: SourcePosition
    ) {
        self.group = group
        self.kind = kind
        self.name = name
        self.namespace = namespace
        self.position = position
    }
}
