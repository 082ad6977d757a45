public import Routing

/// What became of the requests of a trace, by gateway, listener, route, rule, match and backend. Every list is in the order of
/// the table; what no rule answers, and what is not determined, comes with the most requests first.
public struct ReplaySummary: Sendable {
    /// A gateway, or a Service of the mesh.
    public struct EntranceRow: Sendable {
        /// Which.
        public var entrance: Entrance
        /// All that came to it.
        public var total = RequestCount()
        /// What its listeners took.
        public var listeners: [(listener: ListenerIndex, count: RequestCount)] = []
    }

    /// A rule.
    public struct RuleRow: Sendable {
        /// Which.
        public var rule: RuleIndex
        /// All that it decided.
        public var total = RequestCount()
        /// By what the gateway does.
        public var actions: [(action: Plan.Action, count: RequestCount)] = []
        /// By the status of the gateway's own answers.
        public var statuses: [UInt16: RequestCount] = [:]
        /// By match.
        public var matches: [(match: MatchIndex, count: RequestCount)] = []
        /// By listener.
        public var listeners: [(listener: ListenerIndex, count: RequestCount)] = []
        /// The entries of the rule's backends with what was drawn to each.
        public var branches: [(branch: DecisionGroup.Branch, count: RequestCount)] = []
        /// How many requests were divided among the branches.
        public var split = RequestCount()
    }

    /// A backend.
    public struct BackendRow: Sendable {
        /// Which.
        public var backend: BackendIndex
        /// What was drawn to it.
        public var drawn = RequestCount()
        /// The sum of the shares that were to be expected: weighted requests.
        public var expected = 0.0
        /// Copies, as their fractions let expect: weighted requests.
        public var mirrored = 0.0
    }

    /// Requests that no rule answers, or that are not determined.
    public struct OtherRow: Sendable {
        /// Whom it is about.
        public var group: DecisionGroup
        /// How many.
        public var total: RequestCount
        /// The place in the trace of the first one.
        public var firstPlace: UInt64
        /// The first one, for a person.
        public var example: String
    }

    /// All requests.
    public var total = RequestCount()
    /// Requests by what the gateway does.
    public var actions: [(action: Plan.Action, count: RequestCount)] = []
    /// Requests of which it is not known what becomes of them.
    public var undeterminedTotal = RequestCount()
    /// Requests by the status of the gateway's own answer.
    public var statuses: [UInt16: RequestCount] = [:]
    /// Gateways and Services of the mesh.
    public var entrances: [EntranceRow] = []
    /// Requests to which no entrance could be found.
    public var elsewhere = RequestCount()
    /// Rules that decided some request.
    public var rules: [RuleRow] = []
    /// How many matches the routes of the input have.
    public var writtenMatches = 0
    /// Those of them that decided no request.
    public var unusedMatches: [MatchIndex] = []
    /// Backends that requests were drawn to.
    public var backends: [BackendRow] = []
    /// Requests that no rule answers.
    public var unrouted: [OtherRow] = []
    /// Requests that are not determined.
    public var undetermined: [OtherRow] = []

