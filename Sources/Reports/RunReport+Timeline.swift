internal import Scenario
internal import Simulation
internal import Testbed

/// The intervals side by side, so that what an event did is seen along a line.
extension RunReport {
    /// A line of the timeline: a value for each interval, nil where nothing was measured.
    struct Row {
        var name: String
        var values: [Double?]
        /// How many requests each value rests on.
        var weights: [UInt64]
    }

    struct Block {
        var title: String
        var rows: [Row]
        var text: (Double) -> String
        /// Whether a value is markedly another than the one before.
        var differs: (Double, Double) -> Bool
        /// Whether more is worse; nil where it is neither.
        var isMoreWorse: Bool?
    }

    func timeline(_ style: TextStyle) -> [String] {
        guard result.intervals.count > 1 else { return [] }
        var lines = [style.bold("OVER TIME") + style.dim("  ▲ ▼ markedly more or less than in the column before")]
        var changes = RunTable(numbers: 0)
        for interval in result.intervals where !interval.changes.isEmpty {
            changes.add(["at \(QuantityText.exact(interval.from))", interval.changes.joined(separator: "; ")])
        }
        lines += changes.lines(indent: "  ", style: style)
        let blocks = blocks().filter { !$0.rows.isEmpty }
        let nameWidth = blocks.flatMap(\.rows).map(\.name.count).max() ?? 0
        let columns = max(2, (Self.width - nameWidth - 4) / 11)
        var first = 0
        while first < result.intervals.count - 1 {
            let last = min(first + columns, result.intervals.count)
            lines += [""] + table(blocks, first..<last, nameWidth).lines(indent: "  ", style: style)
            // The last column stands again as the first of the next part: it is what that one is compared with.
            first = last - 1
        }
        return lines
    }

    private func table(_ blocks: [Block], _ range: Range<Int>, _ nameWidth: Int) -> RunTable {
        var table = RunTable(numbers: range.count)
        let starts = result.intervals[range].map { QuantityText.exact($0.from) + " " }
        let corner = "from".padding(nameWidth + 2)
        table.add([corner] + starts, .bold)
        for block in blocks {
            table.add([block.title], .bold)
            for row in block.rows {
                let cells = range.map { cell(row, $0, block) }
                let isQuiet = cells.allSatisfy { $0.emphasis == .plain && !$0.text.hasSuffix("▲") && !$0.text.hasSuffix("▼") }
                table.add(
                    [RunTable.Cell("  \(row.name)")]
                        + cells.map { isQuiet ? RunTable.Cell($0.text, .dim) : $0 })
            }
        }
        return table
    }

    private func cell(_ row: Row, _ place: Int, _ block: Block) -> RunTable.Cell {
        guard let value = row.values[place] else { return RunTable.Cell("– ") }
        guard place > 0, let before = row.values[place - 1], row.weights[place] >= 100, row.weights[place - 1] >= 100,
            block.differs(before, value)
        else { return RunTable.Cell(block.text(value) + " ") }
        let isMore = value > before
        let emphasis: RunTable.Emphasis =
            block.isMoreWorse.map { $0 == isMore ? .bad : .good } ?? .bold
        return RunTable.Cell(block.text(value) + (isMore ? "▲" : "▼"), emphasis)
    }
}

/// What the timeline shows.
extension RunReport {
    private func blocks() -> [Block] {
        let relative: (Double, Double) -> Bool = { $1 > $0 * 1.25 || $1 < $0 * 0.8 }
        let absolute: (Double, Double) -> Bool = { abs($1 - $0) > 0.02 }
        let time: (Double) -> String = { QuantityText.rounded($0) }
        let rates = Block(
            title: "requests a second", rows: lineRows { line, seconds in Double(line.requests) / seconds },
            text: QuantityText.number, differs: relative)
        return [
            rates.hasMarks ? rates : nil,
            Block(title: "share of requests", rows: shareRows(), text: Self.percent, differs: absolute),
            Block(
                title: "latency p50", rows: lineRows { line, _ in line.latency.quantile(0.5).map(Double.init) },
                text: time, differs: relative, isMoreWorse: true),
            Block(
                title: "latency p99", rows: lineRows { line, _ in line.latency.quantile(0.99).map(Double.init) },
                text: time, differs: relative, isMoreWorse: true),
            Block(
                title: "errors (5xx, or cut)", rows: errorRows(), text: Self.percent,
                differs: { abs($1 - $0) > 0.002 }, isMoreWorse: true),
            Block(
                title: "busy servers", rows: stationRows { $0.utilization }, text: Self.percent, differs: absolute,
                isMoreWorse: true),
            Block(
                title: "wait p99", rows: stationRows { $0.wait.quantile(0.99).map(Double.init) }, text: time,
                differs: relative, isMoreWorse: true),
        ].compactMap { $0 }
    }

    private var rules: [RuleIdentity] {
        result.total.lines.compactMap { line in
            if case .rule(let rule) = line.identity, line.requests > 0 { rule } else { nil }
        }
    }

    /// What was measured of a rule in each interval.
    private func lines(of rule: RuleIdentity) -> [LineMeasurements?] {
        result.intervals.map { interval in
            interval.measurements.lines.first { $0.identity == .rule(rule) }
        }
    }

    private func lineRows(_ value: (LineMeasurements, Double) -> Double?) -> [Row] {
        rules.map { rule in
            let lines = lines(of: rule)
            return Row(
                name: rule.title,
                values: zip(lines, result.intervals).map { line, interval in
                    guard let line, line.requests > 0 else { return nil }
                    return value(line, Double(interval.until - interval.from) * 1e-9)
                },
                weights: lines.map { $0?.requests ?? 0 })
        }
    }

    private func errorRows() -> [Row] {
        lineRows { line, _ in
            let errors = line.statuses.entries.filter { $0.status == 0 || $0.status >= 500 }
            let all = line.statuses.total
            return all == 0 ? nil : Double(errors.reduce(0) { $0 + $1.count }) / Double(all)
        }.filter { $0.values.contains { ($0 ?? 0) > 0 } }
    }

    /// Of rules whose requests are divided.
    private func shareRows() -> [Row] {
        rules.flatMap { rule -> [Row] in
            let lines = lines(of: rule)
            let all = result.total.lines.first { $0.identity == .rule(rule) }?.branches ?? []
            guard all.count > 1 else { return [] }
            return all.map { branch in
                let shares = lines.map { line in
                    line.flatMap { line in
                        line.branches.first { $0.backend == branch.backend }.flatMap(line.share)
                    }
                }
                return Row(
                    name: "\(rule.title) → \(branch.backend.map { $0.description } ?? "no valid backend")",
                    values: shares, weights: lines.map { $0?.requests ?? 0 })
            }
        }
    }

    private func stationRows(_ value: (StationMeasurements) -> Double?) -> [Row] {
        result.total.backends.filter { $0.isModelled && $0.station.requests > 0 }.map { backend in
            let stations = result.intervals.map { interval in
                interval.measurements.backends.first { $0.backend == backend.backend }?.station
            }
            return Row(
                name: backend.backend.description, values: stations.map { $0.flatMap(value) },
                weights: stations.map { $0?.requests ?? 0 })
        }.filter { $0.values.contains { $0 != nil } }
    }
}

extension RunReport.Block {
    /// Whether any value is markedly another than the one before.
    fileprivate var hasMarks: Bool {
        rows.contains { row in
            zip(row.values, row.values.dropFirst()).contains { before, after in
                if let before, let after { differs(before, after) } else { false }
            }
        }
    }
}

extension String {
    /// The text with blanks behind it, so many characters in all.
    fileprivate func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
