import Simulation

/// The hosts that earlier attempts of a request were sent to: the last eight.
struct TriedHosts: BitwiseCopyable {
    private var ordinals = SIMD8<UInt32>(repeating: none)
    private var count: UInt32 = 0

    mutating func insert(_ ordinal: UInt32) {
        guard !contains(ordinal) else { return }
        ordinals[Int(count & 7)] = ordinal
        count &+= 1
    }

    func contains(_ ordinal: UInt32) -> Bool { any(ordinals .== ordinal) }

    var isEmpty: Bool { count == 0 }
}

/// Choosing.
extension Upstream {
    /// What came of choosing.
    enum Choice {
        /// A host, and whether it was chosen in panic.
        case host(UInt32, inPanic: Bool)
        /// No host is fit to serve.
        case nobody
    }

    /// The host of a request. Those that were `tried` are passed over, as often as Envoy Gateway looks again: five times.
    mutating func choose(client: UInt64, tried: TriedHosts, at now: Int64) -> Choice {
        if isStale { rebuild(at: now) }
        let ticket = priorities.loads.count { $0 > 0 } > 1 ? Int(stream.integer(below: 100)) : 0
        guard let level = levelIndex(ticket) else { return .nobody }
        guard let group = drawGroup(level), !levels[level].groups[group].hosts.isEmpty else { return .nobody }
        var host = pick(level, group, client: client, at: now)
        if policy.avoidsTriedReplica == true, !tried.isEmpty {
            var attempts = 0
            while tried.contains(host), attempts < 5 {
                host = pick(level, group, client: client &+ UInt64(attempts) &+ 1, at: now)
                attempts += 1
            }
        }
        return .host(host, inPanic: levels[level].panics)
    }

    private func levelIndex(_ ticket: Int) -> Int? {
        if let only = priorities.loads.firstIndex(where: { $0 == 100 }) { return only }
        return priorities.level(of: ticket)
    }

    private mutating func drawGroup(_ level: Int) -> Int? {
        let count = levels[level].groups.count
        guard count > 1 else { return count == 0 ? nil : 0 }
        if levels[level].localities != nil {
            let groups = levels[level].groups
            return levels[level].localities?.pick { groups[Int($0)].weight }.map { Int($0) }
        }
        let position = stream.uniform()
        var group = 0
        while group + 1 < count, position >= levels[level].groups[group].cumulative { group += 1 }
        return group
    }

    private mutating func pick(_ level: Int, _ group: Int, client: UInt64, at now: Int64) -> UInt32 {
        let count = levels[level].groups[group].hosts.count
        guard count > 1 else { return levels[level].groups[group].hosts[0] }
        let differ = isScheduled || !levels[level].groups[group].weights.isEmpty
        switch loadBalancing {
        case .roundRobin:
            if differ { return scheduled(level, group, at: now) }
            let turn = levels[level].groups[group].turn ?? stream.integer(below: UInt64(count))
            levels[level].groups[group].turn = turn &+ 1
            return levels[level].groups[group].hosts[Int(turn % UInt64(count))]
        case .random:
            return levels[level].groups[group].hosts[Int(stream.integer(below: UInt64(count)))]
        case .leastRequest:
            return differ ? scheduled(level, group, at: now) : leastRequest(level, group)
        case .ringHash, .maglev:
            return hashed(level, group, client: client)
        }
    }

    private mutating func hashed(_ level: Int, _ group: Int, client: UInt64) -> UInt32 {
        let members = levels[level].groups[group].hosts
        if levels[level].groups[group].tables == nil {
            var tables = HashTables(name: entity, policy.hashing ?? UpstreamPolicy.Hashing())
            tables.reset(ordinals: members, weights: levels[level].groups[group].weights)
            levels[level].groups[group].tables = tables
        }
        let place =
            loadBalancing == .ringHash
            ? levels[level].groups[group].tables?.ringPlace(of: client)
            : levels[level].groups[group].tables?.maglevPlace(of: client)
        let bounded = levels[level].groups[group].tables?.boundedPlace(place ?? 0, of: client, all: load.active) {
            Int(hosts[Int(members[$0])].active)
        }
        return members[bounded ?? 0]
    }

    private mutating func leastRequest(_ level: Int, _ group: Int) -> UInt32 {
        let count = UInt64(levels[level].groups[group].hosts.count)
        func active(_ place: Int) -> Int32 { hosts[Int(levels[level].groups[group].hosts[place])].active }
        var best: Int
        switch policy.choices ?? .draws(2) {
        case .draws(let draws):
            best = Int(stream.integer(below: count))
            for _ in 1..<max(draws, 1) {
                let next = Int(stream.integer(below: count))
                if active(next) < active(best) { best = next }
            }
        case .distinct(let draws):
            // Reservoir-free: a partial shuffle of at most so many places.
            var taken: [Int] = []
            for drawn in 0..<min(draws, Int(count)) {
                var place = Int(stream.integer(below: count - UInt64(drawn)))
                for earlier in taken.sorted() where place >= earlier { place += 1 }
                taken.append(place)
            }
            best = taken[0]
            for next in taken.dropFirst() where active(next) < active(best) { best = next }
        case .all:
            best = 0
            var ties: UInt64 = 1
            for next in 1..<Int(count) {
                if active(next) < active(best) {
                    best = next
                    ties = 1
                } else if active(next) == active(best) {
                    ties += 1
                    if stream.integer(below: ties) == 0 { best = next }
                }
            }
        }
        return levels[level].groups[group].hosts[best]
    }

    /// By earliest deadline: round robin, or least request, while weights differ.
    private mutating func scheduled(_ level: Int, _ group: Int, at now: Int64) -> UInt32 {
        let members = levels[level].groups[group].hosts
        if levels[level].groups[group].schedule == nil {
            let weights = members.map { weight(of: $0, at: now) }
            levels[level].groups[group].schedule = EDFSchedule(weights: weights, start: start(of: weights))
        }
        var schedule = levels[level].groups[group].schedule
        levels[level].groups[group].schedule = nil
        let place = schedule?.pick { weight(of: members[Int($0)], at: now) }
        levels[level].groups[group].schedule = schedule
        return members[Int(place ?? 0)]
    }

    /// As if a random number of picks had been made, so that proxies do not all begin with the same host.
    mutating func start(of weights: [Double]) -> Double {
        stream.uniform() * 1024 / max(weights.reduce(0, +) / Double(max(weights.count, 1)), 1e-6)
    }

    /// What a replica weighs before anything changes it.
    func ownWeight(of ordinal: UInt32) -> Double {
        guard let weights = policy.weights, !weights.isEmpty else { return 1 }
        return Double(weights[Int(ordinal) % weights.count])
    }

    private func weight(of ordinal: UInt32, at now: Int64) -> Double {
        let host = hosts[Int(ordinal)]
        var weight = ownWeight(of: ordinal)
        if let slowStart = policy.slowStart, host.joined > .min {
            weight *= slowStart.factor(age: host.joined == .max ? 0 : max(now - host.joined, 0))
        }
        guard loadBalancing == .leastRequest else { return weight }
        let bias = policy.activeRequestBias ?? 1
        let active = Double(host.active + 1)
        return weight / (bias == 1 ? active : ElementaryFunctions.power(active, bias))
    }
}
