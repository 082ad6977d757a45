public import Routing
internal import Traffic
internal import Replay

/// What changes between two tables of one dialect, for whatever request: exhaustively, by working out for which requests other
/// entries decide.
///
/// Nothing is said that is not confirmed: for each region one request is decided by both tables. What could not be worked
/// out is in `unknown`; where nothing is, the regions are all there is, and none is a proof that nothing changes.
public struct TableDiff: Sendable {
    /// The table before.
    public let from: RoutingTable
    /// The table after.
    public let to: RoutingTable
    /// In the order of the ports, and of the entries that change.
    public private(set) var regions: [DiffRegion] = []
    /// What could not be worked out.
    public private(set) var unknown: [DiffUnknown] = []

    /// Whether all of the requests were told to change or not.
    public var isComplete: Bool { unknown.isEmpty }

    /// Whether no request is treated differently; nil where that is not known.
    public var isEqual: Bool? { regions.isEmpty ? (unknown.isEmpty ? true : nil) : false }

    /// Compares two tables, which must be of one dialect.
    public init(from: RoutingTable, to: RoutingTable) {
        self.from = from
        self.to = to
        var search = DiffSearch(from: from, to: to)
        search.run()
        regions = search.regions
        unknown = search.unknown
    }
}

/// The search for what changes.
struct DiffSearch {
    private struct RegionKey: Hashable {
        var port: RoutingTable.Port
        var clients: String?
        var approach: Approach
        var listener: String?
        var from: RuleIndex?
        var to: RuleIndex?
        var change: ChangeKind
    }

    let from: RoutingTable
    let to: RoutingTable
    let solver: RequestSolver
    let sides: (from: SideReader, to: SideReader)
    var regions: [DiffRegion] = []
    var unknown: [DiffUnknown] = []
    private var places: [RegionKey: Int] = [:]
    private var deciders: (from: RequestDecider, to: RequestDecider)

    init(from: RoutingTable, to: RoutingTable) {
        self.from = from
        self.to = to
        solver = RequestSolver(dialect: to.dialect)
        let treatments = TreatmentNumbers()
        sides = (SideReader(from, solver, treatments), SideReader(to, solver, treatments))
        deciders = (
            RequestDecider(table: from, addresses: [], takesAbsentHeadersAsNone: true),
            RequestDecider(table: to, addresses: [], takesAbsentHeadersAsNone: true)
        )
    }

    mutating func run() {
        for pair in PortPair.all(TablePort.all(of: from), TablePort.all(of: to)) {
            for hosts in HostClass.all(of: pair.patterns) {
                for approach in pair.approaches(hosts) { compare(pair, hosts, approach) }
            }
            compareServerNames(pair)
        }
    }

    /// - Parameter names: the hosts of which one is the server name, where that is not the host and chooses the listener.
    mutating func compare(_ pair: PortPair, _ hosts: HostClass, _ approach: Approach, names: HostClass? = nil) {
        let readings = (pair.from?.reading(approach, names ?? hosts), pair.to?.reading(approach, names ?? hosts))
        for case .unknown(let why)? in [readings.0, readings.1] {
            unknown.append(DiffUnknown(port: pair.port, hosts: hosts.pattern, why: why))
            return
        }
        if let from = pair.from, let to = pair.to, case .entries(let one)? = readings.0,
            case .entries(let other)? = readings.1, one == other, isUnchanged(from, to, hosts, names)
        {
            return
        }
        let before = sides.from.list(pair.from, readings.0, hosts, listenerOf: names, pair.port)
        let after = sides.to.list(pair.to, readings.1, hosts, listenerOf: names, pair.port)
        if before.keys == after.keys, before.fallback == after.fallback { return }
        ListComparison(before, after, solver).visit { place, answer in
            let part = DiffRegion.Part(
                hosts: hosts, from: place.from.map { from.entries[before.list.entries[$0]] },
                to: place.to.map { to.entries[after.list.entries[$0]] })
            add(part, answer, pair, approach, serverName: names?.host)
        }
    }

