internal import Analysis
internal import GatewayAPI
internal import Routing
internal import Traffic

extension DiffReport {
    /// The report for a person.
    public func lines(style: TextStyle) -> [String] {
        var lines = [style.bold(headline)]
        for (place, region) in diff.table.regions.enumerated() {
            lines.append("")
            lines += self.lines(region, place, style)
        }
        for entry in diff.table.unknown {
            let place = placeText(entry.port, nil, diff.table.extent(of: entry))
            lines += ["", "\(style.doubtful("unknown"))  \(place)", "  \(entry.why)"]
        }
        lines += namespaceLines(style) + trafficLines(style) + statusLines(style)
        if let capture { lines += ["", captureText(capture, style)] }
        return lines
    }

    /// The report as Markdown, for a comment on a pull request.
    public var markdownLines: [String] {
        var lines = ["### weir diff: \(headline)"]
        if !diff.table.regions.isEmpty {
            lines += ["", "| change | requests | before | after | because |", "| --- | --- | --- | --- | --- |"]
        }
        for (place, region) in diff.table.regions.enumerated() {
            let where_ = placeText(region.port, region.listener, diff.table.extent(of: region))
            let because = diff.causes[place].prefix(3).map { "`\($0.position.file):\($0.position.line)` \($0.path)" }
            let cells = [
                region.change.rawValue + share(place), "`\(where_)`<br>e.g. `\(region.witness.requestLine)`",
                texts(region).before, texts(region).after, because.joined(separator: "<br>"),
            ]
            lines.append("| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |")
        }
        for entry in diff.table.unknown {
            lines += ["", "- unknown: `\(placeText(entry.port, nil, diff.table.extent(of: entry)))`: \(entry.why)"]
        }
        let rest = namespaceLines(.plain) + trafficLines(.plain) + statusLines(.plain)
        if !rest.isEmpty { lines += ["", "```"] + rest.drop { $0.isEmpty } + ["```"] }
        if let capture { lines += ["", captureText(capture, .plain)] }
        return lines
    }

    private var headline: String {
        let count = diff.table.regions.count
        let unknown = diff.table.unknown.count
        let doubt =
            unknown == 0 ? "" : "; \(unknown) part\(unknown == 1 ? "" : "s") of the requests could not be decided"
        switch diff.table.isEqual {
        case true?: return "no request changes"
        case false?: return "\(count) change\(count == 1 ? "" : "s")\(doubt)"
        case nil: return "no request was found that changes\(doubt)"
        }
    }

    private func lines(_ region: DiffRegion, _ place: Int, _ style: TextStyle) -> [String] {
        let extent = diff.table.extent(of: region)
        let kind = region.change == .newlyFails ? style.bad(region.change.rawValue) : style.bold(region.change.rawValue)
        var lines = ["\(kind)\(share(place))  \(placeText(region.port, region.listener, extent))"]
        let (before, after) = texts(region)
        lines.append("  before  \(before)")
        lines.append("  after   \(after)")
        lines.append("  such as \(region.witness.requestLine)")
        for cause in diff.causes[place] {
            let what = cause.isRemoved ? " (taken away)" : ""
            lines.append("  \(style.dim("because")) \(cause.position) \(cause.resource) \(cause.path)\(what)")
        }
        return lines
    }

    private func share(_ place: Int) -> String {
        guard let traffic else { return "" }
        let count = traffic.regions[place]
        return " (\(count.requests) request\(count.requests == 1 ? "" : "s"), \(percent(traffic.share(count))))"
    }

    private func placeText(_ port: RoutingTable.Port, _ listener: String?, _ extent: RegionExtent) -> String {
        var words = ["\(port.entrance)\(listener.map { " \($0)" } ?? "") :\(port.number)"]
        words.append(shortened(extent.hosts))
        words.append(shortened(extent.paths))
        if extent.methods != ["*"] { words.append(extent.methods.joined(separator: ",")) }
        if !extent.headers.isEmpty { words.append("header " + extent.headers.joined(separator: ", ")) }
        if !extent.query.isEmpty { words.append("query " + extent.query.joined(separator: ", ")) }
        return words.joined(separator: "  ")
    }

    private func shortened(_ list: [String]) -> String {
        let shown = list.prefix(4).joined(separator: ", ")
        return list.count > 4 ? "\(shown), … \(list.count - 4) more" : shown
    }

    private func texts(_ region: DiffRegion) -> (before: String, after: String) {
        (text(region.fromFacts, than: region.toFacts), text(region.toFacts, than: region.fromFacts))
    }

