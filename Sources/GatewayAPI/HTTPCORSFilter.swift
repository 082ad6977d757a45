/// Answers cross-origin requests; `*` stands alone in its list. Source: the Fetch standard, CORS protocol.
public struct HTTPCORSFilter: Hashable, Sendable {
    /// Scheme, host (`*.` and a domain too) and port, or `*`.
    public var allowOrigins: [Located<String>]
    /// Whether cookies and authorisation may be sent.
    public var allowCredentials: Bool
    /// Methods, or `*`.
    public var allowMethods: [String]
    /// Request headers, or `*`.
    public var allowHeaders: [String]
    /// Response headers that scripts may read, or `*`.
    public var exposeHeaders: [String]
    /// Seconds for which a preflight answer may be kept.
    public var maxAge: Int32
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        allowOrigins: [Located<String>] = [], allowCredentials: Bool = false, allowMethods: [String] = [],
        allowHeaders: [String] = [], exposeHeaders: [String] = [], maxAge: Int32 = 5, position: SourcePosition
    ) {
        self.allowOrigins = allowOrigins
        self.allowCredentials = allowCredentials
        self.allowMethods = allowMethods
        self.allowHeaders = allowHeaders
        self.exposeHeaders = exposeHeaders
        self.maxAge = maxAge
        self.position = position
    }
}
