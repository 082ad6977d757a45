import Routing

/// How much of the manifests the tests use, and how much the traffic does.
public struct TestCoverage: Sendable {
    /// How many of one kind.
    public struct Count: Sendable {
        /// What is counted.
        public var kind: CoverageItem.Kind
        /// Those that some request can use, or may.
        public var total = 0
        /// Those among them that a test uses.
        public var tested = 0
        /// Those among them that the traffic uses.
        public var inTraffic = 0
        /// Those besides that no request can use.
        public var unreachable = 0
    }

    /// One for each kind, in their order.
    public private(set) var counts: [Count]
    /// What no test uses, in the order of the manifests.
    public private(set) var uncovered: [UncoveredItem] = []
    /// How many requests of traffic were counted; nil where none was given.
    public private(set) var trafficRequests: UInt64?
    /// How many of them were not determined: they count for what all their possible decisions use.
    public private(set) var trafficUndetermined: UInt64 = 0

    /// The part of all items that a test uses, 0 to 1; 1 where there are none.
    public var share: Double {
        let total = counts.reduce(0) { $0 + $1.total }
        return total == 0 ? 1 : Double(counts.reduce(0) { $0 + $1.tested }) / Double(total)
    }

    /// Joins the coverage of several tables: what stands in two of them is one thing.
    init(_ clusters: [TestedCluster], traffic: TrafficCount?) {
        counts = CoverageItem.Kind.allCases.map { Count(kind: $0) }
        trafficRequests = traffic?.requests
        trafficUndetermined = traffic?.undetermined ?? 0
        var order: [CoverageItem] = []
        var tested: Set<CoverageItem> = []
        var inTraffic: [CoverageItem: UInt64] = [:]
        var seen: Set<CoverageItem> = []
        for cluster in clusters {
            let coverage = cluster.coverage
            for (place, item) in coverage.items.items.enumerated() {
                let key = Self.key(item)
                if seen.insert(key).inserted { order.append(item) }
                if coverage.tests[place] > 0 { tested.insert(key) }
                if coverage.traffic[place] > 0 { inTraffic[key] = max(inTraffic[key] ?? 0, coverage.traffic[place]) }
            }
        }
        var remedies: [CoverageItem: UncoveredItem.Remedy] = [:]
        for cluster in clusters {
            let items = cluster.coverage.items.items
            let wanted = items.indices.filter { place in
                let key = Self.key(items[place])
                if tested.contains(key) { return false }
                if case .request = remedies[key] { return false }
                return true
            }
            for (place, remedy) in cluster.remedies(Set(wanted)) { remedies[Self.key(items[place])] = remedy }
        }
        for item in order {
            count(item, tested.contains(Self.key(item)), inTraffic[Self.key(item)] ?? 0, remedies[Self.key(item)])
        }
    }

    /// An item without its place, which differs between the files that a scenario applies.
    private static func key(_ item: CoverageItem) -> CoverageItem {
        CoverageItem(kind: item.kind, name: item.name, origin: Origin())
    }

    private mutating func count(
        _ item: CoverageItem, _ isTested: Bool, _ traffic: UInt64, _ remedy: UncoveredItem.Remedy?
    ) {
        guard let place = counts.firstIndex(where: { $0.kind == item.kind }) else { return }
        if !isTested, traffic == 0, case .unreachable = remedy {
            counts[place].unreachable += 1
        } else {
            counts[place].total += 1
            if isTested { counts[place].tested += 1 }
            if traffic > 0 { counts[place].inTraffic += 1 }
        }
        if !isTested, let remedy { uncovered.append(UncoveredItem(item: item, remedy: remedy, traffic: traffic)) }
    }
}
