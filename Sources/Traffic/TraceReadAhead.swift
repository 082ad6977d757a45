public import Capture
internal import Dispatch
internal import Synchronization

/// Reads a trace on a thread of its own, so that whoever takes the records and the reader work at the same time. The records
/// come in the order of the trace, in batches whose memory goes back and forth.
///
///     let ahead = TraceReadAhead(["access.ndjson"], onProblem: { … })
///     var batch = TraceReadAhead.Batch()
///     while ahead.next(&batch) { for record in batch.records[..<batch.count] { … } }
public final class TraceReadAhead: Sendable {
    /// Some records, the first `count` of `records`.
    public struct Batch: Sendable {
        /// The records; those behind `count` are memory to be used again.
        public fileprivate(set) var records: [RequestRecord] = []
        /// How many there are.
        public fileprivate(set) var count = 0
        /// What kept the reader from going on with a file, behind the records.
        public fileprivate(set) var failure: InputError?
        fileprivate var isLast = false

        /// No records.
        public init() {}
    }

    private struct State {
        var filled: [Batch] = []
        var empty: [Batch] = []
        var isEnded = false
        var statistics = TraceStatistics()
    }

    private static let batchRecords = 256
    private static let batches = 8

    private let state = Mutex(State())
    private let full = DispatchSemaphore(value: 0)
    // Counted up from 0: a semaphore must not be let go of with less than it began with, and whoever stops early does that.
    private let free = DispatchSemaphore(value: 0)

    /// Begins to read files, `-` being standard input. `onProblem` gets every line that cannot be read, on the reader's thread.
    public init(
        _ paths: [String], options: TraceOptions = TraceOptions(), onProblem: @escaping @Sendable (TraceProblem) -> Void
    ) {
        for _ in 0..<Self.batches { free.signal() }
        DispatchQueue.global().async { [self] in
            let reader = TraceReader(paths, options: options)
            reader.onProblem = onProblem
            var isLast = false
            while !isLast {
                free.wait()
                var batch = state.withLock { $0.empty.popLast() } ?? Batch()
                Self.fill(&batch, reader)
                isLast = batch.isLast
                put(&batch, isLast ? reader.statistics : nil)
            }
        }
    }

    private static func fill(_ batch: inout Batch, _ reader: TraceReader) {
        batch.count = 0
        batch.failure = nil
        do throws(InputError) {
            while batch.count < batchRecords {
                if batch.count == batch.records.count { batch.records.append(RequestRecord()) }
                guard try reader.next(into: &batch.records[batch.count]) else {
                    batch.isLast = true
                    return
                }
                batch.count += 1
            }
        } catch {
            batch.failure = error
        }
    }

    // Batches are exchanged, not copied: a second reference would have the reader copy what it writes to.
    private func put(_ batch: inout Batch, _ statistics: TraceStatistics?) {
        state.withLock { state in
            state.filled.append(Batch())
            swap(&state.filled[state.filled.count - 1], &batch)
            if let statistics { state.statistics = statistics }
        }
        full.signal()
    }

    /// Takes the next batch in exchange for one that is used up; false behind the last.
    public func next(_ batch: inout Batch) -> Bool {
        if state.withLock({ $0.isEnded }) { return false }
        full.wait()
        state.withLock { state in
            swap(&state.filled[0], &batch)
            let hasMemory = !state.filled[0].records.isEmpty
            if hasMemory { state.empty.append(state.filled[0]) }
            state.filled.removeFirst()
            if batch.isLast { state.isEnded = true }
        }
        free.signal()
        return true
    }

    /// What was read; complete once `next` gave the last batch.
    public var statistics: TraceStatistics { state.withLock { $0.statistics } }
}
