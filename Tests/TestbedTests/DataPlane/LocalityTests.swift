import Simulation
import TestSupport
import Testing

@testable import Testbed

/// Which replica a proxy takes, where localities and weights count.
@Suite("Localities and weights") struct LocalityTests {
    /// A proxy's view of hosts, each in a zone (0 is `a`, 1 is `b`, …).
    static func upstream(
        _ policy: UpstreamPolicy, zones: [Int], _ loadBalancing: LoadBalancing = .roundRobin, proxies: [Int] = [],
        at zone: Int = 0
    ) -> Upstream {
        var upstream = Upstream(
            policy: policy, loadBalancing: loadBalancing, station: 0, link: 0, balancer: 0, place: UInt16(zone),
            at: place(zone), proxies: proxies, entity: "test", seed: 7)
        let hosts = zones.enumerated().map { ordinal, zone in
            var host = Upstream.Host(replica: UInt32(ordinal), joined: .min)
            host.place = UInt16(zone)
            host.locality = upstream.localityWeights?.firstIndex { place(zone).isIn($0.place) }.map { UInt16($0) }
            return (ordinal: UInt32(ordinal), host: host)
        }
        _ = upstream.update(hosts, at: 0, isStart: true)
        return upstream
    }

    static func place(_ zone: Int) -> Place { Place(zone: ["a", "b", "c", "d", "e"][zone]) }

