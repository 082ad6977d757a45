import Routing

/// The specification's text, read aloud: every listener, every hostname, every match, one after the other. It shares no code
/// with the core but the types that say what a table holds.
struct NaiveGateway {
    var listeners: [Listener]
    var routes: [Route]

    struct Found: Equatable {
        var listener: Int
        var route: Int
        var rule: Int
        var match: Int
    }

    enum Answer: Equatable {
        case noListener
        case noRoute(listener: Int)
        case found(Found)
    }

    func answer(_ request: Request, gateway: String, port: UInt16) -> Answer {
        let host = Self.hostWithoutPort(request.host)
        var chosen: Int?
        for (place, listener) in listeners.enumerated() where listener.gateway == gateway && listener.port == port {
            guard Self.hostnameMatches(listener.hostname.description, host) else { continue }
            if let other = chosen, !isMoreSpecific(listener.hostname.description, listeners[other].hostname.description)
            {
                continue
            }
            chosen = place
        }
        guard let chosen else { return .noListener }
        var best: (Found, [Int], String)?
        for index in listeners[chosen].routes {
            let route = routes[Int(index.raw)]
            let hostnames = route.hostnames.isEmpty ? ["*"] : route.hostnames.map(\.description)
            for hostname in hostnames where Self.hostnameMatches(hostname, host) {
                for (rulePlace, rule) in route.rules.enumerated() {
                    for (matchPlace, match) in rule.matches.enumerated() where matches(match, request) {
                        let found = Found(listener: chosen, route: Int(index.raw), rule: rulePlace, match: matchPlace)
                        let rank = rank(hostname, match, route, rulePlace, matchPlace)
                        let name = "\(route.namespace)/\(route.name)"
                        if let best, !isBefore((rank, name), (best.1, best.2)) { continue }
                        best = (found, rank, name)
                    }
                }
            }
        }
        return best.map { .found($0.0) } ?? .noRoute(listener: chosen)
    }

    /// Larger is better, criterion by criterion; the route's name stands between the eighth and the ninth.
    private func rank(_ hostname: String, _ match: Match, _ route: Route, _ rule: Int, _ place: Int) -> [Int] {
        let isWildcard = hostname.hasPrefix("*")
        var pathType = 0
        var pathLength = 0
        switch match.path {
        case .exact(let path): (pathType, pathLength) = (2, path.count)
        case .regularExpression(let expression): (pathType, pathLength) = (1, expression.pattern.count)
        case .prefix(let path): (pathType, pathLength) = (0, path == "/" ? 0 : path.count)
        }
        return [
            isWildcard ? 0 : hostname.count, hostname == "*" ? 0 : hostname.count, pathType, pathLength,
            match.method == nil ? 0 : 1,
            match.headers.count, match.queryParameters.count, -Int(route.created ?? .max), -rule, -place,
        ]
    }

    private func isBefore(_ one: ([Int], String), _ two: ([Int], String)) -> Bool {
        for criterion in 0..<8 where one.0[criterion] != two.0[criterion] { return one.0[criterion] > two.0[criterion] }
        if one.1 != two.1 { return one.1 < two.1 }
        return (one.0[8], one.0[9]) > (two.0[8], two.0[9])
    }

    func matches(_ match: Match, _ request: Request) -> Bool {
        let halves = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(halves[0])
        switch match.path {
        case .exact(let text): guard path == text else { return false }
        case .regularExpression(let expression): guard expression.matches(path) else { return false }
        case .prefix(let text):
            let wanted = text.split(separator: "/", omittingEmptySubsequences: true)
            let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
            guard segments.count >= wanted.count, zip(wanted, segments).allSatisfy({ $0 == $1 }) else { return false }
        }
        if let method = match.method, method != request.method { return false }
        for header in match.headers {
            let values = request.headers.filter { $0.name.lowercased() == header.name }.map(\.value)
            guard !values.isEmpty, holds(header.value, values.joined(separator: ",")) else { return false }
        }
        for wanted in match.queryParameters {
            let values = Self.parameters(request).filter { $0.name == wanted.name }.map(\.value)
            guard let first = values.first, holds(wanted.value, first) else { return false }
        }
        return true
    }

    static func parameters(_ request: Request) -> [(name: String, value: String)] {
        let halves = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let parameters = halves.count > 1 ? halves[1].split(separator: "&", omittingEmptySubsequences: false) : []
        return parameters.map { parameter in
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
    }

    private func holds(_ predicate: ValuePredicate, _ value: String) -> Bool {
        switch predicate {
        case .exact(let text): text == value
        case .regularExpression(let expression): expression.matches(value)
        }
    }

    static func hostWithoutPort(_ host: String) -> String {
        let parts = host.lowercased().split(separator: ":", omittingEmptySubsequences: false)
        return parts.isEmpty ? "" : String(parts[0])
    }

    static func hostnameMatches(_ hostname: String, _ host: String) -> Bool {
        if hostname == "*" { return true }
        guard hostname.hasPrefix("*.") else { return hostname == host }
        let labels = hostname.split(separator: ".").dropFirst()
        let asked = host.split(separator: ".", omittingEmptySubsequences: false)
        return asked.count > labels.count && asked.suffix(labels.count).elementsEqual(labels)
    }

    private func isMoreSpecific(_ one: String, _ two: String) -> Bool {
        let (oneExact, twoExact) = (!one.hasPrefix("*"), !two.hasPrefix("*"))
        if oneExact != twoExact { return oneExact }
        return one.count > two.count
    }
}
