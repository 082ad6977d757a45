import Capture
import Routing
import Synchronization
import Testbed
import Traffic

/// The requests of a trace, bound to the tables of a timetable. Each run opens the trace for itself.
struct TraceTraffic: TraceFactory {
    let path: String
    let timetable: Timetable
    let defaultGateway: String?
    let entry: TrafficEntry
    /// Whether somebody asks what its clients saw.
    let isWatched: Bool
    /// Whether it begins again at its end.
    let repeats: Bool
    /// What the run could not do with the trace, to be told with its result.
    let unknowns = UnknownRequests()

    func open() -> any TraceSource { TraceTrafficReader(self) }

    /// Reads the first request: a trace that cannot be read, or holds none, is found before the run.
    func check() throws(InputError) {
        let reader = TraceReader([path])
        var record = RequestRecord()
        guard try reader.next(into: &record) else {
            throw InputError(.malformed, file: path, message: "the trace holds no request")
        }
    }
}

/// Reads a trace as the run goes on. Memory grows with what is distinct in it, not with its length.
final class TraceTrafficReader: TraceSource {
    private let traffic: TraceTraffic
    private var reader: TraceReader
    private var firstProblem: TraceProblem?
    private var shapes: RequestShapeTable
    private var knownShapes: [RequestShape] = []
    private var binder: RequestBinder
    private var record = RequestRecord()
    private var shape = RequestRecord()
    private var firstTime: Int64?
    private var latestTime: Int64 = 0
    private var recordsWithoutTime = 0
    private var recordsWithWeight = 0

    init(_ traffic: TraceTraffic) {
        self.traffic = traffic
        reader = TraceReader([traffic.path])
        shapes = RequestShapeTable(headers: .named(traffic.timetable.headerNames))
        binder = RequestBinder(traffic.timetable, defaultGateway: traffic.defaultGateway)
        listen()
    }

    private func listen() {
        reader.onProblem = { [unowned self] problem in
            if firstProblem == nil { firstProblem = problem }
        }
    }

    func read(into batch: inout [TraceArrival]) throws {
        defer { tellLosses() }
        while batch.count < batch.capacity {
            do throws(InputError) {
                guard try reader.next(into: &record) else { return noteLength() }
            } catch {
                // What stands before the break is used, as everywhere.
                return traffic.unknowns.note("the trace breaks off: \(error)")
            }
            batch.append(arrival())
        }
    }

    private func noteLength() {
        guard traffic.repeats, firstTime ?? 0 == latestTime else { return }
        traffic.unknowns.note("all requests of the trace come at one time: it is not repeated")
    }

    private func arrival() -> TraceArrival {
        if let time = record.time {
            firstTime = firstTime ?? time
            latestTime = time
        } else {
            recordsWithoutTime += 1
        }
        if let weight = record.weight, weight != 1 { recordsWithWeight += 1 }
        let shape = shapes.intern(record)
        if Int(shape.index) == knownShapes.count { knownShapes.append(shape) }
        return TraceArrival(
            time: latestTime, shape: shape.index, observed: record.observed.latency ?? -1,
            client: Self.clientHash(record))
    }

    /// FNV-1a of the client's address, without its port.
    private static func clientHash(_ record: RequestRecord) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        guard let range = record.range(of: .source) else { return hash }
        let end = record.text[range].lastIndex(of: UInt8(ascii: ":")) ?? range.upperBound
        for byte in record.text[range.lowerBound..<end] { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash
    }

    /// What was lost so far; of a trace that is repeated the round that lost most counts.
    private func tellLosses() {
        let statistics = reader.statistics
        var losses: [(count: Int, what: String)] = [
            (recordsWithoutTime, "requests without a time, which come together with the one before"),
            (recordsWithWeight, "records that stand for more than one request (sampling), each simulated as one"),
        ]
        if let firstProblem { losses.append((statistics.malformedLines, "lines not read, the first: \(firstProblem)")) }
        for capture in statistics.captures.map(\.statistics) {
            losses.append((capture.gaps, "gaps in TCP streams, where requests may be missing"))
            losses.append((capture.unparsed.values.reduce(0, +), "connections that were not understood"))
        }
        for loss in losses where loss.count > 0 { traffic.unknowns.note(loss.count, loss.what) }
    }

    func rewind() {
        reader = TraceReader([traffic.path])
        listen()
        firstTime = nil
        latestTime = 0
        recordsWithoutTime = 0
        recordsWithWeight = 0
    }

    func treatment(ofShape number: UInt32, version: Int) -> Treatment {
        shapes.read(knownShapes[Int(number)], into: &shape)
        var treatment = binder.treatment(shape, version: version, traffic.unknowns)
        treatment.client = traffic.entry.behavior(ofShape: Int(number), isWatched: traffic.isWatched)
        return treatment
    }
}

extension Timetable {
    /// The header fields that a decision can hang on, in lower case.
    var headerNames: Set<String> {
        var names: Set<String> = []
        for version in versions {
            for rule in version.table.routes.flatMap(\.rules) {
                for match in rule.matches { names.formUnion(match.headers.map { $0.name.lowercased() }) }
                let hasCORS = rule.filters.contains { if case .cors = $0 { true } else { false } }
                if hasCORS {
                    names.formUnion(["origin", "access-control-request-method", "access-control-request-headers"])
                }
            }
        }
        return names
    }
}
