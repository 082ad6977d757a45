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
            writer.member("events", result.events)
            writeRoutes(result.total, to: &writer)
            writeUnrouted(result.total, to: &writer)
            writeBackends(result.total, to: &writer)
            writeGateways(result.total, to: &writer)
            writeUpstreams(result.total, to: &writer)
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
        writeRoutes(interval.measurements, to: &writer)
        writeBackends(interval.measurements, to: &writer)
    }

    private func write(_ expectation: ExpectationResult, to writer: inout JSONWriter) {
        writer.member("index", expectation.index)
        writer.member("met", expectation.isMet)
        writer.member("expected", expectation.expected)
        writer.member("observed", expectation.observed)
    }

    private func writeRoutes(_ measurements: Measurements, to writer: inout JSONWriter) {
        writer.key("routes")
        writer.array { writer in
            for line in measurements.lines {
                guard case .rule(let rule) = line.identity else { continue }
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
                    writer.key("latency")
                    write(line.latency, to: &writer)
                    writer.key("backends")
                    writer.array { writer in
                        for branch in line.branches {
                            writer.object { write(branch, of: line, to: &$0) }
                        }
                    }
                }
            }
        }
    }

    private func write(_ branch: BranchMeasurements, of line: LineMeasurements, to writer: inout JSONWriter) {
        writer.key("backend")
        if let backend = branch.backend { write(backend, to: &writer) } else { writer.null() }
        writer.member("requests", branch.requests)
        writer.member("share", line.share(branch))
        writer.member("expectedShare", line.expectedShare(branch))
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

    private func writeBackends(_ measurements: Measurements, to writer: inout JSONWriter) {
        writer.key("backends")
        writer.array { writer in
            for backend in measurements.backends {
                writer.object { writer in
                    writer.key("backend")
                    write(backend.backend, to: &writer)
                    write(backend.station, to: &writer)
                }
            }
        }
    }

    private func writeGateways(_ measurements: Measurements, to writer: inout JSONWriter) {
        writer.key("gateways")
        writer.array { writer in
            for gateway in measurements.gateways {
                writer.object { writer in
                    writer.member("gateway", gateway.gateway)
                    writer.member("requests", gateway.requests)
                    write(gateway.statuses, to: &writer)
                    writer.member("utilization", gateway.station?.utilization)
                    writer.key("inSystem")
                    write(gateway.inSystem, to: &writer)
                    writer.key("waiting")
                    write(gateway.station?.waiting ?? LevelObservation(), to: &writer)
                    writer.key("wait")
                    write(gateway.station?.wait ?? LatencyHistogram(), to: &writer)
                    writer.key("latency")
                    write(gateway.latency, to: &writer)
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

    private func write(_ station: StationMeasurements, to writer: inout JSONWriter) {
        writer.member("requests", station.requests)
        write(station.statuses, to: &writer)
        writer.member("utilization", station.utilization)
        writer.key("inSystem")
        write(station.inSystem, to: &writer)
        writer.key("waiting")
        write(station.waiting, to: &writer)
        writer.key("wait")
        write(station.wait, to: &writer)
        writer.key("latency")
        write(station.latency, to: &writer)
        writer.member("refused", station.refused)
        writer.member("cancelled", station.cancelled)
        writer.member("lost", station.lost)
        writer.member("abandoned", station.abandoned)
    }

    private func write(_ statuses: StatusCounts, to writer: inout JSONWriter) {
        writer.key("statuses")
        writer.object { writer in
            for entry in statuses.entries { writer.member("\(entry.status)", entry.count) }
        }
    }

    func write(_ level: LevelObservation, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("mean", level.mean)
            writer.member("max", level.duration > 0 ? level.max : nil)
        }
    }

    func write(_ histogram: LatencyHistogram, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("mean", histogram.mean.map { $0 * 1e-9 })
            let quantiles = [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p999", 0.999)]
            for (name, q) in quantiles {
                writer.key(name)
                writeSeconds(histogram.quantile(q), to: &writer)
            }
            writer.key("max")
            writeSeconds(histogram.max, to: &writer)
        }
    }

    private func writeSeconds(_ nanoseconds: Int64?, to writer: inout JSONWriter) {
        if let nanoseconds { writer.seconds(nanoseconds: nanoseconds) } else { writer.null() }
    }
}
