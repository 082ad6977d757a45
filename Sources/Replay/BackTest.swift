public import Routing
public import Traffic

/// Holds what a proxy really did, where a trace says so, against what the table says.
///
/// A record agrees where everything that can be compared is the same; it disagrees by the first aspect that is not. Where the
/// decision is undetermined, a record disagrees if no candidate is what happened, and agrees if all of them are.
public struct BackTest {
    /// What can be compared, in the order in which a disagreement is named.
    public enum Aspect: String, CaseIterable, Sendable {
        /// The Gateway that answered.
        case gateway
        /// A route was taken, or a backend asked, where no rule answers.
        case unrouted
        /// The route.
        case route
        /// The rule of the route.
        case rule
        /// The match of the rule.
        case match
        /// A backend was asked where the gateway answers by itself.
        case answered
        /// The backend is none of those that get a share.
        case backend
        /// The status of the gateway's own answer.
        case status
    }

    /// Requests that disagree in the same way.
    public struct Disagreement: Sendable {
        /// In what.
        public var aspect: Aspect
        /// What was recorded.
        public var recorded: String
        /// What the table says; where it is not determined, all candidates.
        public var says: [String]
        /// How many.
        public var total = RequestCount()
        /// The first ones, for a person.
        public var examples: [String] = []
    }

    /// How many records could be compared in an aspect, and how many of them agreed in it.
    public struct AspectCount: Sendable {
        /// All that could be compared.
        public var compared = RequestCount()
        /// Those that agreed.
        public var agreed = RequestCount()
    }

    struct Verdict {
        enum Kind { case agrees, undetermined, disagrees, notCompared }
        var kind: Kind
        /// What was compared, and what of it differs, by the places of the aspects.
        var compared: UInt16 = 0
        var differs: UInt16 = 0
        var disagreement = -1
        var reason = ""
    }

    /// Examples that are kept of each disagreement.
    static let examplesMax = 3
    /// Disagreements that are told apart.
    static let disagreementsMax = 1000

    /// Records that agree.
    public private(set) var agreed = RequestCount()
    /// Records that do not.
    public private(set) var disagreed = RequestCount()
    /// Records where what happened is one of several candidates.
    public private(set) var undetermined = RequestCount()
    /// Records that could not be compared, by the reason.
    public private(set) var notCompared: [String: RequestCount] = [:]
    /// Counts by aspect.
    public private(set) var aspects: [Aspect: AspectCount] = [:]

    let table: RoutingTable
    let endpoints: [String: [BackendIndex]]
    private var disagreementList: [Disagreement] = []
    private var places: [String: Int] = [:]
    private var keys = ByteTable()
    private var verdicts: [Verdict] = []
    private var scratch: [UInt8] = []

    /// Compares with what `table` says. `endpoints` are the backends found at `address:port`, or at `address` whatever the port.
    public init(table: RoutingTable, endpoints: [String: [BackendIndex]]) {
        self.table = table
        self.endpoints = endpoints
    }

    /// The disagreements, those with the most requests first.
    public var disagreements: [Disagreement] {
        disagreementList.enumerated().sorted { left, right in
            left.element.total.requests != right.element.total.requests
                ? left.element.total.requests > right.element.total.requests : left.offset < right.offset
        }.map(\.element)
    }

    /// The share of the compared requests that agree, by weight; nil where none could be compared.
    public var agreement: Double? {
        let compared = agreed.weight + disagreed.weight
        return compared > 0 ? agreed.weight / compared : nil
    }

