/// What a request must be like: all that is given must hold.
public struct HTTPRouteMatch: Hashable, Sendable {
    /// The path of the request.
    public var path: HTTPPathMatch
    /// Headers that must be there.
    public var headers: [HTTPHeaderMatch]
    /// Query parameters that must be there.
    public var queryParams: [HTTPQueryParamMatch]
    /// Nil for all methods.
    public var method: HTTPMethod?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        path: HTTPPathMatch, headers: [HTTPHeaderMatch] = [], queryParams: [HTTPQueryParamMatch] = [],
        method: HTTPMethod? = nil, position: SourcePosition
    ) {
        self.path = path
        self.headers = headers
        self.queryParams = queryParams
        self.method = method
        self.position = position
    }
}

/// What the path of a request must be like.
public struct HTTPPathMatch: Hashable, Sendable {
    /// How `value` is compared.
    public var type: PathMatchType
    /// A path that begins with `/`, or a regular expression.
    public var value: String
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        type: PathMatchType = .pathPrefix, value: String = "/", position: SourcePosition
    ) {
        self.type = type
        self.value = value
        self.position = position
    }
}

/// How the path of a request is compared.
public enum PathMatchType: String, Hashable, Sendable, CaseIterable {
    /// Byte for byte, with regard to case.
    case exact = "Exact"
    /// By whole segments: `/a` accepts `/a` and `/a/b`, not `/ab`.
    case pathPrefix = "PathPrefix"
    /// By a regular expression of the implementation's kind.
    case regularExpression = "RegularExpression"
}

/// What a header of a request must be like.
public struct HTTPHeaderMatch: Hashable, Sendable {
    /// How `value` is compared.
    public var type: HeaderMatchType
    /// As written; compared without regard to case.
    public var name: String
    /// The value, or a regular expression.
    public var value: String
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        type: HeaderMatchType = .exact, name: String, value: String, position: SourcePosition
    ) {
        self.type = type
        self.name = name
        self.value = value
        self.position = position
    }
}

/// What a query parameter of a request must be like.
public struct HTTPQueryParamMatch: Hashable, Sendable {
    /// How `value` is compared.
    public var type: HeaderMatchType
    /// Compared byte for byte.
    public var name: String
    /// The value, or a regular expression.
    public var value: String
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        type: HeaderMatchType = .exact, name: String, value: String, position: SourcePosition
    ) {
        self.type = type
        self.name = name
        self.value = value
        self.position = position
    }
}

/// How the value of a header or of a query parameter is compared.
public enum HeaderMatchType: String, Hashable, Sendable, CaseIterable {
    /// Byte for byte.
    case exact = "Exact"
    /// By a regular expression of the implementation's kind.
    case regularExpression = "RegularExpression"
}

/// The methods that a match may ask for.
public enum HTTPMethod: String, Hashable, Sendable, CaseIterable {
    /// `GET`
    case get = "GET"
    /// `HEAD`
    case head = "HEAD"
    /// `POST`
    case post = "POST"
    /// `PUT`
    case put = "PUT"
    /// `DELETE`
    case delete = "DELETE"
    /// `CONNECT`
    case connect = "CONNECT"
    /// `OPTIONS`
    case options = "OPTIONS"
    /// `TRACE`
    case trace = "TRACE"
    /// `PATCH`
    case patch = "PATCH"
}
