import Dispatch
import Simulation

/// Runs models of gateways and backends.
public enum Testbed {
    /// Runs a model: single-threaded, and the same to the last bit each time.
    ///
    /// Throws a ``TestbedError`` where the model cannot be run, and what a trace throws when it cannot be read.
    ///
    /// - Parameter progress: is told now and then, once in about a hundred thousand events, how far the run is (0 … 1).
    public static func run(_ model: TestbedModel, progress: ((Double) -> Void)? = nil) throws -> RunResult {
        try model.validate()
        var engine = Engine(model)
        return try engine.run(progress: progress)
    }

    /// Runs a model several times with seeds of their own, on a number of threads at once; the results are in the order
    /// of the replications and do not depend on the threads. The first replication is the run itself.
    public static func replications(_ model: TestbedModel, count: Int, threads: Int = 1) throws -> [RunResult] {
        precondition(count > 0 && threads > 0, "at least one run on one thread")
        let results = ResultBox(count: count)
        DispatchQueue.concurrentPerform(iterations: min(threads, count)) { thread in
            for replication in stride(from: thread, to: count, by: min(threads, count)) {
                var replica = model
                replica.seed = RandomStream.replicationSeed(model.seed, replication: replication)
                results.set(replication, Result { try run(replica) })
            }
        }
        return try results.values()
    }
}

/// Results of several threads, each in its own place.
private final class ResultBox: @unchecked Sendable {
    private let storage: UnsafeMutableBufferPointer<Result<RunResult, any Error>?>

    init(count: Int) {
        storage = .allocate(capacity: count)
        storage.initialize(repeating: nil)
    }

    deinit {
        storage.deinitialize()
        storage.deallocate()
    }

    /// No two threads set the same place, and nobody reads before all have ended.
    func set(_ index: Int, _ result: Result<RunResult, any Error>) { storage[index] = result }

    func values() throws -> [RunResult] {
        try storage.map { result in
            // `concurrentPerform` returns when every place is filled.
            guard let result else { preconditionFailure("a replication that was not run") }
            return try result.get()
        }
    }
}
