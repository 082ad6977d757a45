import Simulation
public import Testbed

/// How far what chance drew in each run is from its expectation, by which estimates are corrected.
struct Controls {
    /// Of each run, in the order in which they were added up.
    private var runs: [[Deviation]] = []

    mutating func add(_ deviations: [Deviation]) { runs.append(deviations) }

    /// What was drawn; nothing where some run drew what another did not.
    private var subjects: [Deviation.Subject] {
        guard let subjects = runs.first?.map(\.subject), runs.allSatisfy({ $0.map(\.subject) == subjects }) else {
            return []
        }
        return subjects
    }

    /// An estimate corrected by all that was drawn or, where that is too much for so few runs, by what was drawn at
    /// the station that it is about, and by the arrivals.
    func correct(
        _ parts: ReplicatedEstimate, about value: Double, at station: Deviation.Station?
    ) -> ControlledEstimate? {
        let subjects = subjects
        let own = subjects.indices.filter { place in
            guard case .serviceTime(let name, _) = subjects[place] else { return true }
            return name == station
        }
        for places in [Array(subjects.indices), station == nil ? [] : own] where !places.isEmpty {
            let columns = places.map(weighted)
            let deviations = runs.indices.map { run in columns.map { $0[run] } }
            if let corrected = ControlledEstimate(parts, about: value, deviations: deviations) { return corrected }
        }
        return nil
    }

    /// What each run drew of a subject, as a part of what runs draw on average.
    private func weighted(_ place: Int) -> [Double] {
        let mean = runs.reduce(0) { $0 + $1[place].weight } / Double(runs.count)
        return runs.map { $0[place].value * $0[place].weight / mean }
    }

    /// What all runs together drew.
    func summary(confidence: Double) -> [RunStatistics.Control] {
        subjects.indices.compactMap { place in
            guard runs.count >= 2 else { return nil }
            let interval = ConfidenceInterval(weighted(place), confidence: confidence)
            return RunStatistics.Control(
                subject: subjects[place], deviation: interval.mean, halfWidth: interval.halfWidth)
        }
    }

    /// Where so little of a heavy tail has been seen that the interval of what is known misses it: then the others, which
    /// are made of the same runs, cannot be trusted either.
    var unseenTails: [String] {
        summary(confidence: 0.999).compactMap { control in
            guard case .serviceTime(let station, power: 2) = control.subject,
                control.deviation + control.halfWidth < 0, control.deviation < -0.02
            else { return nil }
            return
                "the longest service times of \(station) have hardly come: their squares are \(QuantityText.percent(-control.deviation)) less than their distribution lets expect, so that waits are longer than told and intervals too narrow"
        }
    }
}

extension RunStatistics {
    /// How far what chance drew in all runs is from its expectation.
    public struct Control: Hashable, Sendable {
        /// What was drawn.
        public var subject: Deviation.Subject
        /// By how much it is more than expected, as a part of that.
        public var deviation: Double
        /// Half the width of the interval of this deviation.
        public var halfWidth: Double

        /// In a few words: `service times of store/cart, squared`.
        public var title: String {
            switch subject {
            case .arrivals: "arrivals"
            case .serviceTime(let station, let power): "service times of \(station)\(power == 2 ? ", squared" : "")"
            }
        }
    }
}

extension Metric {
    /// Whether it is corrected: means of times, which follow the draws in a straight line where these deviate little.
    var isControlled: Bool { self == .latency(.mean) || self == .wait(.mean) }
}
