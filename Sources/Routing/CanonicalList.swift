/// The virtual hosts of all listeners with their matches in rank order.
struct CanonicalList {
    private struct Entry {
        var match: Int
        var listener: UInt32
        var points: Int64
        var rank: UInt32
        /// All hostnames by which its route serves the listener.
        var hostnames: UInt32
    }

    private struct SameMatch: Hashable {
        var kind: UInt32
        var hostnames: UInt32
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
                let port = RoutingTable.Port(listener)
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
        if dialect.ranking.equalRank == .unknown {
            standings.findGroups(
                dialect.ranking, routes: routes, flat: flat, virtualHosts: virtualHosts, entries: entries)
        }
    }

    private static func isShared(_ listener: Listener, _ sharing: Dialect.Hostnames.Sharing) -> Bool {
        switch sharing {
        case .none: false
        case .withoutTLS: listener.scheme == .http
        case .all: listener.scheme.carriesRequests
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
        var hostnameSets: [Set<HostnamePattern>: UInt32] = [:]
        for member in members {
            for index in listeners[member].routes {
                let hostnames = hostnames(of: routes[index.place], on: listeners[member])
                let points = dialect.ranking.score?.points(hostnames: hostnames) ?? 0
                let hostnameSet = hostnameSets[Set(hostnames), default: UInt32(hostnameSets.count)]
                hostnameSets[Set(hostnames)] = hostnameSet
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
                                points: flat.points.isEmpty ? 0 : flat.points[match] + points, rank: flat.ranks[match],
                                hostnames: hostnameSet))
                    }
                }
            }
        }
        hosts.sort { $0.hostname < $1.hostname }
        if dialect.ranking.sameMatch == .olderRouteAlone {
            for place in hosts.indices { hosts[place].entries = withoutSame(hosts[place].entries, flat) }
        }
        for place in hosts.indices {
            hosts[place].entries.sort { one, two in
                if one.points != two.points { return one.points > two.points }
                return one.rank != two.rank ? one.rank < two.rank : one.listener < two.listener
            }
        }
        return hosts.map { ($0.hostname, $0.entries) }
    }

    /// The entries whose match no older route of the same hostnames has.
    private func withoutSame(_ entries: [Entry], _ flat: FlatRules) -> [Entry] {
        var oldest: [SameMatch: UInt32] = [:]
        for entry in entries {
            let same = SameMatch(kind: flat.kinds[entry.match], hostnames: entry.hostnames)
            oldest[same] = min(oldest[same] ?? .max, entry.rank)
        }
        return entries.filter {
            oldest[SameMatch(kind: flat.kinds[$0.match], hostnames: $0.hostnames)] == $0.rank
        }
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
}
