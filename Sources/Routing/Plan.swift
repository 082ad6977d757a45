/// What becomes of a request, before the split is drawn.
public struct Plan: Hashable, Sendable {
    /// What the gateway does.
    public enum Action: String, Hashable, Sendable {
        /// It sends the request to one of the backends, or answers with 500 or 503 for those that cannot take it.
        case forward
        /// It answers with a redirect.
        case redirect
        /// It answers by itself.
        case respond
        /// It refuses or cuts the connection.
        case reset
        /// It leaves the datagram unanswered.
        case drop
    }

    /// Why, in one word that stays the same between versions.
    public enum Reason: String, Hashable, Sendable {
        /// A rule matched, and does what it says.
        case matched = "Matched"
        /// No listener of the port serves the host, or the gateway has no such port.
        case noListener = "NoListener"
        /// No route of the listener matches.
        case noRoute = "NoRoute"
        /// The rule has no backend, or weights of 0 only.
        case noBackend = "NoBackend"
        /// The backend does not exist, or the reference to it is not allowed.
        case invalidBackendReference = "InvalidBackendRef"
        /// The backend has no ready endpoint.
        case noEndpoints = "NoEndpoints"
        /// The host belongs to another listener than the connection's server name.
        case misdirected = "Misdirected"
        /// A BackendTLSPolicy leaves the gateway without an authority to trust.
        case invalidBackendTLS = "InvalidBackendTLS"
        /// The backend shows a certificate that the gateway does not accept.
        case backendCertificate = "BackendCertificateRejected"
        /// The client shows no certificate that the listener accepts.
        case clientCertificate = "ClientCertificateRejected"
        /// The gateway answers a CORS preflight itself.
        case preflight = "Preflight"
        /// The rule has a filter that the gateway does not know.
        case unsupportedFilter = "UnsupportedFilter"
        /// The request is malformed.
        case badRequest = "BadRequest"
        /// The path has encoded slashes; the redirect has none.
        case encodedSlash = "EncodedSlash"
        /// The request is about the server as a whole.
        case serverOptions = "ServerOptions"
    }

    /// An entry of the rule's backends with its share of the requests.
    public struct Share: Hashable, Sendable {
        /// Nil where the reference is not valid.
        public var backend: BackendIndex?
        /// The weight as it is written.
        public var weight: UInt32
        /// The weight divided by the sum of the rule's weights.
        public var share: Double
    }

    /// A copy that goes to another backend.
    public struct MirrorShare: Hashable, Sendable {
        /// Where to.
        public var backend: BackendIndex
        /// The share of the requests that is copied, 0 to 1.
        public var fraction: Double
    }

    /// What the gateway does.
    public var action: Action
    /// Why.
    public var reason: Reason
    /// The rule that matched.
    public var rule: RuleIndex?
    /// The status of the gateway's own answer.
    public var status: UInt16?
    /// The Location of a redirect.
    public var location: String?
    /// Every backend of the rule, in its order.
    public var shares: [Share] = []
    /// Changes to the headers of the response, the rule's and CORS's; those of the backend drawn come after them.
    public var responseHeaders = HeaderModifier()
    /// The rule's mirrors; those of the backend drawn come after them.
    public var mirrors: [MirrorShare] = []
    /// The rule's timeouts.
    public var timeouts = Timeouts()
    /// The rule's retry policy.
    public var retry: Retry?
    /// The fields of the dialect that the plan hangs on, and that are unknown: where there are any, the plan is one of several
    /// that are possible.
    public var unknown: [Dialect.Field] = []

    /// What the client speaks.
    public internal(set) var conversation = Conversation.http
    /// Whether the gateway's own answers to gRPC are gRPC's.
    var answersInGRPC = true

    /// The gateway does not listen there, or does not speak what the client speaks: there is no HTTP answer.
    public static let refused = Plan(.reset, .noListener)
    /// Nobody listens for the datagram.
    public static let dropped = Plan(.drop, .noListener)
    /// The handshake ends for want of a client certificate.
    public static let clientCertificateRejected = Plan(.reset, .clientCertificate)

    init(_ action: Action, _ reason: Reason, rule: RuleIndex? = nil, status: UInt16? = nil) {
        self.action = action
        self.reason = reason
        self.rule = rule
        self.status = status
    }
}

