/// What makes deciding independent of the length of the lists. It is derived from the canonical list, refers to it by place,
/// and knows nothing of how ranks come about: an entry's place in the list is its rank.
///
/// A decision is the least entry among the candidates that these yield, in this order, each skipped where it cannot hold a
/// lesser entry than the best so far:
///
/// - the host gives the listener and its virtual hosts (`HostIndex`);
/// - the path gives buckets, one for each distinct path predicate of a virtual host: the exact one by one look-up, the
///   prefixes by one look-up for each segment of the path, the expressions by one pass over the path (`PatternIndex`);
/// - in a bucket, the entries that ask for the same header and parameter names are a group; the request's values of those
///   names, hashed together, give the group's cell with one look-up.
///
/// So the cost grows with the segments of the path and with the number of different *sets of names* on one path, and not
/// with the number of hosts, paths, values or expressions.
struct Index: Sendable {
    static let none = UInt32.max

    /// What deciding asks of the dialect.
    struct Reading: Sendable, BitwiseCopyable {
        var serverName: Dialect.Hostnames.ServerName
        /// Whether hostnames are asked until one has a match.
        var fallsThrough: Bool
        /// Whether all hostnames are asked, and points decide.
        var isAcrossHostnames: Bool
        /// Whether each listener decides alone, by its order of matches.
        var isPlain: Bool
        /// Whether it may be unknown which of several matches wins.
        var hasRivals: Bool
        /// Whether a target is held against rules as it was sent.
        var keepsTarget: Bool
        var trailingDot: Dialect.Hostnames.TrailingDot

        init(_ dialect: Dialect) {
            serverName = dialect.hostnames.serverName
            fallsThrough = dialect.hostnames.fallsThrough
            isAcrossHostnames = dialect.ranking.score != nil
            hasRivals = dialect.ranking.equalRank == .unknown
            keepsTarget = dialect.target.keepsEverything
            trailingDot = dialect.hostnames.trailingDot
            isPlain =
                serverName == .mustAgreeWithHost && dialect.hostnames.sharing == .none && !isAcrossHostnames
                && !hasRivals && keepsTarget && dialect.conditions.unknownMethod == .ordinary
        }
    }

    let reading: Reading

    struct VirtualHost: Sendable {
        var expressions: UInt32
        /// The least entry whose path is an expression.
        var expressionsBest: UInt32
        /// For each expression of the virtual host, its bucket: places in `expressionBuckets`.
        var expressionBuckets: UInt32
    }

    let matches: CompiledMatches
    let listenersOfPorts: HostIndex
    /// By the first listener of those that share their routes.
    let virtualHostsOfScopes: HostIndex
    /// For each listener, the first of those that it shares its routes with.
    let scopes: [UInt32]
    /// For each port, the first of its listeners where all of them share their routes; else `none`.
    let scopesOfPorts: [UInt32]
    /// For each port, the places of its listeners: for walks over the canonical list.
    let listenersByPort: [[Int]]
    let virtualHosts: [VirtualHost]
    /// Owner is twice the virtual host's place, and one more for prefixes.
    let paths: ByteTable
    let pathBuckets: [UInt32]
    let patterns: [PatternIndex]
    let expressionBuckets: [UInt32]
    let buckets: Buckets
    /// The most segments that a prefix has.
    let prefixDepthMax: Int

