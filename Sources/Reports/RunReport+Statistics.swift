internal import JSON
internal import Scenario
internal import Simulation
internal import Testbed

/// How sure the numbers are, for programs: beside numbers stands `confidence`, which holds for some of them, by their names,
/// the interval [low, high].
extension RunReport {
    func writeStatistics(to writer: inout JSONWriter) {
        guard let statistics = result.statistics else {
            guard !result.cautions.isEmpty else { return }
            writer.key("warnings")
            writer.array { writer in
                for caution in result.cautions { writer.string(caution) }
            }
            return
        }
        writer.key("statistics")
        writer.object { writer in
            switch statistics.method {
            case .replications(let count):
                writer.member("method", "replications")
                writer.member("replications", count)
            case .batches(let count):
                writer.member("method", "batches")
                writer.member("batches", count)
            }
            writer.member("confidence", statistics.confidence)
            writer.key("precision")
            if let precision = statistics.precision {
                writer.object { writer in
                    writer.member("wanted", precision.wanted)
                    writer.member("reached", precision.isReached)
                    writer.member("worst", precision.worst.flatMap { $0.isFinite ? $0 : nil })
                    writer.member("of", precision.worstOf)
                }
            } else {
                writer.null()
            }
            writer.key("warnings")
            writer.array { writer in
                for caution in statistics.cautions { writer.string(caution) }
            }
            guard !statistics.controls.isEmpty else { return }
            writer.key("controls")
            writer.array { writer in
                for control in statistics.controls {
                    writer.object { writer in
                        writer.member("drawn", control.title)
                        writer.member("deviation", control.deviation)
                        writer.key("confidence")
                        writer.object { writer in
                            writer.key("deviation")
                            writer.array { writer in
                                writer.double(control.deviation - control.halfWidth)
                                writer.double(control.deviation + control.halfWidth)
                            }
                        }
                    }
                }
            }
        }
    }

    /// The statistics of something at a place of the result; nil where there are none, as in intervals of time.
    struct Confidence {
        var intervals: EntityIntervals?

        /// The interval of a metric, times in seconds, which holds the reported value too where that is rounded.
        func bounds(_ metric: Metric, around reported: Double? = nil) -> (low: Double, high: Double)? {
            guard let interval = intervals?[metric] else { return nil }
            let scale = metric.unit == .time ? 1e-9 : 1
            let high = metric.unit == .fraction ? min(interval.high, max(1, interval.estimate)) : interval.high
            let value = reported ?? interval.estimate * scale
            return (min(interval.low * scale, value), max(high * scale, value))
        }

        /// The estimates corrected by what chance is known to have done, each with its interval.
        func writeControlled(_ metrics: [(name: StaticString, metric: Metric)], to writer: inout JSONWriter) {
            let known = metrics.compactMap { name, metric in intervals?.controlled(metric).map { (name, $0) } }
            guard !known.isEmpty else { return }
            writer.key("controlled")
            writer.object { writer in
                for (name, interval) in known {
                    writer.member(name, interval.estimate * 1e-9)
                }
                writer.key("confidence")
                writer.object { writer in
                    for (name, interval) in known {
                        writer.key(name)
                        writer.array { writer in
                            writer.double(interval.low * 1e-9)
                            writer.double(interval.high * 1e-9)
                        }
                    }
                }
            }
        }

        func write(
            _ metrics: [(name: StaticString, metric: Metric, reported: Double?)], to writer: inout JSONWriter
        ) {
            guard intervals != nil else { return }
            writer.key("confidence")
            writer.object { writer in
                for (name, metric, reported) in metrics {
                    writer.key(name)
                    if let bounds = bounds(metric, around: reported) {
                        writer.array { writer in
                            writer.double(bounds.low)
                            writer.double(bounds.high)
                        }
                    } else {
                        writer.null()
                    }
                }
            }
        }

        /// What is written only where there are intervals: the rate of requests, the share of errors and, where there is a
        /// queue, that of requests that waited.
        func writeAnswers(utilization: Double?? = nil, to writer: inout JSONWriter) {
            guard let intervals else { return }
            var members: [(name: StaticString, metric: Metric, reported: Double?)] = [
                ("rate", .rate, nil), ("errors", .errors, nil),
            ]
            writer.member("rate", intervals[.rate]?.estimate)
            writer.member("errors", intervals[.errors]?.estimate)
            if let utilization {
                writer.member("waited", intervals[.waited]?.estimate)
                members += [("waited", .waited, nil), ("utilization", .utilization, utilization)]
            }
            write(members, to: &writer)
        }
    }
}

