public import Replay
public import Routing

/// What two decisions are compared by: what becomes of the request, before the draw, and nothing of the rule that says so.
public struct DecisionFacts: Hashable, Sendable {
    /// One backend's part of the requests.
    public struct Share: Hashable, Sendable {
        /// Nil where the reference is not valid.
        public var backend: BackendIdentity?
        /// 0 to 1.
        public var share: Double
        /// The gateway's own answer in place of the backend's; nil where the backend answers.
        public var status: UInt16?
        /// The request as the backend sees it; nil where it sees none, or connections are not read.
        public var forwarded: Request?
        /// Changes to the response's headers.
        public var responseHeaders: HeaderModifier
        /// Copies.
        public var mirrors: [Mirror]
    }

    /// A copy that goes to another backend.
    public struct Mirror: Hashable, Sendable {
        /// Where to.
        public var backend: BackendIdentity
        /// 0 to 1.
        public var fraction: Double
    }

    /// What the gateway does.
    public var action: Plan.Action
    /// Nil where no route decides.
    public var route: RouteIdentity?
    /// Those that are not 0, sorted by backend.
    public var shares: [Share]
    /// Of the gateway's own answer.
    public var status: UInt16?
    /// Of a redirect.
    public var location: String?
    /// The rule's timeouts.
    public var timeouts: Timeouts
    /// The rule's retry policy.
    public var retry: Retry?
    /// Of the gateway's own answer.
    public var responseHeaders: HeaderModifier
    /// Copies of what is not forwarded; those of what is are with the shares.
    public var mirrors: [Mirror]

    /// What an answer comes to for a request.
    public init(_ answer: Answer, of table: RoutingTable, for request: Request) {
        let plan = answer.plan
        action = plan.action
        route = plan.rule.map { RouteIdentity(table.route(of: $0)) }
        status = plan.status
        location = plan.location
        timeouts = plan.timeouts
        retry = plan.retry
        responseHeaders = plan.action == .forward ? HeaderModifier() : plan.responseHeaders
        mirrors = plan.action == .forward ? [] : Self.mirrors(plan, table)
        shares = []
        let total = plan.shares.reduce(UInt64(0)) { $0 + UInt64($1.weight) }
        var weights: [(share: Share, weight: UInt64)] = []
        for (place, entry) in plan.shares.enumerated() where entry.weight > 0 {
            let share = Self.share(answer, place, of: table, for: request)
            if let known = weights.firstIndex(where: { $0.share == share }) {
                weights[known].weight += UInt64(entry.weight)
            } else {
                weights.append((share, UInt64(entry.weight)))
            }
        }
        shares = weights.map { weighted in
            var share = weighted.share
            share.share = Double(weighted.weight) / Double(total)
            return share
        }
        shares.sort { $0.precedes($1) }
    }

    private static func share(_ answer: Answer, _ place: Int, of table: RoutingTable, for request: Request) -> Share {
        let backend = answer.plan.shares[place].backend.map { BackendIdentity(table.backends[$0.place]) }
        guard answer.plan.action == .forward, let decision = answer.decision else {
            return Share(backend: backend, share: 0, responseHeaders: HeaderModifier(), mirrors: [])
        }
        let outcome = table.outcome(decision, answer.plan, drawn: place, for: request)
        let plan = outcome.plan
        let carriesRequests = plan.conversation.carriesRequests
        return Share(
            backend: backend, share: 0, status: plan.status, forwarded: carriesRequests ? outcome.forwarded : nil,
            responseHeaders: plan.responseHeaders,
            mirrors: mirrors(plan, table))
    }

    private static func mirrors(_ plan: Plan, _ table: RoutingTable) -> [Mirror] {
        plan.mirrors.map {
            Mirror(backend: BackendIdentity(table.backends[$0.backend.place]), fraction: $0.fraction)
        }.sorted { $0.backend < $1.backend }
    }

    /// The share of the requests that the gateway answers with an error, or cuts.
    public var failing: Double {
        switch action {
        case .forward: shares.reduce(0) { $0 + ($1.status == nil ? 0 : $1.share) }
        case .redirect: 0
        case .respond: status ?? 0 >= 400 ? 1 : 0
        case .reset, .drop: 1
        }
    }

    /// The part of each backend, whatever it is sent.
    public var parts: [BackendIdentity?: Double] {
        shares.reduce(into: [:]) { $0[$1.backend, default: 0] += $1.share }
    }
}

extension DecisionFacts.Share {
    fileprivate func precedes(_ other: DecisionFacts.Share) -> Bool {
        guard let backend else { return other.backend != nil }
        guard let others = other.backend else { return false }
        return backend != others ? backend < others : share > other.share
    }
}

/// What changes for a request.
public enum ChangeKind: String, Hashable, Sendable, CaseIterable {
    /// Another route decides, or wholly other backends get it.
    case moved
    /// The same route divides it otherwise.
    case shares
    /// The gateway answers with an error, or cuts the connection, for all or a part of what was answered before.
    case newlyFails
    /// What was an error is answered.
    case newlyAnswers
    /// It is redirected, or no longer, or elsewhere.
    case redirect
    /// The backend sees another request.
    case forwarded
    /// Copies go elsewhere.
    case mirrors
    /// Timeouts or retries.
    case timeouts
    /// The gateway's own answer, or what it changes of the backend's.
    case response

    /// What changes most between two decisions; nil where they do not differ.
    public init?(from: DecisionFacts, to: DecisionFacts) {
        guard from != to else { return nil }
        let (failed, fails) = (from.failing, to.failing)
        if failed == 0, fails > 0 {
            self = .newlyFails
        } else if failed > 0, fails == 0 {
            self = .newlyAnswers
        } else if (from.action == .redirect || to.action == .redirect)
            && (from.action != to.action || from.status != to.status || from.location != to.location)
        {
            self = .redirect
        } else if from.route != to.route || from.isElsewhere(than: to) {
            self = .moved
        } else if from.parts != to.parts || failed != fails {
            self = .shares
        } else if from.shares.map(\.forwarded) != to.shares.map(\.forwarded) {
            self = .forwarded
        } else if from.shares.map(\.mirrors) != to.shares.map(\.mirrors) || from.mirrors != to.mirrors {
            self = .mirrors
        } else if from.timeouts != to.timeouts || from.retry != to.retry {
            self = .timeouts
        } else {
            self = .response
        }
    }
}

extension DecisionFacts {
    /// Whether none of the backends is the same.
    fileprivate func isElsewhere(than other: DecisionFacts) -> Bool {
        let own = Set(shares.compactMap(\.backend))
        let others = Set(other.shares.compactMap(\.backend))
        return !own.isEmpty && !others.isEmpty && own.isDisjoint(with: others)
    }
}
