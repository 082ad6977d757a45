/// Whom a change concerns: the namespaces whose routes decide requests that change, before or after.
public struct BlastRadius: Sendable {
    /// One namespace.
    public struct Namespace: Sendable {
        /// Its name.
        public var namespace: String
        /// How many regions concern it.
        public var regions: Int
        /// How many of each kind, in the order of the kinds.
        public var changes: [(ChangeKind, Int)]
        /// Requests of the trace that its routes decide before, each counted by its weight.
        public var requests: Double
        /// Those of them that change.
        public var changed: Double
    }

    /// Sorted by name.
    public let namespaces: [Namespace]

    /// Gathers what concerns each namespace.
    public init(_ diff: TableDiff, _ traffic: TrafficDiff? = nil) {
        var kinds: [String: [ChangeKind: Int]] = [:]
        for region in diff.regions {
            let owners = Set([region.fromFacts.route?.namespace, region.toFacts.route?.namespace].compactMap { $0 })
            for owner in owners { kinds[owner, default: [:]][region.change, default: 0] += 1 }
        }
        for owner in (traffic?.namespaces ?? [:]).keys where traffic?.namespaces[owner]?.changed ?? 0 > 0 {
            kinds[owner, default: [:]].merge([:]) { one, _ in one }
        }
        namespaces = kinds.keys.sorted().map { name in
            let own = kinds[name] ?? [:]
            let counts = traffic?.namespaces[name]
            return Namespace(
                namespace: name, regions: own.values.reduce(0, +),
                changes: ChangeKind.allCases.compactMap { kind in own[kind].map { (kind, $0) } },
                requests: counts?.requests ?? 0, changed: counts?.changed ?? 0)
        }
    }
}