    init(
        dialect: Dialect, listeners: [Listener], ports: [RoutingTable.Port], routes: [Route], flat: FlatRules,
        canonical: CanonicalList
    ) {
        let virtualHosts = canonical.virtualHosts
        reading = Reading(dialect)
        scopes = canonical.scopes
        var scopesOfPorts = Array(repeating: Self.none, count: ports.count)
        let portPlaces = Dictionary(uniqueKeysWithValues: ports.enumerated().map { ($1, UInt32($0)) })
        var listenersByPort: [[Int]] = Array(repeating: [], count: ports.count)
        for (place, listener) in listeners.enumerated() {
            if let port = portPlaces[RoutingTable.Port(listener)] { listenersByPort[Int(port)].append(place) }
        }
        self.listenersByPort = listenersByPort
        listenersOfPorts = HostIndex(
            ownerCount: ports.count,
            listeners.enumerated().compactMap { place, listener in
                portPlaces[RoutingTable.Port(listener)].map {
                    ($0, listener.hostname, UInt32(place))
                }
            })
        if dialect.hostnames.sharing == .all {
            // Where TLS connections share the port, a decision needs to know the listener.
            let mixed = Set(listeners.filter { !$0.scheme.carriesRequests }.map { RoutingTable.Port($0) })
            for (place, listener) in listeners.enumerated() {
                let port = RoutingTable.Port(listener)
                if mixed.contains(port) { continue }
                if let portPlace = portPlaces[port] { scopesOfPorts[Int(portPlace)] = canonical.scopes[place] }
            }
        }
        self.scopesOfPorts = scopesOfPorts
        virtualHostsOfScopes = HostIndex(
            ownerCount: listeners.count,
            virtualHosts.enumerated().map { ($1.listener.raw, $1.hostname, UInt32($0)) })
        let matches = CompiledMatches(routes: routes, conditions: dialect.conditions)
        var builder = IndexBuilder(
            matches: matches, routes: routes, flat: flat, entries: canonical.entries)
        for host in virtualHosts { builder.add(host) }
        self.matches = matches
        self.virtualHosts = builder.virtualHosts.trimmed()
        paths = ByteTable(builder.paths)
        pathBuckets = builder.pathBuckets.trimmed()
        patterns = builder.patterns
        expressionBuckets = builder.expressionBuckets.trimmed()
        prefixDepthMax = builder.prefixDepthMax
        buckets = Buckets(
            builder.buckets, matches: matches, entries: canonical.entries, rankGroups: canonical.standings.groups)
    }
}

/// Sorts the entries of the virtual hosts by their path predicates.
private struct IndexBuilder {
    let matches: CompiledMatches
    let routes: [Route]
    let flat: FlatRules
    let entries: [MatchIndex]
    var virtualHosts: [Index.VirtualHost] = []
    var paths = ByteTableKeys()
    var pathBuckets: [UInt32] = []
    var patterns: [PatternIndex] = []
    var expressionBuckets: [UInt32] = []
    var buckets: [[UInt32]] = []
    var prefixDepthMax = 0

    init(matches: CompiledMatches, routes: [Route], flat: FlatRules, entries: [MatchIndex]) {
        self.matches = matches
        self.routes = routes
        self.flat = flat
        self.entries = entries
    }

    mutating func add(_ host: RoutingTable.VirtualHost) {
        let owner = UInt32(virtualHosts.count) * 2
        var exact: [String: Int] = [:]
        var prefixes: [String: Int] = [:]
        var expressions: [String: Int] = [:]
        var expressionList: [RegularExpression] = []
        var expressionPlaces: [UInt32] = []
        var expressionsBest = Index.none
        for entry in host.entries {
            switch path(entries[entry]) {
            case .exact(let path):
                put(entry, path, &exact, owner)
            case .prefix(let path):
                let stripped = path.hasSuffix("/") ? String(path.dropLast()) : path
                prefixDepthMax = max(prefixDepthMax, stripped.utf8.count { $0 == UInt8(ascii: "/") })
                put(entry, stripped, &prefixes, owner + 1)
            case .regularExpression(let expression):
                if let bucket = expressions[expression.pattern] {
                    buckets[bucket].append(UInt32(entry))
                } else {
                    expressions[expression.pattern] = buckets.count
                    expressionPlaces.append(UInt32(buckets.count))
                    expressionList.append(expression)
                    buckets.append([UInt32(entry)])
                }
                expressionsBest = min(expressionsBest, UInt32(entry))
            }
        }
        virtualHosts.append(
            Index.VirtualHost(
                expressions: expressionList.isEmpty ? Index.none : UInt32(patterns.count),
                expressionsBest: expressionsBest,
                expressionBuckets: UInt32(expressionBuckets.count)))
        if !expressionList.isEmpty { patterns.append(PatternIndex(expressionList, matches.extent)) }
        expressionBuckets += expressionPlaces
    }

    private mutating func put(_ entry: Int, _ path: String, _ places: inout [String: Int], _ owner: UInt32) {
        if let bucket = places[path] {
            buckets[bucket].append(UInt32(entry))
            return
        }
        places[path] = buckets.count
        paths.append(path.utf8, owner: owner)
        pathBuckets.append(UInt32(buckets.count))
        buckets.append([UInt32(entry)])
    }

    private func path(_ match: MatchIndex) -> PathPredicate {
        let place = flat.matches[match.place]
        let rule = flat.rules[place.rule.place]
        return routes[rule.route.place].rules[Int(rule.rule)].matches[Int(place.match)].path
    }
}
