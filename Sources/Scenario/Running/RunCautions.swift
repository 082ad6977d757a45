import Simulation
import Testbed

/// What a run is too short, or too unsteady, to claim.
struct RunCautions {
    private let result: ScenarioResult
    private let statistics: RunStatistics
    private let fold: ReplicationFold
    private let isClosed: Bool

    init(_ result: ScenarioResult, _ statistics: RunStatistics, _ fold: ReplicationFold, isClosed: Bool) {
        self.result = result
        self.statistics = statistics
        self.fold = fold
        self.isClosed = isClosed
    }

    /// One sentence each.
    var all: [String] { result.cautions + unsteady + dependent + few + fold.controls.unseenTails + imprecise }

    /// A percentile is an order statistic: with fewer than ten values beyond it chance alone decides where it lies.
    private static let valuesBeyond = 10.0

    private static let percentiles: [(name: String, beyond: Double)] = [
        ("p90", 0.1), ("p95", 0.05), ("p99", 0.01), ("p999", 0.001),
    ]

    private var few: [String] {
        Self.percentiles.compactMap { name, beyond in
            let needed = (Self.valuesBeyond / beyond).rounded()
            let short = result.total.lines.compactMap { line -> String? in
                guard case .rule(let rule) = line.identity, (line.latency.max ?? 0) > 0,
                    Double(line.requests) < needed
                else { return nil }
                return "\(rule.shortTitle) (\(line.requests))"
            }
            guard !short.isEmpty else { return nil }
            return
                "too few requests for \(name), which takes \(QuantityText.number(needed)): \(short.joined(separator: ", "))"
        }
    }

    /// Batches that are alike are too short: what one says is half of what the next does, and intervals are too narrow.
    private var dependent: [String] {
        guard case .batches(let count) = statistics.method else { return [] }
        // One in a hundred of independent series goes beyond (R. L. Anderson, 1942: normal with variance 1/n).
        let bound = 2.33 / Double(count).squareRoot()
        let alike = result.total.lines.compactMap { line -> String? in
            guard case .rule(let rule) = line.identity,
                let correlation = fold.estimates(of: line.identity).estimates[.latency(.mean)]?.serialCorrelation,
                correlation > bound
            else { return nil }
            return rule.shortTitle
        }
        guard !alike.isEmpty else { return [] }
        return [
            "successive batches are alike (\(alike.joined(separator: ", "))): their intervals are too narrow; a longer run or --replications tells"
        ]
    }

    /// Where work comes as fast as it is done, a queue without limit grows as long as the run is.
    private var unsteady: [String] {
        guard !isClosed else { return [] }
        return result.total.backends.compactMap { Self.unsteady($0.backend.description, $0.station) }
            + result.total.gateways.compactMap { gateway in
                gateway.station.flatMap { Self.unsteady("gateway \(gateway.gateway)", $0) }
            }
    }

    private static func unsteady(_ name: String, _ station: StationMeasurements) -> String? {
        guard let busy = station.utilization, busy >= 0.995, station.refused == 0, station.cancelled == 0 else {
            return nil
        }
        return
            "\(name) is busy \(QuantityText.percent(busy)) of the time and refuses nothing: its queue may grow as long as the run lasts, and then no latency behind it is that of a steady state"
    }

    private var imprecise: [String] {
        guard let precision = statistics.precision, !precision.isReached else { return [] }
        let worst = precision.worst.map { $0.isFinite ? "±\(QuantityText.percent($0))" : "unknown" } ?? "unknown"
        let isTiny = precision.wanted < 0.00005
        let wanted = isTiny ? "\(precision.wanted * 100) %" : QuantityText.percent(precision.wanted)
        return [
            "the precision of \(wanted) was not reached: \(precision.worstOf ?? "") is \(worst)"
        ]
    }
}

extension RuleIdentity {
    /// `store/cart split`, or `store/cart #0` for a rule without a name.
    var shortTitle: String { "\(namespace)/\(name) \(ruleName ?? "#\(rule)")" }
}