    /// What becomes of a request; of what is as on the other side only where it goes.
    private func text(_ facts: DecisionFacts, than other: DecisionFacts) -> String {
        var text: String
        switch facts.action {
        case .forward:
            text = facts.shares.map { share in
                let name =
                    share.backend.map { "\($0.namespace)/\($0.name)\($0.port.map { ":\($0)" } ?? "")" } ?? "nothing"
                let answer = share.status.map { " (answered \($0))" } ?? ""
                return "\(facts.shares.count == 1 ? "" : "\(percent(share.share)) ")\(name)\(answer)"
            }.joined(separator: ", ")
        case .redirect: text = "\(facts.status ?? 0) to \(facts.location ?? "")"
        case .respond: text = "answered \(facts.status ?? 0)"
        case .reset: text = "refused"
        case .drop: text = "dropped"
        }
        let isTimely = facts.timeouts == other.timeouts && facts.retry == other.retry
        if !isTimely, let timeout = facts.timeouts.request { text += ", request timeout \(seconds(timeout))" }
        if !isTimely, let timeout = facts.timeouts.backendRequest { text += ", backend timeout \(seconds(timeout))" }
        if !isTimely, let retry = facts.retry {
            text += ", retry \(retry.attempts.map(String.init) ?? "as the gateway does")"
        }
        if let first = facts.shares.first?.forwarded, let others = other.shares.first?.forwarded, first != others {
            let fields = first.headers.filter { !others.headers.contains($0) }.map { " \($0.name): \($0.value)" }
            text += ", as \(first.method) \(first.host)\(first.target)\(fields.joined(separator: ","))"
        }
        let mirrors = facts.mirrors + (facts.shares.first?.mirrors ?? [])
        if mirrors != other.mirrors + (other.shares.first?.mirrors ?? []) {
            for mirror in mirrors {
                text += ", \(percent(mirror.fraction)) copied to \(mirror.backend.namespace)/\(mirror.backend.name)"
            }
        }
        if let route = facts.route { text += "  [\(route.kind) \(route.namespace)/\(route.name)]" }
        return text
    }

    private func seconds(_ nanoseconds: Int64) -> String { "\(Double(nanoseconds) / 1e9) s" }

    private func percent(_ share: Double) -> String {
        let thousandths = (share * 100_000).rounded() / 1_000
        return thousandths == thousandths.rounded() ? "\(Int(thousandths)) %" : "\(thousandths) %"
    }

    private func namespaceLines(_ style: TextStyle) -> [String] {
        let radius = BlastRadius(diff.table, traffic)
        guard !radius.namespaces.isEmpty else { return [] }
        var rows = AlignedRows()
        for entry in radius.namespaces {
            let kinds = entry.changes.map { "\($0.1) \($0.0.rawValue)" }.joined(separator: ", ")
            let share = entry.requests > 0 ? "\(percent(entry.changed / entry.requests)) of its requests" : ""
            rows.add(entry.namespace, share, kinds)
        }
        return ["", style.bold("namespaces concerned")] + rows.lines(indent: "  ")
    }

    private func trafficLines(_ style: TextStyle) -> [String] {
        guard let traffic else { return [] }
        var lines = [
            "",
            "\(style.bold("traffic")): \(traffic.requests) requests, \(traffic.unchanged) unchanged, "
                + "\(traffic.undetermined) undetermined",
        ]
        if !traffic.missing.isEmpty { lines.append("  missing: \(traffic.missing.joined(separator: ", "))") }
        var rows = AlignedRows()
        for entry in traffic.classes.prefix(50) {
            let routes = [entry.from, entry.to].map { $0.map { "\($0.namespace)/\($0.name)" } ?? "no route" }
            rows.add(
                entry.change.rawValue, "\(entry.count.requests)", percent(traffic.share(entry.count)),
                "\(routes[0]) -> \(routes[1])", entry.example.requestLine)
        }
        return lines + rows.lines(indent: "  ")
    }

    private func statusLines(_ style: TextStyle) -> [String] {
        let lists = [
            ("new in the statuses", diff.statuses.introduced), ("gone from the statuses", diff.statuses.fixed),
        ]
        return lists.filter { !$0.1.isEmpty }.flatMap { title, problems in
            ["", style.bold(title)]
                + problems.map { problem in
                    let part = problem.part.map { " \($0)" } ?? ""
                    return "  \(problem.resource)\(part): \(problem.condition) \(problem.reason): \(problem.message)"
                }
        }
    }

    private func captureText(_ capture: CaptureCheck, _ style: TextStyle) -> String {
        switch capture {
        case .passes: "\(style.good("pass")): no namespace takes requests that were another's"
        case .unknown: "\(style.doubtful("unknown")): whether a namespace takes requests that were another's"
        case .fails(let regions):
            "\(style.bad("fail")): namespaces take requests that were another's, in \(regions.count) "
                + "region\(regions.count == 1 ? "" : "s")"
        }
    }
}

extension RequestRecord {
    /// The request in a line.
    fileprivate var requestLine: String {
        guard let method, let path else { return "a connection\(sni.map { " for \($0)" } ?? "")" }
        let scheme = self.protocol == .https ? "https" : "http"
        let fields = headers?.map { "\($0.name): \($0.value)" } ?? []
        let more = sni.map { $0 == host ? [] : ["server name \($0)"] } ?? []
        return (["\(method) \(scheme)://\(host ?? "")\(path)"] + fields + more).joined(separator: "  ")
    }
}
