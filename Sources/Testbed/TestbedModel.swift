public import Simulation

/// A run, completely described: immutable, free of files and manifests. The same model gives the same result, always.
public struct TestbedModel: Sendable {
    /// Every source of chance has a stream of its own, derived from this and its name.
    public var seed: UInt64
    /// The length of the run in nanoseconds.
    public var duration: Int64
    /// Requests that arrive in the first nanoseconds are simulated but not measured.
    public var warmup: Int64
    /// Where the traffic comes from.
    public var sources: [TrafficSource]
    /// The backends that are modelled; all others answer at once.
    public var backends: [BackendModel]
    /// The gateways about which something is known; all others forward without delay.
    public var gateways: [GatewayModel]
    /// What happens at what time. A source's treatments are asked for by the number of the routing table in force.
    public var events: [TestbedEvent]
    /// Times in nanoseconds, besides those of events, at which the result's intervals are cut.
    public var cuts: [Int64]
    /// What lies between the places of replicas.
    public var network = NetworkModel()
    /// Whether the result says how far what chance drew is from its expectation: a few hundredths more of work.
    public var measuresDeviations = false

    /// A model with its parts.
    public init(
        seed: UInt64 = 1, duration: Int64, warmup: Int64 = 0, sources: [TrafficSource], backends: [BackendModel] = [],
        gateways: [GatewayModel] = [], events: [TestbedEvent] = [], cuts: [Int64] = []
    ) {
        self.seed = seed
        self.duration = duration
        self.warmup = warmup
        self.sources = sources
        self.backends = backends
        self.gateways = gateways
        self.events = events
        self.cuts = cuts
    }
}

extension TestbedModel {
    /// Whether any proxy chooses by the client, so that clients have to be drawn.
    var needsClients: Bool {
        func isByClient(_ loadBalancing: LoadBalancing?) -> Bool {
            loadBalancing == .ringHash || loadBalancing == .maglev
        }
        return gateways.contains { isByClient($0.loadBalancing) || isByClient($0.policy.loadBalancing) }
            || backends.contains { isByClient($0.policy.loadBalancing) } || hasSessions
    }

    private var hasSessions: Bool {
        let calls = backends.compactMap(\.calls).flatMap(\.calls).flatMap(\.treatments)
        return calls.contains(where: \.hasSession)
            || sources.contains { source in
                guard case .mix(_, _, let treatments) = source.content else { return false }
                return treatments.contains { $0.contains(where: \.hasSession) }
            }
    }
}

/// How long a replica works on a request.
public enum ServiceTime: Hashable, Sendable {
    /// A draw for each request.
    case distribution(Distribution)
    /// What the trace observed for this very request; one without an observation is answered at once and counted.
    case observed
}

/// How a replica serves several requests.
public enum Discipline: Hashable, Sendable {
    /// In the order of arrival, each by a server of its own.
    case fifo
    /// All at once, each at an equal part of the replica's one unit of speed.
    case processorSharing
}

/// A set of equal replicas, each with its own queue.
public struct StationModel: Hashable, Sendable {
    /// The number of replicas at the start.
    public var replicas: Int
    /// The requests that one replica works on at once; nil for no limit.
    public var concurrency: Int?
    /// The waiting places of one replica; nil for no limit. A full replica answers 503.
    public var queue: Int?
    /// How the replica serves several requests.
    public var discipline: Discipline
    /// How long it works on each.
    public var serviceTime: ServiceTime

    /// Replicas with their properties.
    public init(
        replicas: Int = 1, concurrency: Int? = nil, queue: Int? = nil, discipline: Discipline = .fifo,
        serviceTime: ServiceTime
    ) {
        self.replicas = replicas
        self.concurrency = concurrency
        self.queue = queue
        self.discipline = discipline
        self.serviceTime = serviceTime
    }
}

