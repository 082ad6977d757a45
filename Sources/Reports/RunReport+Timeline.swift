internal import Scenario
internal import Simulation
internal import Testbed

/// The intervals side by side, so that what an event did is seen along a line.
extension RunReport {
    /// What was measured in an interval, and between what chance may have moved it.
    struct Value {
        var value: Double
        var chance: ClosedRange<Double>

        init(_ value: Double, _ chance: ClosedRange<Double>? = nil) {
            self.value = value
            self.chance = chance ?? value...value
        }
    }

    /// A line of the timeline: a value for each interval, nil where nothing was measured.
    struct Row {
        var name: String
        var values: [Value?]
    }

    struct Block {
        var title: String
        var rows: [Row]
        var text: (Double) -> String
        /// Whether a value is so much another than the one before that a person would care.
        var matters: (Double, Double) -> Bool
        /// Whether more is worse; nil where it is neither.
        var isMoreWorse: Bool?

        /// Whether a value is markedly another than the one before, and hardly by chance.
        func differs(_ before: Value, _ after: Value) -> Bool {
            matters(before.value, after.value) && !before.chance.overlaps(after.chance)
        }
    }

    func timeline(_ style: TextStyle) -> [String] {
        guard result.intervals.count > 1 else { return [] }
        var lines = [
            style.bold("OVER TIME")
                + style.dim("  ▲ ▼ markedly more or less than in the column before, and hardly by chance")
        ]
        var changes = RunTable(numbers: 0)
        for (place, interval) in result.intervals.enumerated() where !interval.changes.isEmpty {
            let time = place == 0 ? "at first" : "at \(QuantityText.exact(interval.from))"
            changes.add([time, interval.changes.joined(separator: "; ")])
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
                let isQuiet = cells.allSatisfy {
                    $0.emphasis == .plain && !$0.text.hasSuffix("▲") && !$0.text.hasSuffix("▼")
                }
                table.add(
                    [RunTable.Cell("  \(row.name)")]
                        + cells.map { isQuiet ? RunTable.Cell($0.text, .dim) : $0 })
            }
        }
        return table
    }

    private func cell(_ row: Row, _ place: Int, _ block: Block) -> RunTable.Cell {
        guard let value = row.values[place] else { return RunTable.Cell("– ") }
        let text = block.text(value.value)
        guard place > 0, let before = row.values[place - 1], block.differs(before, value) else {
            return RunTable.Cell(text + " ")
        }
        let isMore = value.value > before.value
        let emphasis: RunTable.Emphasis = block.isMoreWorse.map { $0 == isMore ? .bad : .good } ?? .bold
        return RunTable.Cell(text + (isMore ? "▲" : "▼"), emphasis)
    }
}

