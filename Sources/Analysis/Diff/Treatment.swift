internal import Routing

/// What a rule does with whatever request it gets, in a form that is the same in two tables: where two treatments are equal,
/// no request is treated differently by one and the other. Where they are not, requests may still be: their decisions tell.
struct Treatment: Hashable {
    /// A backend with what becomes of a request that is sent to it.
    private struct Destination: Hashable {
        /// Nil where the reference is not valid.
        var backend: BackendIdentity?
        var hasEndpoints: Bool
        var failsTLS: BackendTLS.Failure?
        var filters: [TreatmentFilter]

        /// Whether the backend gets the request.
        var answers: Bool { backend != nil && hasEndpoints && failsTLS == nil }
    }

    private var route: RouteIdentity
    private var filters: [TreatmentFilter]
    private var shares: [Destination: UInt64] = [:]
    /// How the rule has no backend, where it has none.
    private var absence: Int?
    private var timeouts = Timeouts()
    private var retry: Retry?
    /// Of the match, where a filter replaces the prefix.
    private var prefix: PathPredicate?
    /// Of the listener, where a filter redirects.
    private var scheme: Listener.Scheme?
    private var carriesRequests: Bool

    /// The treatment that a match of `table` gives on a listener.
    init(_ table: RoutingTable, _ match: MatchIndex, on listener: Listener) {
        let ruleIndex = table.matches[match.place].rule
        let rule = table.rule(ruleIndex)
        route = RouteIdentity(table.route(of: ruleIndex))
        carriesRequests = listener.scheme.carriesRequests
        filters = rule.filters.map { TreatmentFilter($0, table) }
        if (rule.filters + rule.backends.flatMap(\.filters)).contains(where: \.replacesPrefix) {
            prefix = table.match(match).path
        }
        let redirects = rule.filters.contains { if case .redirect = $0 { true } else { false } }
        if redirects {
            scheme = listener.scheme
            return
        }
        timeouts = rule.timeouts
        retry = rule.retry
        let total = rule.backends.reduce(UInt64(0)) { $0 + UInt64($1.weight) }
        for reference in rule.backends where reference.weight > 0 {
            let backend = reference.backend.map { table.backends[$0.place] }
            var destination = Destination(
                backend: backend.map(BackendIdentity.init), hasEndpoints: backend?.hasReadyEndpoints ?? false,
                failsTLS: listener.originatesTLS ? backend?.tls?.failure : nil, filters: [])
            // What is answered with an error passes no filter of the backend.
            if destination.answers { destination.filters = reference.filters.map { TreatmentFilter($0, table) } }
            shares[destination, default: 0] += UInt64(reference.weight)
        }
        let divisor = shares.values.reduce(0, Self.greatestCommonDivisor)
        if divisor > 1 { shares = shares.mapValues { $0 / divisor } }
        if total == 0 { absence = rule.backends.isEmpty ? (rule.filters.isEmpty ? 0 : 1) : 2 }
        let answers = table.dialect.backends
        if absence != nil, answers.statusOfNone == answers.statusOfZeroWeights,
            answers.statusOfNone == answers.statusOfNoneWithFilters
        {
            absence = 0
        }
        // Where all get an error, no filter counts but the one that answers by itself.
        if shares.isEmpty || shares.count == 1 && !shares.keys.contains(where: \.answers),
            rule.filters.allSatisfy({ $0.forwardsAlone && table.dialect.filters.mirror == .carriedOut })
        {
            filters = []
            prefix = nil
        }
    }

    private static func greatestCommonDivisor(_ one: UInt64, _ other: UInt64) -> UInt64 {
        var (one, other) = (one, other)
        while other != 0 { (one, other) = (other, one % other) }
        return one
    }

    /// Whether the two differ in the route's name alone.
    func isSame(as other: Treatment) -> Bool {
        var other = other
        other.route = route
        return self == other
    }
}

/// A filter whose backend, if it has one, is named.
private struct TreatmentFilter: Hashable {
    private var filter: Filter
    private var mirrored: BackendIdentity?

    init(_ filter: Filter, _ table: RoutingTable) {
        self.filter = filter
        guard case .mirror(var mirror) = filter else { return }
        mirrored = mirror.backend.map { BackendIdentity(table.backends[$0.place]) }
        mirror.backend = nil
        self.filter = .mirror(mirror)
    }
}

extension Filter {
    /// Whether it says something of requests that are forwarded, and of no others.
    fileprivate var forwardsAlone: Bool {
        switch self {
        case .requestHeaders, .responseHeaders, .rewrite, .mirror: true
        case .redirect, .cors: false
        }
    }

    fileprivate var replacesPrefix: Bool {
        let modifier: PathModifier?
        switch self {
        case .redirect(let redirect): modifier = redirect.path
        case .rewrite(let rewrite): modifier = rewrite.path
        case .requestHeaders, .responseHeaders, .mirror, .cors: return false
        }
        if case .replacePrefixMatch = modifier { return true }
        return false
    }
}
