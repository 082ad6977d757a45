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
    /// For each group, whether it holds different matches of different rules.
    var isAmbiguous: [Bool] = []
    /// For each match, a number that it shares with those that are written the same.
    var kinds: [UInt32] = []

    /// Whether an entry is preferred to one of another virtual host.
    @inline(__always)
    func precedes(_ one: UInt32, _ two: UInt32) -> Bool {
        let (left, right) = (points[Int(one)], points[Int(two)])
        return left != right ? left > right : ranks[Int(one)] < ranks[Int(two)]
    }
}

/// The virtual hosts of all listeners with their matches in rank order.
struct CanonicalList {
    private struct Entry {
        var match: Int
        var listener: UInt32
        var points: Int64
        var rank: UInt32
    }

    private(set) var virtualHosts: [RoutingTable.VirtualHost] = []
    private(set) var entries: [MatchIndex] = []
    private(set) var standings = Standings()
    /// For each listener, the first of those that it shares its routes with, which may be itself.
    private(set) var scopes: [UInt32] = []
    private let dialect: Dialect

    init(dialect: Dialect, listeners: [Listener], routes: [Route], flat: FlatRules) {
        self.dialect = dialect
        var members: [[Int]] = Array(repeating: [], count: listeners.count)
        var shared: [RoutingTable.Port: UInt32] = [:]
        for (place, listener) in listeners.enumerated() {
            var scope = UInt32(place)
            if Self.isShared(listener, dialect.hostnames.sharing) {
                let port = RoutingTable.Port(gateway: listener.gateway, number: listener.port)
                scope = shared[port] ?? scope
                shared[port] = scope
            }
            scopes.append(scope)
            members[Int(scope)].append(place)
        }
        for scope in listeners.indices where !members[scope].isEmpty {
            for (hostname, list) in byHostname(members[scope], listeners, routes: routes, flat: flat) {
                let start = entries.count
                append(list)
                virtualHosts.append(
                    .init(listener: ListenerIndex(place: scope), hostname: hostname, entries: start..<entries.count))
            }
        }
        if dialect.ranking.equalRank == .unknown { findGroups(routes, flat) }
    }

    private static func isShared(_ listener: Listener, _ sharing: Dialect.Hostnames.Sharing) -> Bool {
        switch sharing {
        case .none: false
        case .withoutTLS: listener.scheme == .http
        case .all: true
        }
    }

    private mutating func append(_ list: [Entry]) {
        let isShared = dialect.hostnames.sharing != .none
        let hasPoints = dialect.ranking.score != nil
        for entry in list {
            entries.append(MatchIndex(place: entry.match))
            if isShared { standings.listeners.append(ListenerIndex(raw: entry.listener)) }
            if hasPoints {
                standings.points.append(entry.points)
                standings.ranks.append(entry.rank)
            }
        }
    }

    private func byHostname(
        _ members: [Int], _ listeners: [Listener], routes: [Route], flat: FlatRules
    ) -> [(HostnamePattern, [Entry])] {
        var places: [HostnamePattern: Int] = [:]
        var hosts: [(hostname: HostnamePattern, entries: [Entry])] = []
        for member in members {
            for index in listeners[member].routes {
                let hostnames = hostnames(of: routes[index.place], on: listeners[member])
                let points = dialect.ranking.score?.points(hostnames: hostnames) ?? 0
                for hostname in hostnames {
                    let place = places[hostname] ?? hosts.count
                    if place == hosts.count {
                        places[hostname] = place
                        hosts.append((hostname, []))
                    }
                    for match in flat.firstMatch[index.place]..<flat.firstMatch[index.place + 1] {
                        hosts[place].entries.append(
                            Entry(
                                match: match, listener: UInt32(member),
                                points: flat.points.isEmpty ? 0 : flat.points[match] + points, rank: flat.ranks[match]))
                    }
                }
            }
        }
        hosts.sort { $0.hostname < $1.hostname }
        for place in hosts.indices {
            hosts[place].entries.sort { one, two in
                if one.points != two.points { return one.points > two.points }
                return one.rank != two.rank ? one.rank < two.rank : one.listener < two.listener
            }
        }
        return hosts.map { ($0.hostname, $0.entries) }
    }

    /// The hostnames by which a route serves a listener, each once.
    private func hostnames(of route: Route, on listener: Listener) -> [HostnamePattern] {
        let own = route.hostnames.isEmpty ? [.any] : route.hostnames
        // On shared listeners a hostname of the route's own would serve hosts that the listener does not.
        let isOwn = dialect.hostnames.compared == .own && !Self.isShared(listener, dialect.hostnames.sharing)
        var seen: Set<HostnamePattern> = []
        var result: [HostnamePattern] = []
        for hostname in own {
            guard let intersection = hostname.intersection(listener.hostname) else { continue }
            let compared = isOwn ? hostname : intersection
            if seen.insert(compared).inserted { result.append(compared) }
        }
        return result
    }

    private mutating func findGroups(_ routes: [Route], _ flat: FlatRules) {
        struct Rank: Hashable {
            var owner: Int
            var points: Int64
            var rankClass: UInt32
        }
        var kinds: [Match: UInt32] = [:]
        for place in flat.matches {
            let rule = flat.rules[place.rule.place]
            let match = routes[rule.route.place].rules[Int(rule.rule)].matches[Int(place.match)]
            let kind = kinds[match] ?? UInt32(kinds.count)
            kinds[match] = kind
            standings.kinds.append(kind)
        }
        var groups: [Rank: UInt32] = [:]
        var first: [MatchIndex] = []
        var (hasKinds, hasRules): ([Bool], [Bool]) = ([], [])
        for (place, host) in virtualHosts.enumerated() {
            for entry in host.entries {
                let match = entries[entry]
                let points = standings.points.isEmpty ? 0 : standings.points[entry]
                // Where points count, all virtual hosts of a listener compete; else a hostname outweighs all.
                let owner = standings.points.isEmpty ? place : host.listener.place
                let rank = Rank(owner: owner, points: points, rankClass: flat.classes[match.place])
                let group = groups[rank] ?? UInt32(groups.count)
                if group == groups.count {
                    groups[rank] = group
                    first.append(match)
                    hasKinds.append(false)
                    hasRules.append(false)
                } else {
                    let other = first[Int(group)]
                    if standings.kinds[match.place] != standings.kinds[other.place] { hasKinds[Int(group)] = true }
                    if flat.matches[match.place].rule != flat.matches[other.place].rule { hasRules[Int(group)] = true }
                }
                standings.groups.append(group)
            }
        }
        standings.isAmbiguous = zip(hasKinds, hasRules).map { $0 && $1 }
    }
}

extension Standings {
    /// Whether it matters which of two matches of one rank wins, and is not known: they differ, and so do their rules.
    func areRivals(_ one: MatchIndex, _ two: MatchIndex, _ matches: [RoutingTable.MatchPlace]) -> Bool {
        kinds[one.place] != kinds[two.place] && matches[one.place].rule != matches[two.place].rule
    }
}