    /// How often each host is chosen.
    static func counts(_ upstream: inout Upstream, _ draws: Int, hosts: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: hosts)
        for client in 0..<draws {
            guard case .host(let host, _) = upstream.choose(client: UInt64(client), tried: TriedHosts(), at: 0) else {
                continue
            }
            counts[Int(host)] += 1
        }
        return counts
    }

    static func eject(_ hosts: [Int], of upstream: inout Upstream) {
        for host in hosts {
            _ = upstream.detector?.record(.answer(500), host: host, at: 0)
            _ = upstream.healthChanged(host, at: 0)
        }
    }

    @Test(
        "Localities share by weight, less what 1.4 times their healthy hosts cannot carry: as the plain formula has it")
    func weighted() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<60 {
            let count = Int.random(in: 2...4, using: &generator)
            let weights = (0..<count).map { _ in Int.random(in: 1...9, using: &generator) }
            let zones = (0..<count).flatMap { zone in
                Array(repeating: zone, count: Int.random(in: 1...6, using: &generator))
            }
            var policy = UpstreamPolicy()
            policy.panicThreshold = 0
            policy.outlierDetection = OutlierDetection(consecutive5xx: 1)
            policy.updateMergeWindow = 0
            policy.outlierDetection?.maxEjectionPercent = 100
            policy.locality = .weighted(
                LocalityWeights(
                    weights.enumerated().map { LocalityWeights.Entry(["a", "b", "c", "d"][$0], UInt32($1)) }))
            var upstream = Self.upstream(policy, zones: zones)
            let sick = zones.indices.filter { _ in generator.chance(25) }
            Self.eject(sick, of: &upstream)
            let fit = zones.indices.filter { !sick.contains($0) }
            guard !fit.isEmpty else { continue }
            let effective = (0..<count).map { zone -> Double in
                let all = zones.count { $0 == zone }
                let healthy = fit.count { zones[$0] == zone }
                return Double(weights[zone]) * min(1, 1.4 * Double(healthy) / Double(all))
            }
            let draws = 4_000
            let counts = Self.counts(&upstream, draws, hosts: zones.count)
            for zone in 0..<count {
                let share = effective[zone] / effective.reduce(0, +)
                let chosen = zones.indices.filter { zones[$0] == zone }.reduce(0) { $0 + counts[$1] }
                // By earliest deadline, so that no locality is off by more than a turn or two.
                #expect(
                    abs(Double(chosen) - share * Double(draws)) < 4, "\(weights) \(zones) without \(sick): \(counts)")
            }
            for host in sick { #expect(counts[host] == 0) }
        }
    }

    @Test(
        "Weights by where the proxy is: each zone sends as it is told, and one without an entry does not look at zones")
    func distribute() {
        var policy = UpstreamPolicy()
        policy.locality = .weighted(
            LocalityWeights(origins: [
                LocalityWeights.Origin(
                    place: "a", weights: [LocalityWeights.Entry("a", 80), LocalityWeights.Entry("b", 20)]),
                LocalityWeights.Origin(place: "b", weights: [LocalityWeights.Entry("b", 1)]),
            ]))
        let zones = [0, 1, 1, 1]
        var fromA = Self.upstream(policy, zones: zones, at: 0)
        let near = Self.counts(&fromA, 1_000, hosts: 4)
        #expect(abs(near[0] - 800) <= 2, "\(near)")
        var fromB = Self.upstream(policy, zones: zones, at: 1)
        #expect(Self.counts(&fromB, 900, hosts: 4) == [0, 300, 300, 300])
        var fromC = Self.upstream(policy, zones: zones, at: 2)
        #expect(Self.counts(&fromC, 1_000, hosts: 4) == [250, 250, 250, 250])
    }

    @Test("In panic neither health nor localities count")
    func panic() {
        var policy = UpstreamPolicy()
        policy.outlierDetection = OutlierDetection(consecutive5xx: 1)
        policy.updateMergeWindow = 0
        policy.outlierDetection?.maxEjectionPercent = 100
        policy.locality = .weighted(LocalityWeights([LocalityWeights.Entry("a", 1)]))
        var upstream = Self.upstream(policy, zones: [0, 0, 1, 1])
        #expect(Self.counts(&upstream, 100, hosts: 4) == [50, 50, 0, 0], "zone b has no weight")
        Self.eject([0, 1, 2], of: &upstream)
        #expect(Self.counts(&upstream, 100, hosts: 4) == [25, 25, 25, 25])
        var zoneAware = UpstreamPolicy()
        zoneAware.outlierDetection = policy.outlierDetection
        zoneAware.updateMergeWindow = 0
        zoneAware.locality = .zoneAware()
        var other = Self.upstream(zoneAware, zones: [0, 0, 0, 0, 1, 1, 1, 1], proxies: [1, 1])
        #expect(Self.counts(&other, 100, hosts: 8) == [25, 25, 25, 25, 0, 0, 0, 0])
        Self.eject([0, 1, 2, 3, 4], of: &other)
        #expect(Self.counts(&other, 800, hosts: 8).allSatisfy { $0 == 100 })
    }

    @Test("Where no locality with a weight has a healthy host, all healthy hosts get requests")
    func noneLeft() {
        var policy = UpstreamPolicy()
        policy.panicThreshold = 0
        policy.outlierDetection = OutlierDetection(consecutive5xx: 1)
        policy.updateMergeWindow = 0
        policy.outlierDetection?.maxEjectionPercent = 100
        policy.locality = .weighted(LocalityWeights([LocalityWeights.Entry("a", 1)]))
        var upstream = Self.upstream(policy, zones: [0, 1, 1])
        Self.eject([0], of: &upstream)
        #expect(Self.counts(&upstream, 100, hosts: 3) == [0, 50, 50])
    }

    @Test("Zone-aware routing for half of the requests leaves the other half to all hosts, and needs its fewest hosts")
    func partlyZoneAware() {
        var policy = UpstreamPolicy()
        policy.locality = .zoneAware(ZoneAwareRouting(minimumHosts: 4, enabled: 0.5))
        var upstream = Self.upstream(policy, zones: [0, 0, 1, 1], proxies: [1, 1])
        let counts = Self.counts(&upstream, 8_000, hosts: 4)
        // Half stays at home, of the other half two quarters.
        #expect(abs(counts[0] + counts[1] - 6_000) < 250, "\(counts)")
        policy.locality = .zoneAware()
        var few = Self.upstream(policy, zones: [0, 0, 1, 1], proxies: [1, 1])
        #expect(Self.counts(&few, 400, hosts: 4) == [100, 100, 100, 100], "fewer than six hosts")
    }

    @Test("Weighted round robin gives each replica its weight; random does not look at weights")
    func endpointWeights() {
        var policy = UpstreamPolicy()
        policy.weights = [3, 1]
        var upstream = Self.upstream(policy, zones: [0, 0, 0, 0])
        let counts = Self.counts(&upstream, 800, hosts: 4)
        for (host, weight) in [3, 1, 3, 1].enumerated() { #expect(abs(counts[host] - 100 * weight) <= 1, "\(counts)") }
        var random = Self.upstream(policy, zones: [0, 0, 0, 0], .random)
        #expect(Self.counts(&random, 8_000, hosts: 4).allSatisfy { abs($0 - 2_000) < 200 })
        policy.weights = [5]
        var equal = Self.upstream(policy, zones: [0, 0, 0, 0])
        #expect(Self.counts(&equal, 800, hosts: 4) == [200, 200, 200, 200])
    }

    @Test("Least request with weights that differ: a bias of 0 is weighted round robin, more of it follows the load")
    func activeRequestBias() {
        var policy = UpstreamPolicy()
        policy.weights = [2, 1]
        policy.activeRequestBias = 0
        func counts(bias: Double, active: Int32) -> [Int] {
            policy.activeRequestBias = bias
            var upstream = Self.upstream(policy, zones: [0, 0], .leastRequest)
            upstream.changeActive(0, by: active)
            return Self.counts(&upstream, 900, hosts: 2)
        }
        #expect(abs(counts(bias: 0, active: 9)[0] - 600) <= 1, "the load does not count")
        // 2/10 against 1: a sixth.
        #expect(abs(counts(bias: 1, active: 9)[0] - 150) <= 1)
        // 2/100 against 1.
        #expect(abs(counts(bias: 2, active: 9)[0] - 900 * 2 / 102) <= 1)
    }

    @Test("Replicas have places on the ring and in maglev's table by their weights")
    func hashWeights() {
        for loadBalancing in [LoadBalancing.ringHash, .maglev] {
            var policy = UpstreamPolicy()
            policy.weights = [4, 2, 1, 1]
            policy.hashing = UpstreamPolicy.Hashing()
            policy.hashing?.minimumRingSize = 65_536
            var upstream = Self.upstream(policy, zones: [0, 0, 0, 0], loadBalancing)
            let counts = Self.counts(&upstream, 40_000, hosts: 4)
            for (host, weight) in [4, 2, 1, 1].enumerated() {
                let expected = 40_000 * Double(weight) / 8
                #expect(abs(Double(counts[host]) - expected) < 0.05 * expected, "\(loadBalancing): \(counts)")
            }
        }
    }

    @Test("Where a hash chooses, localities weigh on the hosts and a client keeps its own")
    func hashLocalities() {
        var policy = UpstreamPolicy()
        policy.hashing = UpstreamPolicy.Hashing()
        policy.hashing?.minimumRingSize = 65_536
        policy.locality = .weighted(
            LocalityWeights([LocalityWeights.Entry("a", 3), LocalityWeights.Entry("b", 1)]))
        var upstream = Self.upstream(policy, zones: [0, 1, 1, 1], .ringHash)
        let counts = Self.counts(&upstream, 40_000, hosts: 4)
        #expect(abs(counts[0] - 30_000) < 1_000, "\(counts)")
        let again = Self.counts(&upstream, 40_000, hosts: 4)
        #expect(again == counts)
    }

    @Test("With a balance factor no replica has more under way than its bound, and few clients are sent elsewhere")
    func boundedLoad() {
        for loadBalancing in [LoadBalancing.ringHash, .maglev] {
            for factor in [100, 125, 300] {
                var policy = UpstreamPolicy()
                policy.hashing = UpstreamPolicy.Hashing()
                policy.hashing?.balanceFactor = factor
                var upstream = Self.upstream(policy, zones: Array(repeating: 0, count: 5), loadBalancing)
                var active = [Int](repeating: 0, count: 5)
                for client in 0..<500 {
                    // Five clients in twenty are asked for again and again.
                    let key = UInt64(client % 4 == 0 ? client % 5 : client)
                    guard case .host(let host, _) = upstream.choose(client: key, tried: TriedHosts(), at: 0) else {
                        Issue.record("nobody")
                        return
                    }
                    upstream.changeActive(host, by: 1)
                    upstream.load.active += 1
                    active[Int(host)] += 1
                    let slots = ((client + 1) * factor + 99) / 100
                    // The choice is made before the request counts: one beyond its part of the slots at most.
                    #expect(active[Int(host)] <= (slots + 4) / 5 + 1, "\(loadBalancing) \(factor): \(active)")
                }
            }
        }
    }

    @Test("A retry avoids every replica that was tried, while there is another")
    func triedReplicas() {
        var policy = UpstreamPolicy()
        policy.avoidsTriedReplica = true
        var upstream = Self.upstream(policy, zones: [0, 0, 0, 0])
        for _ in 0..<50 {
            var tried = TriedHosts()
            var seen: Set<UInt32> = []
            for _ in 0..<4 {
                guard case .host(let host, _) = upstream.choose(client: 1, tried: tried, at: 0) else { continue }
                seen.insert(host)
                tried.insert(host)
            }
            #expect(seen.count == 4)
            // All were tried: any will do.
            guard case .host = upstream.choose(client: 1, tried: tried, at: 0) else {
                Issue.record("nobody")
                return
            }
        }
    }
}
