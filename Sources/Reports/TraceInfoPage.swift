internal import Simulation
public import Traffic

/// What is in a trace, as a page that is complete in itself: a timeline, tables, and what could not be read.
public struct TraceInfoPage {
    private let summary: TraceSummary
    private let statistics: TraceStatistics
    private let losses: [String]
    private static let rowsMax = 50

    /// Tells of a trace; `losses` are sentences on what of it was lost or not read.
    public init(_ summary: TraceSummary, _ statistics: TraceStatistics, losses: [String]) {
        self.summary = summary
        self.statistics = statistics
        self.losses = losses
    }

    /// The page.
    public var text: String {
        let title = statistics.files.map(\.name).joined(separator: ", ")
        return HTMLPage.text(title: title) { page in
            page.element("h1", text: title)
            page.line()
            facts(&page)
            if summary.timeline.windows.count > 1 { plots(&page) }
            page.element("h2", text: "Lost, or not read")
            if losses.isEmpty {
                page.element("p", text: "Nothing that is known of.")
            } else {
                page.element("ul") { page in for loss in losses { page.element("li", text: loss) } }
            }
            page.line()
            tables(&page)
        }
    }

    private func facts(_ page: inout HTMLWriter) {
        var facts = [("requests", RunText.count(summary.requests))]
        if summary.weight != Double(summary.requests) {
            facts.append(("standing for", PlotAxis.number.text(summary.weight)))
        }
        if let first = summary.firstTime, let last = summary.lastTime {
            let span = Double(last) - Double(first)
            facts.append(("time", PlotAxis.duration.text(span)))
            if span > 0 {
                facts.append(("requests a second", PlotAxis.number.text(Double(summary.requests) / span * 1e9)))
            }
        }
        for (name, histogram) in [("latency", summary.latency), ("time to first byte", summary.timeToFirstByte)] {
            guard histogram.count > 0 else { continue }
            let parts = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)].map { name, quantile in
                "\(name) \(PlotAxis.duration.text(Double(histogram.quantile(quantile) ?? 0)))"
            }
            let greatest = PlotAxis.duration.text(Double(histogram.max ?? 0))
            facts.append((name, (parts + ["max \(greatest)"]).joined(separator: ", ")))
        }
        table(nil, facts.map { [$0.0, $0.1] }, to: &page)
    }

    private func plots(_ page: inout HTMLWriter) {
        let timeline = summary.timeline
        let width = Double(timeline.width)
        let end = Plot.Point(x: Double(timeline.windows.count) * width, y: nil)
        func series(_ name: String, _ value: (TraceTimeline.Window) -> Double?) -> Plot.Series {
            let points = timeline.windows.enumerated().map { place, window in
                Plot.Point(x: Double(place) * width, y: value(window))
            }
            return Plot.Series(name: name, points: points + [end])
        }
        page.element("h2", text: "Over time")
        page.line()
        let perSecond = 1e9 / width
        let classes = (0..<8).filter { place in timeline.windows.contains { $0.statuses[place] > 0 } }
        let rates = classes.prefix(6).map { place in
            series(place == 0 ? "status unknown" : "\(place)xx") { Double($0.statuses[place]) * perSecond }
        }
        Plot(title: "Requests a second", xAxis: .clock, yAxis: .number, series: rates, isStepped: true)
            .write(to: &page, id: "requests")
        guard summary.latency.count > 0 else { return }
        let latencies = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)].map { name, quantile in
            series(name) { $0.latency.quantile(quantile).map { Double($0) } }
        }
        Plot(title: "Latency", xAxis: .clock, yAxis: .duration, series: latencies, isStepped: true)
            .write(to: &page, id: "latency")
    }

    private func tables(_ page: inout HTMLWriter) {
        counts("Protocols", summary.protocols.map { ($0.key.map { "\($0.name)" } ?? "unknown", $0.value) }, to: &page)
        counts("Statuses", summary.statuses.map { ($0.key.map { "\($0)" } ?? "unknown", $0.value) }, to: &page)
        counts("Methods", summary.methods.map { ($0.key, $0.value) }, to: &page)
        counts("Hosts", summary.hosts.map { ($0.key, $0.value) }, to: &page)
        counts("Paths", summary.paths.map { ($0.key, $0.value) }, more: summary.otherPaths, to: &page)
        counts("TLS server names", summary.serverNames.map { ($0.key, $0.value) }, to: &page)
        counts("HTTP versions", summary.versions.map { ($0.key, $0.value) }, to: &page)
        table("Files", statistics.files.map { [$0.name, $0.format.name] }, to: &page)
    }

    private func counts(_ title: String, _ rows: [(name: String, count: Int)], more: Int = 0, to page: inout HTMLWriter)
    {
        guard !rows.isEmpty else { return }
        let sorted = rows.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        var cells = sorted.prefix(Self.rowsMax).map { [$0.name.isEmpty ? "(none)" : $0.name, RunText.count($0.count)] }
        let rest = sorted.dropFirst(Self.rowsMax)
        if !rest.isEmpty || more > 0 {
            cells.append(["others", RunText.count(rest.reduce(more) { $0 + $1.count })])
        }
        table(title, cells, to: &page)
    }

    private func table(_ title: String?, _ rows: [[String]], to page: inout HTMLWriter) {
        if let title { page.element("h2", text: title) }
        page.element("table") { page in
            page.element("tbody") { page in
                for row in rows {
                    page.element("tr") { page in
                        page.element("th", ("scope", "row"), text: row[0])
                        for cell in row.dropFirst() { page.element("td", text: cell) }
                    }
                }
            }
        }
        page.line()
    }
}
