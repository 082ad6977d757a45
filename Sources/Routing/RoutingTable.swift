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

    /// The routes of one hostname on one listener, or on several that share their routes.
    public struct VirtualHost: Hashable, Sendable {
        /// The listener; the first of those that share.
        public var listener: ListenerIndex
        /// The routes' own hostname, or its intersection with the listener's, as the dialect says.
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
    /// In the order in which they were given, their matches as the dialect reads them.
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
    /// The canonical list: for each virtual host, all matches in rank order. The first that matches a request decides it;
    /// where the dialect lets a path outweigh a hostname, the first by `standings` of all virtual hosts.
    public let entries: [MatchIndex]
    /// What is known of each entry beside its match; empty where its place says all.
    let standings: Standings
    /// The split of each rule's backends.
    public let splits: [Split]
    let index: Index

    /// Compiles a table. `listeners` refer to `routes` and rules to `backends` by their places.
    public init(
        dialect: Dialect = .specification, listeners: [Listener], routes: [Route], backends: [Backend]
    ) {
        let routes = Self.routes(routes, readBy: dialect)
        self.dialect = dialect
        self.listeners = listeners
        self.routes = routes
        self.backends = backends
        let flat = FlatRules(routes, dialect.ranking)
        rules = flat.rules.trimmed()
        matches = flat.matches.trimmed()
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
        let canonical = CanonicalList(dialect: dialect, listeners: listeners, routes: routes, flat: flat)
        virtualHosts = canonical.virtualHosts.trimmed()
        entries = canonical.entries.trimmed()
        standings = canonical.standings
        index = Index(
            dialect: dialect, listeners: listeners, ports: ports, routes: routes, flat: flat, canonical: canonical)
    }

    private static func routes(_ routes: [Route], readBy dialect: Dialect) -> [Route] {
        let conditions = dialect.conditions
        guard conditions.repeatedEntry != .ignored || conditions.grpcMethod != .names else { return routes }
        return routes.map { route in
            var route = route
            for rule in route.rules.indices {
                for match in route.rules[rule].matches.indices {
                    let read = route.rules[rule].matches[match].read(by: dialect)
                    route.rules[rule].matches[match] = read
                }
            }
            return route
        }
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
