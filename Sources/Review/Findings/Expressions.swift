internal import GatewayAPI
internal import Routing

extension ReviewSubject {
    /// Expressions whose meaning hangs on whether a proxy holds them against the whole text or a part of it.
    func expressions() -> [Diagnostic] {
        resources.httpRoutes.flatMap { route in
            route.rules.enumerated().flatMap { rulePlace, rule in
                rule.matches.enumerated().compactMap { matchPlace, match in
                    let path = "spec.rules[\(rulePlace)].matches[\(matchPlace)]"
                    return finding(match, route.resourceName, path)
                }
            }
        }
    }

    private func finding(_ match: HTTPRouteMatch, _ resource: ResourceName, _ path: String) -> Diagnostic? {
        guard match.path.type == .regularExpression, let whole = try? RegularExpression(match.path.value) else {
            return nil
        }
        // What only a search finds: the same text with something before it, or after it.
        let samples = Self.samples(of: match.path.value)
        let differing = samples.first { whole.matches($0, .part) && !whole.matches($0, .whole) }
        guard let differing else { return nil }
        return Diagnostic(
            .info, code: "expression-anchoring",
            "\(match.path.value) matches \(differing) where a proxy searches for it (Traefik), and does not where it must match in full (Envoy)",
            hint: "say which is meant: ^\(match.path.value)$, or with .* at its ends", position: match.path.position,
            resource: resource, path: "\(path).path.value")
    }

    /// Texts near to what an expression matches: its literal beginning and end with more around them.
    private static func samples(of pattern: String) -> [String] {
        let literal = String(pattern.prefix { $0.isLetter || $0.isNumber || "/-_~".contains($0) })
        let stem = literal.hasPrefix("/") ? literal : "/\(literal)"
        let fillings = ["", "a", "1", "abc", "a/b", "x.y", "/a", "/1", "/a/b"]
        return fillings.flatMap { filling in
            ["\(stem)\(filling)/more", "/before\(stem)\(filling)", "\(stem)\(filling)more"]
        }
    }
}
