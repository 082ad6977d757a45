/// Answers with a redirect to the URL of the request, changed where a part is given.
public struct HTTPRequestRedirectFilter: Hashable, Sendable {
    /// Nil for that of the request.
    public var scheme: Scheme?
    /// Nil for that of the request.
    public var hostname: String?
    /// Nil for that of the request.
    public var path: HTTPPathModifier?
    /// Nil for what follows from scheme and listener.
    public var port: UInt16?
    /// Of the response.
    public var statusCode: StatusCode
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        scheme: Scheme? = nil, hostname: String? = nil, path: HTTPPathModifier? = nil, port: UInt16? = nil,
        statusCode: StatusCode = .found, position: SourcePosition
    ) {
        self.scheme = scheme
        self.hostname = hostname
        self.path = path
        self.port = port
        self.statusCode = statusCode
        self.position = position
    }

    /// The scheme of a redirect.
    public enum Scheme: String, Hashable, Sendable, CaseIterable {
        /// `http`
        case http = "http"
        /// `https`
        case https = "https"
    }

    /// The status of a redirect.
    public enum StatusCode: Int, Hashable, Sendable, CaseIterable {
        /// 301
        case movedPermanently = 301
        /// 302
        case found = 302
        /// 303
        case seeOther = 303
        /// 307
        case temporaryRedirect = 307
        /// 308
        case permanentRedirect = 308
    }
}

/// A new path for a request.
public enum HTTPPathModifier: Hashable, Sendable {
    /// The whole path becomes this.
    case replaceFullPath(Located<String>)
    /// The prefix that the rule matched becomes this.
    case replacePrefixMatch(Located<String>)
}
