/// Whether nearness counts in the choice of a replica.
public enum LocalityPolicy: Hashable, Sendable {
    /// As much as possible in the own zone, and every replica loaded alike.
    case zoneAware(ZoneAwareRouting = ZoneAwareRouting())
    /// The own zone, then the own cluster, then the rest: each a priority level.
    case failover
    /// Localities share by their weights, as the endpoint discovery service (EDS) gives them.
    case weighted(LocalityWeights)
}

/// What zone-aware routing asks for. The defaults are Envoy's (`ZoneAwareLbConfig`).
public struct ZoneAwareRouting: Hashable, Sendable {
    /// With fewer hosts zones do not count.
    public var minimumHosts: Int
    /// The share of requests, 0 … 1, that are routed by zone at all.
    public var enabled: Double

    /// Zone-aware routing with its limits.
    public init(minimumHosts: Int = 6, enabled: Double = 1) {
        self.minimumHosts = minimumHosts
        self.enabled = enabled
    }
}

/// The weights of zones or clusters: the same for every proxy, or by where the proxy is.
public struct LocalityWeights: Hashable, Sendable {
    /// A locality's weight.
    public struct Entry: Hashable, Sendable {
        /// The zone or cluster.
        public var place: String
        /// Its weight. A locality that is not named has none, and gets nothing.
        public var weight: UInt32

        /// A locality with its weight.
        public init(_ place: String, _ weight: UInt32) {
            self.place = place
            self.weight = weight
        }
    }

    /// What proxies in a zone or cluster use.
    public struct Origin: Hashable, Sendable {
        /// Where the proxies are; nil for anywhere.
        public var place: String?
        /// The weights that they use.
        public var weights: [Entry]

        /// Weights for proxies at a place.
        public init(place: String?, weights: [Entry]) {
            self.place = place
            self.weights = weights
        }
    }

    /// The first that fits counts; a proxy that none fits does not look at localities.
    public var origins: [Origin]

    /// Weights by where the proxy is.
    public init(origins: [Origin]) { self.origins = origins }

    /// Weights that all proxies use.
    public init(_ weights: [Entry]) { origins = [Origin(place: nil, weights: weights)] }

    /// What a proxy at a place uses; nil where it does not look at localities.
    func weights(at place: Place) -> [Entry]? {
        origins.first { origin in origin.place.map(place.isIn) ?? true }?.weights
    }
}

/// Which part of the requests of a proxy goes to which locality (zone).
enum LocalityRouting {
    /// Locality-weighted: a locality's weight, less what its unhealthy hosts cannot make up for.
    /// Source: Envoy, `arch_overview/upstream/load_balancing/locality_weight`.
    static func weights(_ weights: [Double], available: [Int], hosts: [Int]) -> [Double] {
        weights.indices.map { locality -> Double in
            guard hosts[locality] > 0 else { return 0 }
            let availability =
                Double(PriorityLevels.overprovisioning * available[locality]) / Double(100 * hosts[locality])
            return weights[locality] * min(1, availability)
        }
    }

    /// Zone-aware: as much as possible stays in the proxy's own zone, as long as the hosts of all zones get the same load.
    /// Source: Envoy, `arch_overview/upstream/load_balancing/zone_aware`.
    ///
    /// - Parameters:
    ///   - local: the proxy's own zone.
    ///   - proxies: replicas of the gateway by zone.
    ///   - hosts: hosts of the backend by zone.
    ///   - least: fewer hosts than that are not routed by zone.
    /// - Returns: the share of each zone; nil where zones do not count, and any host may be chosen.
    static func zoneAware(local: Int, proxies: [Int], hosts: [Int], least: Int = 6) -> [Double]? {
        let (allProxies, allHosts) = (proxies.reduce(0, +), hosts.reduce(0, +))
        guard allProxies > 0, allHosts >= max(least, 1), proxies.indices.contains(local), hosts[local] > 0 else {
            return nil
        }
        let origin = proxies.map { Double($0) / Double(allProxies) }
        let upstream = hosts.map { Double($0) / Double(allHosts) }
        guard origin[local] > upstream[local] else { return hosts.indices.map { $0 == local ? 1 : 0 } }
        var shares = zip(upstream, origin).map { max(0, $0 - $1) }
        let residual = shares.reduce(0, +)
        let stays = upstream[local] / origin[local]
        guard residual > 0 else { return hosts.indices.map { $0 == local ? 1 : 0 } }
        for zone in shares.indices { shares[zone] *= (1 - stays) / residual }
        shares[local] += stays
        return shares
    }
}
