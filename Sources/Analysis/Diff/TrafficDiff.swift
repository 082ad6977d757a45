public import Replay
internal import Routing
public import Traffic

/// What changes for the requests of a trace: every record is decided by both tables.
///
/// Memory grows with what is distinct in the trace, up to a bound, and with the kinds of change; not with its length.
public struct TrafficDiff {
    /// Requests, counted one by one and by their weights (a record that was sampled stands for several).
    public struct Count: Sendable {
        /// Records.
        public var requests = 0
        /// The sum of their weights.
        public var weight = 0.0

        mutating func add(_ weight: Double) {
            requests += 1
            self.weight += weight
        }
    }

    /// Requests that change in the same way.
    public struct Class: Sendable {
        /// How.
        public var change: ChangeKind
        /// The route before; nil for none.
        public var from: RouteIdentity?
        /// The route after; nil for none.
        public var to: RouteIdentity?
        /// The place of the region in the exhaustive comparison; nil where it is in none.
        public var region: Int?
        /// How many.
        public var count = Count()
        /// The one with the shortest target and the fewest headers.
        public var example: RequestRecord
    }

    /// What one namespace's routes decide before.
    public struct NamespaceCount: Sendable {
        /// The sum of the weights.
        public var requests = 0.0
        /// Of those that change.
        public var changed = 0.0
    }

    private struct ClassKey: Hashable {
        var change: ChangeKind
        var from: RouteIdentity?
        var to: RouteIdentity?
        var region: Int?
    }

    private struct PartKey: Hashable {
        var from: MatchIndex?
        var to: MatchIndex?
        /// Where no match tells.
        var port: RoutingTable.Port?

        init(_ from: MatchIndex?, _ to: MatchIndex?, _ port: RoutingTable.Port?) {
            self.from = from
            self.to = to
            self.port = from == nil && to == nil ? port : nil
        }
    }

    private struct WholePair: Hashable {
        var from: WholeDecision
        var to: WholeDecision
    }

    /// What becomes of a request on both sides.
    private enum Verdict {
        /// It is treated as before, by the route of this namespace.
        case unchanged(owner: String?)
        case changed(Int, owner: String?)
        case undetermined
    }

    /// Records.
    public private(set) var requests = 0
    /// Those that are treated as before.
    public private(set) var unchanged = 0
    /// Those of which it is not known.
    public private(set) var undetermined = 0
    /// The sum of all weights.
    public private(set) var weight = 0.0
    /// Those with the most requests first.
    public var classes: [Class] {
        found.sorted {
            $0.count.weight != $1.count.weight
                ? $0.count.weight > $1.count.weight : ($0.region ?? .max) < ($1.region ?? .max)
        }
    }
    /// For each region of the exhaustive comparison.
    public private(set) var regions: [Count]
    /// By namespace.
    public private(set) var namespaces: [String: NamespaceCount] = [:]
    /// What would tell of the undetermined.
    public var missing: [String] { missingNames.sorted() }

    private let diff: TableDiff
    private var deciders: (from: RequestDecider, to: RequestDecider)
    private var found: [Class] = []
    private var places: [ClassKey: Int] = [:]
    private var parts: [PartKey: Int] = [:]
    private var missingNames: Set<String> = []
    /// For pairs of decisions that say it of all their requests; nil for the others.
    private var verdictsOfPairs: [WholePair: Verdict?] = [:]
    private var shapes: RequestShapeTable
    private var verdicts: [Verdict] = []
    private let headers: HeaderSelection
    private static let shapesMax = 1 << 17

    /// Counts by the comparison of two tables; the deciders decide by the same ones.
    public init(_ diff: TableDiff, from: RequestDecider, to: RequestDecider) {
        self.diff = diff
        deciders = (from, to)
        regions = Array(repeating: Count(), count: diff.regions.count)
        for (place, region) in diff.regions.enumerated() {
            for part in region.parts { parts[PartKey(part.from, part.to, region.port)] = place }
        }
        headers = .named(diff.from.headerNamesThatMatter.union(diff.to.headerNamesThatMatter))
        shapes = RequestShapeTable(headers: headers)
    }

    /// Counts one record.
    public mutating func add(_ record: RequestRecord) {
        let weight = record.weight ?? 1
        requests += 1
        self.weight += weight
        switch verdict(record) {
        case .undetermined: undetermined += 1
        case .unchanged(let owner):
            unchanged += 1
            if let owner { namespaces[owner, default: NamespaceCount()].requests += weight }
        case .changed(let place, let owner):
            found[place].count.add(weight)
            if let region = found[place].region { regions[region].add(weight) }
            if record.isSmaller(than: found[place].example) { found[place].example = record }
            if let owner {
                namespaces[owner, default: NamespaceCount()].requests += weight
                namespaces[owner, default: NamespaceCount()].changed += weight
            }
        }
    }

    /// A count's part of all requests, 0 to 1.
    public func share(_ count: Count) -> Double { weight == 0 ? 0 : count.weight / weight }