    /// Compares a record with its decision. `candidates` is the group of the record alone where it is determined.
    public mutating func add(_ record: RequestRecord, _ replayed: TraceReplay.Replayed, candidates: [DecisionGroup]) {
        let verdict = verdict(record, replayed, candidates)
        var count = RequestCount()
        count.requests = 1
        count.weight = record.weight ?? 1
        switch verdict.kind {
        case .agrees: agreed += count
        case .undetermined: undetermined += count
        case .notCompared: notCompared[verdict.reason, default: RequestCount()] += count
        case .disagrees:
            disagreed += count
            disagreementList[verdict.disagreement].total += count
            if disagreementList[verdict.disagreement].examples.count < Self.examplesMax {
                disagreementList[verdict.disagreement].examples.append(record.summary(replayed.place))
            }
        }
        guard verdict.compared != 0 else { return }
        for (place, aspect) in Aspect.allCases.enumerated() where verdict.compared & 1 << UInt16(place) != 0 {
            aspects[aspect, default: AspectCount()].compared += count
            if verdict.differs & 1 << UInt16(place) == 0 { aspects[aspect, default: AspectCount()].agreed += count }
        }
    }

    /// Records with the same decision and the same observation have the same verdict.
    private mutating func verdict(
        _ record: RequestRecord, _ replayed: TraceReplay.Replayed, _ candidates: [DecisionGroup]
    ) -> Verdict {
        guard candidates.count == 1 else { return judge(record, candidates) }
        scratch.removeAll(keepingCapacity: true)
        record.appendObservation(to: &scratch)
        withUnsafeBytes(of: UInt32(replayed.group)) { scratch.append(contentsOf: $0) }
        if keys.count >= TraceReplay.shapesMax {
            keys = ByteTable()
            verdicts.removeAll()
        }
        let index = Int(keys.intern(scratch))
        if index == verdicts.count { verdicts.append(judge(record, candidates)) }
        return verdicts[index]
    }

    private mutating func judge(_ record: RequestRecord, _ candidates: [DecisionGroup]) -> Verdict {
        let observation = Observation(record)
        let comparisons = candidates.map { compare(observation, $0) }
        guard let first = comparisons.first, comparisons.contains(where: { !$0.compared.isEmpty }) else {
            return Verdict(kind: .notCompared, reason: comparisons.first?.whyNot ?? "there is no decision")
        }
        let fitting = comparisons.filter { $0.differs.isEmpty }
        if fitting.count == comparisons.count {
            return Verdict(kind: .agrees, compared: Self.bits(first.compared.map(\.aspect)))
        }
        guard fitting.isEmpty else { return Verdict(kind: .undetermined) }
        guard let aspect = Aspect.allCases.first(where: { first.differs.contains($0) }),
            let difference = first.compared.first(where: { $0.aspect == aspect })
        else { return Verdict(kind: .undetermined) }
        let says = comparisons.map { comparison in
            comparison.compared.first { $0.aspect == aspect }?.says
                ?? comparison.compared.first { comparison.differs.contains($0.aspect) }?.says ?? ""
        }
        return Verdict(
            kind: .disagrees, compared: Self.bits(first.compared.map(\.aspect)),
            differs: Self.bits(Array(first.differs)),
            disagreement: place(of: Disagreement(aspect: aspect, recorded: difference.recorded, says: says.distinct)))
    }

    private mutating func place(of disagreement: Disagreement) -> Int {
        var disagreement = disagreement
        func key() -> String {
            "\(disagreement.aspect.rawValue)\u{1F}\(disagreement.recorded)\u{1F}\(disagreement.says.joined(separator: "\u{1F}"))"
        }
        if places[key()] == nil, disagreementList.count >= Self.disagreementsMax {
            disagreement.recorded = "others"
            disagreement.says = ["others"]
        }
        if let place = places[key()] { return place }
        places[key()] = disagreementList.count
        disagreementList.append(disagreement)
        return disagreementList.count - 1
    }

    private static func bits(_ aspects: [Aspect]) -> UInt16 {
        Aspect.allCases.enumerated().reduce(0) { bits, aspect in
            aspects.contains(aspect.element) ? bits | 1 << UInt16(aspect.offset) : bits
        }
    }
}

extension [String] {
    /// Each once, in the order in which they come.
    fileprivate var distinct: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