/// What is known of a backend.
public struct BackendModel: Sendable {
    /// Which one; its port is ignored, as replicas serve all ports.
    public var backend: BackendIdentity
    /// Its replicas.
    public var station: StationModel
    /// The share of served requests, 0 … 1, that end with `errorStatus`.
    public var errorRatio: Double
    /// The status of an error.
    public var errorStatus: UInt16
    /// How gateways treat its replicas; what it leaves open is as the gateway's own policy says.
    public var policy = UpstreamPolicy()
    /// Where its replicas are; empty where that does not matter.
    public var placement: [Placement] = []
    /// Whether replicas go on with requests that were cancelled: nobody waits for these any more.
    public var ignoresCancel = false
    /// How its replicas come and go.
    public var lifecycle = Lifecycle()
    /// How many replicas there are, by what they have to do; nil where that is fixed.
    public var autoscaling: Autoscaling?
    /// The flows that one replica holds at once; nil for no limit.
    public var maxFlows: Int?
    /// The requests that it sends to other Services for each that it serves; nil for none.
    public var calls: ServiceCalls?
    /// What the proxy beside each replica adds to a request on its way there; nil for nothing.
    public var sidecar: Distribution?

    /// A backend with its properties.
    public init(backend: BackendIdentity, station: StationModel, errorRatio: Double = 0, errorStatus: UInt16 = 500) {
        self.backend = backend
        self.station = station
        self.errorRatio = errorRatio
        self.errorStatus = errorStatus
    }
}

/// How a gateway chooses among the replicas of a backend. Every replica of a gateway decides for itself.
public enum LoadBalancing: String, Hashable, Sendable {
    /// Each in turn, from a random start.
    case roundRobin
    /// Any of them.
    case random
    /// Of two drawn at random (with replacement), the one with fewer requests of this gateway replica under way; the
    /// first drawn on a tie. Envoy's default for equal weights.
    case leastRequest
    /// By the client's hash on a ring of at least 1024 points.
    case ringHash
    /// By the client's hash in a table of 65537 places.
    case maglev
}

/// What is known of a gateway.
public struct GatewayModel: Sendable {
    /// `namespace/name`.
    public var gateway: String
    /// How it chooses among a backend's replicas.
    public var loadBalancing: LoadBalancing
    /// A delay of every request, without a queue.
    public var overhead: Distribution?
    /// The proxy's own queue; nil for none.
    public var station: StationModel?
    /// Its replicas where it has no queue: each balances for itself.
    public var replicas: Int
    /// The time from the gateway to a replica, and again back.
    public var hop: Distribution?
    /// How it treats the replicas of all backends.
    public var policy = UpstreamPolicy()
    /// Where its replicas are; empty where that does not matter.
    public var placement: [Placement] = []
    /// The longest that a flow may last, in nanoseconds: it is reset then; nil for no limit.
    public var maxFlowDuration: Int64?
    /// What it does with requests before it routes them, in order.
    public var filters: [GatewayFilter] = []

    /// A gateway with its properties; with a `station`, that one's replicas count.
    public init(
        gateway: String, loadBalancing: LoadBalancing = .roundRobin, overhead: Distribution? = nil,
        station: StationModel? = nil, replicas: Int = 1, hop: Distribution? = nil
    ) {
        self.gateway = gateway
        self.loadBalancing = loadBalancing
        self.overhead = overhead
        self.station = station
        self.replicas = station?.replicas ?? replicas
        self.hop = hop
    }
}

/// Something that happens at a time. Events cut the result's intervals.
public struct TestbedEvent: Hashable, Sendable {
    /// What happens.
    public enum Change: Hashable, Sendable {
        /// Another routing table is in force; treatments are asked for with this number from now on.
        case apply(version: Int)
        /// Replicas of a backend (those of the lowest numbers) are gone, with all they hold, for a time or for good.
        case fail(BackendIdentity, replicas: Int, duration: Int64?)
        /// Service that begins at replicas of a backend takes a multiple of its time, for a time or for good.
        case slow(BackendIdentity, factor: Double, replicas: Int, duration: Int64?)
        /// A backend has another number of replicas. Those taken away finish what they hold.
        case scale(BackendIdentity, replicas: Int)
        /// All replicas of a backend are replaced one after another.
        case rollout(BackendIdentity, RollingUpdate)
        /// Something goes wrong, for a time or for good.
        case fault(Fault, duration: Int64?)
    }

    /// Nanoseconds after the start.
    public var time: Int64
    /// What happens.
    public var change: Change

    /// A change at a time.
    public init(time: Int64, change: Change) {
        self.time = time
        self.change = change
    }
}
