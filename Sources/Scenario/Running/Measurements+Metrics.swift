import Simulation
import Testbed

/// A metric's value, and how much stands behind it.
struct MetricValue {
    var metric: Metric
    var value: Double
    /// Requests, or 1 for an average over time.
    var weight: Double
}

extension LineMeasurements {
    /// Everything of a line that has an interval. Times are in nanoseconds.
    func metrics(seconds: Double) -> [MetricValue] {
        latency.metrics(Metric.latency) + answers(statuses, requests, seconds: seconds)
    }

    /// The shares of a line's branches that it drew at least once.
    func share(of branch: BranchMeasurements) -> MetricValue? {
        guard let share = share(branch) else { return nil }
        return MetricValue(
            metric: .share, value: share, weight: Double(branches.reduce(0) { $0 + $1.requests }))
    }
}

extension StationMeasurements {
    /// Everything of a backend that has an interval.
    func metrics(seconds: Double) -> [MetricValue] {
        levels + waited + latency.metrics(Metric.latency) + wait.metrics(Metric.wait)
            + answers(statuses, requests, seconds: seconds)
    }

    /// The share of requests that waited for service at all.
    fileprivate var waited: [MetricValue] {
        guard let share = wait.shareOfZero else { return [] }
        return [MetricValue(metric: .waited, value: 1 - share, weight: Double(wait.count))]
    }

    /// Averages over time.
    fileprivate var levels: [MetricValue] {
        [
            utilization.map { MetricValue(metric: .utilization, value: $0, weight: 1) },
            inSystem.mean.map { MetricValue(metric: .inSystem(.mean), value: $0, weight: 1) },
            waiting.mean.map { MetricValue(metric: .waiting(.mean), value: $0, weight: 1) },
        ].compactMap { $0 }
    }
}

extension GatewayMeasurements {
    /// Everything of a gateway that has an interval.
    func metrics(seconds: Double) -> [MetricValue] {
        var values = latency.metrics(Metric.latency) + answers(statuses, requests, seconds: seconds)
        if let mean = inSystem.mean { values.append(MetricValue(metric: .inSystem(.mean), value: mean, weight: 1)) }
        guard let station else { return values }
        values +=
            station.levels.filter { $0.metric != .inSystem(.mean) } + station.waited + station.wait.metrics(Metric.wait)
        return values
    }
}

extension LatencyHistogram {
    /// The mean and the percentiles.
    fileprivate func metrics(_ metric: (Metric.Statistic) -> Metric) -> [MetricValue] {
        guard count > 0 else { return [] }
        return Metric.Statistic.allCases.compactMap { statistic in
            guard let value = smoothValue(statistic) else { return nil }
            return MetricValue(metric: metric(statistic), value: value, weight: Double(count))
        }
    }

    /// A statistic for which there are intervals, as finely as the values allow; nil for the greatest value, which has none.
    private func smoothValue(_ statistic: Metric.Statistic) -> Double? {
        switch statistic {
        case .mean: mean
        case .p50: interpolatedQuantile(0.5)
        case .p90: interpolatedQuantile(0.9)
        case .p95: interpolatedQuantile(0.95)
        case .p99: interpolatedQuantile(0.99)
        case .p999: interpolatedQuantile(0.999)
        case .max: nil
        case .deviation: standardDeviation
        }
    }
}

/// The rate of requests and the share of errors.
private func answers(_ statuses: StatusCounts, _ requests: UInt64, seconds: Double) -> [MetricValue] {
    var values: [MetricValue] = []
    if seconds > 0 { values.append(MetricValue(metric: .rate, value: Double(requests) / seconds, weight: 1)) }
    if let errors = statuses.errorShare {
        values.append(MetricValue(metric: .errors, value: errors, weight: Double(statuses.total)))
    }
    return values
}

extension StatusCounts {
    /// The share of answers of 500 and more, and of connections that were cut; nil where there were none.
    package var errorShare: Double? {
        let all = total
        guard all > 0 else { return nil }
        let errors = entries.reduce(UInt64(0)) { $0 + ($1.status == 0 || $1.status >= 500 ? $1.count : 0) }
        return Double(errors) / Double(all)
    }
}