extension RoutingTable {
    /// The decision that a match gives on a listener, or that no match does: for questions about what would become of
    /// requests, whether or not any gets there.
    public func decision(of match: MatchIndex?, on listener: ListenerIndex) -> Decision {
        Decision(match == nil ? .noRoute : .matched, listener: listener, match: match)
    }

    /// What becomes of a request that `decision` is about.
    public func plan(_ decision: Decision, for request: Request) -> Plan {
        switch decision.outcome {
        case .noListener: return Plan(.respond, .noListener, status: 404)
        case .noRoute: return Plan(.respond, .noRoute, status: 404)
        case .misdirected: return Plan(.respond, .misdirected, status: 421)
        case .badRequest: return Plan(.respond, .badRequest, status: 400)
        case .notFound: return Plan(.respond, .noRoute, status: 404)
        case .serverOptions: return Plan(.respond, .serverOptions, status: 200)
        case .redirectedToSlashes:
            var plan = Plan(.redirect, .encodedSlash, status: 307)
            plan.location = dialect.read(request).target
            return plan
        case .matched, .ambiguous: break
        }
        guard let match = decision.match, let listener = decision.listener else {
            return Plan(.respond, .noRoute, status: 404)
        }
        var plan = plan(match, on: listeners[listener.place], for: request)
        plan.unknown = unknownFields(match)
        if decision.outcome == .ambiguous { plan.unknown.append(.equalRank) }
        return plan
    }

    /// The unknown fields of the dialect that a rule's filters hang on.
    private func unknownFields(_ index: MatchIndex) -> [Dialect.Field] {
        let rule = rule(matches[index.place].rule)
        var unknown: Set<Dialect.Field> = []
        for filter in rule.filters + rule.backends.flatMap(\.filters) {
            switch filter {
            case .requestHeaders(let modifier):
                unknown.formUnion(modifier.unknownFields(dialect.filters, isRequest: true))
            case .responseHeaders(let modifier):
                unknown.formUnion(modifier.unknownFields(dialect.filters, isRequest: false))
            case .cors: if dialect.filters.cors == .unknown { unknown.insert(.cors) }
            case .redirect, .rewrite, .mirror: break
            }
        }
        return Dialect.Field.allCases.filter(unknown.contains)
    }

    private func plan(_ index: MatchIndex, on listener: Listener, for request: Request) -> Plan {
        let ruleIndex = matches[index.place].rule
        let rule = rule(ruleIndex)
        guard rule.filters.allSatisfy(dialect.filters.carriesOut) else {
            return Plan(.respond, .unsupportedFilter, rule: ruleIndex, status: 500)
        }
        var plan = Plan(.forward, .matched, rule: ruleIndex)
        for filter in rule.filters {
            switch filter {
            case .redirect(let redirect):
                plan.action = .redirect
                plan.status = redirect.status
                plan.location = redirect.location(
                    for: request, on: listener, matched: match(index).path, dialect: dialect)
                plan.responseHeaders = dialect.filters.modifiesRedirects ? responseHeaders(of: rule) : HeaderModifier()
                return plan
            case .cors(let cors) where CORS.isPreflight(request):
                plan.action = .respond
                plan.reason = .preflight
                plan.status = 204
                plan.responseHeaders = HeaderModifier(set: cors.preflightHeaders(request))
                return plan
            case .cors(let cors):
                plan.responseHeaders.append(HeaderModifier(set: cors.responseHeaders(request)))
            case .responseHeaders(let modifier):
                plan.responseHeaders.append(modifier.carriedOut(dialect.filters))
            case .mirror(let mirror):
                if let share = Plan.MirrorShare(mirror) { plan.mirrors.append(share) }
            case .requestHeaders, .rewrite:
                break
            }
        }
        plan.timeouts = rule.timeouts
        plan.retry = rule.retry
        addShares(of: rule, ruleIndex, on: listener, to: &plan)
        return plan
    }

    private func responseHeaders(of rule: Rule) -> HeaderModifier {
        var all = HeaderModifier()
        for case .responseHeaders(let modifier) in rule.filters { all.append(modifier.carriedOut(dialect.filters)) }
        return all
    }