    /// Sums up a replay.
    public init(_ replay: TraceReplay) {
        let table = replay.table
        var entrances: [Entrance: EntranceRow] = [:]
        var rules: [RuleIndex: RuleRow] = [:]
        var backends: [BackendIndex: BackendRow] = [:]
        for tally in replay.tallies where tally.total.requests > 0 {
            let (group, count) = (tally.group, tally.total)
            total += count
            if let port = group.port {
                let entrance = table.ports[port.place].entrance
                entrances[entrance, default: EntranceRow(entrance: entrance)].add(group.listener, count)
            } else {
                elsewhere += count
            }
            guard let action = group.action else {
                undeterminedTotal += count
                undetermined.append(OtherRow(tally))
                continue
            }
            actions.add(action, count)
            if action != .forward, let status = group.status { statuses[status, default: RequestCount()] += count }
            for (branch, drawn) in zip(group.branches, tally.drawn) {
                if let status = branch.status, status > 0, drawn.requests > 0 {
                    statuses[status, default: RequestCount()] += drawn
                }
                guard let backend = branch.backend else { continue }
                backends[backend, default: BackendRow(backend: backend)].drawn += drawn
                backends[backend, default: BackendRow(backend: backend)].expected += count.weight * branch.share
            }
            for mirror in group.mirrors where action == .forward {
                backends[mirror.backend, default: BackendRow(backend: mirror.backend)].mirrored +=
                    count.weight * mirror.fraction
            }
            if let rule = group.rule {
                rules[rule, default: RuleRow(rule: rule)].add(tally)
            } else {
                unrouted.append(OtherRow(tally))
            }
        }
        self.rules = rules.values.sorted { $0.rule < $1.rule }
        self.backends = backends.values.sorted { $0.backend < $1.backend }
        let order = table.ports.map(\.entrance)
        var seen: Set<Entrance> = []
        self.entrances = order.compactMap { seen.insert($0).inserted ? entrances[$0] : nil }
        unrouted.sort(by: OtherRow.precedes)
        undetermined.sort(by: OtherRow.precedes)
        let used = Set(self.rules.flatMap { $0.matches.map(\.match) })
        // Services without routes of their own have an entry for the mesh, which nobody wrote.
        writtenMatches =
            table.matches.indices.filter { table.route(of: table.matches[$0].rule).kind != "Service" }.count
        unusedMatches = table.matches.indices.map(MatchIndex.init(place:)).filter { match in
            !used.contains(match) && table.route(of: table.matches[match.place].rule).kind != "Service"
        }
        for index in self.entrances.indices { self.entrances[index].listeners.sort { $0.listener < $1.listener } }
        for index in self.rules.indices {
            self.rules[index].matches.sort { $0.match < $1.match }
            self.rules[index].listeners.sort { $0.listener < $1.listener }
        }
    }
}

extension ReplaySummary.OtherRow {
    fileprivate init(_ tally: TraceReplay.Tally) {
        self.init(
            group: tally.group, total: tally.total, firstPlace: tally.firstPlace, example: tally.example)
    }

    fileprivate static func precedes(_ left: Self, _ right: Self) -> Bool {
        left.total.requests != right.total.requests
            ? left.total.requests > right.total.requests : left.firstPlace < right.firstPlace
    }
}

extension ReplaySummary.EntranceRow {
    fileprivate mutating func add(_ listener: ListenerIndex?, _ count: RequestCount) {
        total += count
        if let listener { listeners.add(listener, count) }
    }
}

extension ReplaySummary.RuleRow {
    fileprivate mutating func add(_ tally: TraceReplay.Tally) {
        let (group, count) = (tally.group, tally.total)
        total += count
        if let action = group.action { actions.add(action, count) }
        if group.action != .forward, let status = group.status { statuses[status, default: RequestCount()] += count }
        if let match = group.match { matches.add(match, count) }
        if let listener = group.listener { listeners.add(listener, count) }
        guard !group.branches.isEmpty else { return }
        split += count
        for (place, drawn) in tally.drawn.enumerated() {
            if place == branches.count { branches.append((group.branches[place], RequestCount())) }
            branches[place].count += drawn
            if let status = group.branches[place].status, status > 0, drawn.requests > 0 {
                statuses[status, default: RequestCount()] += drawn
            }
        }
    }
}

extension Array {
    /// Adds to the count of a key, in the order in which the keys come.
    fileprivate mutating func add<Key: Equatable>(_ key: Key, _ count: RequestCount)
    where Element == (action: Key, count: RequestCount) {
        if let place = firstIndex(where: { $0.0 == key }) { self[place].1 += count } else { append((key, count)) }
    }

    fileprivate mutating func add(_ key: ListenerIndex, _ count: RequestCount)
    where Element == (listener: ListenerIndex, count: RequestCount) {
        if let place = firstIndex(where: { $0.0 == key }) { self[place].1 += count } else { append((key, count)) }
    }

    fileprivate mutating func add(_ key: MatchIndex, _ count: RequestCount)
    where Element == (match: MatchIndex, count: RequestCount) {
        if let place = firstIndex(where: { $0.0 == key }) { self[place].1 += count } else { append((key, count)) }
    }
}
