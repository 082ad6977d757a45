internal import Scenario
internal import Simulation
internal import Testbed

/// Clients, filters, policies and flows over the whole run.
extension RunPage {
    func clients(_ page: inout HTMLWriter) {
        guard !result.total.clients.isEmpty else { return }
        page.element("h2", text: "Clients, over the whole run")
        table(["traffic", "requests", "retries", "gave up", "p50", "p99", "max", "last answers"], &page) { page in
            for client in result.total.clients {
                row(&page, client.source) { cells in
                    cells = [client.requests, client.retries, client.timeouts].map(RunText.count)
                    for q in [0.5, 0.99, 1] { cells.append(time(client.latency.quantile(q).map(Double.init), nil)) }
                    cells.append(answers(client.statuses))
                }
            }
        }
    }

    /// What policies and filters did: what is counted at all, a line each.
    func policies(_ page: inout HTMLWriter) {
        let filters = result.total.gateways.compactMap { gateway in
            gateway.filters.map { (name: "\(gateway.gateway), filters", counts: $0.counts) }
        }
        let upstreams = result.total.upstreams.map {
            (name: "\($0.gateway) → \($0.backend.description)", counts: $0.counts)
        }
        guard !(filters + upstreams).isEmpty else { return }
        page.element("h2", text: "Policies and filters, over the whole run")
        table(["of", "what was counted"], &page) { page in
            for entry in filters + upstreams {
                let counted = entry.counts.filter { $0.count > 0 }.map { "\($0.name) \(RunText.count($0.count))" }
                row(&page, entry.name) { $0 = [counted.isEmpty ? "nothing" : counted.joined(separator: ", ")] }
            }
        }
    }

    func flows(_ page: inout HTMLWriter) {
        guard !result.total.flows.isEmpty else { return }
        page.element("h2", text: "Flows, over the whole run")
        let heads = ["rule", "flows", "open", "at most", "p50", "p99", "completed", "reset", "dropped"]
        table(heads, &page) { page in
            for flow in result.total.flows {
                var name = "no rule"
                if case .rule(let rule) = flow.identity { name = rule.title }
                row(&page, name) { cells in
                    cells = [RunText.count(flow.flows), flow.open.mean.map(QuantityText.number) ?? "–"]
                    cells.append(RunText.count(flow.open.max))
                    for q in [0.5, 0.99] { cells.append(time(flow.duration.quantile(q).map(Double.init), nil)) }
                    cells += [flow.completed, flow.reset, flow.dropped].map(RunText.count)
                }
            }
        }
    }
}
