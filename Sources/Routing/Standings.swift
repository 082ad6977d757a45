/// What is known of the entries of a table beside their matches: who holds them, and how they compare across virtual hosts.
/// Lists are empty where the dialect does not need them.
struct Standings: Sendable {
    /// The listener that each entry comes from, where listeners share their routes.
    var listeners: [ListenerIndex] = []
    /// Where points count: each entry's, the hostname's included.
    var points: [Int64] = []
    /// Where points count: each entry's rank among those of its points.
    var ranks: [UInt32] = []
    /// Where it is unknown which of several matches of one rank wins: a number for each entry that it shares with those.
    var groups: [UInt32] = []
    /// For each entry, whether another one of its group may match the same request, differs from it, and is of another rule.
    var isAmbiguous: [Bool] = []
    /// For each match, a number that it shares with those that are written the same; empty where one match is of one route
    /// alone, so that others of its rank have other hostnames.
    var kinds: [UInt32] = []

    /// Whether an entry is preferred to one of another virtual host.
    @inline(__always)
    func precedes(_ one: UInt32, _ two: UInt32) -> Bool {
        let (left, right) = (points[Int(one)], points[Int(two)])
        return left != right ? left > right : ranks[Int(one)] < ranks[Int(two)]
    }
}

extension Standings {
    /// What is found of several entries.
    private struct Variety {
        var kind: UInt32
        var rule: RuleIndex
        var hasKinds = false
        var hasRules = false

        var isAmbiguous: Bool { hasKinds && hasRules }

        mutating func add(_ kind: UInt32, _ rule: RuleIndex) {
            if kind != self.kind { hasKinds = true }
            if rule != self.rule { hasRules = true }
        }
    }

    private struct Rank: Hashable {
        var owner: Int
        var points: Int64
        var rankClass: UInt32
    }

    private struct PathInGroup: Hashable {
        var group: UInt32
        var path: PathPredicate
    }

    /// Finds which entries are of one rank, and which of them may both match a request.
    mutating func findGroups(
        _ ranking: Dialect.Ranking, routes: [Route], flat: FlatRules, virtualHosts: [RoutingTable.VirtualHost],
        entries: [MatchIndex]
    ) {
        let all = flat.matches.map { place in
            let rule = flat.rules[place.rule.place]
            return routes[rule.route.place].rules[Int(rule.rule)].matches[Int(place.match)]
        }
        if ranking.sameMatch == .ranked { kinds = flat.kinds }
        var ranks: [Rank: UInt32] = [:]
        var varieties: [Variety] = []
        var paths: [PathInGroup: Variety] = [:]
        var firstPath: [PathPredicate] = []
        var areExclusive: [Bool] = []
        for (place, host) in virtualHosts.enumerated() {
            for entry in host.entries {
                let match = entries[entry]
                // Where points count, all virtual hosts of a listener compete; else a hostname outweighs all.
                let owner = points.isEmpty ? place : host.listener.place
                let rank = Rank(
                    owner: owner, points: points.isEmpty ? 0 : points[entry], rankClass: flat.classes[match.place])
                let group = ranks[rank] ?? UInt32(ranks.count)
                let (kind, rule, path) = (
                    kinds.isEmpty ? match.raw : kinds[match.place], flat.matches[match.place].rule,
                    all[match.place].path
                )
                if group == ranks.count {
                    ranks[rank] = group
                    varieties.append(Variety(kind: kind, rule: rule))
                    firstPath.append(path)
                    areExclusive.append(true)
                }
                groups.append(group)
                varieties[Int(group)].add(kind, rule)
                if !Self.excludeEachOther(firstPath[Int(group)], path) { areExclusive[Int(group)] = false }
                paths[PathInGroup(group: group, path: path), default: Variety(kind: kind, rule: rule)].add(kind, rule)
            }
        }
        isAmbiguous = entries.indices.map { entry in
            let group = groups[entry]
            guard areExclusive[Int(group)] else { return varieties[Int(group)].isAmbiguous }
            return paths[PathInGroup(group: group, path: all[entries[entry].place].path)]?.isAmbiguous ?? false
        }
    }

    /// Whether no request matches two paths such as these unless they are the same: exact ones, or prefixes of one length.
    private static func excludeEachOther(_ one: PathPredicate, _ two: PathPredicate) -> Bool {
        switch (one, two) {
        case (.exact, .exact): true
        case (.prefix(let left), .prefix(let right)):
            left.utf8.count == right.utf8.count && left.hasSuffix("/") == right.hasSuffix("/")
        default: false
        }
    }

    /// Whether it matters which of two matches of one rank wins, and is not known: they differ, and so do their rules.
    func areRivals(_ one: MatchIndex, _ two: MatchIndex, _ matches: [RoutingTable.MatchPlace]) -> Bool {
        guard matches[one.place].rule != matches[two.place].rule else { return false }
        return kinds.isEmpty || kinds[one.place] != kinds[two.place]
    }
}
