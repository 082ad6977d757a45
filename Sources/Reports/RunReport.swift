public import JSON
public import Scenario
internal import Simulation
internal import Testbed

/// Writes the result of a scenario's run: one JSON object, or text for people.
public struct RunReport: Sendable {
    let result: ScenarioResult

    /// Writes `result`.
    public init(_ result: ScenarioResult) { self.result = result }

    /// Writes the result as one object, its members in the order of the documented format. Times are in seconds, shares and
    /// utilisation from 0 to 1; null is what was not measured.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("scenario", result.name)
            writer.member("seed", result.seed)
            writer.member("dialect", result.dialect)
            writer.key("duration")
            writer.seconds(nanoseconds: result.duration)
            writer.key("warmup")
            writer.seconds(nanoseconds: result.warmup)
            writer.member("requests", result.requests)
            writer.member("unfinished", result.unfinished)
            if result.calls > 0 { writer.member("calls", result.calls) }
            writer.member("events", result.events)
            writeStatistics(to: &writer)
            writeRoutes(result.total, result.statistics, to: &writer)
            writeUnrouted(result.total, to: &writer)
            writeBackends(result.total, result.statistics, to: &writer)
            writeGateways(result.total, result.statistics, to: &writer)
            writeUpstreams(result.total, to: &writer)
            writeFlows(result.total, to: &writer)
            writeClients(result.total, to: &writer)
            writeLog(to: &writer)
            writer.key("intervals")
            writer.array { writer in
                for interval in result.intervals {
                    writer.object { write(interval, to: &$0) }
                }
            }
            writer.key("expectations")
            writer.array { writer in
                for expectation in result.expectations {
                    writer.object { write(expectation, to: &$0) }
                }
            }
            writer.key("notModelled")
            writer.array { writer in
                for sentence in result.notModelled { writer.string(sentence) }
            }
        }
    }

    private func write(_ interval: ScenarioInterval, to writer: inout JSONWriter) {
        writer.key("from")
        writer.seconds(nanoseconds: interval.from)
        writer.key("to")
        writer.seconds(nanoseconds: interval.until)
        writer.key("changes")
        writer.array { writer in
            for change in interval.changes { writer.string(change) }
        }
        writeRoutes(interval.measurements, nil, to: &writer)
        writeBackends(interval.measurements, nil, to: &writer)
    }

    private func write(_ expectation: ExpectationResult, to writer: inout JSONWriter) {
        writer.member("index", expectation.index)
        writer.member("met", expectation.isMet)
        writer.member("expected", expectation.expected)
        writer.member("observed", expectation.observed)
    }

    private func writeRoutes(
        _ measurements: Measurements, _ statistics: RunStatistics?, to writer: inout JSONWriter
    ) {
        writer.key("routes")
        writer.array { writer in
            for (place, line) in measurements.lines.enumerated() {
                guard case .rule(let rule) = line.identity else { continue }
                let confidence = Confidence(intervals: statistics?.lines[place])
                writer.object { writer in
                    writer.key("route")
                    writer.object { writer in
                        writer.member("kind", rule.kind)
                        writer.member("namespace", rule.namespace)
                        writer.member("name", rule.name)
                    }
                    writer.member("rule", rule.rule)
                    writer.member("ruleName", rule.ruleName)
                    writer.member("requests", line.requests)
                    write(line.statuses, to: &writer)
                    writer.member("retries", line.retries)
                    confidence.writeAnswers(to: &writer)
                    writer.key("latency")
                    write(line.latency, confidence, Metric.latency, to: &writer)
                    writer.key("backends")
                    writer.array { writer in
                        for (branchPlace, branch) in line.branches.enumerated() {
                            let share = Confidence(intervals: statistics?.shares[place][branchPlace])
                            writer.object { write(branch, of: line, share, to: &$0) }
                        }
                    }
                }
            }
        }
    }

    private func write(
        _ branch: BranchMeasurements, of line: LineMeasurements, _ confidence: Confidence, to writer: inout JSONWriter
    ) {
        writer.key("backend")
        if let backend = branch.backend { write(backend, to: &writer) } else { writer.null() }
        writer.member("requests", branch.requests)
        writer.member("share", line.share(branch))
        writer.member("expectedShare", line.expectedShare(branch))
        confidence.write([("share", .share, line.share(branch))], to: &writer)
    }

    private func writeUnrouted(_ measurements: Measurements, to writer: inout JSONWriter) {
        writer.key("unrouted")
        writer.array { writer in
            for line in measurements.lines where line.requests > 0 {
                guard case .unrouted(let reason, let host) = line.identity else { continue }
                writer.object { writer in
                    writer.member("reason", reason)
                    writer.member("host", host)
                    writer.member("requests", line.requests)
                }
            }
        }
    }

    private func writeBackends(
        _ measurements: Measurements, _ statistics: RunStatistics?, to writer: inout JSONWriter
    ) {
        writer.key("backends")
        writer.array { writer in
            for (place, backend) in measurements.backends.enumerated() {
                let confidence = Confidence(intervals: statistics?.backends[place])
                writer.object { writer in
                    writer.key("backend")
                    write(backend.backend, to: &writer)
                    write(backend.station, confidence, to: &writer)
                }
            }
        }
    }

    private func writeGateways(
        _ measurements: Measurements, _ statistics: RunStatistics?, to writer: inout JSONWriter
    ) {
        writer.key("gateways")
        writer.array { writer in
            for (place, gateway) in measurements.gateways.enumerated() {
                let confidence = Confidence(intervals: statistics?.gateways[place])
                writer.object { writer in
                    writer.member("gateway", gateway.gateway)
                    writer.member("requests", gateway.requests)
                    write(gateway.statuses, to: &writer)
                    writer.member("utilization", gateway.station?.utilization)
                    confidence.writeAnswers(utilization: .some(gateway.station?.utilization), to: &writer)
                    writer.key("inSystem")
                    write(gateway.inSystem, confidence, .inSystem(.mean), to: &writer)
                    writer.key("waiting")
                    write(gateway.station?.waiting ?? LevelObservation(), confidence, .waiting(.mean), to: &writer)
                    writer.key("wait")
                    write(gateway.station?.wait ?? LatencyHistogram(), confidence, Metric.wait, to: &writer)
                    writer.key("latency")
                    write(gateway.latency, confidence, Metric.latency, to: &writer)
                    writeFilters(gateway, to: &writer)
                }
            }
        }
    }
}