    /// Where no share can be forwarded, the plan is the answer that all of them get.
    private func addShares(of rule: Rule, _ index: RuleIndex, on listener: Listener, to plan: inout Plan) {
        let split = splits[index.place]
        plan.shares = rule.backends.enumerated().map { place, reference in
            Plan.Share(backend: reference.backend, weight: reference.weight, share: split.share(place))
        }
        guard split.total > 0 else {
            let answers = dialect.backends
            let ofNone = rule.filters.isEmpty ? answers.statusOfNone : answers.statusOfNoneWithFilters
            let status = rule.backends.isEmpty ? ofNone : answers.statusOfZeroWeights
            plan.respond(route(of: index).kind == "GRPCRoute" ? 503 : status, .noBackend)
            return
        }
        let failures = Set(
            plan.shares.filter { $0.share > 0 }.map { failure(of: $0.backend, rule: index, on: listener) })
        if failures.count == 1, let failure = failures.first, let failure {
            plan.respond(failure.status, failure.reason)
        }
    }

    /// The gateway's answer in place of a backend that cannot take a request; nil where it can.
    private func failure(of index: BackendIndex?, rule: RuleIndex, on listener: Listener) -> BackendFailure? {
        guard let index else {
            // "UNAVAILABLE statuses MUST be returned for requests that would have otherwise been routed to an invalid
            // backend": GRPCBackendRef; that is what clients of gRPC read in 503.
            let isGRPC = route(of: rule).kind == "GRPCRoute"
            return BackendFailure(status: isGRPC ? 503 : 500, reason: .invalidBackendReference)
        }
        let backend = backends[index.place]
        if !backend.hasReadyEndpoints { return BackendFailure(status: 503, reason: .noEndpoints) }
        guard listener.originatesTLS, let failure = backend.tls?.failure else { return nil }
        switch failure {
        case .noAuthority: return BackendFailure(status: 500, reason: .invalidBackendTLS)
        case .certificate: return BackendFailure(status: 503, reason: .backendCertificate)
        }
    }

    /// The plan after the split was drawn: what one request gets.
    ///
    /// - Parameter place: what `splits[rule].draw` gave; nil where there is nothing to draw.
    public func outcome(_ decision: Decision, _ plan: Plan, drawn place: Int?, for request: Request) -> RequestOutcome {
        guard plan.action == .forward, let place, let index = decision.match, let ruleIndex = plan.rule,
            let listener = decision.listener
        else { return RequestOutcome(ending: plan) }
        let rule = rule(ruleIndex)
        let reference = rule.backends[place]
        var outcome = RequestOutcome(ending: plan)
        if let failure = failure(of: reference.backend, rule: ruleIndex, on: listeners[listener.place]) {
            outcome.plan.respond(failure.status, failure.reason)
            return outcome
        }
        outcome.backend = reference.backend
        let isRuleLast = dialect.filters.modifierScope == .ruleLast
        let filters = isRuleLast ? reference.filters + rule.filters : rule.filters + reference.filters
        outcome.forwarded = request.forwarded(through: filters, matched: match(index).path, dialect: dialect)
        for filter in reference.filters {
            switch filter {
            case .responseHeaders(let modifier):
                var first = modifier.carriedOut(dialect.filters)
                if dialect.filters.responseModifierScope == .ruleLast { swap(&first, &outcome.plan.responseHeaders) }
                outcome.plan.responseHeaders.append(first)
            case .mirror(let mirror):
                if let share = Plan.MirrorShare(mirror) { outcome.plan.mirrors.append(share) }
            default: break
            }
        }
        return outcome
    }
}

/// What one request gets, the draw included.
public struct RequestOutcome: Hashable, Sendable {
    /// The plan; where the backend drawn cannot take the request, with the gateway's answer in its place.
    public var plan: Plan
    /// The backend that gets the request.
    public var backend: BackendIndex?
    /// The request as the backend sees it.
    public var forwarded: Request?

    /// The plan is how it ends, without any draw: a connection refused, say.
    public init(ending plan: Plan) { self.plan = plan }

    /// The connection was refused.
    public static let refused = RequestOutcome(ending: .refused)
}

private struct BackendFailure: Hashable {
    var status: UInt16
    var reason: Plan.Reason
}

extension Plan {
    fileprivate mutating func respond(_ status: UInt16, _ reason: Reason) {
        action = conversation.refusal
        self.status = action == .respond ? status : nil
        self.reason = reason
        responseHeaders = HeaderModifier()
        mirrors = []
    }
}

extension Plan.MirrorShare {
    fileprivate init?(_ mirror: Mirror) {
        guard let backend = mirror.backend, mirror.fraction > 0 else { return nil }
        self.init(backend: backend, fraction: mirror.fraction)
    }
}
