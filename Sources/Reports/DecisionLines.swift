internal import JSON
public import Replay
public import Routing
public import Traffic

/// Writes the decisions of a trace, one a line, in the order of the records. What was written for a distinct request and draw
/// is remembered, within a bound.
public struct DecisionLines {
    private struct Key: Hashable {
        var shape: UInt32
        var drawn: Int32
    }

    private static let bytesMax = 1 << 26

    private let report: DecisionReport
    private var decider: RequestDecider
    private var shapes = RequestShapeTable()
    private var decided: [DecidedRequest] = []
    private var known: [Key: [UInt8]] = [:]
    private var knownBytes = 0
    private var writer = JSONWriter()

    /// Writes decisions by a table; `decider` decides by the same one.
    public init(table: RoutingTable, decider: RequestDecider) {
        report = DecisionReport(table: table)
        self.decider = decider
    }

    /// Appends the line of the record at `place`.
    public mutating func append(_ record: RequestRecord, at place: UInt64, to bytes: inout [UInt8]) {
        if shapes.memoryBytes + knownBytes > Self.bytesMax {
            shapes = RequestShapeTable()
            decided.removeAll()
            known.removeAll()
            knownBytes = 0
        }
        let shape = Int(shapes.intern(record).index)
        if shape == decided.count { decided.append(decider.decide(record, at: place)) }
        let drawn = decided[shape].answer.flatMap { decider.draw($0.plan, at: place) }
        let key = Key(shape: UInt32(shape), drawn: drawn.map { Int32($0) } ?? -1)
        let members = known[key] ?? write(key, record, drawn)
        writer.removeAll()
        if let id = record.range(of: .id) { writer.string(record.text.span.extracting(id)) } else { writer.null() }
        bytes += #"{"id":"#.utf8
        bytes += writer.bytes
        bytes.append(UInt8(ascii: ","))
        bytes += members
        bytes.append(0x0A)
    }

    /// The members behind the id, with the brace that ends the object.
    private mutating func write(_ key: Key, _ record: RequestRecord, _ drawn: Int?) -> [UInt8] {
        var request = decided[Int(key.shape)]
        if let answer = request.answer {
            request.outcome = decider.outcome(answer, decider.partialRequest(record).known, drawn: drawn)
        }
        writer.removeAll()
        writer.object { report.writeMembers(request, to: &$0) }
        let members = Array(writer.bytes.dropFirst())
        known[key] = members
        knownBytes += members.count + 64
        return members
    }
}
