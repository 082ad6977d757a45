/// What a gateway routes by: immutable, and shared freely between threads.
///
/// The lists are the table: what is said about it (explanations, comparisons, exports) is read from them. The index, which
/// makes deciding independent of their length, is derived from them and never the other way round.
public final class RoutingTable: Sendable {
    /// A port of an entrance: its listeners are told apart by hostname.
    public struct Port: Hashable, Sendable {
        /// Where it belongs.
        public var entrance: Entrance
        /// The port's number.
        public var number: UInt16
        /// UDP and TCP have numbers of their own.
        public var isDatagram: Bool

        /// The port that a listener is at.
        public init(_ listener: Listener) {
            entrance = listener.entrance
            number = listener.port
            isDatagram = listener.scheme == .udp
        }

        /// The Gateway, as `namespace/name`; empty for the mesh.
        public var gateway: String { entrance.gateway }
    }

    /// The routes of one hostname on one listener.
    public struct VirtualHost: Hashable, Sendable {
        /// The listener.
        public var listener: ListenerIndex
        /// The routes' own hostname, not its intersection with the listener's.
        public var hostname: HostnamePattern
        /// Its part of `entries`.
        public var entries: Range<Int>
    }

    /// Where a rule stands: the rule itself is in its route.
    public struct RulePlace: Hashable, Sendable {
        /// The route.
        public var route: RouteIndex
        /// The rule's place in it.
        public var rule: UInt32
    }

    /// Where a match stands: the match itself is in its rule.
    public struct MatchPlace: Hashable, Sendable {
        /// The rule.
        public var rule: RuleIndex
        /// The match's place in it.
        public var match: UInt32
    }

    /// How what the specification leaves open is read.
    public let dialect: Dialect
    /// In the order in which they were given.
    public let listeners: [Listener]
    /// In the order in which they were given.
    public let routes: [Route]
    /// In the order in which they were given.
    public let backends: [Backend]
    /// Each gateway's ports, in the order in which the listeners name them.
    public let ports: [Port]
    /// The rules of all routes, in the order of the routes.
    public let rules: [RulePlace]
    /// The matches of all rules, in the order of the rules.
    public let matches: [MatchPlace]
    /// By listener; for each, the more specific hostname first.
    public let virtualHosts: [VirtualHost]
    /// The canonical list: for each virtual host, all matches in rank order. The first that matches a request decides it.
    public let entries: [MatchIndex]
    /// The split of each rule's backends.
    public let splits: [Split]
    let index: Index

    /// Compiles a table. `listeners` refer to `routes` and rules to `backends` by their places.
    public init(
        dialect: Dialect = .specification, listeners: [Listener], routes: [Route], backends: [Backend]
    ) {
        self.dialect = dialect
        self.listeners = listeners
        self.routes = routes
        self.backends = backends
        let flat = FlatRules(routes)
        rules = flat.rules
        matches = flat.matches
        splits = flat.rules.map { place in
            Split(weights: routes[place.route.place].rules[Int(place.rule)].backends.map(\.weight))
        }
        var ports: [Port] = []
        var known: Set<Port> = []
        for listener in listeners {
            let port = Port(listener)
            if known.insert(port).inserted { ports.append(port) }
        }
        self.ports = ports
        let canonical = CanonicalList(listeners: listeners, routes: routes, flat: flat)
        virtualHosts = canonical.virtualHosts
        entries = canonical.entries
        index = Index(
            listeners: listeners, ports: ports, routes: routes, flat: flat, virtualHosts: canonical.virtualHosts,
            entries: canonical.entries)
    }
}

extension RoutingTable {
    /// The rule at a place.
    public func rule(_ index: RuleIndex) -> Rule {
        let place = rules[index.place]
        return routes[place.route.place].rules[Int(place.rule)]
    }

    /// The match at a place.
    public func match(_ index: MatchIndex) -> Match {
        let place = matches[index.place]
        return rule(place.rule).matches[Int(place.match)]
    }