/// What the timeline shows.
extension RunReport {
    private func blocks() -> [Block] {
        let relative: (Double, Double) -> Bool = { $1 > $0 * 1.25 || $1 < $0 * 0.8 }
        let time: (Double) -> String = { QuantityText.rounded($0) }
        let rates = Block(
            title: "requests a second", rows: rateRows(), text: QuantityText.number, matters: relative)
        return [
            rates.hasMarks ? rates : nil,
            Block(title: "share of requests", rows: shareRows(), text: Self.percent) { abs($1 - $0) > 0.02 },
            Block(title: "latency p50", rows: latencyRows(0.5), text: time, matters: relative, isMoreWorse: true),
            Block(title: "latency p99", rows: latencyRows(0.99), text: time, matters: relative, isMoreWorse: true),
            Block(
                title: "errors (5xx, or cut)", rows: errorRows(), text: Self.percent,
                matters: { abs($1 - $0) > 0.002 }, isMoreWorse: true),
            Block(
                title: "busy", rows: stationRows { Value(busy: $0) }, text: Self.percent,
                matters: { abs($1 - $0) > 0.05 }, isMoreWorse: true),
            Block(
                title: "wait p99", rows: stationRows { Value($0.wait, 0.99, alike: 10) }.filter(\.isNotZero),
                text: time,
                matters: relative, isMoreWorse: true),
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

    private func lineRows(_ value: (LineMeasurements) -> Value?) -> [Row] {
        rules.map { rule in
            Row(name: rule.title, values: lines(of: rule).map { line in line.flatMap(value) })
        }
    }

    private func rateRows() -> [Row] {
        rules.map { rule in
            let values = zip(lines(of: rule), result.intervals).map { line, interval in
                line.map { line in
                    let seconds = Double(interval.until - interval.from) * 1e-9 * Double(result.replications)
                    let count = Double(line.requests)
                    let chance = RunReport.deviations * count.squareRoot()
                    return Value(count / seconds, (count - chance) / seconds...(count + chance) / seconds)
                }
            }
            return Row(name: rule.title, values: values)
        }
    }

    /// Of rules that do not answer by themselves.
    private func latencyRows(_ quantile: Double) -> [Row] {
        lineRows { Value($0.latency, quantile, alike: 4) }.filter(\.isNotZero)
    }

    private func errorRows() -> [Row] {
        lineRows { line in
            let errors = line.statuses.entries.filter { $0.status == 0 || $0.status >= 500 }
            return Value(errors.reduce(0) { $0 + $1.count }, of: line.statuses.total)
        }.filter(\.isNotZero)
    }

    /// Of rules whose requests are divided.
    private func shareRows() -> [Row] {
        rules.flatMap { rule -> [Row] in
            let lines = lines(of: rule)
            let all = result.total.lines.first { $0.identity == .rule(rule) }?.branches ?? []
            guard all.count > 1 else { return [] }
            return all.map { branch in
                let values = lines.map { line -> Value? in
                    guard let line else { return nil }
                    let own = line.branches.first { $0.backend == branch.backend }?.requests ?? 0
                    return Value(own, of: line.branches.reduce(0) { $0 + $1.requests })
                }
                return Row(
                    name: "\(rule.title) → \(branch.backend.map { $0.description } ?? "no valid backend")",
                    values: values)
            }
        }
    }

    private func stationRows(_ value: (StationMeasurements) -> Value?) -> [Row] {
        result.total.backends.filter { $0.isModelled && $0.station.requests > 0 }.map { backend in
            let stations = result.intervals.map { interval in
                interval.measurements.backends.first { $0.backend == backend.backend }?.station
            }
            return Row(name: backend.backend.description, values: stations.map { $0.flatMap(value) })
        }.filter { $0.values.contains { $0 != nil } }
    }

    /// What chance moves a value by in one case of a hundred, in standard deviations.
    fileprivate static let deviations = 2.576
}

extension RunReport.Value {
    /// A quantile, between the order statistics that chance may have made of it (H. A. David, *Order Statistics*, §2.5).
    ///
    /// Requests that queue together are alike, so that they say less than as many that have nothing to do with each
    /// other: so many of them count as one.
    fileprivate init?(_ histogram: LatencyHistogram, _ q: Double, alike: Double) {
        guard let value = histogram.quantile(q) else { return nil }
        let spread = RunReport.deviations * (q * (1 - q) * alike / Double(histogram.count)).squareRoot()
        let low = histogram.quantile(max(q - spread, 0)) ?? value
        let high = histogram.quantile(min(q + spread, 1)) ?? value
        self.init(Double(value), Double(low)...Double(high))
    }

    /// The part of the servers' time that was used: a sum of service times, which varies as if they were exponential.
    fileprivate init?(busy station: StationMeasurements) {
        guard let value = station.utilization else { return nil }
        let spread = RunReport.deviations * (2 / Double(max(station.requests, 1))).squareRoot() * value
        self.init(value, value - spread...value + spread)
    }

    /// A part of a number of requests, with the interval of E. B. Wilson (1927), which is right for parts near 0 and 1 too.
    fileprivate init?(_ part: UInt64, of all: UInt64) {
        guard all > 0 else { return nil }
        let (n, z) = (Double(all), RunReport.deviations)
        let p = Double(part) / n
        let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot() / (1 + z * z / n)
        self.init(p, middle - half...middle + half)
    }
}

extension RunReport.Row {
    fileprivate var isNotZero: Bool { values.contains { ($0?.value ?? 0) > 0 } }
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
