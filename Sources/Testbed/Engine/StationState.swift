import Simulation

/// A replica of a station.
struct Replica: BitwiseCopyable {
    var station: UInt32
    var ordinal: UInt32
    var busy: Int32 = 0
    var waiting: Int32 = 0
    /// The requests that it works on at once, and the waiting places; `Int32.max` for no limit.
    var concurrency: Int32
    var queue: Int32
    var firstWaiting = none
    var lastWaiting = none
    var slowness = 1.0
    var isSlow = false
    /// The failures that are in force; up at zero.
    var failures: UInt32 = 0
    var isSharing: Bool
    /// Taken away by a scale-down: finishes what it holds.
    var isRetired = false
    /// Whether the station's `servers` include this replica's.
    var isCounted = true
    /// Whether nothing is heard of it while it is down: otherwise connections to it are refused.
    var isSilent = false
    /// The reasons for which it is not among the endpoints, beside being taken away.
    var unlisted: UInt32 = 0
    var place: UInt16 = 0
    /// Which rolling update it came with.
    var version: UInt16 = 0
    var isStarting = false
    /// How often it has started.
    var starts: UInt32 = 0
    /// Since when it is getting warm, in nanoseconds; the far past where it is.
    var warmFrom = Int64.min
    /// Being taken away: proxies may not know of it yet.
    var isTerminating = false
    var refusesRequests = false
    /// The flows that it holds.
    var flows: Int32 = 0
    /// Since when requests may be sent there, in nanoseconds; the far past for those of the start.
    var joined = Int64.min

    var isUp: Bool { failures == 0 && !refusesRequests }
}

/// Of a processor-sharing replica: the service that every request present has had since it was last empty, when that was
/// brought up to date, the earliest `shared` event that waits, and the requests.
struct SharedReplica {
    var virtualTime = 0.0
    var updated = SimulationTime.zero
    var due = SimulationTime.distantFuture
    var heap = SharingHeap()
}

/// What does not change and what is counted of a set of replicas.
struct StationState: BitwiseCopyable {
    var serviceTimes: RandomStream
    var service: Sampler
    /// The next service time of a simple family in nanoseconds, drawn one ahead, so that no event waits for a draw.
    var upcoming: Int64 = 0
    /// The place of the distribution of service times; `none` where a request's own time counts.
    var serviceTime: UInt32
    /// The cell of the interval in force; `none` until something is counted.
    var cell = none
    var busy = LevelStatistic()
    var waiting = LevelStatistic()
    var inSystem = LevelStatistic()
    var errors: RandomStream
    var errorRatio: Double
    var errorStatus: UInt16
    var isModelled: Bool
    /// Whether replicas go on with requests that were cancelled.
    var ignoresCancel = false
    /// Whether requests call other Services, all in turn, and keep their places meanwhile.
    var hasCalls = false
    var callsInSequence = false
    var callsHoldPlace = false
    var isSharing: Bool
    var concurrency: Int32
    var queue: Int32
    var firstReplica: UInt32
    /// The replicas that requests may be sent to.
    var candidates = Places(0, 0)
    var servers = LevelStatistic()
    /// Its stretch of ``Engine/callSites``.
    var calls = Places(0, 0)
    /// The place of the distribution of what its sidecars add to a request, or `none`.
    var sidecar = none

    /// What a replica that is up adds to `servers`.
    var serversOfReplica: Int64 { isSharing ? 1 : (concurrency == .max ? 0 : Int64(concurrency)) }
}

/// What a station counts in one interval, besides two histograms in ``Engine/stationLatencies``: of waits at twice its
/// index, and of latencies after it.
struct StationCell: BitwiseCopyable {
    var station: UInt32
    var interval: UInt32
    var requests: UInt64 = 0
    var refused: UInt64 = 0
    var cancelled: UInt64 = 0
    var lost: UInt64 = 0
    var abandoned: UInt64 = 0
}

/// The levels of a station, observed over one interval.
struct StationLevels {
    var inSystem: LevelObservation
    var waiting: LevelObservation
    var busy: LevelObservation
    var servers: LevelObservation
}

/// What does not change and what is counted of a gateway.
struct GatewayState: BitwiseCopyable {
    var inSystem = LevelStatistic()
    var replicas: UInt32
    /// Its own queue, or `none`.
    var station: UInt32
    /// The places of distributions, or `none`.
    var overhead: UInt32
    var hop: UInt32
    var loadBalancing: LoadBalancing
    var overheads: RandomStream
    var choices: RandomStream
}

/// The way between a gateway and a backend.
struct Link: BitwiseCopyable {
    var gateway: UInt32
    var station: UInt32
    /// The place of the distribution, or `none`.
    var hop: UInt32
    /// The station's only candidate; `none` where there are several, or none.
    var onlyReplica: UInt32
    /// The first of the balancers, one for each replica of the gateway.
    var firstBalancer: UInt32
    /// Whether balancers count their requests at each replica: always where a policy governs the link.
    var countsRequests: Bool
    /// Whether the network between the ends, or a sidecar at the backend, adds to the hop.
    var isLong = false
    /// The accounts that a policy keeps, or `none`.
    var group = none
    var sampler: Sampler
    var hops: RandomStream
}
