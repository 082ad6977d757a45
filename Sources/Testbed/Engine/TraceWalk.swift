import Simulation

/// A trace that is read in batches.
final class TraceWalk {
    private let source: any TraceSource
    private let speed: Double
    private let repeats: Bool
    private var batch: [TraceArrival] = []
    private var position = 0
    private var first: Int64?
    private var latest: Int64 = 0
    private var count: Int64 = 0
    /// What is added to the times of this round of a trace that repeats.
    private var offset: Int64 = 0
    private(set) var outOfOrder: UInt64 = 0
    /// The request whose time was returned last.
    private(set) var current = TraceArrival(time: 0, shape: 0)

    init(_ source: any TraceSource, speed: Double, repeats: Bool) {
        self.source = source
        self.speed = speed
        self.repeats = repeats
        batch.reserveCapacity(1024)
    }

    func treatment(ofShape shape: UInt32, version: Int) throws -> Treatment {
        try source.treatment(ofShape: shape, version: version)
    }

    /// When the next request comes, in nanoseconds after the start of the run; nil at the end.
    func next() throws -> Int64? {
        while position == batch.count {
            batch.removeAll(keepingCapacity: true)
            position = 0
            try source.read(into: &batch)
            if batch.isEmpty, try !startAgain() { return nil }
        }
        current = batch[position]
        position += 1
        count += 1
        let start = first ?? current.time
        first = start
        let (elapsed, overflow) = current.time.subtractingReportingOverflow(start)
        // Records may be further apart than the clock counts: the later one then comes after every end.
        let time = overflow ? (current.time > start ? Nanoseconds.longest : latest) : elapsed
        if time < latest { outOfOrder += 1 } else { latest = time }
        let (sum, sumOverflow) = latest.addingReportingOverflow(offset)
        guard !sumOverflow else { return nil }
        return speed == 1 ? sum : Nanoseconds.rounded(Double(sum) / speed)
    }

    /// The next round begins one average gap after the last request.
    private func startAgain() throws -> Bool {
        guard repeats, count > 1, latest > 0 else { return false }
        let (period, overflow) = latest.addingReportingOverflow(max(latest / (count - 1), 1))
        let (next, sumOverflow) = offset.addingReportingOverflow(period)
        guard !overflow, !sumOverflow else { return false }
        offset = next
        first = nil
        latest = 0
        count = 0
        try source.rewind()
        return true
    }
}
