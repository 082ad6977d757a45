import Simulation

/// What one replica of a gateway knows of one backend: its replicas and their health, its own load, its connections.
struct Upstream {
    /// A replica of the backend, as this proxy sees it.
    struct Host: BitwiseCopyable {
        var replica: UInt32
        /// When it joined; nil-like far past for those of the start.
        var joined: Int64
        var active: Int32 = 0
        var health = HealthRecord(isKnown: true)
        var isMember = false
        /// Whether those who choose take it to be fit to serve: what they were last told.
        var isKnownFit = false
        /// Grows each time that it joins.
        var generation: UInt32 = 0
        /// 0 near, 1 in the own cluster, 2 elsewhere.
        var distance: UInt8 = 0
        var place: UInt16 = 0
    }

    /// Hosts among which the algorithm chooses.
    struct Group {
        var hosts: [UInt32]
        /// The part of the level's requests that it gets, summed up with those before it.
        var cumulative: Double
        var turn: UInt64?
        var schedule: EDFSchedule?
        var tables: HashTables?
    }

    struct Level {
        var groups: [Group] = []
        var panics = false
    }

    let policy: UpstreamPolicy
    let loadBalancing: LoadBalancing
    let breaker: CircuitBreaker
    let station: UInt32
    let link: UInt32
    let balancer: UInt32
    let place: UInt16
    /// The zones of the gateway's replicas, counted by place.
    let proxies: [Int]
    private let entity: String
    var stream: RandomStream
    var load = UpstreamLoad()
    var gate: RetryGate
    var detector: OutlierDetector?
    /// By ordinal.
    private(set) var hosts: [Host] = []
    private var merger: UpdateMerger
    var pools: [ConnectionPool] = []
    private var levels: [Level] = []
    private var priorities = PriorityLevels(healthy: [], hosts: [], panicThreshold: 0)
    private var isStale = true
    /// Until when some host is in slow start.
    private var slowUntil: Int64 = .min
    /// Whether hosts are chosen by schedule: as in Envoy from when a host is in slow start until the first change of the
    /// hosts after that.
    private var isScheduled = false

    init(
        policy: UpstreamPolicy, loadBalancing: LoadBalancing, station: UInt32, link: UInt32, balancer: UInt32,
        place: UInt16, proxies: [Int], entity: String, seed: UInt64
    ) {
        self.policy = policy
        self.loadBalancing = policy.loadBalancing ?? loadBalancing
        breaker = policy.circuitBreaker ?? .unlimited
        self.station = station
        self.link = link
        self.balancer = balancer
        self.place = place
        self.proxies = proxies
        self.entity = entity
        stream = RandomStream(seed: seed, entity: entity, purpose: "balancing")
        merger = UpdateMerger(window: policy.updateMergeWindow ?? 1_000_000_000)
        gate = RetryGate(budget: policy.retryBudget, maxRetries: breaker.maxRetries)
        detector = policy.outlierDetection.map { OutlierDetector($0) }
    }

    func isAvailable(_ ordinal: UInt32) -> Bool {
        let host = hosts[Int(ordinal)]
        return host.isMember && host.health.isHealthy && !(detector?.isEjected(Int(ordinal)) ?? false)
    }

    var memberCount: Int { hosts.count { $0.isMember } }

    /// A change of a host's health that waits until those who choose are told.
    struct WaitingChange {
        var level: Int
        var delay: Int64
        var generation: UInt32
    }

    /// A host has become fit or unfit to serve. Nil where nothing more is to be done; else ``deliver(_:_:at:)`` after a delay.
    mutating func healthChanged(_ ordinal: Int, at now: Int64) -> WaitingChange? {
        let level = level(of: hosts[ordinal])
        switch merger.changed(level, at: now) {
        case .now: tell(level)
        case .merged: break
        case .later(let delay, let generation):
            return WaitingChange(level: level, delay: delay, generation: generation)
        }
        return nil
    }

    /// The time of a change that waited has come.
    mutating func deliver(_ level: Int, _ generation: UInt32, at now: Int64) {
        if merger.isDue(level, generation, at: now) { tell(level) }
    }

    private mutating func tell(_ level: Int) {
        for ordinal in hosts.indices where self.level(of: hosts[ordinal]) == level {
            hosts[ordinal].isKnownFit = isAvailable(UInt32(ordinal))
        }
        isStale = true
    }

