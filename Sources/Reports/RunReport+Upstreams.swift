internal import JSON
internal import Scenario
internal import Simulation
internal import Testbed

/// What the policies between gateways and backends did.
extension RunReport {
    func writeUpstreams(_ measurements: Measurements, to writer: inout JSONWriter) {
        writer.key("upstreams")
        writer.array { writer in
            for upstream in measurements.upstreams {
                writer.object { writer in
                    writer.member("gateway", upstream.gateway)
                    writer.key("backend")
                    write(upstream.backend, to: &writer)
                    for (name, count) in upstream.counts { writer.member(name, count) }
                    writer.key("connections")
                    writeLevel(upstream.connections, to: &writer)
                    writer.key("pending")
                    writeLevel(upstream.pending, to: &writer)
                    writer.key("connectionWait")
                    writeTimes(upstream.connectionWait, to: &writer)
                }
            }
        }
    }

    func writeLevel(_ level: LevelObservation, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("mean", level.mean)
            writer.member("max", level.duration > 0 ? level.max : nil)
        }
    }

    func writeTimes(_ times: LatencyHistogram, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("count", times.count)
            writer.member("mean", times.mean.map { $0 * 1e-9 })
            for (name, time) in [("p50", times.quantile(0.5)), ("p99", times.quantile(0.99)), ("max", times.max)] {
                writer.key(name)
                if let time { writer.seconds(nanoseconds: time) } else { writer.null() }
            }
        }
    }

    /// What the model did by itself: scaling, rolling updates.
    func writeLog(to writer: inout JSONWriter) {
        writer.key("log")
        writer.array { writer in
            for event in result.log {
                writer.object { writer in
                    writer.key("time")
                    writer.seconds(nanoseconds: event.time)
                    writer.member("what", event.what)
                }
            }
        }
    }

    func log(_ style: TextStyle) -> [String] {
        guard !result.log.isEmpty else { return [] }
        let shown = result.log.prefix(40).map { "  \(QuantityText.exact($0.time))  \($0.what)" }
        let rest = result.log.count - shown.count
        return [style.bold("WHAT HAPPENED")] + shown + (rest > 0 ? ["  … and \(rest) more"] : [])
    }

    func upstreams(_ style: TextStyle) -> [String] {
        var table = RunTable(numbers: 3)
        table.add(["POLICIES", "connections", "opened", "pending", "what they did"], .bold)
        for upstream in result.total.upstreams {
            let acts = upstream.acts.filter { $0.1 > 0 }
            let did = acts.map { "\(RunText.count($0.1)) \($0.0)" }.joined(separator: ", ")
            let hasPool = upstream.connectionsOpened > 0
            table.add([
                RunTable.Cell("\(upstream.gateway) → \(upstream.backend.description)"),
                RunTable.Cell(hasPool ? upstream.connections.mean.map(QuantityText.number) ?? "–" : "–"),
                RunTable.Cell(hasPool ? RunText.count(upstream.connectionsOpened) : "–"),
                RunTable.Cell(hasPool ? upstream.pending.mean.map(QuantityText.number) ?? "–" : "–"),
                RunTable.Cell(did.isEmpty ? "nothing" : did),
            ])
        }
        let lines = table.lines(style: style)
        return lines.count > 1 ? lines : []
    }
}

extension UpstreamMeasurements {
    /// What is counted, in words, but for connections opened.
    fileprivate var acts: [(String, UInt64)] {
        [
            ("turned away (pending)", pendingOverflows), ("turned away (limit)", requestOverflows),
            ("retries refused", retryOverflows), ("without a healthy replica", noHealthyReplica),
            ("sent in panic", inPanic), ("failed to connect", connectFailures), ("ejections", ejections),
            ("readmissions", readmissions), ("found unhealthy", unhealthy),
        ]
    }
}
