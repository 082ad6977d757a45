import GatewayAPI
import Simulation
import Testbed

/// Holds what was measured against expectations.
struct MetricEvaluation {
    private let result: RunResult
    /// Windows that were asked for already: expectations often share one.
    private var windows: [Range<Int64>: Measurements] = [:]

    init(_ result: RunResult) { self.result = result }

    mutating func evaluate(_ expectation: MetricExpectation, index: Int) -> ExpectationResult {
        let from = max(expectation.since ?? result.warmup, result.warmup)
        let until = min(expectation.until ?? result.duration, result.duration)
        // A window that ends in a warm-up that was found measures nothing.
        let value =
            from < until
            ? value(expectation, measurements(from..<until), nanoseconds: until - from) : nil
        return ExpectationResult(
            index: index, isMet: value.map { value in expectation.bounds.allSatisfy { $0.holds(value) } } ?? false,
            subject: expectation.subject + window(expectation),
            condition: expectation.bounds.map { wording($0, expectation) }.joined(separator: " and "),
            observed: value.map(expectation.metric.text) ?? "nothing to measure", isSelfExplaining: false)
    }

    private func window(_ expectation: MetricExpectation) -> String {
        switch (expectation.since, expectation.until) {
        case (nil, nil): ""
        case (let since?, nil): " since \(QuantityText.exact(since))"
        case (nil, let until?): " until \(QuantityText.exact(until))"
        case (let since?, let until?): " from \(QuantityText.exact(since)) to \(QuantityText.exact(until))"
        }
    }

    private func wording(_ bound: MetricExpectation.Bound, _ expectation: MetricExpectation) -> String {
        let text = expectation.metric.bound
        return switch bound {
        case .below(let limit): "below \(text(limit))"
        case .above(let limit): "above \(text(limit))"
        case .between(let low, let high): "between \(text(low)) and \(text(high))"
        }
    }

    /// What was measured of requests that arrived in a window. The run is cut at both ends, so that nothing is estimated.
    private mutating func measurements(_ window: Range<Int64>) -> Measurements {
        if window == result.warmup..<result.duration { return result.total }
        if let known = windows[window] { return known }
        let inside = result.intervals.filter { $0.from >= window.lowerBound && $0.until <= window.upperBound }
        // The model is cut at both ends, and one that measures nothing is not asked for.
        guard var measured = inside.first?.measurements else {
            preconditionFailure("a window that the run is not cut at, or an empty one")
        }
        for interval in inside.dropFirst() { measured.merge(interval.measurements) }
        windows[window] = measured
        return measured
    }

    /// The value of a metric; nil where there is nothing to measure. Times are in nanoseconds, and numbers of requests are
    /// those of one run on average.
    private func value(_ expectation: MetricExpectation, _ measured: Measurements, nanoseconds: Int64) -> Double? {
        let runs = Double(result.replications)
        if let source = expectation.traffic?.value {
            let clients = measured.clients.first { $0.source == source }
            return clients?.value(expectation.metric, runs: runs, seconds: Double(nanoseconds) * 1e-9)
        }
        let scope = MetricScope(expectation, measured)
        switch expectation.metric {
        case .latency(let statistic): return scope.latency.value(statistic)
        case .wait(let statistic): return scope.station?.wait.value(statistic)
        case .waited: return scope.station?.wait.shareOfZero.map { 1 - $0 }
        case .inSystem(let statistic): return (scope.gatewayInSystem ?? scope.station?.inSystem)?.value(statistic)
        case .waiting(let statistic): return scope.station?.waiting.value(statistic)
        case .utilization: return scope.station?.utilization
        case .share: return scope.share
        case .errors: return scope.fraction { $0 == 0 || $0 >= 500 }
        case .status(let range): return scope.fraction(range.contains)
        case .requests: return Double(scope.requests) / runs
        case .rate: return nanoseconds > 0 ? Double(scope.requests) / (runs * Double(nanoseconds) * 1e-9) : nil
        case .unrouted:
            return measured.lines.reduce(0) { sum, line in
                if case .unrouted = line.identity { sum + Double(line.requests) / runs } else { sum }
            }
        case .unfinished: return Double(result.unfinished) / runs
        case .retries: return Double(scope.retries) / runs
        case .retriesPerRequest: return scope.retriesPerRequest
        case .fate(let fate): return scope.station.map { Double($0.count(of: fate)) / runs }
        case .clientTimeouts: return nil  // of traffic alone
        case .filter(let act):
            let counts = measured.gateways.compactMap { gateway in
                let isMeant = expectation.gateway.map { $0.value.description == gateway.gateway } ?? true
                return isMeant ? gateway.filters : nil
            }
            guard !counts.isEmpty else { return nil }
            return Double(counts.reduce(0) { $0 + $1.count(of: act) }) / runs
        case .policy, .connections, .pending, .connectionWait:
            return PolicyScope(expectation, measured)?.value(expectation.metric, runs: runs)
        case .flows, .flowErrors, .flowDuration, .openFlows:
            return FlowScope(expectation, measured)?.value(expectation.metric, runs: runs)
        }
    }
}

extension MetricExpectation {
    /// `latency.p99 of route store/cart`.
    fileprivate var subject: String {
        var text = metric.name
        if let backend { text += " of \(backend.value)" }
        if let gateway { text += " of gateway \(gateway.value)" }
        if let traffic { text += " of traffic \(traffic.value)" }
        if let route { text += " \(backend == nil ? "of" : "in") route \(route.value)" }
        if let rule { text += " rule \(rule.description)" }
        return text
    }
}

extension Metric {
    /// A measured value.
    fileprivate func text(_ value: Double) -> String {
        switch unit {
        case .time: QuantityText.rounded(value)
        case .fraction: QuantityText.percent(value)
        case .count: QuantityText.number(value)
        case .rate: "\(QuantityText.number(value))/s"
        }
    }

    /// A bound as it is written, nothing rounded.
    fileprivate func bound(_ value: Double) -> String {
        unit == .time ? QuantityText.exact(Int64(value)) : unit == .fraction ? QuantityText.percent(value) : text(value)
    }
}

extension LatencyHistogram {
    /// A statistic in nanoseconds; nil where nothing was recorded.
    func value(_ statistic: Metric.Statistic) -> Double? {
        switch statistic {
        case .mean: mean
        case .p50: quantile(0.5).map(Double.init)
        case .p90: quantile(0.9).map(Double.init)
        case .p95: quantile(0.95).map(Double.init)
        case .p99: quantile(0.99).map(Double.init)
        case .p999: quantile(0.999).map(Double.init)
        case .max: max.map(Double.init)
        case .deviation: standardDeviation
        }
    }
}

extension LevelObservation {
    func value(_ statistic: Metric.LevelStatistic) -> Double? {
        switch statistic {
        case .mean: mean
        case .max: duration > 0 ? Double(max) : nil
        }
    }
}
