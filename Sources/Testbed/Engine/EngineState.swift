import Simulation

/// The kinds of events in a run. The slot is given in brackets.
enum Occurrence: UInt8, EventKind {
    /// The run is over.
    case end
    /// A new interval begins. [its number]
    case cut
    /// An event of the scenario begins. [its number]
    case change
    /// A failure or slowness of limited time is over. [the number of its event]
    case restore
    /// A source sends its next request. [source]
    case arrival
    /// A user has thought. [user]
    case thought
    /// The gateway's overhead has passed. [request]
    case overheadPassed
    /// An attempt reaches its replica. [job]
    case reached
    /// A server has done its work. [job]
    case served
    /// A processor-sharing replica may have finished a request. [replica]
    case shared
    /// A response reaches the gateway. [job]
    case answered
    /// A back-off is over. [request]
    case retried
    /// The time of a request is up. [request]
    case requestTimedOut
    /// The time of an attempt is up. [job]
    case attemptTimedOut
}

/// No index.
let none = UInt32.max

/// A request between its arrival at the gateway and its end.
struct RequestState: BitwiseCopyable {
    var arrived: SimulationTime
    var client: UInt64
    /// The observed time in nanoseconds, negative where it is not known.
    var observed: Int64
    var timer = ArmedTimer.none
    var treatment: UInt32
    var interval: UInt32
    var gatewayReplica: UInt32
    /// The user of a closed source who waits for the end.
    var user: UInt32
    /// What it is at: the gateway's own queue or an attempt.
    var job = none
    var retries: UInt32 = 0
    /// Whether an event of this request waits: then the slot must outlive the request.
    var awaitsEvent = false
    var hasEnded = false
}

/// Something that occupies a replica, or is under way to or from one: an attempt, a mirror's copy, or a request in the
/// gateway's own queue.
struct Job: BitwiseCopyable {
    enum Place: UInt8, BitwiseCopyable {
        case outbound, waiting, serving, inbound
        /// Cancelled; its slot stays until the event or heap entry that refers to it is gone.
        case cancelled
    }

    var reached = SimulationTime.zero
    var observed: Int64
    var timer = ArmedTimer.none
    /// `none` for a mirror's copy.
    var request: UInt32
    var station: UInt32
    var replica: UInt32
    /// The way between gateway and backend; `none` in the gateway's own queue.
    var link: UInt32
    var balancer: UInt32
    var interval: UInt32 = 0
    var previous = none
    var next = none
    var status: UInt16 = 200
    var place = Place.outbound
}

/// A replica of a station.
struct Replica: BitwiseCopyable {
    var station: UInt32
    var ordinal: UInt32
    /// The failures that are in force; up at zero.
    var failures: UInt32 = 0
    /// Taken away by a scale-down: finishes what it holds.
    var isRetired = false
    /// Whether the station's `servers` include this replica's.
    var isCounted = false
    var busy: Int64 = 0
    var waiting: Int64 = 0
    var firstWaiting = none
    var lastWaiting = none
    var firstServing = none
    var slowness = 1.0
    /// Of processor sharing: the service that every request present has had since the replica was last empty, when that
    /// was brought up to date, and the earliest `shared` event that waits.
    var virtualTime = 0.0
    var updated = SimulationTime.zero
    var due = SimulationTime.distantFuture

    var isUp: Bool { failures == 0 }
}

/// What does not change and what is counted of a set of replicas.
struct StationState: BitwiseCopyable {
    var serviceTimes: RandomStream
    var errors: RandomStream
    var concurrency: Int64
    var queue: Int64
    var isSharing: Bool
    /// The place of the distribution of service times; `none` where a request's own time counts.
    var serviceTime: UInt32
    var isModelled: Bool
    var errorStatus: UInt16
    var errorRatio: Double
    var firstReplica: UInt32
    /// The replicas that requests may be sent to.
    var candidates = Places(0, 0)
    var inSystem = LevelStatistic()
    var waiting = LevelStatistic()
    var busy = LevelStatistic()
    var servers = LevelStatistic()

    /// What a replica that is up adds to `servers`.
    var serversOfReplica: Int64 { isSharing ? 1 : (concurrency == .max ? 0 : concurrency) }
}

/// What does not change and what is counted of a gateway.
struct GatewayState: BitwiseCopyable {
    var overheads: RandomStream
    var choices: RandomStream
    var replicas: UInt32
    /// Its own queue, or `none`.
    var station: UInt32
    var loadBalancing: LoadBalancing
    /// The places of distributions, or `none`.
    var overhead: UInt32
    var hop: UInt32
    var inSystem = LevelStatistic()
}

/// The way between a gateway and a backend.
struct Link: BitwiseCopyable {
    var gateway: UInt32
    var station: UInt32
    var hops: RandomStream
    /// The place of the distribution, or `none`.
    var hop: UInt32
    /// The first of the balancers, one for each replica of the gateway.
    var firstBalancer: UInt32
}

/// Counts of requests in one interval.
struct RequestCell {
    var requests: UInt64 = 0
    var statuses = StatusCounts()
    var latency = LatencyHistogram()
}

/// A cell of a gateway.
struct GatewayCell {
    var requests = RequestCell()
    var inSystem = LevelObservation()
}
