internal import Analysis
internal import GatewayAPI
internal import Routing

extension ReviewSubject {
    /// Rules and matches that decide no request, whatever comes.
    func deadMatches() -> [Diagnostic] {
        var reported: Set<RuleIndex> = []
        return space.deadMatches().compactMap { dead in
            let rule = table.matches[dead.match.place].rule
            if case .unknown(let why) = dead.coverage { return unknown(dead.match, why) }
            guard dead.isRuleDead else { return finding("dead-match", RuleName(dead.match, of: table), dead.coverage) }
            // One finding for a rule, whatever the number of its matches.
            guard reported.insert(rule).inserted else { return nil }
            return finding("dead-rule", RuleName(rule, of: table), dead.coverage)
        }
    }

    private func finding(_ code: String, _ name: RuleName, _ coverage: MatchCoverage) -> Diagnostic? {
        let message: String
        var hint = "remove it, or make it ask for something that the others do not take"
        switch coverage {
        case .covered(let blockers):
            let names = blockers.prefix(4).map { RuleName($0, of: table).described }
            let more = blockers.count > 4 ? " and \(blockers.count - 4) more" : ""
            message = "no request gets here: all that it matches is taken by \(names.joined(separator: ", "))\(more)"
        case .impossible(let part):
            message = "no request can match: \(part) never holds"
            hint = "mend the condition"
        case .notReached: message = "no request gets here: no listener passes on a host that the route serves"
        case .decides, .unknown: return nil
        }
        return Diagnostic(
            .warning, code: code, message, hint: hint, position: name.position, resource: name.resource,
            path: name.path)
    }

    private func unknown(_ match: MatchIndex, _ why: String) -> Diagnostic {
        let name = RuleName(match, of: table)
        return Diagnostic(
            .info, code: "coverage-unknown", "whether any request gets here was not worked out: \(why)",
            position: name.position, resource: name.resource, path: name.path)
    }
}
