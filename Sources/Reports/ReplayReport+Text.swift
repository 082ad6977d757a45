internal import Replay
internal import Routing
internal import Traffic

/// The summary for people.
extension ReplayReport {
    /// How many rows a list of what no rule answers, or of what is not determined, has at most.
    private static let rowsMax = 20

    /// The whole report, a line each.
    public func lines(style: TextStyle = .plain) -> [String] {
        let sections = [
            header(style), entrances(style), rules(style), unrouted(style), undetermined(style), unused(style),
        ]
        return Array(sections.filter { !$0.isEmpty }.joined(separator: [""]))
    }

    private func header(_ style: TextStyle) -> [String] {
        let dialect = table.dialect.name == "specification" ? "" : ", dialect \(table.dialect.name)"
        let files = statistics.files.map(\.name).joined(separator: ", ")
        var lines = ["\(style.bold(files))  \(counted(summary.total)) requests, seed \(seed)\(dialect)"]
        var parts: [String] = []
        for (action, word) in [
            (Plan.Action.forward, "forwarded"), (.redirect, "redirected"), (.respond, "answered by the gateway"),
            (.reset, "refused or cut"), (.drop, "dropped"),
        ] {
            guard let count = summary.actions.first(where: { $0.action == action })?.count else { continue }
            parts.append("\(RunText.count(count.requests)) \(word)")
        }
        if summary.undeterminedTotal.requests > 0 {
            parts.append(style.doubtful("\(RunText.count(summary.undeterminedTotal.requests)) undetermined"))
        }
        if !parts.isEmpty { lines.append("  " + parts.joined(separator: ", ")) }
        if statistics.malformedLines > 0 {
            lines.append(style.bad("  \(RunText.count(statistics.malformedLines)) lines could not be read"))
        }
        return lines
    }

    private func counted(_ count: RequestCount) -> String {
        let requests = RunText.count(count.requests)
        guard count.weight != Double(count.requests) else { return requests }
        return "\(requests) (standing for \(RunText.count(Int64(exactly: count.weight.rounded()) ?? .max)))"
    }

    private func share(_ count: RequestCount, of whole: RequestCount) -> String {
        whole.weight > 0 ? percent(count.weight / whole.weight) : ""
    }

    private func entrances(_ style: TextStyle) -> [String] {
        var table = RunTable(numbers: 2)
        table.add(["GATEWAYS", "requests", "share"], .bold)
        for row in summary.entrances {
            table.add(["\(row.entrance)", counted(row.total), share(row.total, of: summary.total)])
            for (index, count) in row.listeners where row.entrance.meshService == nil {
                let listener = self.table.listeners[index.place]
                let set = listener.listenerSet.map { " of ListenerSet \($0)" } ?? ""
                table.add(
                    [
                        "  \(listener.name):\(listener.port)\(set)", counted(count), share(count, of: summary.total),
                    ], .dim)
            }
        }
        if summary.elsewhere.requests > 0 {
            table.add(["(no gateway)", counted(summary.elsewhere), share(summary.elsewhere, of: summary.total)])
        }
        let lines = table.lines(style: style)
        return lines.count > 1 ? lines : []
    }

    private func rules(_ style: TextStyle) -> [String] {
        var rows = RunTable(numbers: 2)
        rows.add(["ROUTES", "requests", "share", "answers, or share (expected)"], .bold)
        for row in summary.rules {
            rows.add([
                name(of: row.rule), counted(row.total), share(row.total, of: summary.total), answers(row.statuses),
            ])
            if row.matches.count > 1 {
                for (match, count) in row.matches {
                    let text = "  match \(table.matches[match.place].match): \(table.match(match))"
                    rows.add([text, counted(count), share(count, of: row.total)], .dim)
                }
            }
            for (branch, count) in row.branches {
                let answer = branch.status.map { $0 == 0 ? ", refused" : ", answered \($0)" } ?? ""
                rows.add(
                    [
                        "  → \(name(of: branch.backend))", counted(count), "",
                        "\(share(count, of: row.split)) (\(percent(branch.share)))\(answer)",
                    ], .dim)
            }
        }
        let lines = rows.lines(style: style)
        return lines.count > 1 ? lines : []
    }

    private func answers(_ statuses: [UInt16: RequestCount]) -> String {
        statuses.sorted { $0.key < $1.key }.map { "\($0.key): \(RunText.count($0.value.requests))" }.joined(
            separator: "  ")
    }

    private func unrouted(_ style: TextStyle) -> [String] {
        var rows = RunTable(numbers: 1)
        rows.add(["NO RULE", "requests", "why, what they got, and the first"], .bold)
        for row in summary.unrouted.prefix(Self.rowsMax) {
            let got = row.group.status.map(String.init) ?? row.group.action?.rawValue ?? ""
            rows.add([
                host(row.group), counted(row.total), "\(row.group.reason?.rawValue ?? ""), \(got)  (\(row.example))",
            ])
        }
        return rows.lines(style: style).withRest(of: summary.unrouted, beyond: Self.rowsMax)
    }

    private func undetermined(_ style: TextStyle) -> [String] {
        var rows = RunTable(numbers: 1)
        rows.add(["UNDETERMINED", "requests", "what would tell, and the first"], .bold)
        for row in summary.undetermined.prefix(Self.rowsMax) {
            let why = row.group.notModelled ?? row.group.missing.joined(separator: ", ")
            rows.add([host(row.group), counted(row.total), "\(why)  (\(row.example))"])
        }
        return rows.lines(style: style).withRest(of: summary.undetermined, beyond: Self.rowsMax)
    }

    private func host(_ group: DecisionGroup) -> String {
        guard let host = group.host else { return "(other or unknown hosts)" }
        return host.isEmpty ? "(no host)" : host
    }

    /// What the trace never asked for: tests, if the trace is one.
    private func unused(_ style: TextStyle) -> [String] {
        guard !summary.unusedMatches.isEmpty, summary.total.requests > 0 else { return [] }
        let all = summary.writtenMatches
        let used = all - summary.unusedMatches.count
        return [style.dim("\(RunText.count(used)) of \(RunText.count(all)) matches were used")]
    }

    private func name(of index: RuleIndex) -> String {
        let place = table.rules[index.place]
        let route = table.routes[place.route.place]
        let name = route.rules[Int(place.rule)].name.map { " \"\($0)\"" } ?? ""
        return "\(route.kind) \(route.namespace)/\(route.name) rule \(place.rule)\(name)"
    }

    private func name(of backend: BackendIndex?) -> String {
        guard let backend = backend.map({ table.backends[$0.place] }) else { return "no valid backend" }
        return "\(backend.namespace)/\(backend.name)\(backend.port.map { ":\($0)" } ?? "")"
    }
}

extension [String] {
    /// Nothing where the table has its head alone; else with a line on what it does not show.
    fileprivate func withRest(of rows: [ReplaySummary.OtherRow], beyond count: Int) -> [String] {
        guard !rows.isEmpty else { return [] }
        let rest = rows.dropFirst(count)
        guard !rest.isEmpty else { return self }
        let requests = rest.reduce(0) { $0 + $1.total.requests }
        return self + ["and \(RunText.count(rest.count)) more, \(RunText.count(requests)) requests"]
    }
}

private func percent(_ share: Double) -> String {
    let tenths = Int(share * 1000 + 0.5)
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
}
