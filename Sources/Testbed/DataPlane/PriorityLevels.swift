/// Which part of the requests goes to which priority level, and which levels panic. Whole per cent, as in Envoy's
/// `arch_overview/upstream/load_balancing/{priority, panic_threshold}`.
struct PriorityLevels: Hashable, Sendable {
    /// The share of each level in per cent; they add up to 100, or are all 0 where there is no host at all.
    private(set) var loads: [Int]
    /// Whether a level sends to all its hosts, the unhealthy ones among them.
    private(set) var panics: [Bool]

    /// How much more a healthy host is trusted with than its share, in per cent.
    static let overprovisioning = 140

    /// - Parameters:
    ///   - healthy: the hosts of each level that are fit to serve.
    ///   - hosts: all of its hosts.
    ///   - panicThreshold: 0 … 100; 0 switches panic off.
    init(healthy: [Int], hosts: [Int], panicThreshold: Double) {
        let health = zip(healthy, hosts).map { healthy, all in
            all == 0 ? 0 : min(100, Self.overprovisioning * healthy / all)
        }
        let total = min(100, health.reduce(0, +))
        loads = Self.loads(health: health, total: total)
        panics = zip(healthy, hosts).map { healthy, all in
            all > 0 && total < 100 && 100 * Double(healthy) < panicThreshold * Double(all)
        }
        guard total == 0, panics.contains(true) else { return }
        // Nobody is healthy and some level panics: the panicking levels share by the number of their hosts.
        let candidates = zip(panics, hosts).map { $0 ? $1 : 0 }
        let all = candidates.reduce(0, +)
        loads = candidates.map { 100 * $0 / all }
        if let first = candidates.firstIndex(where: { $0 > 0 }) { loads[first] += 100 - loads.reduce(0, +) }
    }

    private static func loads(health: [Int], total: Int) -> [Int] {
        guard total > 0 else { return health.map { _ in 0 } }
        var loads: [Int] = []
        var rest = 100
        for own in health {
            let load = min(rest, 100 * own / total)
            loads.append(load)
            rest -= load
        }
        // What rounding down leaves over goes to the first level with any health.
        if rest > 0, let first = health.firstIndex(where: { $0 > 0 }) { loads[first] += rest }
        return loads
    }

    /// The level that a number 0 ..< 100 falls to; nil where no level has a share.
    func level(of ticket: Int) -> Int? {
        var rest = ticket
        for (level, load) in loads.enumerated() {
            if rest < load { return level }
            rest -= load
        }
        return nil
    }
}
