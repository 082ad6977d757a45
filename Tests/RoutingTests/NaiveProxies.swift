import Routing

/// How Envoy Gateway's translation and Traefik's provider choose, read aloud over plain lists. They share no code with the
/// core but the types that say what a table holds. Requests have plain paths, headers and queries: `NaiveGateway` says the
/// rest.
struct NaiveProxies {
    struct Found: Equatable {
        var route: Int
        var rule: Int
        var match: Int
    }

    enum Answer: Equatable {
        case none
        case found(Found)
        /// Which of several is not known.
        case oneOf([Found])
    }

    private struct Candidate {
        var found: Found
        var match: Match
        var route: Route
        var ruleCount: Int
        var hostnames: [String]
    }

    var gateway: NaiveGateway

    /// Envoy: the virtual host of the most specific hostname alone; a method is a header, and exact values go first.
    func envoy(_ request: Request, gateway name: String, port: UInt16) -> Answer {
        let host = NaiveGateway.hostWithoutPort(request.host)
        let candidates = candidates(name, port)
        let hostnames = candidates.flatMap(\.hostnames).filter { NaiveGateway.hostnameMatches($0, host) }
        guard
            let chosen = hostnames.max(by: { (rank($0), $0.utf8.count) < (rank($1), $1.utf8.count) })
        else { return .none }
        let plain = merged(request, keepsTwo: true)
        let matching = candidates.filter { $0.hostnames.contains(chosen) && matchesEnvoy($0.match, plain) }
        let best = matching.min { one, two in
            let (left, right) = (envoyRank(one), envoyRank(two))
            if left != right { return right.lexicographicallyPrecedes(left) }
            return isOlder(one, two)
        }
        return best.map { .found($0.found) } ?? .none
    }

    /// Traefik: every rule of every listener of the port, by its points.
    func traefik(_ request: Request, gateway name: String, port: UInt16) -> Answer {
        let host = NaiveGateway.hostWithoutPort(request.host)
        let plain = merged(request, keepsTwo: false)
        let matching = candidates(name, port).filter { candidate in
            candidate.hostnames.contains { NaiveGateway.hostnameMatches($0, host) }
                && matchesTraefik(candidate.match, plain)
        }
        let alone = matching.filter { one in
            !matching.contains { other in
                isOneRule(other.match, one.match) && Set(other.hostnames) == Set(one.hostnames) && isOlder(other, one)
            }
        }
        guard let most = alone.map(points).max() else { return .none }
        let best = alone.filter { points($0) == most }.sorted(by: isOlder)
        let others = best.filter { other in
            (other.found.route, other.found.rule) != (best[0].found.route, best[0].found.rule)
        }
        guard !others.isEmpty else { return .found(best[0].found) }
        return .oneOf([best[0].found] + others.map(\.found))
    }

    /// Whether two matches ask for the same: a slash at the end of a prefix makes no difference.
    private func isOneRule(_ one: Match, _ two: Match) -> Bool {
        func stripped(_ match: Match) -> Match {
            guard case .prefix(let path) = match.path, path.count > 1, path.last == "/" else { return match }
            var result = match
            result.path = .prefix(String(path.dropLast()))
            return result
        }
        return stripped(one) == stripped(two)
    }

    private func candidates(_ name: String, _ port: UInt16) -> [Candidate] {
        var result: [Candidate] = []
        for listener in gateway.listeners where listener.gateway == name && listener.port == port {
            for index in listener.routes {
                let route = gateway.routes[Int(index.raw)]
                let own = route.hostnames.isEmpty ? ["*"] : route.hostnames.map(\.description)
                let hostnames = own.compactMap { intersection($0, listener.hostname.description) }
                guard !hostnames.isEmpty else { continue }
                for (rule, entry) in route.rules.enumerated() {
                    for (place, match) in entry.matches.enumerated() {
                        result.append(
                            Candidate(
                                found: Found(route: Int(index.raw), rule: rule, match: place), match: match,
                                route: route, ruleCount: route.rules.count, hostnames: hostnames))
                    }
                }
            }
        }
        return result
    }

    private func intersection(_ one: String, _ two: String) -> String? {
        if one == "*" || one == two { return two }
        if two == "*" { return one }
        if !one.hasPrefix("*") { return NaiveGateway.hostnameMatches(two, one) ? one : nil }
        if !two.hasPrefix("*") { return NaiveGateway.hostnameMatches(one, two) ? two : nil }
        if one.hasSuffix(two.dropFirst()) { return one }
        return two.hasSuffix(one.dropFirst()) ? two : nil
    }