    private mutating func verdict(_ record: RequestRecord) -> Verdict {
        guard let before = deciders.from.decideWhole(record), let after = deciders.to.decideWhole(record) else {
            return verdictOfShape(record)
        }
        let pair = WholePair(from: before, to: after)
        if let known = verdictsOfPairs[pair] { return known ?? verdictOfShape(record) }
        if isUnchanged(pair) {
            let owner = before.decision.match.map { diff.from.route(of: diff.from.matches[$0.place].rule).namespace }
            verdictsOfPairs[pair] = .some(.unchanged(owner: owner))
            return .unchanged(owner: owner)
        }
        let verdict = verdictOfShape(record)
        verdictsOfPairs[pair] = isTheSameForAll(verdict, pair) ? .some(verdict) : .some(nil)
        return verdict
    }

    /// Whether two decisions come to the same for every request.
    private func isUnchanged(_ pair: WholePair) -> Bool {
        let (one, other) = (pair.from.decision, pair.to.decision)
        guard let before = one.match, let after = other.match, let from = one.listener, let to = other.listener else {
            return one.outcome == other.outcome && one.match == nil && other.match == nil
        }
        return Treatment(diff.from, before, on: diff.from.listeners[from.place])
            == Treatment(diff.to, after, on: diff.to.listeners[to.place])
    }

    /// Whether what was found of one request of a pair of decisions is so of all: it is where neither rule looks at the request
    /// again, and the change is not one of what is made of it.
    private func isTheSameForAll(_ verdict: Verdict, _ pair: WholePair) -> Bool {
        guard case .changed(let place, _) = verdict,
            [.newlyFails, .newlyAnswers, .moved, .shares].contains(found[place].change)
        else { return false }
        return !diff.from.looksAgain(pair.from.decision) && !diff.to.looksAgain(pair.to.decision)
    }

    private mutating func verdictOfShape(_ record: RequestRecord) -> Verdict {
        if shapes.count >= Self.shapesMax {
            shapes = RequestShapeTable(headers: headers)
            verdicts.removeAll(keepingCapacity: true)
        }
        let shape = Int(shapes.intern(record).index)
        if shape < verdicts.count { return verdicts[shape] }
        let verdict = decide(record)
        verdicts.append(verdict)
        return verdict
    }

    private mutating func decide(_ record: RequestRecord) -> Verdict {
        let (before, after) = (deciders.from.decide(record, at: 0), deciders.to.decide(record, at: 0))
        guard let one = before.answer, let other = after.answer else {
            // Whatever decides it, where no request that changes is decided so, it does not change.
            if diff.isComplete, !mayChange(before, after) {
                return .unchanged(owner: owner(before))
            }
            missingNames.formUnion(before.missing + after.missing)
            return .undetermined
        }
        let request = deciders.from.partialRequest(record).known
        let facts = (DecisionFacts(one, of: diff.from, for: request), DecisionFacts(other, of: diff.to, for: request))
        let owner = facts.0.route?.namespace
        guard let change = ChangeKind(from: facts.0, to: facts.1) else { return .unchanged(owner: owner) }
        let region = region(one, other)
        let key = ClassKey(change: change, from: facts.0.route, to: facts.1.route, region: region)
        let place = places[key] ?? found.count
        if place == found.count {
            places[key] = place
            found.append(
                Class(change: change, from: facts.0.route, to: facts.1.route, region: region, example: record))
        }
        return .changed(place, owner: owner)
    }

    /// The region that two answers belong to. In the mesh a client's namespace may have an entrance of its own on one side.
    private func region(_ one: Answer, _ other: Answer) -> Int? {
        let (from, to) = (one.decision?.match, other.decision?.match)
        let ports = [one.port.map { diff.from.ports[$0.place] }, other.port.map { diff.to.ports[$0.place] }]
        return ports.lazy.compactMap { parts[PartKey(from, to, $0)] }.first
    }

    private func mayChange(_ before: DecidedRequest, _ after: DecidedRequest) -> Bool {
        before.possible.contains { one in after.possible.contains { region(one, $0) != nil } }
    }

    private func owner(_ decided: DecidedRequest) -> String? {
        let owners = Set(
            decided.possible.map { answer in answer.plan.rule.map { diff.from.route(of: $0).namespace } })
        return owners.count == 1 ? owners.first ?? nil : nil
    }
}

extension RequestRecord {
    fileprivate func isSmaller(than other: RequestRecord) -> Bool {
        let (one, two) = (range(of: .path)?.count ?? 0, other.range(of: .path)?.count ?? 0)
        return one != two ? one < two : headerFields.count < other.headerFields.count
    }
}

extension RoutingTable {
    /// Whether a rule does other things with some requests than with others.
    fileprivate func looksAgain(_ decision: Decision) -> Bool {
        guard let match = decision.match else { return false }
        return rule(matches[match.place].rule).filters.contains { if case .cors = $0 { true } else { false } }
    }

    /// The headers on which a decision, or what is forwarded, can hang.
    fileprivate var headerNamesThatMatter: Set<String> {
        var names: Set<String> = [
            "origin", "access-control-request-method", "access-control-request-headers", "content-type",
        ]
        for rule in routes.flatMap(\.rules) {
            for match in rule.matches { names.formUnion(match.headers.map(\.name)) }
            for filter in rule.filters + rule.backends.flatMap(\.filters) {
                guard case .requestHeaders(let modifier) = filter else { continue }
                names.formUnion((modifier.set + modifier.add).map { $0.name.lowercased() })
                names.formUnion(modifier.remove.map { $0.lowercased() })
            }
        }
        return names
    }
}
