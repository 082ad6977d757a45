import GatewayAPI
import Manifests
import Testbed
import Validation

/// Where replicas are, and the network between these places.
extension ScenarioDecoder {
    /// `zones`, `cluster` and `clusters` of gateways and backends; empty where none is given.
    static func placement(_ object: inout ObjectDecoder) -> [Placement] {
        let cluster = object.string("cluster")
        let zones = object.counts("zones")
        let clusters = object.counts("clusters")
        for (one, other) in [
            ("zones", "clusters"), ("cluster", "clusters"), ("replicas", "zones"), ("replicas", "clusters"),
        ]
        where object.has(one) && object.has(other) {
            object.report(.conflictingFields, "\(one) and \(other) cannot stand together", field: other)
        }
        for (key, counts) in [("zones", zones), ("clusters", clusters)] {
            guard let sum = counts?.reduce(0, { $0 + $1.count }), sum > 100_000 else { continue }
            object.report(.outOfRange, "found \(sum) replicas in all, expected at most 100000", field: key)
        }
        if let clusters {
            return clusters.map { Placement(place: Place(cluster: $0.name), replicas: $0.count) }
        }
        if let zones {
            return zones.map { Placement(place: Place(cluster: cluster, zone: $0.name), replicas: $0.count) }
        }
        return cluster.map { [Placement(place: Place(cluster: $0), replicas: 1)] } ?? []
    }

    /// An entry of `network`; nil where it is wrong.
    static func networkPath(_ object: inout ObjectDecoder) -> Located<NetworkModel.Path>? {
        let ends = object.strings("between", 2...2)
        if !object.has("between") { object.reportMissing("between", "two zones or clusters") }
        let latency = object.distribution("latency")
        let loss = object.number("loss", "a number from 0 to 0.99") { (0...0.99).contains($0) }
        if latency == nil, loss == nil, !object.has("latency"), !object.has("loss") {
            object.report(.missingField, "nothing is said of the way: give latency or loss")
        }
        guard ends.count == 2 else { return nil }
        return Located(
            value: NetworkModel.Path(ends[0].value, ends[1].value, latency: latency, loss: loss ?? 0),
            position: object.position)
    }
}

extension ObjectDecoder {
    /// A mapping of names to numbers; nil where it is missing or wrong.
    mutating func counts(
        _ key: String, of what: String = "numbers of replicas", _ range: ClosedRange<Int64> = 0...100_000
    ) -> [(name: String, count: Int)]? {
        guard let map = value(key) else { return nil }
        let context = context
        return at(key) {
            guard context.arena.kind(map) == .mapping else {
                context.reportType(map, expected: "a mapping of names to \(what), such as {a: 2, b: 1}")
                return nil
            }
            if context.arena.count(map) == 0 {
                context.report(.itemCount, "found no name, expected at least one, such as {a: 2, b: 1}", at: map)
                return nil
            }
            var counts: [(name: String, count: Int)] = []
            for place in 0..<context.arena.count(map) {
                let member = context.arena.member(map, at: place)
                let name = context.arena.text(member.key)
                context.path.push(name)
                if let count = Self.integer(member.value, range, context) { counts.append((name, Int(count))) }
                context.path.pop()
            }
            return counts
        }
    }
}
