internal import Analysis
internal import GatewayAPI
internal import Routing

extension ReviewSubject {
    /// Rewrites whose path has two slashes in a row, or runs two segments together, or differs between proxies.
    func rewrites() -> [Diagnostic] {
        var findings: [Diagnostic] = []
        for place in table.rules.indices {
            let rule = RuleIndex(place: place)
            for filter in table.rule(rule).filters {
                guard case .rewrite(let rewrite) = filter, let modifier = rewrite.path else { continue }
                for match in table.rule(rule).matches {
                    guard let finding = finding(rule, match, modifier) else { continue }
                    findings.append(finding)
                    break
                }
            }
        }
        return findings
    }

    private func finding(_ rule: RuleIndex, _ match: Match, _ modifier: PathModifier) -> Diagnostic? {
        let name = RuleName(rule, of: table)
        let path = "\(name.path).filters"
        func warning(_ code: String, _ message: String, _ hint: String) -> Diagnostic {
            Diagnostic(
                .warning, code: code, message, hint: hint, position: name.position, resource: name.resource, path: path)
        }
        if case .replaceFullPath(let path) = modifier, path.contains("//") {
            return warning(
                "rewrite-double-slash", "every request is forwarded to \(path), with two slashes in a row",
                "write one slash")
        }
        guard case .replacePrefixMatch(let replacement) = modifier, case .prefix(let prefix) = match.path else {
            return nil
        }
        for sent in Self.paths(below: prefix) {
            let results = Dialect.presets.map { dialect in
                (dialect.name, modifier.rewritten(sent, matched: match.path, dialect))
            }
            let specified = results[0].1
            if let doubled = results.first(where: { $0.1.contains("//") }) {
                return warning(
                    "rewrite-double-slash",
                    "\(sent) is forwarded as \(doubled.1)" + (doubled.1 == specified ? "" : " by \(doubled.0)"),
                    "write the replacement \(replacement) without a slash at its end, or the prefix \(prefix) with one")
            }
            if let other = results.first(where: { $0.1 != specified }) {
                return warning(
                    "rewrite-differs", "\(sent) is forwarded as \(specified), but by \(other.0) as \(other.1)",
                    "end both the prefix and the replacement with a slash, or neither")
            }
        }
        return nil
    }

    /// Paths that a prefix matches: itself, and one below it.
    private static func paths(below prefix: String) -> [String] {
        let stem = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
        return ["\(stem)/x"] + (stem.isEmpty ? ["/"] : [stem, "\(stem)/"])
    }
}
