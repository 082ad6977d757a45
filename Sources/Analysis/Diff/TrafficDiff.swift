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
            for part in region.parts { parts[PartKey(from: part.from, to: part.to)] = place }
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
        let region = parts[PartKey(from: one.decision?.match, to: other.decision?.match)]
        let key = ClassKey(change: change, from: facts.0.route, to: facts.1.route, region: region)
        let place = places[key] ?? found.count
        if place == found.count {
            places[key] = place
            found.append(
                Class(change: change, from: facts.0.route, to: facts.1.route, region: region, example: record))
        }
        return .changed(place, owner: owner)
    }

    private func mayChange(_ before: DecidedRequest, _ after: DecidedRequest) -> Bool {
        let from = before.possible.map { $0.decision?.match }
        let to = after.possible.map { $0.decision?.match }
        return from.contains { one in to.contains { parts[PartKey(from: one, to: $0)] != nil } }
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
