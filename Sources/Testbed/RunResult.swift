public import Simulation

/// What came of a run. Counts are integers and latencies histograms, so results of replications add up exactly.
///
/// A request counts where it arrived at its gateway after the warm-up, in the interval in which it arrived.
public struct RunResult: Hashable, Sendable {
    /// The model's seed.
    public var seed: UInt64
    /// The length of the run in nanoseconds.
    public var duration: Int64
    /// The part at its beginning that is not measured.
    public var warmup: Int64
    /// The number of runs that were added up.
    public var replications = 1
    /// Requests that arrived after the warm-up: those of all lines, and the unfinished.
    public var requests: UInt64 = 0
    /// Requests among them that had not ended when the run did.
    public var unfinished: UInt64 = 0
    /// Requests among them that backends sent to other Services.
    public var calls: UInt64 = 0
    /// Events that the kernel handled.
    public var events: UInt64 = 0
    /// Everything measured, over the whole time after the warm-up.
    public var total: Measurements
    /// The same, cut at the times of events.
    public var intervals: [IntervalMeasurements]
    /// What the model left out, one sentence each.
    public var notModelled: [String]
    /// What the model did by itself, in the order of time; of several replications that of the first.
    public var log: [RunEvent] = []
    /// How far what chance drew is from its expectation, where the model asks for it; of several replications in the first.
    public var deviations: [Deviation] = []

    /// Adds the result of another replication of the same model.
    public mutating func merge(_ other: RunResult) {
        replications += other.replications
        requests += other.requests
        unfinished += other.unfinished
        calls += other.calls
        events += other.events
        total.merge(other.total)
        for index in intervals.indices where index < other.intervals.count {
            intervals[index].measurements.merge(other.intervals[index].measurements)
        }
        for sentence in other.notModelled where !notModelled.contains(sentence) { notModelled.append(sentence) }
    }
}

/// What was measured in a part of the run.
public struct IntervalMeasurements: Hashable, Sendable {
    /// Its beginning in nanoseconds after the start of the run, itself included.
    public var from: Int64
    /// Its end, itself excluded.
    public var until: Int64
    /// What was measured.
    public var measurements: Measurements
}

/// What was measured of every line, backend and gateway.
public struct Measurements: Hashable, Sendable {
    /// Rules and unrouted requests, in the order in which they first came up.
    public var lines: [LineMeasurements] = []
    /// Backends: those of the model in its order, then others in the order in which they first came up.
    public var backends: [BackendMeasurements] = []
    /// Gateways, likewise.
    public var gateways: [GatewayMeasurements] = []
    /// What policies did, for each gateway and backend that one governs, in the order in which they first met.
    public var upstreams: [UpstreamMeasurements] = []
    /// Flows, by rule, in the order in which they first came up.
    public var flows: [FlowMeasurements] = []

    /// What clients saw, by source, where they have a patience of their own.
    public var clients: [ClientMeasurements] = []

    /// Adds what was measured at another time or in another run.
    public mutating func merge(_ other: Measurements) {
        for client in other.clients {
            if let same = clients.firstIndex(where: { $0.source == client.source }) {
                clients[same].merge(client)
            } else {
                clients.append(client)
            }
        }
        for (place, line) in other.lines.enumerated() {
            // Replications of one model have the same lines, mostly in the same order.
            if place < lines.count, lines[place].identity == line.identity {
                lines[place].merge(line)
            } else if let index = lines.firstIndex(where: { $0.identity.lineName == line.identity.lineName }) {
                lines[index].merge(line)
            } else {
                lines.append(line)
            }
        }
        for (place, backend) in other.backends.enumerated() {
            if place < backends.count, backends[place].backend == backend.backend {
                backends[place].station.merge(backend.station)
            } else if let index = backends.firstIndex(where: { $0.backend == backend.backend }) {
                backends[index].station.merge(backend.station)
            } else {
                backends.append(backend)
            }
        }
        for gateway in other.gateways {
            if let index = gateways.firstIndex(where: { $0.gateway == gateway.gateway }) {
                gateways[index].merge(gateway)
            } else {
                gateways.append(gateway)
            }
        }
        for flow in other.flows {
            if let same = flows.firstIndex(where: { $0.identity.lineName == flow.identity.lineName }) {
                flows[same].merge(flow)
            } else {
                flows.append(flow)
            }
        }
        for upstream in other.upstreams {
            let same = upstreams.firstIndex { $0.gateway == upstream.gateway && $0.backend == upstream.backend }
            if let same { upstreams[same].merge(upstream) } else { upstreams.append(upstream) }
        }
    }
}

/// What was measured of the requests of a rule, or of requests for a host that no rule took.
public struct LineMeasurements: Hashable, Sendable {
    /// Whose requests.
    public var identity: LineIdentity
    /// Requests that ended.
    public var requests: UInt64 = 0
    /// What the clients got.
    public var statuses = StatusCounts()
    /// From the arrival at the gateway to the end of the response, in nanoseconds.
    public var latency = LatencyHistogram()
    /// Where the split sent attempts.
    public var branches: [BranchMeasurements] = []
    /// Retries that gateways made.
    public var retries: UInt64 = 0

