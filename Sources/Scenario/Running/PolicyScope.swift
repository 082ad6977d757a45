import GatewayAPI
import Simulation
import Testbed

/// What policies did that an expectation is about: between one gateway and one backend, or all that there are.
struct PolicyScope {
    private let upstreams: [UpstreamMeasurements]

    /// Nil where no policy governs what is asked for: then nothing is measured.
    init?(_ expectation: MetricExpectation, _ measured: Measurements) {
        upstreams = measured.upstreams.filter { upstream in
            if let gateway = expectation.gateway?.value, gateway.description != upstream.gateway { return false }
            guard let backend = expectation.backend?.value else { return true }
            return upstream.backend.namespace == backend.namespace && upstream.backend.name == backend.name
        }
        if upstreams.isEmpty { return nil }
    }

    /// Counts and means are added up, maxima are the greatest of any gateway and backend; times in nanoseconds.
    func value(_ metric: Metric, runs: Double) -> Double? {
        switch metric {
        case .policy(let act): return Double(count(act)) / runs
        case .connections(let statistic): return level(\.connections, statistic)
        case .pending(let statistic): return level(\.pending, statistic)
        case .connectionWait(let statistic):
            var waits = LatencyHistogram()
            for upstream in upstreams { waits.merge(upstream.connectionWait) }
            return waits.value(statistic)
        default: return nil
        }
    }

    private func count(_ act: Metric.PolicyAct) -> UInt64 {
        upstreams.reduce(0) { sum, upstream in
            if act == .overflows { return sum + upstream.pendingOverflows + upstream.requestOverflows }
            return sum + (upstream.counts.first { $0.name == act.rawValue }?.count ?? 0)
        }
    }

    private func level(
        _ path: KeyPath<UpstreamMeasurements, LevelObservation>, _ statistic: Metric.LevelStatistic
    ) -> Double? {
        let values = upstreams.compactMap { $0[keyPath: path].value(statistic) }
        return values.isEmpty ? nil : statistic == .max ? values.max() : values.reduce(0, +)
    }
}

/// The flows that an expectation is about: those of a route, or all.
struct FlowScope {
    private let flows: [FlowMeasurements]

    /// Nil where there are none.
    init?(_ expectation: MetricExpectation, _ measured: Measurements) {
        flows = measured.flows.filter { expectation.isAbout($0.identity) }
        if flows.isEmpty { return nil }
    }

    /// Counts and levels are added up; the greatest number of open flows is that of one rule. Times in nanoseconds.
    func value(_ metric: Metric, runs: Double) -> Double? {
        switch metric {
        case .flows(let ending): return Double(flows.reduce(0) { $0 + $1.count(of: ending) }) / runs
        case .flowErrors:
            let failed = flows.reduce(0) { $0 + $1.reset + $1.dropped }
            let ended = failed + flows.reduce(0) { $0 + $1.completed }
            return ended == 0 ? nil : Double(failed) / Double(ended)
        case .flowDuration(let statistic):
            var durations = LatencyHistogram()
            for flow in flows { durations.merge(flow.duration) }
            return durations.value(statistic)
        case .openFlows(let statistic):
            let values = flows.compactMap { $0.open.value(statistic) }
            return values.isEmpty ? nil : statistic == .max ? values.max() : values.reduce(0, +)
        default: return nil
        }
    }
}

extension ClientMeasurements {
    /// What the clients of a source saw; nil where there is nothing to measure. Times are in nanoseconds.
    func value(_ metric: Metric, runs: Double, seconds: Double) -> Double? {
        let ended = latency.count
        func fraction(_ isWanted: (UInt16) -> Bool) -> Double? {
            guard ended > 0 else { return nil }
            let wanted = statuses.entries.reduce(UInt64(0)) { $0 + (isWanted($1.status) ? $1.count : 0) }
            return Double(wanted) / Double(ended)
        }
        switch metric {
        case .latency(let statistic): return latency.value(statistic)
        case .errors: return fraction { $0 == 0 || $0 >= 500 }
        case .status(let range): return fraction(range.contains)
        case .requests: return Double(requests) / runs
        case .rate: return seconds > 0 ? Double(requests) / (runs * seconds) : nil
        case .retries: return Double(retries) / runs
        case .retriesPerRequest: return requests == 0 ? nil : Double(retries) / Double(requests)
        case .clientTimeouts: return Double(timeouts) / runs
        default: return nil
        }
    }
}

extension FilterCounts {
    func count(of act: Metric.FilterAct) -> UInt64 { counts.first { $0.name == act.rawValue }?.count ?? 0 }
}

extension FlowMeasurements {
    fileprivate func count(of ending: Metric.FlowEnding?) -> UInt64 {
        switch ending {
        case nil: flows
        case .completed: completed
        case .reset: reset
        case .dropped: dropped
        }
    }
}

extension StationMeasurements {
    /// The requests that a replica did not answer, or answered for nobody.
    func count(of fate: Metric.Fate) -> UInt64 {
        switch fate {
        case .refused: refused
        case .cancelled: cancelled
        case .lost: lost
        case .abandoned: abandoned
        }
    }
}

extension MetricExpectation {
    /// Whether a line of the result is among those of its route and rule; all are where it names none.
    func isAbout(_ line: LineIdentity) -> Bool {
        guard let route = route?.value else { return true }
        guard case .rule(let identity) = line, identity.namespace == route.namespace, identity.name == route.name
        else { return false }
        return rule?.names(identity.rule, identity.ruleName) ?? true
    }
}
