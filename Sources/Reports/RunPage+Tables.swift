internal import Scenario
internal import Simulation
internal import Testbed

/// The whole run in numbers.
extension RunPage {
    func tables(_ page: inout HTMLWriter) {
        clients(&page)
        routes(&page)
        unrouted(&page)
        stations(
            "Backends, over the whole run",
            result.total.backends.enumerated().filter { $1.station.requests > 0 }.map { place, backend in
                Row(
                    name: backend.backend.description + (backend.isModelled ? "" : " (not modelled)"),
                    station: backend.station, statuses: backend.station.statuses, latency: backend.station.latency,
                    known: result.statistics?.backends[place])
            }, &page)
        stations(
            "Gateways, over the whole run",
            result.total.gateways.enumerated().compactMap { place, gateway in
                gateway.station.map {
                    Row(
                        name: gateway.gateway, station: $0, statuses: gateway.statuses, latency: gateway.latency,
                        known: result.statistics?.gateways[place])
                }
            }, &page)
        policies(&page)
        flows(&page)
    }

    private func routes(_ page: inout HTMLWriter) {
        page.element("h2", text: "Routes, over the whole run")
        table(["rule", "requests", "mean", "p50", "p90", "p99", "p99.9", "max", "answers"], &page) { page in
            for (place, line) in result.total.lines.enumerated() {
                guard case .rule(let rule) = line.identity else { continue }
                let known = result.statistics?.lines[place]
                row(&page, rule.title) { cells in
                    cells.append(RunText.count(line.requests))
                    cells.append(time(line.latency.mean, known?[.latency(.mean)]))
                    for (q, statistic) in [(0.5, Metric.Statistic.p50), (0.9, .p90), (0.99, .p99), (0.999, .p999)] {
                        cells.append(time(line.latency.quantile(q).map(Double.init), known?[.latency(statistic)]))
                    }
                    cells.append(time(line.latency.max.map(Double.init), nil))
                    cells.append(answers(line.statuses))
                }
                for branch in line.branches {
                    row(&page, "→ \(branch.backend.map { $0.description } ?? "no valid backend")") { cells in
                        let share = line.share(branch).map(QuantityText.percent) ?? "–"
                        let expected = line.expectedShare(branch).map(QuantityText.percent) ?? "–"
                        cells = [
                            RunText.count(branch.requests), "", "", "", "", "", "", "\(share), expected \(expected)",
                        ]
                    }
                }
            }
        }
    }

    private func unrouted(_ page: inout HTMLWriter) {
        let lines = result.total.lines.filter { line in
            if case .unrouted = line.identity { line.requests > 0 } else { false }
        }
        guard !lines.isEmpty else { return }
        page.element("h2", text: "No rule")
        table(["host", "requests", "why", "answers"], &page) { page in
            for line in lines {
                guard case .unrouted(let reason, let host) = line.identity else { continue }
                row(&page, host.isEmpty ? "(no host)" : host) { cells in
                    cells = [RunText.count(line.requests), reason, answers(line.statuses)]
                }
            }
        }
    }

    private struct Row {
        var name: String
        var station: StationMeasurements
        var statuses: StatusCounts
        var latency: LatencyHistogram
        var known: EntityIntervals?
    }

    private func stations(_ title: String, _ rows: [Row], _ page: inout HTMLWriter) {
        guard !rows.isEmpty else { return }
        page.element("h2", text: title)
        let heads = ["name", "requests", "busy", "queue", "longest", "wait p99", "p50", "p99", "lost", "answers"]
        table(heads, &page) { page in
            for entry in rows {
                let station = entry.station
                row(&page, entry.name) { cells in
                    let lost = station.refused + station.cancelled + station.lost
                    cells = [
                        RunText.count(station.requests), station.utilization.map(QuantityText.percent) ?? "–",
                        station.waiting.mean.map(QuantityText.number) ?? "–", RunText.count(station.waiting.max),
                        time(station.wait.quantile(0.99).map(Double.init), entry.known?[.wait(.p99)]),
                        time(entry.latency.quantile(0.5).map(Double.init), entry.known?[.latency(.p50)]),
                        time(entry.latency.quantile(0.99).map(Double.init), entry.known?[.latency(.p99)]),
                        RunText.count(lost), answers(entry.statuses),
                    ]
                }
            }
        }
    }

    func table(_ heads: [String], _ page: inout HTMLWriter, _ rows: (inout HTMLWriter) -> Void) {
        page.element("div", ("class", "scroll")) { page in
            page.element("table") { page in
                page.element("thead") { page in
                    page.element("tr") { page in
                        for head in heads { page.element("th", ("scope", "col"), text: head) }
                    }
                }
                page.line()
                page.element("tbody") { rows(&$0) }
            }
        }
        page.line()
    }

    func row(_ page: inout HTMLWriter, _ name: String, _ fill: (inout [String]) -> Void) {
        var cells: [String] = []
        fill(&cells)
        page.element("tr") { page in
            page.element("th", ("scope", "row"), text: name)
            for cell in cells { page.element("td", text: cell) }
        }
        page.line()
    }

    /// A time, and how sure it is where that is known.
    func time(_ value: Double?, _ interval: EntityIntervals.Interval?) -> String {
        guard let value else { return "–" }
        let width = interval?.relativeHalfWidth.map { $0 > 0 ? " ±\(RunReport.percent($0))" : "" } ?? ""
        return QuantityText.rounded(value) + width
    }

    func answers(_ statuses: StatusCounts) -> String {
        let entries = statuses.entries
        return entries.map { entry in
            let status = entry.status == 0 ? "cut" : "\(entry.status)"
            return entries.count == 1 ? status : "\(status) ×\(RunText.count(entry.count))"
        }.joined(separator: ", ")
    }
}
