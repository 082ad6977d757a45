/// Which part of the requests of a proxy goes to which locality (zone).
enum LocalityRouting {
    /// Locality-weighted: a locality's weight, less what its unhealthy hosts cannot make up for.
    /// Source: Envoy, `arch_overview/upstream/load_balancing/locality_weight`.
    static func weights(_ weights: [Double], available: [Int], hosts: [Int]) -> [Double] {
        weights.indices.map { locality -> Double in
            guard hosts[locality] > 0 else { return 0 }
            let availability = 1.4 * Double(available[locality]) / Double(hosts[locality])
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
        guard allProxies > 0, allHosts >= least, proxies.indices.contains(local), hosts[local] > 0 else { return nil }
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
