internal import Scenario
internal import Simulation
internal import Testbed

/// The result for people: at most a hundred columns where names allow it.
extension RunReport {
    static let width = 100

    /// The whole report, a line each.
    public func lines(style: TextStyle = .plain) -> [String] {
        let sections = [
            header(style), clients(style), routes(style), unrouted(style), backends(style), gateways(style),
            filters(style), upstreams(style), flows(style), statistics(style), cautions(style), timeline(style),
            log(style), expectations(style),
            notModelled(style),
        ]
        return Array(sections.filter { !$0.isEmpty }.joined(separator: [""]))
    }

    private func header(_ style: TextStyle) -> [String] {
        ["\(style.bold(result.name))  \(summary[0])", style.dim(summary[1])]
    }

    /// What was run, and how much came of it: two lines.
    var summary: [String] {
        let warmup = result.warmup > 0 ? ", measured after \(QuantityText.exact(result.warmup))" : ""
        let unfinished = result.unfinished > 0 ? ", \(RunText.count(result.unfinished)) of them unfinished" : ""
        let calls = result.calls > 0 ? ", \(RunText.count(result.calls)) of them calls between backends" : ""
        let runs = result.replications > 1 ? "\(RunText.count(result.replications)) × " : ""
        // The text's own reading goes without saying.
        let dialect = result.dialect == "specification" ? "" : ", dialect \(result.dialect)"
        return [
            "\(runs)\(QuantityText.exact(result.duration)) simulated\(warmup), seed \(result.seed)\(dialect)",
            "\(RunText.count(result.requests)) requests\(calls)\(unfinished), \(RunText.count(result.events)) events",
        ]
    }

    private func routes(_ style: TextStyle) -> [String] {
        var table = RunTable(numbers: 5)
        table.add(["ROUTES", "requests", "p50", "p90", "p99", "max", "answers, or share (expected)"], .bold)
        for line in result.total.lines {
            guard case .rule(let rule) = line.identity else { continue }
            var cells = [RunTable.Cell(rule.title), RunTable.Cell(RunText.count(line.requests))]
            cells += times(line.latency, [0.5, 0.9, 0.99, 1])
            var got = answers(line.statuses)
            if line.retries > 0 { got.text += ", \(RunText.count(line.retries)) retries" }
            cells.append(got)
            table.add(cells)
            for branch in line.branches {
                let name = branch.backend.map { $0.description } ?? "no valid backend"
                let share = line.share(branch).map(Self.percent) ?? "–"
                let expected = line.expectedShare(branch).map(Self.percent) ?? "–"
                table.add(
                    ["  → \(name)", RunText.count(branch.requests), "", "", "", "", "\(share) (\(expected))"], .dim)
            }
        }
        return table.lines(style: style)
    }

    private func unrouted(_ style: TextStyle) -> [String] {
        var table = RunTable(numbers: 1)
        table.add(["NO RULE", "requests", "why, and what they got"], .bold)
        for line in result.total.lines where line.requests > 0 {
            guard case .unrouted(let reason, let host) = line.identity else { continue }
            let isKnown = reason != "Undetermined" && reason != "NotModelled"
            let got = isKnown ? ", \(answers(line.statuses).text)" : ""
            table.add([host.isEmpty ? "(no host)" : host, RunText.count(line.requests), reason + got])
        }
        let lines = table.lines(style: style)
        return lines.count > 1 ? lines : []
    }

    private func backends(_ style: TextStyle) -> [String] {
        var table = RunTable(numbers: 7)
        table.add(["BACKENDS", "requests", "busy", "queue", "longest", "wait p99", "p50", "p99", "answers"], .bold)
        for backend in result.total.backends where backend.isModelled || backend.station.requests > 0 {
            guard backend.isModelled else {
                table.add(
                    [backend.backend.description, RunText.count(backend.station.requests)]
                        + ["", "", "", "", "", "", "not modelled: answers at once"], .dim)
                continue
            }
            table.add(cells(backend.backend.description, backend.station, notes(backend.station)))
        }
        return table.isEmpty ? [] : table.lines(style: style)
    }

    private func gateways(_ style: TextStyle) -> [String] {
        let queues = result.total.gateways.filter { $0.station != nil }
        guard !queues.isEmpty else { return [] }
        var table = RunTable(numbers: 7)
        table.add(["GATEWAYS", "requests", "busy", "queue", "longest", "wait p99", "p50", "p99", "answers"], .bold)
        for gateway in queues {
            guard let station = gateway.station else { continue }
            var row = cells(gateway.gateway, station, answers(gateway.statuses))
            let latency = times(gateway.latency, [0.5, 0.99])
            row.replaceSubrange(6...7, with: latency)
            table.add(row)
        }
        return table.lines(style: style)
    }

