public import Routing

/// Requests that are treated alike, as far as a summary tells them apart: they came to one listener and one match, or to none
/// for one reason and one host.
public struct DecisionGroup: Hashable, Sendable {
    /// What one draw of the split comes to.
    public struct Branch: Hashable, Sendable {
        /// The entry's backend, whether or not it can take requests; nil where the reference is not valid.
        public var backend: BackendIndex?
        /// The entry's part of the requests, 0 to 1.
        public var share: Double
        /// The status that the gateway answers with in the backend's place; nil where the backend gets the request.
        public var status: UInt16?
    }

    /// Where it arrived; nil where nobody listens, or where that is not known.
    public var port: PortIndex?
    /// The listener; nil where there is none, or where it is not known.
    public var listener: ListenerIndex?
    /// The match that decided; nil where none did.
    public var match: MatchIndex?
    /// What the gateway does; nil where that is not determined.
    public var action: Plan.Action?
    /// Why; nil where it is not determined.
    public var reason: Plan.Reason?
    /// The status of the gateway's own answer.
    public var status: UInt16?
    /// The rule that the requests are told of; nil for those that no rule answers.
    public var rule: RuleIndex?
    /// The host in lower case of requests that no rule answers, or that are not determined; nil where it is unknown, or one of
    /// too many to be told apart.
    public var host: String?
    /// What one draw comes to, for each entry of the rule's backends; empty where nothing is drawn.
    public var branches: [Branch] = []
    /// The backends that get copies.
    public var mirrors: [Plan.MirrorShare] = []
    /// What would tell which of several decisions it is.
    public var missing: [String] = []
    /// Why it is not known, where no knowledge of the request would tell.
    public var notModelled: String?

    /// Whether it is known what becomes of the requests.
    public var isDetermined: Bool { action != nil }
}

extension RoutingTable {
    /// The group of a request that is answered so.
    func group(_ answer: Answer, _ request: Request, host: String?) -> DecisionGroup {
        let plan = answer.plan
        var group = DecisionGroup()
        group.port = answer.port
        group.listener = answer.decision?.listener
        group.action = plan.action
        group.reason = plan.reason
        group.status = plan.status
        group.rule = plan.rule
        group.mirrors = plan.mirrors
        if plan.rule == nil {
            group.host = host
        } else {
            group.match = answer.decision?.match
        }
        guard plan.action == .forward, let decision = answer.decision else { return group }
        group.branches = plan.shares.enumerated().map { place, share in
            let outcome = outcome(decision, plan, drawn: place, for: request)
            return DecisionGroup.Branch(
                backend: share.backend, share: share.share,
                status: outcome.backend == nil ? outcome.plan.status ?? 0 : nil)
        }
        return group
    }
}

/// How many requests of a trace there were, and how many they stand for.
public struct RequestCount: Hashable, Sendable {
    /// Records.
    public var requests = 0
    /// The sum of their weights.
    public var weight = 0.0

    /// None.
    public init() {}

    /// Adds what was counted elsewhere.
    public static func += (left: inout RequestCount, right: RequestCount) {
        left.requests += right.requests
        left.weight += right.weight
    }
}
