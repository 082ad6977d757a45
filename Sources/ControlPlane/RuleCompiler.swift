internal import GatewayAPI
internal import Routing

/// Turns the rules of a route of any kind into those of the table.
struct RuleCompiler {
    /// What came of a route's rules.
    struct Result {
        var rules: [Rule] = []
        /// Rules that weir, like any controller, cannot carry out as they are written: they are dropped.
        var dropped: [ReferenceProblem] = []
        /// References that lead nowhere, in the order of the route.
        var unresolved: [ReferenceProblem] = []
        /// Filters whose effect is not known here.
        var notModelled: [ReferenceProblem] = []

        /// The backends that some rule sends to, mirrors included.
        var backends: Set<BackendIndex> {
            var found: Set<BackendIndex> = []
            for rule in rules {
                for reference in rule.backends {
                    if let backend = reference.backend { found.insert(backend) }
                }
                for filter in rule.filters + rule.backends.flatMap(\.filters) {
                    if case .mirror(let mirror) = filter, let backend = mirror.backend { found.insert(backend) }
                }
            }
            return found
        }
    }

    private let kind: String
    private let namespace: String
    /// Services that the route's clients dial, as `namespace/name`.
    private let dialled: Set<String>
    private var result = Result()

    private init(kind: String, namespace: String, dialled: Set<String>) {
        self.kind = kind
        self.namespace = namespace
        self.dialled = dialled
    }

    /// Compiles the rules of `route`, whose backends `resolver` finds and keeps.
    static func compile<R: RouteResource>(_ route: R, resolver: inout BackendResolver) -> Result
    where R.Rule: MatchingRule {
        var compiler = RuleCompiler(
            kind: R.kind, namespace: route.metadata.namespace ?? "", dialled: route.dialledServices)
        for (place, rule) in route.rules.enumerated() { compiler.add(rule, "spec.rules[\(place)]", &resolver) }
        return compiler.result
    }

    private mutating func add(_ source: some MatchingRule, _ path: String, _ resolver: inout BackendResolver) {
        var rule = Rule(name: source.name?.value, matches: [], origin: Origin(source.position))
        do {
            for match in try source.compiledMatches() {
                rule.matches.append(match.match)
                rule.matchOrigins.append(Origin(match.position))
            }
        } catch {
            result.dropped.append(
                ReferenceProblem(
                    reason: "UnsupportedValue", message: error.message, position: error.position,
                    path: "\(path).\(error.path)"))
            return
        }
        if rule.matches.isEmpty { rule.matches = [Match()] }
        rule.filters = filters(source.filters, path, &resolver)
        for (place, reference) in source.backendRefs.enumerated() {
            let path = "\(path).backendRefs[\(place)]"
            rule.backends.append(
                BackendReference(
                    backend: backend(reference.backend, path, &resolver), weight: UInt32(max(0, reference.weight)),
                    filters: filters(reference.filters, path, &resolver)))
        }
        if let session = source.sessionPersistence {
            notModelled(
                "a single decision does not know the client's session: each is drawn anew; weir run models sessions",
                session.position,
                "\(path).sessionPersistence")
        }
        rule.timeouts = source.routingTimeouts
        rule.retry = source.routingRetry
        result.rules.append(rule)
    }

    private mutating func backend(
        _ reference: BackendObjectReference, _ path: String, _ resolver: inout BackendResolver
    ) -> BackendIndex? {
        switch resolver.resolve(reference, fromKind: kind, in: namespace, dialled: dialled, path: path) {
        case .success(let index): return index
        case .failure(let problem):
            result.unresolved.append(problem)
            return nil
        }
    }

    private mutating func filters(
        _ sources: [HTTPRouteFilter], _ path: String, _ resolver: inout BackendResolver
    ) -> [Filter] {
        var filters: [Filter] = []
        for (place, source) in sources.enumerated() {
            let path = "\(path).filters[\(place)]"
            switch source.action {
            case .requestHeaderModifier(let filter): filters.append(.requestHeaders(HeaderModifier(filter)))
            case .responseHeaderModifier(let filter): filters.append(.responseHeaders(HeaderModifier(filter)))
            case .requestRedirect(let filter): filters.append(.redirect(Redirect(filter)))
            case .urlRewrite(let filter):
                filters.append(.rewrite(Rewrite(hostname: filter.hostname, path: filter.path.map(PathModifier.init))))
            case .cors(let filter): filters.append(.cors(CORS(filter)))
            case .requestMirror(let filter):
                let target = backend(filter.backendRef, "\(path).requestMirror.backendRef", &resolver)
                filters.append(
                    .mirror(
                        Mirror(
                            backend: target, numerator: UInt32(max(0, filter.share.numerator)),
                            denominator: UInt32(max(1, filter.share.denominator)))))
            case .extensionRef(let reference):
                notModelled(
                    "filter \(reference.group)/\(reference.kind) \(reference.name) is not known to weir",
                    source.position,
                    path)
            case .externalAuth:
                notModelled("what the external authorisation answers is not known to weir", source.position, path)
            }
        }
        return filters
    }

    private mutating func notModelled(_ message: String, _ position: SourcePosition, _ path: String) {
        result.notModelled.append(
            ReferenceProblem(reason: "NotModelled", message: message, position: position, path: path))
    }
}

extension RouteResource {
    /// The Services that are parents of the route; none where it has another parent too. What its clients dial they may
    /// reach anyway, so it takes no grant: the consumer route of the conformance suite (MeshConsumerRoute) has none.
    fileprivate var dialledServices: Set<String> {
        guard parentRefs.allSatisfy(\.isService) else { return [] }
        return Set(parentRefs.map { "\($0.namespace ?? metadata.namespace ?? "")/\($0.name)" })
    }
}