    private func cells(_ name: String, _ station: StationMeasurements, _ last: RunTable.Cell) -> [RunTable.Cell] {
        let busy = station.utilization
        let emphasis: RunTable.Emphasis = (busy ?? 0) > 0.9 ? .bad : (busy ?? 0) > 0.75 ? .doubtful : .plain
        return [
            RunTable.Cell(name), RunTable.Cell(RunText.count(station.requests)),
            RunTable.Cell(busy.map(Self.percent) ?? "–", emphasis),
            RunTable.Cell(station.waiting.mean.map(QuantityText.number) ?? "–"),
            RunTable.Cell(RunText.count(station.waiting.max)),
        ] + times(station.wait, [0.99]) + times(station.latency, [0.5, 0.99]) + [last]
    }

    /// What replicas answered, and what they did not answer.
    private func notes(_ station: StationMeasurements) -> RunTable.Cell {
        var cell = answers(station.statuses)
        let losses = [
            (station.refused, "refused"), (station.cancelled, "timed out"), (station.lost, "lost"),
            (station.abandoned, "for nobody"),
        ].filter { $0.0 > 0 }
        for (count, what) in losses {
            cell.text += (cell.text.isEmpty ? "" : ", ") + "\(RunText.count(count)) \(what)"
            cell.emphasis = .bad
        }
        return cell
    }

    func times(_ histogram: LatencyHistogram, _ quantiles: [Double]) -> [RunTable.Cell] {
        quantiles.map { q in
            RunTable.Cell(histogram.quantile(q).map { QuantityText.rounded(Double($0)) } ?? "–")
        }
    }

    func answers(_ statuses: StatusCounts) -> RunTable.Cell {
        let entries = statuses.entries
        let texts = entries.map { entry in
            let status = entry.status == 0 ? "cut" : "\(entry.status)"
            return entries.count == 1 ? status : "\(status) ×\(RunText.count(entry.count))"
        }
        let hasErrors = entries.contains { $0.status == 0 || $0.status >= 500 }
        return RunTable.Cell(texts.joined(separator: ", "), hasErrors ? .bad : .plain)
    }

    func expectations(_ style: TextStyle) -> [String] {
        let all = result.expectations
        guard !all.isEmpty else { return [] }
        let met = all.filter(\.isMet).count
        let sum =
            met == all.count ? style.good("all \(met) hold") : style.bad("\(all.count - met) of \(all.count) fail")
        var lines = ["\(style.bold("EXPECTATIONS"))  \(sum)"]
        for expectation in all {
            lines += self.lines(of: expectation, style)
        }
        return lines
    }

    private func lines(of expectation: ExpectationResult, _ style: TextStyle) -> [String] {
        let mark = expectation.isMet ? style.good("✓") : style.bad("✗")
        let isOneText = expectation.isMet && expectation.isSelfExplaining
        let text = RunText.wrapped(
            isOneText ? "\(expectation.subject) \(expectation.observed)" : expectation.expected, first: "",
            indent: "  ", width: Self.width - 4)
        var lines = ["  \(mark) \(text[0])"] + text.dropFirst().map { "    \($0)" }
        guard !isOneText else { return lines }
        let seen = style.emphasised("seen: \(expectation.observed)", expectation.isMet ? .dim : .bad)
        if text.count == 1, text[0].count + expectation.observed.count + 12 <= Self.width {
            lines[0] += "  \(seen)"
        } else {
            lines.append("      \(seen)")
        }
        return lines
    }

    private func notModelled(_ style: TextStyle) -> [String] {
        guard !result.notModelled.isEmpty else { return [] }
        return [style.bold("NOT MODELLED")]
            + result.notModelled.flatMap { RunText.wrapped($0, first: "  - ", indent: "    ", width: Self.width) }
    }

    static func percent(_ fraction: Double) -> String {
        let tenths = (fraction * 1000).rounded()
        if tenths == 0, fraction > 0 { return "<0.1 %" }
        let whole = Int(tenths) / 10
        let rest = Int(tenths) % 10
        return rest == 0 && (whole == 0 || whole == 100) ? "\(whole) %" : "\(whole).\(rest) %"
    }
}

extension RuleIdentity {
    /// `store/cart split`, or `store/cart #0` for a rule without a name.
    var title: String {
        "\(kind == "HTTPRoute" ? "" : "\(kind) ")\(namespace)/\(name) \(ruleName ?? "#\(rule)")"
    }
}
