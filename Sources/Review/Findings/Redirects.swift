internal import Analysis
internal import GatewayAPI
internal import Replay
internal import Routing
internal import Traffic

extension ReviewSubject {
    /// The redirects that a client follows before it gives up. Fetch, "HTTP-redirect fetch", has this number.
    private static let hopsMax = 20

    /// Redirects that lead back to where they came from, found by following one request of each rule that redirects.
    func redirectLoops() -> [Diagnostic] {
        var decider = RequestDecider(table: table, addresses: [], takesAbsentHeadersAsNone: true)
        var findings: [Diagnostic] = []
        var looping: Set<RuleIndex> = []
        var seen: Set<RuleIndex> = []
        for place in table.matches.indices {
            let rule = table.matches[place].rule
            guard table.rule(rule).redirects, seen.insert(rule).inserted,
                case .decides(let witness) = space.coverage(of: MatchIndex(place: place))
            else { continue }
            guard let loop = loop(from: witness, &decider), !looping.contains(rule) else { continue }
            looping.formUnion(loop.rules)
            let name = RuleName(rule, of: table)
            findings.append(
                Diagnostic(
                    .warning, code: "redirect-loop",
                    "redirects in a circle: \(loop.urls.joined(separator: " → "))",
                    hint: "let the rule not match what it redirects to", position: name.position,
                    resource: name.resource, path: "\(name.path).filters"))
        }
        return findings
    }

    /// Where a request comes back to a URL that it had before; nil where it does not.
    private func loop(
        from witness: RequestRecord, _ decider: inout RequestDecider
    ) -> (urls: [String], rules: Set<RuleIndex>)? {
        var record = witness
        var urls = ["\(record.protocol == .https ? "https" : "http")://\(record.host ?? "")\(record.path ?? "/")"]
        var rules: Set<RuleIndex> = []
        for _ in 0..<Self.hopsMax {
            guard let plan = decider.decide(record, at: 0).outcome?.plan, plan.action == .redirect,
                let location = plan.location, let rule = plan.rule
            else { return nil }
            rules.insert(rule)
            guard let url = RequestURL(location) else { return nil }
            let isKnown = urls.contains(location)
            urls.append(location)
            if isKnown { return (urls, rules) }
            record.host = url.authority
            record.path = url.target
            record.port = url.port
            record.protocol = url.isTLS ? .https : .http
            if url.isTLS { record.sni = url.host } else { record.forget(.sni) }
        }
        // It never came back, and never ended either.
        return (Array(urls.prefix(4)) + ["…"], rules)
    }
}

extension Rule {
    fileprivate var redirects: Bool {
        filters.contains { filter in if case .redirect = filter { true } else { false } }
    }
}
