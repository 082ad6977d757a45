internal import Simulation

extension TraceFit {
    /// How a fitted scenario is written.
    public struct TextOptions: Sendable {
        /// `metadata.name`.
        public var name = "fitted"
        /// What it was made of, for its first line.
        public var traces: [String] = []
        /// As the scenario's file names them.
        public var manifests: [String] = []
        /// The beginning of the names of files of observed times, beside the scenario; nil where none can be written.
        public var timesPrefix: String?

        /// The defaults.
        public init() {}
    }

    /// A file that the scenario refers to.
    public struct TimesFile: Sendable {
        /// Its name, beside the scenario.
        public var name: String
        /// Its text.
        public var text: String
    }

    /// How many requests an entry lists at most.
    private static let rowsMax = 200
    /// A distribution whose quantiles are off by more than this factor is replaced by the observed times.
    private static let worstFactor = 1.5

    /// The scenario as YAML, and the files that it refers to.
    public func scenario(_ options: TextOptions) -> (text: String, files: [TimesFile]) {
        var files: [TimesFile] = []
        var lines = [
            "# A scenario made from \(options.traces.joined(separator: ", ")) by `weir trace fit`, to be edited.",
            "# \(count) requests. Numbers have three digits; the comments say what they rest on.",
            "apiVersion: weir.dev/v1alpha1", "kind: Scenario",
            "metadata: {name: \(FitText.quoted(options.name))}", "spec:",
        ]
        if options.manifests.isEmpty {
            lines.append("  # No manifests were given with -f: name them, and the Gateway below.")
            lines.append("  manifests: [manifests/]")
        } else {
            lines.append("  manifests: [\(options.manifests.map(FitText.quoted).joined(separator: ", "))]")
        }
        let span = arrivals.compactMap(\.last).max().flatMap { last in
            arrivals.compactMap(\.first).min().map { (Double(last) - Double($0)) / 1e9 }
        }
        lines.append("  duration: \(max(1, Int64((span ?? 60).rounded(.up))))s")
        lines += notes()
        lines.append("  traffic:")
        for place in sourceOrder { lines += traffic(place) }
        lines += backends(options, &files)
        return (lines.joined(separator: "\n") + "\n", files)
    }

    /// Those with the most requests first.
    private var sourceOrder: [Int] {
        let used = Set(requests.keys.map(\.source) + flows.keys.map(\.source))
        return used.sorted {
            (arrivals[$1].count, $0) < (arrivals[$0].count, $1)
        }
    }

