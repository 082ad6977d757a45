internal import JSON
internal import Scenario
internal import Simulation
internal import Testbed

/// What clients saw, and what gateways did with their requests before they routed them.
extension RunReport {
    func writeClients(_ measurements: Measurements, to writer: inout JSONWriter) {
        guard !measurements.clients.isEmpty else { return }
        writer.key("clients")
        writer.array { writer in
            for client in measurements.clients {
                writer.object { writer in
                    writer.member("traffic", client.source)
                    writer.member("requests", client.requests)
                    writer.member("retries", client.retries)
                    writer.member("timeouts", client.timeouts)
                    writer.member("unfinished", client.unfinished)
                    write(client.statuses, to: &writer)
                    writer.key("latency")
                    writeTimes(client.latency, to: &writer)
                }
            }
        }
    }

    func writeFilters(_ gateway: GatewayMeasurements, to writer: inout JSONWriter) {
        guard let filters = gateway.filters else { return }
        writer.key("filters")
        writer.object { writer in
            for (name, count) in filters.counts { writer.member(name, count) }
        }
    }

    func clients(_ style: TextStyle) -> [String] {
        guard !result.total.clients.isEmpty else { return [] }
        var table = RunTable(numbers: 6)
        table.add(["CLIENTS", "requests", "retries", "gave up", "p50", "p99", "max", "last answers"], .bold)
        for client in result.total.clients {
            table.add(
                [
                    RunTable.Cell(client.source), RunTable.Cell(RunText.count(client.requests)),
                    RunTable.Cell(RunText.count(client.retries)), RunTable.Cell(RunText.count(client.timeouts)),
                ] + times(client.latency, [0.5, 0.99, 1]) + [answers(client.statuses)])
        }
        return table.lines(style: style)
    }

    func filters(_ style: TextStyle) -> [String] {
        var table = RunTable(numbers: 0)
        table.add(["FILTERS", "what they did"], .bold)
        for gateway in result.total.gateways {
            guard let filters = gateway.filters else { continue }
            let words = [
                "delayed": "delayed", "aborted": "aborted", "rateLimited": "refused by a rate limit",
                "rejected": "rejected by admission control",
            ]
            let did = filters.counts.filter { $0.count > 0 }
                .map { "\(RunText.count($0.count)) \(words[$0.name] ?? $0.name)" }.joined(separator: ", ")
            table.add([gateway.gateway, did.isEmpty ? "nothing" : did])
        }
        let lines = table.lines(style: style)
        return lines.count > 1 ? lines : []
    }
}
