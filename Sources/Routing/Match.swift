/// What a match asks of the path. Gateway API v1.6, `HTTPPathMatch`.
public enum PathPredicate: Hashable, Sendable {
    /// The path is this text, case included.
    case exact(String)
    /// The path begins with these segments. A trailing slash is ignored: `/a/` and `/a` both match `/a`, `/a/` and `/a/b`,
    /// neither matches `/ab`.
    case prefix(String)
    /// All of the path matches, or a part of it, as the dialect says.
    case regularExpression(RegularExpression)

    /// What every request satisfies; the API server's default.
    public static let everything = PathPredicate.prefix("/")
}

/// What a match asks of a header or of a query parameter.
public enum ValuePredicate: Hashable, Sendable {
    /// The value is this text, case included.
    case exact(String)
    /// All of the value matches, or a part of it, as the dialect says.
    case regularExpression(RegularExpression)
}

/// A header or query parameter that a match asks for.
public struct FieldPredicate: Hashable, Sendable {
    /// A header's name in lower case, or a parameter's name as it is written.
    public var name: String
    /// What its value must be.
    public var value: ValuePredicate

    /// Asks for a field.
    public init(name: String, value: ValuePredicate) {
        self.name = name
        self.value = value
    }
}

/// The conditions of one `HTTPRouteMatch`, all of which must hold.
public struct Match: Hashable, Sendable {
    /// What the path must be.
    public var path: PathPredicate
    /// The headers, each name once, unless the dialect of the table says that all entries of a name must hold.
    public private(set) var headers: [FieldPredicate]
    /// The entries whose name an earlier one has, in order.
    public private(set) var repeatedHeaders: [FieldPredicate]
    /// The query parameters, each name once.
    public let queryParameters: [FieldPredicate]
    /// The method, case included; nil is any.
    public var method: String?
    /// The names of gRPC that `path` was made of, by which the match is ranked; nil for matches that speak of the path.
    public var grpcMethod: GRPCMethod?

    /// Makes a match. Of several entries with one name (for headers whatever their case) the first is taken and the others
    /// do not count, as `HTTPHeaderMatch.name` and `HTTPQueryParamMatch.name` say.
    public init(
        path: PathPredicate = .everything, headers: [FieldPredicate] = [], queryParameters: [FieldPredicate] = [],
        method: String? = nil
    ) {
        self.path = path
        (self.headers, repeatedHeaders) = Self.firstOfEachName(
            headers.map { FieldPredicate(name: $0.name.lowercased(), value: $0.value) })
        self.queryParameters = Self.firstOfEachName(queryParameters).first
        self.method = method
    }

    private static func firstOfEachName(
        _ fields: [FieldPredicate]
    ) -> (first: [FieldPredicate], later: [FieldPredicate]) {
        var seen: Set<String> = []
        var (first, later): ([FieldPredicate], [FieldPredicate]) = ([], [])
        for field in fields {
            if seen.insert(field.name).inserted { first.append(field) } else { later.append(field) }
        }
        return (first, later)
    }

    /// The match as a dialect reads it.
    func read(by dialect: Dialect) -> Match {
        var match = self
        if dialect.conditions.repeatedEntry == .mustHold {
            match.headers += match.repeatedHeaders
            match.repeatedHeaders = []
        }
        guard let method = grpcMethod else { return match }
        switch dialect.conditions.grpcMethod {
        case .names: break
        case .path:
            if method.service == nil, method.method != nil, !method.isExpression {
                match.grpcMethod?.isRankedAsPrefix = true
            } else {
                match.grpcMethod = nil
            }
        case .expression:
            match.grpcMethod = nil
            match.path = method.expression ?? match.path
        }
        return match
    }
}