    private func rank(_ hostname: String) -> Int { hostname == "*" ? 0 : hostname.hasPrefix("*") ? 1 : 2 }

    private func isOlder(_ one: Candidate, _ two: Candidate) -> Bool {
        let (left, right) = (one.route.created ?? .max, two.route.created ?? .max)
        if left != right { return left < right }
        let (leftName, rightName) = (
            "\(one.route.namespace)/\(one.route.name)", "\(two.route.namespace)/\(two.route.name)"
        )
        if leftName != rightName { return leftName < rightName }
        return (one.found.rule, one.found.match) < (two.found.rule, two.found.match)
    }

    private func allHeaders(_ match: Match) -> [FieldPredicate] { match.headers + match.repeatedHeaders }

    private func envoyRank(_ candidate: Candidate) -> [Int] {
        let match = candidate.match
        let path: [Int]
        switch match.path {
        case .exact(let text): path = [2, text.utf8.count]
        case .regularExpression(let expression): path = [1, expression.pattern.utf8.count]
        case .prefix(let text): path = [0, text == "/" ? 0 : text.utf8.count]
        }
        let method = match.method == nil ? 0 : 1
        let exact = { (fields: [FieldPredicate]) in
            fields.filter { if case .exact = $0.value { true } else { false } }.count
        }
        return path + [
            allHeaders(match).count + method, exact(allHeaders(match)) + method, match.queryParameters.count,
            exact(match.queryParameters),
        ]
    }

    private func points(_ candidate: Candidate) -> Int {
        let match = candidate.match
        var points = candidate.ruleCount - candidate.found.rule
        switch match.path {
        case .exact: points += 100_000
        case .regularExpression(let expression): points += 10_000 + 100 * expression.pattern.utf8.count
        case .prefix(let text): points += text == "/" ? 1 : 10_000 + 100 * text.utf8.count
        }
        points += match.method == nil ? 0 : 1_000
        points += 100 * allHeaders(match).count + 10 * match.queryParameters.count
        return points + (candidate.hostnames.map { $0 == "*" ? 0 : $0.utf8.count }.max() ?? 0)
    }

    /// Slashes that follow each other are one; Envoy keeps two where there is nothing else.
    private func merged(_ request: Request, keepsTwo: Bool) -> Request {
        var request = request
        let halves = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let segments = halves[0].split(separator: "/")
        var path = "/" + segments.joined(separator: "/")
        if halves[0].hasSuffix("/"), !segments.isEmpty || keepsTwo && halves[0].count > 1 { path += "/" }
        request.target = halves.count > 1 ? "\(path)?\(halves[1])" : path
        return request
    }

    private func matchesEnvoy(_ match: Match, _ request: Request) -> Bool {
        matches(match, request, isPartial: false) { $0.prefix(1) }
    }

    private func matchesTraefik(_ match: Match, _ request: Request) -> Bool {
        matches(match, request, isPartial: true) { $0[...] }
    }

    private func matches(
        _ match: Match, _ request: Request, isPartial: Bool, values select: ([String]) -> ArraySlice<String>
    ) -> Bool {
        let holds = { (predicate: ValuePredicate, value: String) -> Bool in
            switch predicate {
            case .exact(let text): text == value
            case .regularExpression(let expression): expression.matches(value, isPartial ? .part : .whole)
            }
        }
        if case .regularExpression(let expression) = match.path {
            let path = String(request.target.prefix { $0 != "?" })
            guard expression.matches(path, isPartial ? .part : .whole) else { return false }
        } else if !gateway.matches(Match(path: match.path), request) {
            return false
        }
        if let method = match.method, method != request.method { return false }
        for header in allHeaders(match) {
            let values = request.headers.filter { $0.name.lowercased() == header.name }.map(\.value)
            guard values.contains(where: { holds(header.value, $0) }) else { return false }
        }
        for wanted in match.queryParameters {
            let values = NaiveGateway.parameters(request).filter { $0.name == wanted.name }.map(\.value)
            guard select(values).contains(where: { holds(wanted.value, $0) }) else { return false }
        }
        return true
    }
}
