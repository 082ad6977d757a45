/// Gateways speak TLS to the backends that this names, and check their certificates.
public struct BackendTLSPolicy: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// Services and the like, whole or by port name; of one target either once whole, or each section once.
    public var targetRefs: [PolicyTargetReference]
    /// How the certificate of a backend is checked.
    public var validation: BackendTLSPolicyValidation
    /// Settings of the implementation.
    public var options: [String: String]

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, targetRefs: [PolicyTargetReference], validation: BackendTLSPolicyValidation,
        options: [String: String] = [:]
    ) {
        self.metadata = metadata
        self.targetRefs = targetRefs
        self.validation = validation
        self.options = options
    }
}

extension BackendTLSPolicy: Resource {
    /// The API group of the kind.
    public static let group = APIGroup.gateway
    /// The kind's name.
    public static let kind = "BackendTLSPolicy"
}

/// How the certificate of a backend is checked. It has either `caCertificateRefs` or `wellKnownCACertificates`.
public struct BackendTLSPolicyValidation: Hashable, Sendable {
    /// Hold the certificates of authorities: ConfigMaps with `ca.crt`, in the namespace of the policy.
    public var caCertificateRefs: [LocalObjectReference]
    /// `System` for the authorities of the machine, or a domain-prefixed name of the implementation.
    public var wellKnownCACertificates: Located<String>?
    /// The server name of the hello (SNI); without `subjectAltNames` the certificate must be for it.
    public var hostname: Located<String>
    /// Where given, the certificate must have one of these instead.
    public var subjectAltNames: [SubjectAltName]
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        caCertificateRefs: [LocalObjectReference] = [], wellKnownCACertificates: Located<String>? = nil,
        hostname: Located<String>, subjectAltNames: [SubjectAltName] = [], position: SourcePosition
    ) {
        self.caCertificateRefs = caCertificateRefs
        self.wellKnownCACertificates = wellKnownCACertificates
        self.hostname = hostname
        self.subjectAltNames = subjectAltNames
        self.position = position
    }

    /// The well-known authorities of the machine that the gateway runs on.
    public static let system = "System"
}

/// A name that a certificate may hold. Source: RFC 5280, section 4.2.1.6.
public struct SubjectAltName: Hashable, Sendable {
    /// The kinds of names.
    public enum Name: Hashable, Sendable {
        /// A DNS name, or `*.` and a domain.
        case hostname(String)
        /// A URI, such as a SPIFFE identity.
        case uri(String)
    }

    /// The name.
    public var name: Name
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts.
    public init(_ name: Name, position: SourcePosition) {
        self.name = name
        self.position = position
    }
}