/// The parts that several members have in common.
extension RunReport {
    func write(_ backend: BackendIdentity, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("kind", backend.kind)
            writer.member("namespace", backend.namespace)
            writer.member("name", backend.name)
            writer.member("port", backend.port)
        }
    }

    private func write(_ station: StationMeasurements, _ confidence: Confidence, to writer: inout JSONWriter) {
        writer.member("requests", station.requests)
        write(station.statuses, to: &writer)
        writer.member("utilization", station.utilization)
        confidence.writeAnswers(utilization: .some(station.utilization), to: &writer)
        writer.key("inSystem")
        write(station.inSystem, confidence, .inSystem(.mean), to: &writer)
        writer.key("waiting")
        write(station.waiting, confidence, .waiting(.mean), to: &writer)
        writer.key("wait")
        write(station.wait, confidence, Metric.wait, to: &writer)
        writer.key("latency")
        write(station.latency, confidence, Metric.latency, to: &writer)
        writer.member("refused", station.refused)
        writer.member("cancelled", station.cancelled)
        writer.member("lost", station.lost)
        writer.member("abandoned", station.abandoned)
    }

    func write(_ statuses: StatusCounts, to writer: inout JSONWriter) {
        writer.key("statuses")
        writer.object { writer in
            for entry in statuses.entries { writer.member("\(entry.status)", entry.count) }
        }
    }

    private func write(
        _ level: LevelObservation, _ confidence: Confidence, _ metric: Metric, to writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.member("mean", level.mean)
            writer.member("max", level.duration > 0 ? level.max : nil)
            confidence.write([("mean", metric, level.mean)], to: &writer)
        }
    }

    private static let quantiles: [(name: StaticString, q: Double, statistic: Metric.Statistic)] = [
        ("p50", 0.5, .p50), ("p90", 0.9, .p90), ("p95", 0.95, .p95), ("p99", 0.99, .p99), ("p999", 0.999, .p999),
    ]

    private func write(
        _ histogram: LatencyHistogram, _ confidence: Confidence, _ metric: (Metric.Statistic) -> Metric,
        to writer: inout JSONWriter
    ) {
        writer.object { writer in
            let mean = histogram.mean.map { $0 * 1e-9 }
            writer.member("mean", mean)
            let values = histogram.quantiles(Self.quantiles.map(\.q))
            for (place, quantile) in Self.quantiles.enumerated() {
                writer.key(quantile.name)
                writeSeconds(place < values.count ? values[place] : nil, to: &writer)
            }
            writer.key("max")
            writeSeconds(histogram.max, to: &writer)
            guard confidence.intervals != nil else { return }
            // Where it can be told how sure it is.
            let deviation = confidence.intervals?[metric(.deviation)].map { $0.estimate * 1e-9 }
            if let deviation { writer.member("deviation", deviation) }
            confidence.write(
                (deviation == nil ? [] : [("deviation", metric(.deviation), nil)]) + [("mean", metric(.mean), mean)]
                    + Self.quantiles.enumerated().map { place, quantile in
                        let value = place < values.count ? Double(values[place]) * 1e-9 : nil
                        return (quantile.name, metric(quantile.statistic), value)
                    }, to: &writer)
            confidence.writeControlled([("mean", metric(.mean))], to: &writer)
        }
    }

    private func writeSeconds(_ nanoseconds: Int64?, to writer: inout JSONWriter) {
        if let nanoseconds { writer.seconds(nanoseconds: nanoseconds) } else { writer.null() }
    }
}
