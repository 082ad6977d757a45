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
        /// Which of the proxy's weights of localities is its own.
        var locality: UInt16?
    }

    /// Hosts among which the algorithm chooses.
    struct Group {
        var hosts: [UInt32]
        /// Their weights, in the same order; empty where all are equal.
        var weights: [Double] = []
        /// The part of the level's requests that it gets, summed up with those before it.
        var cumulative: Double
        /// What the group weighs among the localities.
        var weight = 0.0
        var turn: UInt64?
        var schedule: EDFSchedule?
        var tables: HashTables?
    }

    struct Level {
        var groups: [Group] = []
        var panics = false
        /// Whose turn it is of the groups, where localities share by weight.
        var localities: EDFSchedule?
    }

    let policy: UpstreamPolicy
    let loadBalancing: LoadBalancing
    let breaker: CircuitBreaker
    let station: UInt32
    let link: UInt32
    let balancer: UInt32
    let place: UInt16
    /// What localities weigh for this proxy; nil where they do not count.
    let localityWeights: [LocalityWeights.Entry]?
    /// The zones of the gateway's replicas, counted by place.
    let proxies: [Int]
    let entity: String
    var stream: RandomStream
    var load = UpstreamLoad()
    var gate: RetryGate
    var detector: OutlierDetector?
    /// By ordinal.
    private(set) var hosts: [Host] = []
    private var merger: UpdateMerger
    var pools: [ConnectionPool] = []
    var levels: [Level] = []
    var priorities = PriorityLevels(healthy: [], hosts: [], panicThreshold: 0)
    var isStale = true
    /// Until when some host is in slow start.
    var slowUntil: Int64 = .min
    /// Whether hosts are chosen by schedule: as in Envoy from when a host is in slow start until the first change of the
    /// hosts after that.
    var isScheduled = false

    init(
        policy: UpstreamPolicy, loadBalancing: LoadBalancing, station: UInt32, link: UInt32, balancer: UInt32,
        place: UInt16, at location: Place = Place(), proxies: [Int], entity: String, seed: UInt64
    ) {
        self.policy = policy
        self.loadBalancing = policy.loadBalancing ?? loadBalancing
        breaker = policy.circuitBreaker ?? .unlimited
        self.station = station
        self.link = link
        self.balancer = balancer
        self.place = place
        if case .weighted(let weights) = policy.locality {
            localityWeights = weights.weights(at: location)
        } else {
            localityWeights = nil
        }
        self.proxies = proxies
        self.entity = entity
        stream = RandomStream(seed: seed, entity: entity, purpose: "balancing")
        merger = UpdateMerger(window: policy.updateMergeWindow ?? 1_000_000_000)
        gate = RetryGate(budget: policy.retryBudget, maxRetries: breaker.maxRetries)
        detector = policy.outlierDetection.map {
            OutlierDetector($0, stream: RandomStream(seed: seed, entity: entity, purpose: "outlier detection"))
        }
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

    /// The priority level of a host.
    func level(of host: Host) -> Int { policy.locality == .failover ? Int(host.distance) : 0 }

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
