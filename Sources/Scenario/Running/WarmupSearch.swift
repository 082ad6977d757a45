import Simulation
import Testbed

/// Finds how long a scenario takes to fill its queues: where it says `warmup: auto`.
///
/// A run of its own, with the scenario's seed, is observed in 500 equal parts up to the first event: the mean number of
/// requests between arrival and answer, at all gateways. MSER-5 says where their transient ends.
enum WarmupSearch {
    private static let slices = 500

    /// The warm-up in nanoseconds, and what is to be said about it where no end was found: then it is half the time.
    static func find(_ scenario: CompiledScenario) throws -> (warmup: Int64, caution: String?) {
        var model = scenario.model
        let horizon = model.events.map(\.time).filter { $0 > 0 }.min().map { min($0, model.duration) } ?? model.duration
        let length = max(horizon / Int64(slices), 1)
        let starts = (0..<slices).map { Int64($0) * length }.filter { $0 < horizon }
        model.warmup = 0
        model.cuts = starts + [horizon]
        let run = try Testbed.run(model)
        var place = 0
        var presence = [LevelObservation](repeating: LevelObservation(), count: starts.count)
        for interval in run.intervals where interval.from < horizon {
            while place + 1 < starts.count, starts[place + 1] <= interval.from { place += 1 }
            for gateway in interval.measurements.gateways { presence[place].add(gateway.inSystem) }
        }
        let means = zip(presence, starts).map { Double($0.0.integral) / Double(min(length, horizon - $0.1)) }
        if let count = MarginalStandardError.truncation(means) {
            return (count < starts.count ? starts[count] : horizon / 2, nil)
        }
        return (
            horizon / 2,
            "no end of the warm-up was found: the run may be too short, or its load never steady; half of \(QuantityText.exact(horizon)) was taken"
        )
    }
}

extension LevelObservation {
    /// Adds another level of the same time.
    fileprivate mutating func add(_ other: LevelObservation) {
        merge(LevelObservation(integral: other.integral, duration: 0, max: other.max))
    }
}

extension CompiledScenario {
    /// The scenario with its warm-up found where it asks for that; as it is where it does not.
    func withWarmup() throws -> CompiledScenario {
        guard file.isWarmupFound, !hasWarmup else { return self }
        let found = try WarmupSearch.find(self)
        var scenario = self
        scenario.take(warmup: found.warmup, caution: found.caution)
        return scenario
    }
}
