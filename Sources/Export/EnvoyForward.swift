internal import Routing

/// Where a rule's requests go, as Envoy's `RouteAction`, and what is done to their headers on the way.
struct EnvoyForward {
    let table: RoutingTable
    let rule: Rule
    let matched: PathPredicate
    /// What cannot be said in Envoy's words.
    private(set) var problems: [String] = []

    init(table: RoutingTable, rule: Rule, matched: PathPredicate) {
        self.table = table
        self.rule = rule
        self.matched = matched
    }

    private var dialect: Dialect.Filters { table.dialect.filters }

    /// Those that get a share.
    private var backends: [BackendReference] { rule.backends.filter { $0.weight > 0 } }

    /// The members of the route beside its match.
    mutating func members() -> [ConfigurationValue.Member] {
        guard !backends.isEmpty, backends.contains(where: { $0.backend != nil }) else {
            return [.init(name: "direct_response", value: ["status": 500])]
        }
        // With one backend its filters are the route's; Envoy has fewer of them where a share is drawn.
        let isOne = backends.count == 1 && dialect.modifierScope == .backendLast
        let own = isOne ? rule.filters + backends[0].filters : rule.filters
        var action: [ConfigurationValue.Member] = []
        if isOne, let backend = backends[0].backend {
            action.append(.init(name: "cluster", value: .string(EnvoyCluster.name(table.backends[backend.place]))))
        } else {
            let clusters = backends.map { weighted($0) }
            action.append(.init(name: "weighted_clusters", value: ["clusters": .array(clusters)]))
        }
        action += rewrites(own)
        let mirrors = own.compactMap { filter -> Mirror? in
            if case .mirror(let mirror) = filter { mirror } else { nil }
        }
        action.append(.init(name: "request_mirror_policies", value: .list(mirrors.compactMap { self.mirror($0) })))
        action += patience()
        let route = ConfigurationValue.Member(name: "route", value: .object(action))
        return foldsModifiers ? [route] : [route] + headers([own])
    }

    /// Whether each share says what the rule says to headers as well. Envoy does what a share says before what its route says,
    /// which is too late where the backend's filters come last.
    private var foldsModifiers: Bool {
        backends.count > 1 && dialect.modifierScope == .backendLast
            && backends.contains { !$0.filters.requestModifiers.isEmpty || !$0.filters.responseModifiers.isEmpty }
    }

    /// What lists of filters come to, one list after the other.
    private func headers(_ lists: [[Filter]]) -> [ConfigurationValue.Member] {
        let filters = lists.flatMap { $0 }
        return HeaderEffect(filters.requestModifiers, order: dialect.modifierOrder).members("request")
            + HeaderEffect(filters.responseModifiers, order: dialect.modifierOrder).members("response")
    }

    private mutating func weighted(_ reference: BackendReference) -> ConfigurationValue {
        let name = reference.backend.map { EnvoyCluster.name(table.backends[$0.place]) } ?? EnvoyCluster.invalidName
        var host = HeaderEffect(reference.filters.requestModifiers, order: dialect.modifierOrder).host
        for filter in reference.filters {
            switch filter {
            case .rewrite(let rewrite):
                if let name = rewrite.hostname { host = name }
                if rewrite.path != nil {
                    problems.append("the path rewrite of backend \(name) is left out: Envoy has none for a share")
                }
            case .mirror: problems.append("the mirror of backend \(name) is left out: Envoy has none for a share")
            case .requestHeaders, .responseHeaders, .cors, .redirect: break
            }
        }
        let members: [ConfigurationValue.Member] = [
            .init(name: "name", value: .string(name)),
            .init(name: "weight", value: .integer(Int64(reference.weight))),
            .init(name: "host_rewrite_literal", value: .optional(host)),
        ]
        return .object(members + headers(foldsModifiers ? [rule.filters, reference.filters] : [reference.filters]))
    }

    /// The last rewrite of the host and of the path: each is of the request as it came.
    private func rewrites(_ filters: [Filter]) -> [ConfigurationValue.Member] {
        var host: String?
        var path: PathModifier?
        for filter in filters {
            switch filter {
            case .requestHeaders(let modifier):
                host = HeaderEffect([modifier], order: dialect.modifierOrder).host ?? host
            case .rewrite(let rewrite):
                host = rewrite.hostname ?? host
                path = rewrite.path ?? path
            default: break
            }
        }
        return [.init(name: "host_rewrite_literal", value: .optional(host))]
            + PathRewrite.rewrite(path, matched: matched, dialect)
    }

    private mutating func mirror(_ mirror: Mirror) -> ConfigurationValue? {
        guard let backend = mirror.backend, mirror.numerator > 0 else { return nil }
        let million: UInt64 = 1_000_000
        let (parts, rest) = (UInt64(mirror.numerator) * million).quotientAndRemainder(
            dividingBy: UInt64(mirror.denominator))
        if rest != 0 {
            problems.append(
                "the mirrored share \(mirror.numerator)/\(mirror.denominator) is rounded down to a whole millionth")
        }
        return [
            "cluster": .string(EnvoyCluster.name(table.backends[backend.place])),
            "runtime_fraction": [
                "default_value": ["numerator": .integer(Int64(min(parts, million))), "denominator": "MILLION"]
            ],
            "disable_shadow_host_suffix_append": true,
        ]
    }

    /// Timeouts and retries. Envoy's own default of 15 s would be one that the route does not have.
    private mutating func patience() -> [ConfigurationValue.Member] {
        var members: [ConfigurationValue.Member] = [
            .init(name: "timeout", value: .duration(nanoseconds: rule.timeouts.request ?? 0))
        ]
        var policy: [ConfigurationValue.Member] = []
        if let retry = rule.retry {
            let open = table.dialect.retries
            let codes = (retry.codes.isEmpty ? open.codes : retry.codes).map { ConfigurationValue.integer(Int64($0)) }
            let broken = open.broken ? "reset" : "refused-stream"
            policy.append(.init(name: "retry_on", value: .string("connect-failure,\(broken),retriable-status-codes")))
            policy.append(.init(name: "retriable_status_codes", value: .list(codes)))
            policy.append(.init(name: "num_retries", value: .integer(Int64(retry.attempts ?? open.attempts))))
            if let backoff = retry.backoff {
                if open.backoff == .least {
                    problems.append(
                        "Envoy draws the wait before a retry below the backoff, which is no least wait there")
                }
                if backoff < 1_000_000 {
                    problems.append("a backoff below 1 ms becomes 1 ms, the least that Envoy takes")
                }
                let interval = ConfigurationValue.duration(nanoseconds: max(backoff, 1_000_000))
                policy.append(.init(name: "retry_back_off", value: ["base_interval": interval]))
            }
        }
        if let attempt = rule.timeouts.backendRequest, attempt > 0 {
            policy.append(.init(name: "per_try_timeout", value: .duration(nanoseconds: attempt)))
        }
        if !policy.isEmpty { members.append(.init(name: "retry_policy", value: .object(policy))) }
        return members
    }
}

extension [Filter] {
    fileprivate var requestModifiers: [HeaderModifier] {
        compactMap { if case .requestHeaders(let modifier) = $0 { modifier } else { nil } }
    }

    var responseModifiers: [HeaderModifier] {
        compactMap { if case .responseHeaders(let modifier) = $0 { modifier } else { nil } }
    }
}
