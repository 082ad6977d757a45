public import Routing

/// What a request would get at one port of one gateway.
public struct Answer: Hashable, Sendable {
    /// Where it arrived; nil where nobody listens.
    public var port: PortIndex?
    /// What the table says; nil where the request did not get as far as the table.
    public var decision: Decision?
    /// What becomes of it, before the draw.
    public var plan: Plan

    /// Joins what is known of an answer.
    public init(port: PortIndex? = nil, decision: Decision? = nil, plan: Plan) {
        self.port = port
        self.decision = decision
        self.plan = plan
    }
}

/// What a request would get, as far as its record tells.
public struct DecidedRequest: Sendable {
    /// The answer; nil where it is not determined.
    public var answer: Answer?
    /// The answer after the split was drawn; nil where it is not determined.
    public var outcome: RequestOutcome?
    /// The answers that remain possible where it is not determined.
    public var possible: [Answer]
    /// What would tell which it is.
    public var missing: [String]
    /// Why weir does not know, where no further knowledge of the request would help.
    public var notModelled: String?
}

extension RoutingTable {
    /// Whether two answers are the same to everybody concerned: they may differ in the rule that gives them, and in the gateway.
    func treatsAlike(_ one: Answer, _ two: Answer, _ request: Request) -> Bool {
        let (left, right) = (one.plan, two.plan)
        guard left.action == right.action, left.status == right.status, left.location == right.location,
            left.shares == right.shares, left.mirrors == right.mirrors, left.timeouts == right.timeouts,
            left.retry == right.retry,
            left.responseHeaders == right.responseHeaders, route(left) == route(right)
        else { return false }
        return left.shares.indices.allSatisfy { forwarded(one, $0, request) == forwarded(two, $0, request) }
    }

    private func route(_ plan: Plan) -> RouteIndex? { plan.rule.map { rules[$0.place].route } }

    private func forwarded(_ answer: Answer, _ place: Int, _ request: Request) -> RequestOutcome? {
        guard let decision = answer.decision else { return nil }
        var outcome = outcome(decision, answer.plan, drawn: place, for: request)
        outcome.plan.rule = nil
        return outcome
    }
}
