public import Routing
public import Traffic

/// Decides the requests of a trace one after the other, and counts what becomes of them.
///
/// Memory grows with the table and with the hosts that no route serves (up to a bound), not with the trace. The result hangs on
/// the table, the seed and the order of the records alone.
public struct TraceReplay {
    /// What the replay says of one record.
    public struct Replayed: Sendable {
        /// The place of its group in `groups`.
        public var group: Int
        /// The place of the backend drawn; 0 where nothing is drawn.
        public var drawn: Int
        /// The place of the record in the trace, from 0.
        public var place: UInt64
    }

    /// A group with its counts.
    public struct Tally: Sendable {
        /// Whom it is about.
        public var group: DecisionGroup
        /// All of its requests.
        public var total: RequestCount
        /// For each of the group's branches the requests that were drawn to it.
        public var drawn: [RequestCount]
        /// The place in the trace of its first request.
        public var firstPlace: UInt64
        /// Its first request, for a person.
        public var example: String
    }

    private struct Slot: Sendable {
        /// Where the group's counts begin.
        var cell: Int
        /// The rule whose split has to be drawn; nil where only one backend can come out.
        var split: Split?
        /// The backend where nothing has to be drawn.
        var branch: Int
    }

    private struct WholeKey: Hashable {
        var whole: WholeDecision
        var host: UInt32
    }

    /// Hosts that are told apart where no rule answers.
    static let hostsMax = 10_000
    /// Distinct requests that are remembered with their decision.
    static let shapesMax = 1 << 16

    /// What the requests are decided by.
    public let table: RoutingTable
    /// The groups in the order in which they were first met.
    public private(set) var groups: [DecisionGroup] = []
    /// How many records were decided.
    public private(set) var place: UInt64 = 0
    /// The earliest time, in nanoseconds.
    public private(set) var firstTime: Int64?
    /// The latest time, in nanoseconds.
    public private(set) var lastTime: Int64?

    private var decider: RequestDecider
    private var slots: [Slot] = []
    private var cells: [RequestCount] = []
    private var firsts: [(place: UInt64, example: String)] = []
    private var places: [DecisionGroup: Int] = [:]
    private var wholes: [WholeKey: Int] = [:]
    private var hosts = ByteTable()
    private var lowered: [UInt8] = []
    private var shapes: RequestShapeTable
    private var shapeGroups: [Int] = []
    /// What remains possible for distinct requests that are not determined.
    private var shapeCandidates: [Int: [DecisionGroup]] = [:]
    private var latestShape = 0
    private let headerNames: Set<String>
    private let rulesOfRequest: Set<RuleIndex>

    /// Replays by a table; `decider` decides by the same one.
    public init(table: RoutingTable, decider: RequestDecider) {
        self.table = table
        self.decider = decider
        headerNames = table.headerNames
        rulesOfRequest = table.rulesOfRequest
        shapes = RequestShapeTable(headers: .named(headerNames))
    }

    /// Decides the next record.
    public mutating func replay(_ record: RequestRecord) -> Replayed {
        let group = group(record)
        let slot = slots[group]
        let drawn = slot.split.flatMap { decider.draw($0, at: place) } ?? slot.branch
        let cell = slot.cell + drawn
        cells[cell].requests += 1
        cells[cell].weight += record.weight ?? 1
        if let time = record.time {
            firstTime = min(firstTime ?? time, time)
            lastTime = max(lastTime ?? time, time)
        }
        defer { place += 1 }
        return Replayed(group: group, drawn: drawn, place: place)
    }

    /// All groups with their counts, in the order in which they were first met.
    public var tallies: [Tally] {
        groups.indices.map { index in
            let group = groups[index]
            let start = slots[index].cell
            let drawn = Array(cells[start..<start + max(1, group.branches.count)])
            var total = RequestCount()
            for count in drawn { total += count }
            return Tally(
                group: group, total: total, drawn: group.branches.isEmpty ? [] : drawn,
                firstPlace: firsts[index].place, example: firsts[index].example)
        }
    }

    /// What remains possible for the record that was replayed last: its group alone where it is determined.
    public func candidates(_ replayed: Replayed) -> [DecisionGroup] {
        let group = groups[replayed.group]
        return group.isDetermined ? [group] : shapeCandidates[latestShape] ?? []
    }

    /// The whole decision on a record that stands at `place`.
    public mutating func decision(_ record: RequestRecord, at place: UInt64) -> DecidedRequest {
        decider.decide(record, at: place)
    }

