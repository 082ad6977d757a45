import Replay
import Routing
public import Traffic

/// Counts what the requests of traces use of the tables under test. What was decided for a distinct request is remembered,
/// within a bound.
public struct TrafficCount {
    private static let bytesMax = 1 << 26

    private let clusters: [TestedCluster]
    private var deciders: [RequestDecider]
    private var shapes = RequestShapeTable()
    /// By shape and table: the items used, and whether the decision was determined.
    private var known: [[(used: [Int], isDetermined: Bool)]] = []
    /// How many requests were counted.
    public private(set) var requests: UInt64 = 0
    /// How many of them some table did not determine.
    public private(set) var undetermined: UInt64 = 0

    /// - Parameter defaultGateway: `namespace/name` for records that do not tell.
    init(_ clusters: [TestedCluster], defaultGateway: String?) {
        self.clusters = clusters
        deciders = clusters.map {
            RequestDecider(table: $0.table, addresses: $0.addresses, defaultGateway: defaultGateway)
        }
    }

    /// Counts a record.
    public mutating func add(_ record: RequestRecord) {
        if shapes.memoryBytes + known.count * 256 > Self.bytesMax {
            shapes = RequestShapeTable()
            known.removeAll()
        }
        let shape = Int(shapes.intern(record).index)
        if shape == known.count { known.append(clusters.indices.map { decide(record, $0) }) }
        requests += 1
        if known[shape].contains(where: { !$0.isDetermined }) { undetermined += 1 }
        for (cluster, found) in zip(clusters, known[shape]) { cluster.countTraffic(found.used) }
    }

    private mutating func decide(_ record: RequestRecord, _ place: Int) -> (used: [Int], isDetermined: Bool) {
        let decided = deciders[place].decide(record, at: 0)
        let request = deciders[place].partialRequest(record).known
        let used = clusters[place].coverage.used(decided, request)
        return (used.sorted(), decided.answer != nil)
    }
}
