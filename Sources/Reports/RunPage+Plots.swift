internal import Scenario
internal import Simulation
internal import Testbed

/// What happened over time.
extension RunPage {
    func plots(_ page: inout HTMLWriter) {
        guard result.intervals.count > 1 else { return }
        let rules = Self.most(result.total.lines.enumerated().filter { _, line in line.isRule }) { $0.requests }
        section("Routes over time", rules.shown, rules.left, &page) { place, line, page in
            routePlots(line, "route\(place)", &page)
        }
        let modelled = result.total.backends.enumerated().filter { _, backend in backend.isModelled }
        let backends = Self.most(modelled) { $0.station.requests }
        section("Backends over time", backends.shown, backends.left, &page) { place, backend, page in
            page.element("h3", text: backend.backend.description)
            let stations = result.intervals.map { interval in
                interval.measurements.backends.first { $0.backend == backend.backend }?.station
            }
            stationPlots(stations, "backend\(place)", &page)
        }
        let gateways = Self.most(result.total.gateways.enumerated().filter { $1.station != nil }) { $0.requests }
        section("Gateways over time", gateways.shown, gateways.left, &page) { place, gateway, page in
            page.element("h3", text: gateway.gateway)
            let stations = result.intervals.map { interval in
                interval.measurements.gateways.first { $0.gateway == gateway.gateway }?.station
            }
            stationPlots(stations, "gateway\(place)", &page)
        }
    }

    /// Those with the most requests, in their own order, and how many are left out; those without requests are in neither.
    private static func most<Entity>(
        _ all: [(offset: Int, element: Entity)], _ requests: (Entity) -> UInt64
    ) -> (shown: [(Int, Entity)], left: Int) {
        let busy = all.filter { requests($0.element) > 0 }
        let chosen = busy.sorted { (requests($1.element), $0.offset) < (requests($0.element), $1.offset) }
            .prefix(plottedMost).sorted { $0.offset < $1.offset }
        return (chosen.map { ($0.offset, $0.element) }, busy.count - chosen.count)
    }

    private func section<Entity>(
        _ title: String, _ shown: [(Int, Entity)], _ left: Int, _ page: inout HTMLWriter,
        _ write: (Int, Entity, inout HTMLWriter) -> Void
    ) {
        guard !shown.isEmpty else { return }
        page.element("h2", text: title)
        if left > 0 {
            page.element(
                "p", ("class", "soft"),
                text: "The \(shown.count) with the most requests; \(left) others are in the tables.")
        }
        page.line()
        for (place, entity) in shown { write(place, entity, &page) }
    }

    private func routePlots(_ line: LineMeasurements, _ id: String, _ page: inout HTMLWriter) {
        guard case .rule(let rule) = line.identity else { return }
        let lines = result.intervals.map { interval in
            interval.measurements.lines.first { $0.identity.isSameRule(as: rule) }
        }
        page.element("h3", text: rule.title)
        page.element("div", ("class", "plots")) { page in
            let rates = zip(lines, seconds).map { line, seconds in
                seconds > 0 ? line.map { Double($0.requests) / seconds } ?? 0 : nil
            }
            plot("Requests a second", .number, [("requests", rates)]).write(to: &page, id: "\(id)-rate")
            if (line.latency.max ?? 0) > 0 {
                let quantiles = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)].map { name, q in
                    (name, lines.map { $0.flatMap { $0.latency.quantile(q) }.map(Double.init) })
                }
                plot("Latency", .duration, quantiles).write(to: &page, id: "\(id)-latency")
            }
            if line.branches.count > 1 {
                let shares = line.branches.prefix(6).map { branch in
                    let name = branch.backend.map { $0.description } ?? "no valid backend"
                    return (name, lines.map { $0.flatMap { line in line.share(ofBackend: branch.backend) } })
                }
                plot("Share of requests", .fraction, shares).write(to: &page, id: "\(id)-share")
            }
            if line.statuses.hasErrors {
                let errors = lines.map { $0.flatMap { $0.statuses.errorShare } }
                plot("Errors (5xx, or cut)", .fraction, [("errors", errors)]).write(to: &page, id: "\(id)-errors")
            }
        }
        page.line()
    }

    private func stationPlots(_ stations: [StationMeasurements?], _ id: String, _ page: inout HTMLWriter) {
        page.element("div", ("class", "plots")) { page in
            let rates = zip(stations, seconds).map { station, seconds in
                seconds > 0 ? station.map { Double($0.requests) / seconds } ?? 0 : nil
            }
            plot("Requests a second", .number, [("requests", rates)]).write(to: &page, id: "\(id)-rate")
            if stations.contains(where: { $0?.utilization != nil }) {
                plot("Utilisation", .fraction, [("busy", stations.map { $0.flatMap(\.utilization) })])
                    .write(to: &page, id: "\(id)-busy")
            }
            plot(
                "Requests there, on average", .number,
                [
                    ("waiting or in service", stations.map { $0.flatMap { $0.inSystem.mean } }),
                    ("waiting", stations.map { $0.flatMap { $0.waiting.mean } }),
                ]
            ).write(to: &page, id: "\(id)-there")
            let quantiles = [("p50", 0.5), ("p99", 0.99)].flatMap { name, q in
                [
                    ("latency \(name)", stations.map { $0.flatMap { $0.latency.quantile(q) }.map(Double.init) }),
                    ("wait \(name)", stations.map { $0.flatMap { $0.wait.quantile(q) }.map(Double.init) }),
                ]
            }
            plot("Latency and wait", .duration, quantiles).write(to: &page, id: "\(id)-latency")
        }
        page.line()
    }

    /// The length of each interval, in all runs together.
    private var seconds: [Double] {
        result.intervals.map { Double($0.until - $0.from) * 1e-9 * Double(result.replications) }
    }

    /// A plot of a value for each interval.
    private func plot(_ title: String, _ axis: PlotAxis, _ lines: [(String, [Double?])]) -> Plot {
        let end = Double(result.intervals.last?.until ?? result.duration)
        return Plot(
            title: title, xAxis: .clock, yAxis: axis, xRange: Double(result.intervals[0].from)...end,
            series: lines.map { name, values in
                Plot.Series(
                    name: name,
                    points: zip(result.intervals, values).map { Plot.Point(x: Double($0.from), y: $1) }
                        + [Plot.Point(x: end, y: nil)])
            }, markers: markers, isStepped: true)
    }
}

extension LineMeasurements {
    fileprivate var isRule: Bool {
        if case .rule = identity { true } else { false }
    }

    /// The part of the attempts that went to a backend; nil where there were none.
    fileprivate func share(ofBackend backend: BackendIdentity?) -> Double? {
        let all = branches.reduce(0) { $0 + $1.requests }
        guard all > 0 else { return nil }
        return Double(branches.first { $0.backend == backend }?.requests ?? 0) / Double(all)
    }
}

extension LineIdentity {
    fileprivate func isSameRule(as rule: RuleIdentity) -> Bool {
        if case .rule(let own) = self { own == rule } else { false }
    }
}

extension StatusCounts {
    fileprivate var hasErrors: Bool { entries.contains { $0.status == 0 || $0.status >= 500 } }
}
