import Capture
import Simulation

/// Spreads the requests of one second over that second, where a log has no finer times.
///
/// The records of a second are held back until the next one begins, and get as many places in the second, drawn at random
/// and put in order: the arrivals of a Poisson process, given their number. Evenly spread ones would find shorter queues
/// than real ones do. More records in one second than `heldMax` are spread in several portions.
final class CoarseTimes<Base: TraceDecoder>: TraceDecoder {
    private static var heldMax: Int { 16_384 }
    private static var second: Int64 { 1_000_000_000 }

    private let base: Base
    private var stream: RandomStream
    private var held: [RequestRecord] = []
    private var count = 0
    private var given = 0
    private var isAtEnd = false
    /// The first record of the next portion, already read.
    private var isPending = false
    private var pending = RequestRecord()
    private var places: [Int64] = []
    /// Where in the second the next portion begins, and which second that is.
    private var portionStart: Int64 = 0
    private var portionSecond: Int64?

    init(_ stream: consuming ByteStream, options: TraceOptions) throws(InputError) {
        self.stream = RandomStream(seed: options.logs.seed, entity: "trace", purpose: "coarse times")
        base = try Base(stream, options: options)
    }

    func next(into record: inout RequestRecord, _ problem: (TraceProblem) -> Void) throws(InputError) -> Bool {
        while true {
            if given < count {
                swap(&record, &held[given])
                given += 1
                return true
            }
            if isPending {
                swap(&record, &pending)
                isPending = false
            } else {
                guard !isAtEnd, try base.next(into: &record, problem) else { return false }
            }
            guard record.arrivalQuality == .coarse, let time = record.time else { return true }
            try gather(&record, second: Self.floor(time, record), problem)
        }
    }

    func report(to statistics: inout TraceStatistics) { base.report(to: &statistics) }

    /// The second in which the log wrote the line: that of the end, where a duration was taken off.
    private static func floor(_ time: Int64, _ record: RequestRecord) -> Int64 {
        let written = time.addingReportingOverflow(record.observed.latency ?? 0).partialValue
        let whole = written / second
        return written < 0 && whole * second != written ? whole - 1 : whole
    }

    /// Takes all records of a second, and gives them their places.
    private func gather(
        _ first: inout RequestRecord, second: Int64, _ problem: (TraceProblem) -> Void
    ) throws(InputError) {
        count = 0
        given = 0
        hold(&first)
        var isWhole = true
        while count < Self.heldMax {
            guard try base.next(into: &pending, problem) else {
                isAtEnd = true
                break
            }
            guard pending.arrivalQuality == .coarse, let time = pending.time, Self.floor(time, pending) == second else {
                isPending = true
                break
            }
            hold(&pending)
        }
        isWhole = count < Self.heldMax
        if portionSecond != second { portionStart = 0 }
        portionSecond = second
        let left = Self.second - portionStart
        let width = isWhole ? left : left / 2
        places.removeAll(keepingCapacity: true)
        for _ in 0..<count {
            places.append(portionStart + Int64(stream.uniform() * Double(max(0, width - 1))))
        }
        places.sort()
        portionStart += width
        for index in 0..<count {
            guard let time = held[index].time else { continue }
            let (moved, overflow) = time.addingReportingOverflow(places[index])
            if !overflow { held[index].time = moved }
        }
    }

    private func hold(_ record: inout RequestRecord) {
        if count == held.count { held.append(RequestRecord()) }
        swap(&record, &held[count])
        count += 1
    }
}
