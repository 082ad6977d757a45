/// The rank of a match among those that match a request: the lesser wins. Gateway API v1.6, `HTTPRouteRule.matches`.
///
/// The order is total: an exact path, a regular expression, a prefix; the longer pattern as it is written, a lone slash
/// counting nothing; one with a method; more headers; more query parameters; the older route; the route first by
/// `namespace/name`; the earlier rule; the earlier match. Ranks are compared within one hostname only, since a more specific
/// hostname outweighs all of them.
public struct Precedence: Hashable, Sendable {
    /// What told two matches apart.
    public enum Criterion: String, Sendable, CaseIterable {
        case hostname, pathType, pathLength, method, headerCount, queryParameterCount, routeAge, routeName, ruleOrder,
            matchOrder
    }

    private var pathType: UInt8
    private var pathLength: UInt32
    private var hasMethod: Bool
    private var headerCount: UInt32
    private var queryParameterCount: UInt32
    private var created: Int64
    private var routeName: String
    private var ruleOrder: UInt32
    private var matchOrder: UInt32

    /// The rank of the match at `matchOrder` in the rule at `ruleOrder` of `route`.
    public init(_ match: Match, route: Route, ruleOrder: Int, matchOrder: Int) {
        switch match.path {
        case .exact(let path): (pathType, pathLength) = (0, Self.length(path))
        case .regularExpression(let expression): (pathType, pathLength) = (1, Self.length(expression.pattern))
        case .prefix(let path): (pathType, pathLength) = (2, path == "/" ? 0 : Self.length(path))
        }
        if let rank = match.grpcRank { (pathType, pathLength) = (0, rank.pathLength) }
        hasMethod = match.method != nil
        headerCount = UInt32(match.headers.count)
        queryParameterCount = UInt32(match.queryParameters.count)
        created = route.created ?? .max
        routeName = "\(route.namespace)/\(route.name)"
        self.ruleOrder = UInt32(ruleOrder)
        self.matchOrder = UInt32(matchOrder)
    }

    /// The first criterion by which the two differ; nil where they are the same match.
    public func criterion(against other: Precedence) -> Criterion? {
        if pathType != other.pathType { return .pathType }
        if pathLength != other.pathLength { return .pathLength }
        if hasMethod != other.hasMethod { return .method }
        if headerCount != other.headerCount { return .headerCount }
        if queryParameterCount != other.queryParameterCount { return .queryParameterCount }
        if created != other.created { return .routeAge }
        if routeName != other.routeName { return .routeName }
        if ruleOrder != other.ruleOrder { return .ruleOrder }
        return matchOrder == other.matchOrder ? nil : .matchOrder
    }

    private static func length(_ text: String) -> UInt32 { UInt32(text.unicodeScalars.count) }
}

extension Precedence: Comparable {
    /// Whether `left` is preferred.
    public static func < (left: Precedence, right: Precedence) -> Bool {
        switch left.criterion(against: right) {
        case .pathType: left.pathType < right.pathType
        case .pathLength: left.pathLength > right.pathLength
        case .method: left.hasMethod
        case .headerCount: left.headerCount > right.headerCount
        case .queryParameterCount: left.queryParameterCount > right.queryParameterCount
        case .routeAge: left.created < right.created
        case .routeName: left.routeName.utf8.lexicographicallyPrecedes(right.routeName.utf8)
        case .ruleOrder: left.ruleOrder < right.ruleOrder
        case .matchOrder: left.matchOrder < right.matchOrder
        case .hostname, nil: false
        }
    }
}