    private mutating func group(_ record: RequestRecord) -> Int {
        guard let whole = decider.decideWhole(record) else { return groupByShape(record) }
        let isMatched = whole.decision.outcome == .matched
        if isMatched, !rulesOfRequest.isEmpty, let match = whole.decision.match,
            rulesOfRequest.contains(table.matches[match.place].rule)
        {
            return groupByShape(record)
        }
        let key = WholeKey(whole: whole, host: isMatched ? .max : hostIndex(record))
        if let group = wholes[key] { return group }
        let group = groupByShape(record)
        wholes[key] = group
        return group
    }

    /// The index of a record's host among those that are told apart.
    private mutating func hostIndex(_ record: RequestRecord) -> UInt32 {
        guard let range = record.range(of: .host) else { return .max }
        lowered.removeAll(keepingCapacity: true)
        for index in range {
            let byte = record.text[index]
            lowered.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
        }
        if hosts.count >= Self.hostsMax { return hosts.find(lowered.span) ?? .max - 1 }
        return hosts.intern(lowered)
    }

    private mutating func groupByShape(_ record: RequestRecord) -> Int {
        if shapes.count >= Self.shapesMax {
            shapes = RequestShapeTable(headers: .named(headerNames))
            shapeGroups.removeAll()
            shapeCandidates.removeAll()
        }
        let shape = Int(shapes.intern(record).index)
        latestShape = shape
        if shape == shapeGroups.count { shapeGroups.append(decide(record)) }
        return shapeGroups[shape]
    }

    private mutating func decide(_ record: RequestRecord) -> Int {
        let decided = decider.decide(record, at: place)
        let known = hostIndex(record)
        let host =
            known >= .max - 1 ? nil : String(decoding: hosts.text[hosts.range(known)], as: UTF8.self)
        let request = decider.partialRequest(record).known
        var group: DecisionGroup
        if let answer = decided.answer {
            group = table.group(answer, request, host: host)
        } else {
            shapeCandidates[latestShape] = decided.possible.map { table.group($0, request, host: host) }
            group = DecisionGroup()
            group.host = host
            group.missing = decided.missing
            group.notModelled = decided.notModelled
            let ports = Set(decided.possible.map(\.port))
            if ports.count == 1 { group.port = decided.possible.first?.port }
            let listeners = Set(decided.possible.map { $0.decision?.listener })
            if listeners.count == 1 { group.listener = decided.possible.first?.decision?.listener }
        }
        return index(of: group, record)
    }

    private mutating func index(of group: DecisionGroup, _ record: RequestRecord) -> Int {
        if let index = places[group] { return index }
        let index = groups.count
        places[group] = index
        groups.append(group)
        firsts.append((place, record.summary(place)))
        var slot = Slot(cell: cells.count, branch: 0)
        if !group.branches.isEmpty, let rule = group.rule {
            let whole = group.branches.firstIndex { $0.share == 1 }
            if let whole { slot.branch = whole } else { slot.split = table.splits[rule.place] }
        }
        slots.append(slot)
        for _ in 0..<max(1, group.branches.count) { cells.append(RequestCount()) }
        return index
    }
}

extension RequestRecord {
    /// The record for a person: its own name or its place in the trace, and what is asked.
    public func summary(_ place: UInt64) -> String {
        let name = id ?? "record \(place + 1)"
        return "\(name): \(method ?? "?") \(host ?? "?")\(path ?? "")"
    }
}

extension RoutingTable {
    /// The rules whose answer hangs on more of a request than the match: on its origin, or on what is not known of the dialect.
    fileprivate var rulesOfRequest: Set<RuleIndex> {
        var found: Set<RuleIndex> = []
        for place in rules.indices {
            let index = RuleIndex(place: place)
            let rule = rule(index)
            for filter in rule.filters + rule.backends.flatMap(\.filters) {
                switch filter {
                case .cors: found.insert(index)
                case .requestHeaders, .responseHeaders: if dialect.name != "specification" { found.insert(index) }
                case .redirect, .rewrite, .mirror: break
                }
            }
        }
        return found
    }

    /// The header fields that a decision can hang on, in lower case.
    public var headerNames: Set<String> {
        var names: Set<String> = ["content-type"]
        for rule in routes.flatMap(\.rules) {
            for match in rule.matches { names.formUnion(match.headers.map { $0.name.lowercased() }) }
            let hasCORS = rule.filters.contains { if case .cors = $0 { true } else { false } }
            if hasCORS {
                names.formUnion(["origin", "access-control-request-method", "access-control-request-headers"])
            }
        }
        return names
    }
}