    private func level(of host: Host) -> Int { policy.locality == .failover ? Int(host.distance) : 0 }

    /// What probes would have found of a host that was gone before this account began.
    mutating func setHealth(_ health: HealthRecord, of ordinal: Int) {
        hosts[ordinal].health = health
        hosts[ordinal].isKnownFit = isAvailable(UInt32(ordinal))
        isStale = true
    }

    /// Counts a request at a host.
    mutating func changeActive(_ ordinal: UInt32, by difference: Int32) { hosts[Int(ordinal)].active &+= difference }

    /// Takes note of a probe; whether the host changed sides.
    mutating func probed(_ ordinal: Int, passed: Bool, at now: Int64) -> Bool {
        guard let settings = policy.healthCheck else { return false }
        let isFirst = !hosts[ordinal].health.isHealthy
        let changed = hosts[ordinal].health.record(passed: passed, settings)
        if changed, passed, isFirst, hosts[ordinal].joined == .max { join(ordinal, at: now) }
        return changed
    }

    private mutating func join(_ ordinal: Int, at now: Int64) {
        hosts[ordinal].joined = now
        if let window = policy.slowStart?.window { slowUntil = max(slowUntil, now &+ window) }
    }

    /// Takes over which replicas there are. Returns the hosts that are new and those that are gone.
    mutating func update(
        _ present: [(ordinal: UInt32, host: Host)], at now: Int64, isStart: Bool
    ) -> (joined: [UInt32], gone: [UInt32]) {
        var isPresent = Set<UInt32>()
        var joined: [UInt32] = []
        var changedLevels = Set<Int>()
        for (ordinal, host) in present {
            isPresent.insert(ordinal)
            while hosts.count <= Int(ordinal) {
                hosts.append(Host(replica: none, joined: .min))
                if let connections = policy.connections { pools.append(ConnectionPool(connections)) }
            }
            guard !hosts[Int(ordinal)].isMember else { continue }
            let (active, generation) = (hosts[Int(ordinal)].active, hosts[Int(ordinal)].generation)
            hosts[Int(ordinal)] = host
            hosts[Int(ordinal)].active = active
            hosts[Int(ordinal)].generation = generation &+ 1
            hosts[Int(ordinal)].isMember = true
            joined.append(ordinal)
            changedLevels.insert(level(of: host))
            detector?.join(Int(ordinal))
            guard !isStart else { continue }
            // With probes it joins when it passes the first.
            hosts[Int(ordinal)].health = HealthRecord(isKnown: policy.healthCheck == nil)
            if policy.healthCheck == nil { join(Int(ordinal), at: now) } else { hosts[Int(ordinal)].joined = .max }
        }
        var gone: [UInt32] = []
        for ordinal in hosts.indices where hosts[ordinal].isMember && !isPresent.contains(UInt32(ordinal)) {
            hosts[ordinal].isMember = false
            changedLevels.insert(level(of: hosts[ordinal]))
            detector?.leave(ordinal)
            gone.append(UInt32(ordinal))
        }
        for level in changedLevels.sorted() {
            if !isStart { merger.delivered(level, at: now) }
            tell(level)
        }
        isStale = true
        return (joined, gone)
    }
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