    /// The route that a rule belongs to.
    public func route(of index: RuleIndex) -> Route { routes[rules[index.place].route.place] }

    /// The rank of a match.
    public func precedence(_ index: MatchIndex) -> Precedence {
        let place = matches[index.place]
        let rule = rules[place.rule.place]
        return Precedence(
            match(index), route: routes[rule.route.place], ruleOrder: Int(rule.rule), matchOrder: Int(place.match))
    }

    /// The port with that number of the gateway `namespace/name`, if a listener has it.
    public func port(gateway: String, number: UInt16) -> PortIndex? {
        ports.firstIndex { $0.number == number && $0.entrance == .gateway(gateway) }.map(PortIndex.init(place:))
    }
}

/// The rules and matches of all routes, laid out flat, and the order of all matches.
struct FlatRules {
    var rules: [RoutingTable.RulePlace] = []
    var matches: [RoutingTable.MatchPlace] = []
    /// For each route, the place of its first match, and one more at the end.
    var firstMatch: [Int] = []
    /// For each match, its rank among all.
    var ranks: [UInt32] = []

    init(_ routes: [Route]) {
        var precedences: [Precedence] = []
        for (routePlace, route) in routes.enumerated() {
            firstMatch.append(matches.count)
            for (rulePlace, rule) in route.rules.enumerated() {
                let ruleIndex = RuleIndex(place: rules.count)
                rules.append(.init(route: RouteIndex(place: routePlace), rule: UInt32(rulePlace)))
                for (matchPlace, match) in rule.matches.enumerated() {
                    matches.append(.init(rule: ruleIndex, match: UInt32(matchPlace)))
                    precedences.append(Precedence(match, route: route, ruleOrder: rulePlace, matchOrder: matchPlace))
                }
            }
        }
        firstMatch.append(matches.count)
        ranks = Array(repeating: 0, count: matches.count)
        // Two routes of one name differ in kind; the order in which they were given tells them apart.
        let order = precedences.indices.sorted { one, two in
            if precedences[one] < precedences[two] { return true }
            if precedences[two] < precedences[one] { return false }
            return one < two
        }
        for (rank, match) in order.enumerated() { ranks[match] = UInt32(rank) }
    }
}

/// The virtual hosts of all listeners with their matches in rank order.
struct CanonicalList {
    var virtualHosts: [RoutingTable.VirtualHost] = []
    var entries: [MatchIndex] = []

    init(listeners: [Listener], routes: [Route], flat: FlatRules) {
        for (place, listener) in listeners.enumerated() {
            for (hostname, matches) in Self.byHostname(listener, routes: routes, flat: flat) {
                let start = entries.count
                entries += matches
                virtualHosts.append(
                    .init(listener: ListenerIndex(place: place), hostname: hostname, entries: start..<entries.count))
            }
        }
    }

    private static func byHostname(
        _ listener: Listener, routes: [Route], flat: FlatRules
    ) -> [(HostnamePattern, [MatchIndex])] {
        var places: [HostnamePattern: Int] = [:]
        var hosts: [(hostname: HostnamePattern, matches: [MatchIndex])] = []
        for index in listener.routes {
            let route = routes[index.place]
            let hostnames = route.hostnames.isEmpty ? [.any] : Array(Set(route.hostnames))
            for hostname in hostnames where hostname.intersects(listener.hostname) {
                let place = places[hostname] ?? hosts.count
                if place == hosts.count {
                    places[hostname] = place
                    hosts.append((hostname, []))
                }
                for match in flat.firstMatch[index.place]..<flat.firstMatch[index.place + 1] {
                    hosts[place].matches.append(MatchIndex(place: match))
                }
            }
        }
        hosts.sort { $0.hostname < $1.hostname }
        for place in hosts.indices {
            hosts[place].matches.sort { flat.ranks[$0.place] < flat.ranks[$1.place] }
        }
        return hosts.map { ($0.hostname, $0.matches) }
    }
}
