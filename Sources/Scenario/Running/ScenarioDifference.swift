import Simulation
public import Testbed

/// What is different in one scenario against another that shares its arrivals, sizes and service demands.
public struct ScenarioDifference: Sendable {
    /// A quantity in both, and its difference with an interval of its own. Times are in nanoseconds.
    public struct Change: Hashable, Sendable {
        /// What it was; nil where nothing was measured.
        public var from: Double?
        /// What it is.
        public var to: Double?
        /// The difference, and half the width of its interval; nil where one side measured nothing, or too little.
        public var difference: Double?
        /// Half the width of the difference's interval.
        public var halfWidth: Double?
        /// The variance of the difference as a part of what independent runs would give.
        public var varianceRatio: Double?

        /// Whether chance alone hardly makes such a difference.
        public var isClear: Bool {
            guard let difference, let halfWidth else { return false }
            return abs(difference) > halfWidth
        }
    }

    /// The changes of something that either scenario has.
    public struct Entity<Identity: Sendable>: Sendable {
        /// What it is.
        public var identity: Identity
        /// Its quantities, in the order of reports.
        public var changes: [(metric: Metric, change: Change)]
    }

    /// The scenario.
    public var result: ScenarioResult
    /// What it is held against.
    public var against: ScenarioResult
    /// Of the intervals, such as 0.95.
    public var confidence: Double
    /// Rules.
    public var lines: [Entity<RuleIdentity>]
    /// The shares of rules' backends; nil for references without one.
    public var shares: [Entity<(rule: RuleIdentity, backend: BackendIdentity?)>]
    /// Backends.
    public var backends: [Entity<BackendIdentity>]
    /// Gateways.
    public var gateways: [Entity<String>]
}

/// Two scenarios that cannot be compared.
public struct IncomparableScenarios: Error, CustomStringConvertible {
    /// Why.
    public var description: String
}

extension Experiment {
    /// Runs a scenario and another that it is held against with the same streams, and tells the differences.
    ///
    /// Both take the seed of the first. Throws ``IncomparableScenarios`` where they are not of the same length, and what
    /// a run throws that cannot be made.
    public static func compare(
        _ scenario: CompiledScenario, against other: CompiledScenario, plan: ReplicationPlan, threads: Int,
        progress: (@Sendable (_ scenario: Int, _ part: Double) -> Void)? = nil
    ) throws -> ScenarioDifference {
        var (scenario, other) = (scenario, other)
        other.reseed(scenario.model.seed)
        let found = withWarmups([scenario, other], threads: threads)
        for failure in found.compactMap(\.failure) { throw failure }
        (scenario, other) = (found[0].scenario, found[1].scenario)
        if scenario.hasWarmup || other.hasWarmup {
            // Both measure the same requests: those after the longer of the two.
            let warmup = max(scenario.model.warmup, other.model.warmup)
            scenario.take(warmup: warmup, caution: scenario.cautions.first)
            other.take(warmup: warmup, caution: other.cautions.first)
        }
        guard scenario.model.duration == other.model.duration, scenario.model.warmup == other.model.warmup,
            scenario.model.warmup < scenario.model.duration
        else {
            throw IncomparableScenarios(
                description: "the scenarios have different durations or warm-ups, and cannot share their arrivals")
        }
        guard plan.replications >= 2, plan.precision == nil else {
            throw IncomparableScenarios(description: "a comparison takes a number of replications, at least two")
        }
        let studies = Experiment([scenario, other], plan: plan).studies(threads: threads, progress: progress)
        return try ScenarioDifference(to: studies[0], from: studies[1], plan)
    }
}

extension ScenarioDifference {
    init(to new: ScenarioStudy, from old: ScenarioStudy, _ plan: ReplicationPlan) throws {
        let (result, against) = (try new.result.get(), try old.result.get())
        self.result = result
        self.against = against
        confidence = plan.confidence
        let pair = Pair(new: new.fold, old: old.fold, confidence: plan.confidence)
        let seconds = Double(result.duration - result.warmup) * 1e-9 * Double(result.replications)
        let rules = Self.union(against.total.lines, result.total.lines) { $0.identity.key }
        lines = []
        shares = []
        for (was, now) in rules {
            guard case .rule(let rule) = (now ?? was)?.identity else { continue }
            let identity = LineIdentity.rule(rule)
            lines.append(
                Entity(
                    identity: rule,
                    changes: pair.changes(
                        was?.metrics(seconds: seconds), now?.metrics(seconds: seconds)
                    ) { $0.estimates(of: identity) }))
            for (wasBranch, nowBranch) in Self.union(was?.branches ?? [], now?.branches ?? [], by: { $0.backend }) {
                let backend = (nowBranch ?? wasBranch)?.backend
                let changes = pair.changes(
                    wasBranch.flatMap { was?.share(of: $0) }.map { [$0] },
                    nowBranch.flatMap { now?.share(of: $0) }.map { [$0] }
                ) { $0.estimates(of: backend, in: identity) }
                shares.append(Entity(identity: (rule, backend), changes: changes))
            }
        }
        backends = Self.union(against.total.backends, result.total.backends) { $0.backend }.compactMap { was, now in
            guard let backend = (now ?? was)?.backend else { return nil }
            return Entity(
                identity: backend,
                changes: pair.changes(
                    was?.station.metrics(seconds: seconds), now?.station.metrics(seconds: seconds)
                ) { $0.estimates(of: backend) })
        }
        gateways = Self.union(against.total.gateways, result.total.gateways) { $0.gateway }.compactMap { was, now in
            guard let gateway = (now ?? was)?.gateway else { return nil }
            return Entity(
                identity: gateway,
                changes: pair.changes(was?.metrics(seconds: seconds), now?.metrics(seconds: seconds)) {
                    $0.estimates(ofGateway: gateway)
                })
        }
    }

    /// The elements of two lists that are the same by a key, in the order of the second; those of the first alone follow.
    private static func union<Element, Key: Hashable>(
        _ first: [Element], _ second: [Element], by key: (Element) -> Key
    ) -> [(Element?, Element?)] {
        let earlier = Dictionary(first.map { (key($0), $0) }) { one, _ in one }
        let later = Set(second.map(key))
        return second.map { (earlier[key($0)], $0) } + first.filter { !later.contains(key($0)) }.map { ($0, nil) }
    }

    /// The runs of both.
    private struct Pair {
        var new: ReplicationFold
        var old: ReplicationFold
        var confidence: Double

        func changes(
            _ was: [MetricValue]?, _ now: [MetricValue]?,
            _ estimates: (ReplicationFold) -> ReplicationFold.EntityEstimates
        ) -> [(metric: Metric, change: Change)] {
            let (before, after) = (estimates(old).estimates, estimates(new).estimates)
            return ScenarioDifference.union(was ?? [], now ?? []) { $0.metric }.compactMap { was, now in
                guard let metric = (now ?? was)?.metric else { return nil }
                var change = Change(from: was?.value, to: now?.value)
                if let was, let now, let first = before[metric], let second = after[metric],
                    let paired = PairedDifference(from: first, about: was.value, to: second, about: now.value)
                {
                    change.difference = paired.difference
                    change.halfWidth = paired.halfWidth(confidence: confidence)
                    change.varianceRatio = paired.varianceRatio
                }
                return (metric, change)
            }
        }
    }
}