    private func notes() -> [String] {
        var notes = leftOut.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key) are left out" }
        if recordsWithoutTime > 0 { notes.append("\(recordsWithoutTime) records have no time") }
        if hasFoldedPaths {
            notes.append("more than \(Self.requestsMax) distinct requests: later ones are told apart by host alone")
        }
        if let mean = bodies.mean, let p99 = bodies.quantile(0.99) {
            notes.append("request bodies: \(FitText.number(mean)) bytes on average, p99 \(p99)")
        }
        return notes.map { "  # \($0)" }
    }

    private func traffic(_ place: Int) -> [String] {
        let source = sources[place]
        var lines = ["  - name: \(FitText.quoted(name(source, place)))"]
        if let mesh = source.mesh {
            lines.append("    mesh: \(FitText.quoted(mesh))")
            if let from = source.from { lines.append("    from: \(FitText.quoted(from))") }
        } else if let gateway = source.gateway {
            lines.append("    gateway: \(FitText.quoted(gateway))")
        } else {
            lines.append("    gateway: default/gateway   # the trace does not say which")
        }
        if let port = source.port { lines.append("    port: \(port)") }
        lines.append("    protocol: \(source.protocolName)")
        let fit = ArrivalFit(arrivals[place])
        lines += fit.evidence.map { "    # \($0)" }
        lines += process(fit.process)
        if ["TLS", "TCP", "UDP"].contains(source.protocolName) { return lines + flowLines(place) }
        lines.append("    requests:")
        let rows = rows(place)
        let scale = weightScale(rows.map(\.weight))
        for row in rows { lines.append(line(row, source, scale)) }
        return lines
    }

    private func name(_ source: Source, _ place: Int) -> String {
        let base = "\(source.protocolName.lowercased())-\(source.port.map { String($0) } ?? "any")"
        return sources.count > 1 ? "\(base)-\(place + 1)" : base
    }

    private func process(_ process: ArrivalFit.Process) -> [String] {
        switch process {
        case .steady(let name, let rate):
            return ["    arrivals: {process: \(name), rate: \(FitText.number(rate))/s}"]
        case .bursts(let rate, let busy, let idle):
            return [
                "    arrivals: {process: bursts, rate: \(FitText.number(rate))/s, busy: \(FitText.time(busy)), idle: \(FitText.time(idle))}"
            ]
        case .profile(let name, let points):
            var lines = ["    arrivals:", "      process: \(name)", "      profile:"]
            var latest = -1.0
            for point in points {
                // Points must rise, whatever three digits leave of them.
                let time = (point.time * 1000).rounded() / 1000
                guard time > latest else { continue }
                latest = time
                lines.append("      - {at: \(Int64(time * 1000))ms, rate: \(FitText.number(point.rate))/s}")
            }
            return lines
        }
    }

    private func flowLines(_ place: Int) -> [String] {
        let own = flows.filter { $0.key.source == place }.sorted {
            ($1.value.count, $0.key.serverName ?? "") < ($0.value.count, $1.key.serverName ?? "")
        }
        let scale = weightScale(own.map(\.value.count))
        var lines = ["    flows:"]
        for (flow, entry) in own.prefix(Self.rowsMax) {
            let duration = ServiceFit(entry.times)?.text
            let bytes = Int64(exactly: (entry.times.sizes.mean ?? 0).rounded()) ?? .max
            let sni = flow.serverName.map { ", sni: \(FitText.quoted($0))" } ?? ""
            let note = duration == nil ? "   # the trace does not say how long they last" : ""
            lines.append(
                "    - {weight: \(Int64((entry.count * scale).rounded(.up)))\(sni), duration: \(duration ?? "{distribution: constant, value: 1s}"), bytes: \(bytes)}\(note)"
            )
        }
        return lines
    }

    private struct Row {
        var request: Request
        var weight: Double
        /// How many distinct requests it stands for.
        var others: Int
    }

    /// The requests of a source. Those of one treatment, method and host are one where there are manifests: the most frequent
    /// path stands for them. Without manifests only the most frequent are kept, each host's rest added to its first.
    private func rows(_ place: Int) -> [Row] {
        let own = requests.filter { $0.key.source == place }.sorted { left, right in
            left.value != right.value ? left.value > right.value : left.key.text < right.key.text
        }
        var rows: [Row] = []
        var places: [Request: Int] = [:]
        for (request, weight) in own {
            var key = request
            if request.group > 0 { key.path = "" }
            if request.group == 0, rows.count >= Self.rowsMax {
                (key.path, key.method, key.headers) = ("", "", [])
                if places[key] == nil { places[key] = rows.firstIndex { $0.request.host == request.host } }
            }
            if let place = places[key] {
                rows[place].weight += weight
                rows[place].others += 1
            } else {
                places[key] = rows.count
                rows.append(Row(request: request, weight: weight, others: 0))
            }
        }
        return rows
    }

    /// Weights are whole numbers.
    private func weightScale(_ weights: [Double]) -> Double {
        let isWhole = weights.allSatisfy { $0 == $0.rounded() && $0 < 1e9 }
        guard !isWhole, let most = weights.max(), most > 0 else { return 1 }
        return 1_000_000 / most
    }

    private func line(_ row: Row, _ source: Source, _ scale: Double) -> String {
        let request = row.request
        let scheme = source.protocolName == "HTTPS" ? "https" : "http"
        let path = request.path.isEmpty ? "/" : request.path
        let weight = max(1, Int64((row.weight * scale).rounded()))
        let method = request.method == "GET" ? "" : "method: \(FitText.quoted(request.method)), "
        var members = "{weight: \(weight), \(method)url: \(FitText.quoted("\(scheme)://\(request.host)\(path)"))"
        if !request.headers.isEmpty {
            var names: [String] = []
            for header in request.headers where !names.contains(header[0]) { names.append(header[0]) }
            let fields = names.map { name in
                let values = request.headers.filter { $0[0] == name }.map { FitText.quoted($0[1]) }
                return "\(FitText.quoted(name)): "
                    + (values.count == 1 ? values[0] : "[\(values.joined(separator: ", "))]")
            }
            members += ", headers: {\(fields.joined(separator: ", "))}"
        }
        let note = row.others > 0 ? "   # and \(row.others) more that are treated alike" : ""
        return
            "    - \(members)}\(source.protocolName == "GRPC" ? "" : "")\(request.group > 0 ? note : row.others > 0 ? "   # and \(row.others) more of the host" : "")"
    }

    private func backends(_ options: TextOptions, _ files: inout [TimesFile]) -> [String] {
        let known = services.sorted { $0.key < $1.key }.filter { $0.value.mean != nil }
        guard !known.isEmpty else {
            return ["  # The trace says nothing of how long backends take: without `backends` they answer at once."]
        }
        var lines = [
            "  # What was observed holds the time in the backend's queue too: leave concurrency unlimited, or take it down.",
            "  backends:",
        ]
        for (name, statistics) in known {
            guard let fit = ServiceFit(statistics) else { continue }
            let quantiles = [0.5, 0.9, 0.99].map { quantile in
                "p\(FitText.number(quantile * 100)) \(FitText.time(Double(statistics.times.quantile(quantile) ?? 0) / 1e9))"
            }
            lines.append("  - service: \(FitText.quoted(name))")
            lines.append("    # \(statistics.times.count) times observed: \(quantiles.joined(separator: ", "))")
            if pooled.contains(name) {
                lines.append(
                    "    # the trace does not say which backend of a split answered: the times are those of all of them"
                )
            }
            if !statistics.endpoints.isEmpty { lines.append("    # \(statistics.endpoints.count) endpoints were seen") }
            if let mean = statistics.sizes.mean, let p99 = statistics.sizes.quantile(0.99) {
                lines.append("    # response bodies: \(FitText.number(mean)) bytes on average, p99 \(p99)")
            }
            lines += serviceTime(name, fit, options, &files)
            lines += errors(statistics)
        }
        return lines
    }

    private func serviceTime(
        _ name: String, _ fit: ServiceFit, _ options: TextOptions, _ files: inout [TimesFile]
    ) -> [String] {
        guard fit.worst > Self.worstFactor else { return ["    serviceTime: \(fit.text)"] }
        let off = "the nearest distribution, \(fit.text), is off by a factor of \(FitText.number(fit.worst))"
        guard let prefix = options.timesPrefix else {
            return [
                "    # \(off); with -o FILE the observed times are written beside it", "    serviceTime: \(fit.text)",
            ]
        }
        let file = "\(prefix).\(name.replacingSlash).times"
        let text = fit.quantiles.map { "\($0)ns\n" }.joined()
        files.append(TimesFile(name: file, text: "# Observed times of \(name), a thousand quantiles\n" + text))
        return ["    # \(off)", "    serviceTime: {distribution: empirical, file: \(FitText.quoted(file))}"]
    }

    private func errors(_ statistics: ServiceStatistics) -> [String] {
        let all = statistics.statuses.values.reduce(0, +)
        let failed = statistics.statuses.filter { $0.key >= 500 }
        guard all > 0, let most = failed.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { return [] }
        let ratio = Double(failed.values.reduce(0, +)) / Double(all)
        let found = failed.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }.joined(separator: ", ")
        return ["    # \(found)", "    errors: {ratio: \(FitText.number(ratio)), status: \(most.key)}"]
    }
}

extension TraceFit.Request {
    fileprivate var text: String { "\(host)\u{0}\(path)\u{0}\(method)\u{0}\(headers)" }
}

extension String {
    fileprivate var replacingSlash: String { split(separator: "/").joined(separator: ".") }
}
