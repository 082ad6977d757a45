/// What a match is ranked by among those of one hostname. Gateway API v1.6, `HTTPRouteRule.matches`; `Dialect.Ranking` says
/// which criteria count, and in which order.
public struct Precedence: Hashable, Sendable {
    /// What told two matches apart. Of each count the greater wins.
    public enum Criterion: String, Sendable, CaseIterable {
        /// The more specific hostname.
        case hostname
        /// The sum of points.
        case score
        /// An exact path, a regular expression, a prefix.
        case pathType
        /// The characters of the pattern as it is written; a lone slash counts nothing.
        case pathLength
        /// The bytes of the pattern as it is written; a lone slash counts nothing.
        case pathByteCount
        /// One with a method.
        case method
        case headerCount
        /// Headers, a method being one.
        case headerAndMethodCount
        /// Those of them that are compared with a text; a method is.
        case exactHeaderAndMethodCount
        case queryParameterCount
        /// Those of them that are compared with a text.
        case exactQueryParameterCount
        /// The older route.
        case routeAge
        /// The route first by `namespace/name`.
        case routeName
        case ruleOrder
        case matchOrder
    }

    private var pathType: UInt8
    private var pathLength: UInt32
    private var pathByteCount: UInt32
    private var hasMethod: Bool
    private var headerCount: UInt32
    private var exactHeaderCount: UInt32
    private var queryParameterCount: UInt32
    private var exactQueryParameterCount: UInt32
    private var created: Int64
    private var routeName: String
    private var ruleOrder: UInt32
    private var matchOrder: UInt32

    /// The rank of the match at `matchOrder` in the rule at `ruleOrder` of `route`.
    public init(_ match: Match, route: Route, ruleOrder: Int, matchOrder: Int) {
        let text: String
        switch match.path {
        case .exact(let path): (pathType, text) = (2, path)
        case .regularExpression(let expression): (pathType, text) = (1, expression.pattern)
        case .prefix(let path): (pathType, text) = (0, path == "/" ? "" : path)
        }
        pathLength = match.grpcMethod?.pathRank.length ?? UInt32(text.unicodeScalars.count)
        pathByteCount = match.grpcMethod?.pathRank.length ?? UInt32(text.utf8.count)
        if let rank = match.grpcMethod?.pathRank { pathType = rank.type }
        hasMethod = match.method != nil
        headerCount = UInt32(match.headers.count)
        exactHeaderCount = UInt32(match.headers.count { $0.value.isExact })
        queryParameterCount = UInt32(match.queryParameters.count)
        exactQueryParameterCount = UInt32(match.queryParameters.count { $0.value.isExact })
        created = route.created ?? .max
        routeName = "\(route.namespace)/\(route.name)"
        self.ruleOrder = UInt32(ruleOrder)
        self.matchOrder = UInt32(matchOrder)
    }

    /// Greater is preferred; 0 for the criteria that are no counts of a match.
    private func count(_ criterion: Criterion) -> UInt32 {
        switch criterion {
        case .pathType: UInt32(pathType)
        case .pathLength: pathLength
        case .pathByteCount: pathByteCount
        case .method: hasMethod ? 1 : 0
        case .headerCount: headerCount
        case .headerAndMethodCount: headerCount + (hasMethod ? 1 : 0)
        case .exactHeaderAndMethodCount: exactHeaderCount + (hasMethod ? 1 : 0)
        case .queryParameterCount: queryParameterCount
        case .exactQueryParameterCount: exactQueryParameterCount
        case .hostname, .score, .routeAge, .routeName, .ruleOrder, .matchOrder: 0
        }
    }

    /// The first of `criteria` by which the two differ; nil where they are of one rank.
    public func criterion(against other: Precedence, by criteria: [Criterion]) -> Criterion? {
        criteria.first { count($0) != other.count($0) }
    }

    /// What tells two matches of one rank apart; nil where they are the same match.
    public func tieBreaker(against other: Precedence) -> Criterion? {
        if created != other.created { return .routeAge }
        if routeName != other.routeName { return .routeName }
        if ruleOrder != other.ruleOrder { return .ruleOrder }
        return matchOrder == other.matchOrder ? nil : .matchOrder
    }

    /// Whether this one is preferred by the criterion by which the two differ.
    func isPreferred(to other: Precedence, by criterion: Criterion) -> Bool {
        switch criterion {
        case .routeAge: created < other.created
        case .routeName: routeName.utf8.lexicographicallyPrecedes(other.routeName.utf8)
        case .ruleOrder: ruleOrder < other.ruleOrder
        case .matchOrder: matchOrder < other.matchOrder
        default: count(criterion) > other.count(criterion)
        }
    }
}

extension ValuePredicate {
    var isExact: Bool {
        if case .exact = self { true } else { false }
    }
}
