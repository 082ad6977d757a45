/// How a gateway connects to a backend over TLS. Gateway API v1.6, `BackendTLSPolicy`.
public struct BackendTLS: Hashable, Sendable {
    /// Why no connection comes about, as far as the input tells.
    public enum Failure: Hashable, Sendable {
        /// There is no authority to trust: "the client MUST receive an HTTP 5xx error response".
        case noAuthority
        /// The backend shows a certificate that the gateway does not accept; the text says why.
        case certificate(String)
    }

    /// The policy, as `namespace/name`.
    public var policy: String
    /// What the gateway asks for in its hello (SNI).
    public var serverName: String
    /// One of these must be in the certificate; where there are none, the server name must.
    public var subjectAltNames: [String]
    /// Nil where the connection comes about.
    public var failure: Failure?

    /// Says how a backend is reached.
    public init(
        policy: String, serverName: String, subjectAltNames: [String] = [], failure: Failure? = nil
    ) {
        self.policy = policy
        self.serverName = serverName
        self.subjectAltNames = subjectAltNames
        self.failure = failure
    }
}
