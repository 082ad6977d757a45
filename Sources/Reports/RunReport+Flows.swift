internal import JSON
internal import Scenario
internal import Simulation
internal import Testbed

/// Connections that last.
extension RunReport {
    func writeFlows(_ measurements: Measurements, to writer: inout JSONWriter) {
        writer.key("flows")
        writer.array { writer in
            for flow in measurements.flows {
                writer.object { write(flow, to: &$0) }
            }
        }
    }

    private func write(_ flow: FlowMeasurements, to writer: inout JSONWriter) {
        switch flow.identity {
        case .rule(let rule):
            writer.key("route")
            writer.object { writer in
                writer.member("kind", rule.kind)
                writer.member("namespace", rule.namespace)
                writer.member("name", rule.name)
            }
            writer.member("rule", rule.rule)
            writer.member("ruleName", rule.ruleName)
        case .unrouted(let reason, let host):
            writer.key("route")
            writer.null()
            writer.member("reason", reason)
            writer.member("host", host)
        }
        writer.member("flows", flow.flows)
        writer.key("outcomes")
        writer.object { writer in
            writer.member("completed", flow.completed)
            writer.member("reset", flow.reset)
            writer.member("dropped", flow.dropped)
        }
        writer.member("unfinished", flow.unfinished)
        writer.member("bytes", flow.bytes)
        writer.key("duration")
        writeTimes(flow.duration, to: &writer)
        writer.key("open")
        writeLevel(flow.open, to: &writer)
    }

    func flows(_ style: TextStyle) -> [String] {
        guard !result.total.flows.isEmpty else { return [] }
        var table = RunTable(numbers: 5)
        table.add(["FLOWS", "flows", "open", "at most", "p50", "p99", "how they ended"], .bold)
        for flow in result.total.flows {
            let name: String
            switch flow.identity {
            case .rule(let rule): name = rule.title
            case .unrouted(let reason, let host): name = host.isEmpty ? "no rule (\(reason))" : "\(host) (\(reason))"
            }
            let ends = [("completed", flow.completed), ("reset", flow.reset), ("dropped", flow.dropped)]
                .filter { $0.1 > 0 }.map { "\(RunText.count($0.1)) \($0.0)" }
            let isBad = flow.reset + flow.dropped > 0
            table.add([
                RunTable.Cell(name), RunTable.Cell(RunText.count(flow.flows)),
                RunTable.Cell(flow.open.mean.map(QuantityText.number) ?? "–"),
                RunTable.Cell(RunText.count(flow.open.max)),
                RunTable.Cell(flow.duration.quantile(0.5).map { QuantityText.rounded(Double($0)) } ?? "–"),
                RunTable.Cell(flow.duration.quantile(0.99).map { QuantityText.rounded(Double($0)) } ?? "–"),
                RunTable.Cell(ends.joined(separator: ", "), isBad ? .bad : .plain),
            ])
        }
        return table.lines(style: style)
    }
}