/// How sure the numbers are, for people.
extension RunReport {
    func statistics(_ style: TextStyle) -> [String] {
        guard let statistics = result.statistics else { return [] }
        let source =
            switch statistics.method {
            case .replications(let count): "\(count) replications, which are added up above"
            case .batches(let count): "\(count) equal parts of the run"
            }
        let title =
            style.bold("CONFIDENCE")
            + style.dim("  half widths of \(QuantityText.percent(statistics.confidence)) intervals, from \(source)")
        var table = RunTable(numbers: 4)
        table.add(["  latency", "mean", "p50", "p99", "errors"], .bold)
        for (line, known) in zip(result.total.lines, statistics.lines) {
            guard case .rule(let rule) = line.identity, line.requests > 0 else { continue }
            table.add(
                [RunTable.Cell("  \(rule.title)")]
                    + [Metric.latency(.mean), .latency(.p50), .latency(.p99), .errors].map { cell(known[$0], $0) })
        }
        let stations = zip(result.total.backends, statistics.backends).filter {
            $0.0.isModelled && $0.0.station.requests > 0
        }
        if !stations.isEmpty {
            table.add(["  queues", "busy", "queue", "wait", "wait p99"], .bold)
            for (backend, known) in stations {
                let metrics = [Metric.utilization, .waiting(.mean), .wait(.mean), .wait(.p99)]
                table.add([RunTable.Cell("  \(backend.backend.description)")] + metrics.map { cell(known[$0], $0) })
            }
        }
        var lines = [title] + table.lines(style: style) + corrected(statistics)
        if let precision = statistics.precision, let worst = precision.worst, precision.isReached {
            lines += RunText.wrapped(
                "mean and p99 of every rule's latency are within \(QuantityText.percent(precision.wanted)); the least sure, "
                    + "\(precision.worstOf ?? ""), within \(QuantityText.percent(worst))",
                first: "  ", indent: "  ", width: Self.width)
        }
        lines += marked(statistics.cautions, style)
        return lines
    }

    /// What is to be known of a result without intervals; beside intervals it stands there.
    func cautions(_ style: TextStyle) -> [String] {
        result.statistics == nil ? marked(result.cautions, style) : []
    }

    /// Means that are far surer once corrected by what chance is known to have done.
    private func corrected(_ statistics: RunStatistics) -> [String] {
        let means = zip(result.total.lines, statistics.lines).compactMap { line, known -> String? in
            guard case .rule(let rule) = line.identity, let plain = known[.latency(.mean)],
                let controlled = known.controlled(.latency(.mean)),
                let width = controlled.relativeHalfWidth, controlled.halfWidth < 0.7 * plain.halfWidth
            else { return nil }
            return "\(rule.title) \(QuantityText.rounded(controlled.estimate)) ±\(Self.percent(width))"
        }
        guard !means.isEmpty else { return [] }
        return RunText.wrapped(
            "corrected by how far the draws are from their expectation, means of latency: \(means.joined(separator: ", "))",
            first: "  ", indent: "  ", width: Self.width)
    }

    private func marked(_ cautions: [String], _ style: TextStyle) -> [String] {
        cautions.flatMap { caution in
            let wrapped = RunText.wrapped(caution, first: "", indent: "", width: Self.width - 4)
            return ["  \(style.doubtful("!")) \(wrapped[0])"] + wrapped.dropFirst().map { "    \($0)" }
        }
    }

    /// `41.2 ms ±0.8 %`; parts of a whole have their half width in points.
    private func cell(_ interval: EntityIntervals.Interval?, _ metric: Metric) -> RunTable.Cell {
        guard let interval else { return RunTable.Cell("–") }
        switch metric.unit {
        case .fraction:
            guard interval.halfWidth > 0 else { return RunTable.Cell(Self.percent(interval.estimate)) }
            let width = interval.halfWidth < 0.00005 ? "<0.01 %" : QuantityText.percent(interval.halfWidth)
            return RunTable.Cell("\(QuantityText.percent(interval.estimate).dropLast(2)) ±\(width)")
        case .time, .count, .rate:
            let text =
                metric.unit == .time ? QuantityText.rounded(interval.estimate) : QuantityText.number(interval.estimate)
            guard let relative = interval.relativeHalfWidth, relative > 0 else { return RunTable.Cell(text) }
            let isVague = relative > 0.1
            return RunTable.Cell("\(text) ±\(Self.percent(relative))", isVague ? .doubtful : .plain)
        }
    }
}
