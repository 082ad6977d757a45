/// Cross-origin rules of a route. Gateway API v1.6, `HTTPCORSFilter`; the protocol is the Fetch standard's, section 3.3.
public struct CORS: Hashable, Sendable {
    /// `scheme://host[:port]`, where the host may begin with a wildcard, or `*` alone.
    public var allowOrigins: [String]
    /// Whether cookies and their like may be sent.
    public var allowCredentials: Bool
    /// Methods, or `*`.
    public var allowMethods: [String]
    /// Header names, or `*`.
    public var allowHeaders: [String]
    /// Header names, or `*`.
    public var exposeHeaders: [String]
    /// How long a client may keep the answer to a preflight, in seconds.
    public var maxAge: Int32

    /// Makes the rules.
    public init(
        allowOrigins: [String] = [], allowCredentials: Bool = false, allowMethods: [String] = [],
        allowHeaders: [String] = [],
        exposeHeaders: [String] = [], maxAge: Int32 = 5
    ) {
        self.allowOrigins = allowOrigins
        self.allowCredentials = allowCredentials
        self.allowMethods = allowMethods
        self.allowHeaders = allowHeaders
        self.exposeHeaders = exposeHeaders
        self.maxAge = maxAge
    }

    /// Whether a request is a preflight: OPTIONS with Origin and Access-Control-Request-Method.
    static func isPreflight(_ request: Request) -> Bool {
        request.method == "OPTIONS" && request.header("origin") != nil
            && request.header("access-control-request-method") != nil
    }

    /// Whether a page of `origin` may read the answers.
    public func allows(origin: String) -> Bool {
        guard let asked = WebOrigin(origin) else { return allowOrigins.contains("*") }
        return allowOrigins.contains { pattern in
            pattern == "*" || WebOrigin(pattern)?.matches(asked) == true
        }
    }

    /// The headers of the answer to a preflight. An origin that is not allowed gets none of them: the client then stops.
    func preflightHeaders(_ request: Request) -> [HeaderField] {
        guard let origin = request.header("origin"), allows(origin: origin) else { return [] }
        var fields = commonHeaders(origin: origin)
        let methods = value(allowMethods, echoing: request.header("access-control-request-method"))
        if let methods { fields.append(HeaderField("Access-Control-Allow-Methods", methods)) }
        let headers = value(allowHeaders, echoing: request.header("access-control-request-headers"))
        if let headers { fields.append(HeaderField("Access-Control-Allow-Headers", headers)) }
        fields.append(HeaderField("Access-Control-Max-Age", String(maxAge)))
        return fields
    }

    /// The headers that the gateway sets on the answer to a cross-origin request that is not a preflight.
    func responseHeaders(_ request: Request) -> [HeaderField] {
        guard let origin = request.header("origin"), allows(origin: origin) else { return [] }
        return commonHeaders(origin: origin)
    }

    private func commonHeaders(origin: String) -> [HeaderField] {
        var fields = [HeaderField("Access-Control-Allow-Origin", origin)]
        if allowCredentials { fields.append(HeaderField("Access-Control-Allow-Credentials", "true")) }
        // With credentials an asterisk would be taken for a header of that name, so it is not sent.
        let exposed = allowCredentials ? exposeHeaders.filter { $0 != "*" } : exposeHeaders
        if !exposed.isEmpty {
            fields.append(HeaderField("Access-Control-Expose-Headers", exposed.joined(separator: ", ")))
        }
        return fields
    }

    /// The list as it is configured; a wildcard stands for what was asked for, since an asterisk means itself where
    /// credentials are allowed.
    private func value(_ list: [String], echoing asked: String?) -> String? {
        guard !list.isEmpty else { return nil }
        guard list.contains("*") else { return list.joined(separator: ", ") }
        return allowCredentials ? asked : "*"
    }
}

/// A web origin (RFC 6454), or a pattern for origins.
struct WebOrigin {
    var scheme: Substring
    var host: Substring
    var port: UInt16

    init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return nil }
        scheme = text[..<colon]
        var rest = text[colon...].dropFirst(3)
        port = scheme == "https" ? 443 : 80
        if let last = rest.lastIndex(of: ":"), !rest[last...].contains("]") {
            guard let number = UInt16(rest[last...].dropFirst()) else { return nil }
            port = number
            rest = rest[..<last]
        }
        host = rest
    }

    /// Whether `origin` is meant by this pattern: "`*` is a greedy match to the left, including any number of DNS labels".
    func matches(_ origin: WebOrigin) -> Bool {
        guard scheme == origin.scheme, port == origin.port else { return false }
        if host == "*" { return true }
        if host.hasPrefix("*.") {
            let suffix = host.dropFirst()
            return origin.host.utf8.count > suffix.utf8.count && origin.host.hasSuffix(suffix)
        }
        return host == origin.host
    }
}