    /// The host of a request. `tried` are hosts that are avoided: as often as Envoy Gateway looks again, five times.
    mutating func choose(client: UInt64, tried: TriedHosts = TriedHosts(), at now: Int64) -> Choice {
        if isStale { rebuild(at: now) }
        let ticket = priorities.loads.count { $0 > 0 } > 1 ? Int(stream.integer(below: 100)) : 0
        guard let level = levelIndex(ticket) else { return .nobody }
        var group = 0
        if levels[level].groups.count > 1 {
            let position = stream.uniform()
            while group + 1 < levels[level].groups.count, position >= levels[level].groups[group].cumulative {
                group += 1
            }
        }
        guard !levels[level].groups.isEmpty, !levels[level].groups[group].hosts.isEmpty else { return .nobody }
        var host = pick(level, group, client: client, at: now)
        if policy.avoidsTriedReplica == true, tried.count > 0 {
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

    private mutating func pick(_ level: Int, _ group: Int, client: UInt64, at now: Int64) -> UInt32 {
        let count = levels[level].groups[group].hosts.count
        guard count > 1 else { return levels[level].groups[group].hosts[0] }
        switch loadBalancing {
        case .roundRobin:
            if isScheduled { return scheduled(level, group, at: now) }
            let turn = levels[level].groups[group].turn ?? stream.integer(below: UInt64(count))
            levels[level].groups[group].turn = turn &+ 1
            return levels[level].groups[group].hosts[Int(turn % UInt64(count))]
        case .random:
            return levels[level].groups[group].hosts[Int(stream.integer(below: UInt64(count)))]
        case .leastRequest:
            return isScheduled ? scheduled(level, group, at: now) : leastRequest(level, group)
        case .ringHash, .maglev:
            if levels[level].groups[group].tables == nil {
                var tables = HashTables(name: entity)
                tables.reset(ordinals: levels[level].groups[group].hosts)
                levels[level].groups[group].tables = tables
            }
            let place =
                loadBalancing == .ringHash
                ? levels[level].groups[group].tables?.ringPlace(of: client)
                : levels[level].groups[group].tables?.maglevPlace(of: client)
            return levels[level].groups[group].hosts[place ?? 0]
        }
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
            let start = stream.uniform() * 1024 / max(weights.reduce(0, +) / Double(weights.count), 1e-6)
            levels[level].groups[group].schedule = EDFSchedule(weights: weights, start: start)
        }
        var schedule = levels[level].groups[group].schedule
        levels[level].groups[group].schedule = nil
        let place = schedule?.pick { weight(of: members[Int($0)], at: now) }
        levels[level].groups[group].schedule = schedule
        return members[Int(place ?? 0)]
    }

    private func weight(of ordinal: UInt32, at now: Int64) -> Double {
        let host = hosts[Int(ordinal)]
        var weight = 1.0
        if let slowStart = policy.slowStart, host.joined > .min {
            weight = slowStart.factor(age: host.joined == .max ? 0 : max(now - host.joined, 0))
        }
        return loadBalancing == .leastRequest ? weight / Double(host.active + 1) : weight
    }

    /// Sorts the hosts by level and group again.
    private mutating func rebuild(at now: Int64) {
        isStale = false
        isScheduled = now < slowUntil
        var byLevel: [[UInt32]] = []
        for (ordinal, host) in hosts.enumerated() where host.isMember {
            let level = level(of: host)
            while byLevel.count <= level { byLevel.append([]) }
            byLevel[level].append(UInt32(ordinal))
        }
        let available = byLevel.map { $0.filter { hosts[Int($0)].isKnownFit } }
        priorities = PriorityLevels(
            healthy: available.map(\.count), hosts: byLevel.map(\.count), panicThreshold: policy.panicThreshold ?? 50)
        let turns = levels.map { $0.groups.map(\.turn) }
        levels = byLevel.indices.map { level in
            let panics = priorities.panics[level]
            return Level(groups: groups(of: panics ? byLevel[level] : available[level]), panics: panics)
        }
        // Whose turn it is goes on, so that proxies do not all begin anew at once.
        for (level, own) in turns.enumerated() where level < levels.count {
            for (group, turn) in own.enumerated() where group < levels[level].groups.count {
                levels[level].groups[group].turn = turn
            }
        }
    }

    private func groups(of members: [UInt32]) -> [Group] {
        let whole = [Group(hosts: members, cumulative: 1)]
        guard policy.locality == .zoneAware else { return whole }
        let places = max(proxies.count, Int(hosts.map(\.place).max() ?? 0) + 1)
        var byPlace = [[UInt32]](repeating: [], count: places)
        for ordinal in members { byPlace[Int(hosts[Int(ordinal)].place)].append(ordinal) }
        let origins = proxies + [Int](repeating: 0, count: places - proxies.count)
        guard
            let shares = LocalityRouting.zoneAware(
                local: Int(place), proxies: origins, hosts: byPlace.map(\.count))
        else { return whole }
        var groups: [Group] = []
        var sum = 0.0
        for (place, share) in shares.enumerated() where share > 0 && !byPlace[place].isEmpty {
            sum += share
            groups.append(Group(hosts: byPlace[place], cumulative: sum))
        }
        return groups.isEmpty ? whole : groups
    }
}
