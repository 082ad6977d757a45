internal import Scenario
internal import Testbed

/// The difference for people.
extension DifferenceReport {
    /// The whole report, a line each.
    public func lines(style: TextStyle = .plain) -> [String] {
        let (result, against) = (difference.result, difference.against)
        var lines = [
            "\(style.bold(result.name)) against \(style.bold(against.name))  \(RunReport(result).summary[0])",
            style.dim(
                "\(RunText.count(result.requests)) requests, against \(RunText.count(against.requests)); the same arrivals, sizes and demands"
            ),
            "",
        ]
        var table = RunTable(numbers: 4)
        table.add(
            [
                "DIFFERENCES", "was", "is", "difference",
                "± at \(QuantityText.percent(difference.confidence))", "variance, of independent runs'",
            ], .bold)
        for line in difference.lines {
            add(line.identity.title, line.changes, [.latency(.mean), .latency(.p50), .latency(.p99), .errors], &table)
            for share in difference.shares where share.identity.rule == line.identity {
                let name = share.identity.backend.map { $0.description } ?? "no valid backend"
                add("→ \(name)", share.changes, [.share], &table, isPart: true)
            }
        }
        for backend in difference.backends {
            add(
                backend.identity.description, backend.changes,
                [.utilization, .waiting(.mean), .wait(.mean), .wait(.p99), .latency(.p99)], &table)
        }
        for gateway in difference.gateways where gateway.changes.contains(where: { $0.metric == .utilization }) {
            add(gateway.identity, gateway.changes, [.utilization, .wait(.mean), .wait(.p99)], &table)
        }
        lines += table.lines(style: style)
        lines += ["", style.dim("▲ ▼ more or less than chance alone makes of two equal scenarios")]
        let expectations = RunReport(result).expectations(style)
        if !expectations.isEmpty { lines += [""] + expectations }
        return lines
    }

    /// Rows of what was measured on either side; a quantity that is zero on both is no news.
    private func add(
        _ title: String, _ changes: [(metric: Metric, change: ScenarioDifference.Change)], _ metrics: [Metric],
        _ table: inout RunTable, isPart: Bool = false
    ) {
        let shown = metrics.compactMap { metric in
            changes.first { $0.metric == metric && ($0.change.from ?? 0, $0.change.to ?? 0) != (0, 0) }
        }
        guard !shown.isEmpty else { return }
        if !isPart { table.add([title], .bold) }
        for (metric, change) in shown {
            let mark = change.isClear ? ((change.difference ?? 0) > 0 ? "▲" : "▼") : " "
            let emphasis: RunTable.Emphasis = change.isClear ? .plain : .dim
            table.add(
                [
                    "  \(isPart ? title : metric.name)", value(change.from, metric), value(change.to, metric),
                    signed(change.difference, metric) + mark, value(change.halfWidth, metric),
                    change.varianceRatio.map(QuantityText.percent) ?? "",
                ], emphasis)
        }
    }

    private func value(_ value: Double?, _ metric: Metric) -> String {
        guard let value else { return "–" }
        return switch metric.unit {
        case .time: QuantityText.rounded(value)
        case .fraction: QuantityText.percent(value)
        case .count, .rate: QuantityText.number(value)
        }
    }

    private func signed(_ difference: Double?, _ metric: Metric) -> String {
        guard let difference else { return "–" }
        let sign = difference > 0 ? "+" : difference < 0 ? "−" : ""
        return sign + value(abs(difference), metric)
    }
}