    /// Whether the virtual hosts of both sides are the same, entry by entry: then nothing need be laid out.
    private func isUnchanged(_ one: TablePort, _ other: TablePort, _ hosts: HostClass, _ names: HostClass?) -> Bool {
        guard !from.ranksAcrossHostnames, !to.ranksAcrossHostnames else { return false }
        let before = one.virtualHosts(hosts, listenerOf: names)
        let after = other.virtualHosts(hosts, listenerOf: names)
        return before.count == after.count
            && zip(before, after).allSatisfy { sides.from.keys(ofHost: $0) == sides.to.keys(ofHost: $1) }
    }

    /// Adds what was found of a pair of matches, once both tables confirm it.
    mutating func add(
        _ part: DiffRegion.Part, _ answer: RequestAnswer, _ pair: PortPair, _ approach: Approach, serverName: String?
    ) {
        switch answer {
        case .empty: return
        case .unknown(let why): report(part, pair, why)
        case .witness(let witness):
            var why = "the rules are written differently, and no request was found that tells them apart"
            for variant in witness.variants {
                let record = RequestRecord(
                    variant, host: part.hosts.host, at: pair.port, approach, clients: pair.clients,
                    serverName: serverName)
                let (before, after) = (deciders.from.decide(record, at: 0), deciders.to.decide(record, at: 0))
                guard let one = before.answer, let other = after.answer else {
                    let missing = Set(before.missing + after.missing).sorted().joined(separator: ", ")
                    why = before.notModelled ?? after.notModelled ?? "it is not known what is decided: \(missing)"
                    break
                }
                guard one.decision?.match == part.from, other.decision?.match == part.to else {
                    if variant == witness { why = "deciding a request of it does not confirm what was worked out" }
                    continue
                }
                let request = deciders.from.partialRequest(record).known
                let facts = (DecisionFacts(one, of: from, for: request), DecisionFacts(other, of: to, for: request))
                guard let change = ChangeKind(from: facts.0, to: facts.1) else { continue }
                let region = DiffRegion(
                    change: change, port: pair.port, approach: approach, listener: listener(one, other), parts: [part],
                    witness: record, from: before, to: after, fromFacts: facts.0, toFacts: facts.1,
                    fromRule: one.plan.rule, toRule: other.plan.rule)
                return merge(region, clients: pair.clients)
            }
            report(part, pair, why)
        }
    }

    private mutating func report(_ part: DiffRegion.Part, _ pair: PortPair, _ why: String) {
        unknown.append(
            DiffUnknown(port: pair.port, hosts: part.hosts.pattern, from: part.from, to: part.to, why: why))
    }

    private func listener(_ before: Answer, _ after: Answer) -> String? {
        if let index = after.decision?.listener { return to.listeners[index.place].name }
        return before.decision?.listener.map { from.listeners[$0.place].name }
    }

    private mutating func merge(_ region: DiffRegion, clients: String?) {
        let key = RegionKey(
            port: region.port, clients: clients, approach: region.approach, listener: region.listener,
            from: region.fromRule, to: region.toRule, change: region.change)
        if let place = places[key] {
            regions[place].parts += region.parts
        } else {
            places[key] = regions.count
            regions.append(region)
        }
    }
}

extension RequestWitness {
    /// The request, and some like it that the same matches may take: what a rewrite does may show in one of them alone.
    fileprivate var variants: [RequestWitness] {
        var deeper = self
        let end = target.firstIndex(of: "?") ?? target.endIndex
        let path = target[..<end]
        deeper.target = (path.hasSuffix("/") ? path + "any/other" : path + "/any/other") + target[end...]
        var asking = self
        asking.target += end == target.endIndex ? "?any=1" : "&any=1"
        return [self, deeper, asking]
    }
}
