public import Capture

/// Reads several traces at once, each of which is in the order of its times, as one that is: of each the next record is at
/// hand, and the earliest of these is given out.
///
/// Memory grows with the number of traces. Where one of them is out of order its records are, too; they are counted
/// (`statistics.recordsOutOfOrder`). A record without a time comes as soon as it is reached.
public final class TraceMerge {
    private var readers: [TraceReader]
    private var heads: [RequestRecord]
    private var isOpen: [Bool]
    private var isStarted = false
    /// The reader whose head was given out, and which is to be read on.
    private var taken: Int?
    private var latest = Int64.min
    private var outOfOrder = 0

    /// Gets every line that cannot be read.
    public var onProblem: ((TraceProblem) -> Void)? {
        didSet { for reader in readers { reader.onProblem = onProblem } }
    }

    /// Reads files, `-` being standard input.
    public init(_ paths: [String], options: TraceOptions = TraceOptions()) {
        readers = paths.map { TraceReader([$0], options: options, among: paths) }
        heads = Array(repeating: RequestRecord(), count: paths.count)
        isOpen = Array(repeating: true, count: paths.count)
    }

    /// What was read so far of all of them.
    public var statistics: TraceStatistics {
        var sum = TraceStatistics()
        for reader in readers {
            let one = reader.statistics
            sum.records += one.records
            sum.lines += one.lines
            sum.malformedLines += one.malformedLines
            sum.passedOver += one.passedOver
            sum.bytes += one.bytes
            sum.files += one.files
            sum.captures += one.captures
            sum.filterFailures += one.filterFailures
        }
        sum.recordsOutOfOrder = outOfOrder
        return sum
    }

    /// Puts the next record into `record`; false at the end of all. A trace that cannot be read on throws, once; the next
    /// call goes on with the others.
    public func next(into record: inout RequestRecord) throws(InputError) -> Bool {
        if !isStarted {
            isStarted = true
            for index in readers.indices.reversed() { unread.append(index) }
        }
        if let last = taken {
            taken = nil
            unread.append(last)
        }
        while let index = unread.popLast() {
            isOpen[index] = false
            // Where this throws, the reader goes on with nothing: it had one file.
            isOpen[index] = try readers[index].next(into: &heads[index])
        }
        var first: Int?
        for index in readers.indices where isOpen[index] {
            guard let time = heads[index].time else {
                first = index
                break
            }
            if let known = first, let earlier = heads[known].time, earlier <= time { continue }
            first = index
        }
        guard let first else { return false }
        if let time = heads[first].time {
            if time < latest { outOfOrder += 1 }
            latest = max(latest, time)
        }
        swap(&record, &heads[first])
        taken = first
        return true
    }

    private var unread: [Int] = []
}
