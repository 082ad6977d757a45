/// The rules and matches of all routes, laid out flat, and the order of all matches.
struct FlatRules {
    var rules: [RoutingTable.RulePlace] = []
    var matches: [RoutingTable.MatchPlace] = []
    /// For each route, the place of its first match, and one more at the end.
    var firstMatch: [Int] = []
    /// For each match, its rank among all, points apart.
    var ranks: [UInt32] = []
    /// For each match, a number that it shares with those that the dialect's criteria do not tell apart; empty where nobody
    /// asks.
    var classes: [UInt32] = []
    /// For each match, a number that it shares with those that are written the same; empty where nobody asks.
    var kinds: [UInt32] = []
    /// For each match, its points without those of the hostname; empty where points do not count.
    var points: [Int64] = []

    init(_ routes: [Route], _ ranking: Dialect.Ranking) {
        var precedences: [Precedence] = []
        for (routePlace, route) in routes.enumerated() {
            firstMatch.append(matches.count)
            for (rulePlace, rule) in route.rules.enumerated() {
                let ruleIndex = RuleIndex(place: rules.count)
                rules.append(.init(route: RouteIndex(place: routePlace), rule: UInt32(rulePlace)))
                for (matchPlace, match) in rule.matches.enumerated() {
                    matches.append(.init(rule: ruleIndex, match: UInt32(matchPlace)))
                    precedences.append(Precedence(match, route: route, ruleOrder: rulePlace, matchOrder: matchPlace))
                    if let score = ranking.score {
                        points.append(score.points(match, ruleOrder: rulePlace, ruleCount: route.rules.count))
                    }
                }
            }
        }
        firstMatch.append(matches.count)
        order(precedences, ranking)
        if ranking.equalRank == .unknown || ranking.sameMatch != .ranked { findKinds(routes, ranking.sameMatch) }
    }

    private mutating func findKinds(_ routes: [Route], _ sameMatch: Dialect.Ranking.SameMatch) {
        var places: [Match: UInt32] = [:]
        for route in routes {
            for match in route.rules.flatMap(\.matches) {
                let written = sameMatch == .olderRouteAlone ? match.withoutSlashAtTheEnd : match
                let kind = places[written] ?? UInt32(places.count)
                places[written] = kind
                kinds.append(kind)
            }
        }
    }

    private mutating func order(_ precedences: [Precedence], _ ranking: Dialect.Ranking) {
        let criteria = ranking.criteria
        // Two routes of one name differ in kind; the order in which they were given tells them apart.
        let order = precedences.indices.sorted { one, two in
            let (left, right) = (precedences[one], precedences[two])
            guard let criterion = left.criterion(against: right, by: criteria) ?? left.tieBreaker(against: right) else {
                return one < two
            }
            return left.isPreferred(to: right, by: criterion)
        }
        ranks = Array(repeating: 0, count: matches.count)
        for (rank, match) in order.enumerated() { ranks[match] = UInt32(rank) }
        guard ranking.equalRank == .unknown else { return }
        classes = Array(repeating: 0, count: matches.count)
        for (one, two) in zip(order, order.dropFirst()) {
            let isNew = precedences[one].criterion(against: precedences[two], by: criteria) != nil
            classes[two] = classes[one] + (isNew ? 1 : 0)
        }
    }
}

extension Match {
    /// Prefixes that differ by a slash at their end match the same requests: to Traefik they are one rule.
    fileprivate var withoutSlashAtTheEnd: Match {
        guard case .prefix(let path) = path, path != "/", path.hasSuffix("/") else { return self }
        var match = self
        match.path = .prefix(String(path.dropLast()))
        return match
    }
}