    mutating func merge(_ other: LineMeasurements) {
        requests += other.requests
        retries += other.retries
        statuses.merge(other.statuses)
        latency.merge(other.latency)
        for branch in other.branches {
            if let index = branches.firstIndex(where: { $0.backend == branch.backend }) {
                branches[index].requests += branch.requests
                branches[index].expectedFixedPoint += branch.expectedFixedPoint
            } else {
                branches.append(branch)
            }
        }
    }

    /// The share of the attempts that went to a branch; nil where there were none.
    public func share(_ branch: BranchMeasurements) -> Double? {
        let all = branches.reduce(0) { $0 + $1.requests }
        return all == 0 ? nil : Double(branch.requests) / Double(all)
    }

    /// The share that the weights in force at the time of each attempt give to a branch; nil where there were none.
    public func expectedShare(_ branch: BranchMeasurements) -> Double? {
        let all = branches.reduce(0) { $0 + $1.requests }
        return all == 0 ? nil : Double(branch.expectedFixedPoint) * 0x1p-60 / Double(all)
    }
}

/// How many attempts of a line were sent to a backend.
public struct BranchMeasurements: Hashable, Sendable {
    /// The backend; nil for references without one, whose share the gateway answers itself.
    public var backend: BackendIdentity?
    /// Attempts that the split sent there, retries included and mirrors not.
    public var requests: UInt64 = 0
    /// What the weights let expect, in units of 2⁻⁶⁰ attempts.
    public var expectedFixedPoint: UInt128 = 0
}

/// What was measured of a backend.
public struct BackendMeasurements: Hashable, Sendable {
    /// Which one.
    public var backend: BackendIdentity
    /// Whether the model says how it serves; otherwise it answers at once.
    public var isModelled: Bool
    /// What was measured.
    public var station: StationMeasurements
}

/// What was measured of a gateway.
public struct GatewayMeasurements: Hashable, Sendable {
    /// `namespace/name`.
    public var gateway: String
    /// Whether it is the proxy of a backend, by which that calls other Services.
    public var isSidecar = false
    /// Requests that arrived.
    public var requests: UInt64 = 0
    /// What the clients got.
    public var statuses = StatusCounts()
    /// From the arrival at the gateway to the end of the response, in nanoseconds.
    public var latency = LatencyHistogram()
    /// Requests between arrival and end.
    public var inSystem = LevelObservation()
    /// The proxy's own queue; nil where it is not modelled.
    public var station: StationMeasurements?
    /// What its filters did; nil where it has none.
    public var filters: FilterCounts?

    mutating func merge(_ other: GatewayMeasurements) {
        requests += other.requests
        statuses.merge(other.statuses)
        latency.merge(other.latency)
        inSystem.merge(other.inSystem)
        if let counts = other.filters {
            var own = filters ?? FilterCounts()
            own.merge(counts)
            filters = own
        }
        guard let otherStation = other.station else { return }
        var own = station ?? StationMeasurements()
        own.merge(otherStation)
        station = own
    }
}

/// What was measured of a set of replicas.
public struct StationMeasurements: Hashable, Sendable {
    /// Requests that reached a replica, retries and mirrors included.
    public var requests: UInt64 = 0
    /// What the replicas answered. A full queue's 503 is among them.
    public var statuses = StatusCounts()
    /// Requests that a full queue refused.
    public var refused: UInt64 = 0
    /// Requests that a timeout took away before they were answered.
    public var cancelled: UInt64 = 0
    /// Requests that a failing replica lost.
    public var lost: UInt64 = 0
    /// Requests that were cancelled and that the replicas worked on all the same. Their answers are among the statuses.
    public var abandoned: UInt64 = 0
    /// From the arrival at the replica to the beginning of service, in nanoseconds: of all that were served.
    public var wait = LatencyHistogram()
    /// From the arrival at the replica to the end of service: of all that were served to the end.
    public var latency = LatencyHistogram()
    /// Requests at all replicas.
    public var inSystem = LevelObservation()
    /// Requests that wait for service.
    public var waiting = LevelObservation()
    /// Busy servers.
    public var busy = LevelObservation()
    /// Servers of replicas that are up; zero where their number has no limit.
    public var servers = LevelObservation()

    /// The part of its servers' time that was used; nil where their number has no limit.
    public var utilization: Double? {
        servers.integral > 0 ? Double(busy.integral) / Double(servers.integral) : nil
    }

    mutating func merge(_ other: StationMeasurements) {
        requests += other.requests
        statuses.merge(other.statuses)
        refused += other.refused
        cancelled += other.cancelled
        lost += other.lost
        abandoned += other.abandoned
        wait.merge(other.wait)
        latency.merge(other.latency)
        inSystem.merge(other.inSystem)
        waiting.merge(other.waiting)
        busy.merge(other.busy)
        servers.merge(other.servers)
    }
}
