import Simulation

/// One run of a model: the state, and the loop over its events. Everything an event touches is a trivial value in a pool.
struct Engine: ~Copyable {
    let model: TestbedModel
    /// The times at which intervals begin, and the end of the run.
    let cuts: [Int64]
    var kernel = Kernel<Occurrence>()
    var interval: UInt32 = 0
    var version = 0

    var requests = Slots<RequestState>()
    var jobs = Slots<Job>()

    var sources: [SourceState] = []
    /// The source of each user of a closed source.
    var users: [UInt32] = []

    var treatments = TreatmentCatalogue()
    var splits: [RandomStream] = []
    var mirrorings: [RandomStream] = []
    var backoffs: [RandomStream] = []
    var lineCells: [RequestCell] = []
    var branchCells: [UInt64] = []

    var gateways = Slots<GatewayState>()
    var gatewayNames: [String] = []
    var gatewayCells: [GatewayCell] = []

    var stations = Slots<StationState>()
    /// The backend that a station is; nil for a gateway's own queue.
    var stationBackends: [BackendIdentity?] = []
    var stationReplicas: [[UInt32]] = []
    var stationTables: [HashTables] = []
    var stationCells: [StationMeasurements] = []
    var replicas = Slots<Replica>()
    var sharing: [SharingHeap] = []

    var links = Slots<Link>()
    var balancers = Slots<Balancer>()
    /// Of each balancer that asks for the fewest, its own requests at each replica of the station, by ordinal.
    var activeRequests: [[Int32]] = []
    /// The replicas that balancers choose from: each station's are a stretch, which a change puts at the end anew.
    var candidates: [UInt32] = []
    var distributions: [Distribution] = []

    /// The replicas that each failure and slowness that is in force has hit.
    var hit: [UInt32: [UInt32]] = [:]

    var indexOfGateway: [String: UInt32] = [:]
    var indexOfStation: [BackendIdentity: UInt32] = [:]
    var indexOfLink: [UInt64: UInt32] = [:]

    var requestsMeasured: UInt64 = 0
    var requestsEnded: UInt64 = 0
    var requestsWithoutObservation: UInt64 = 0
    /// More events at one moment than any model has whose clock moves on.
    var mostSimultaneousEvents = 20_000_000
    /// About 15 GB of requests, and within the kernel's slots.
    var mostRequests = 100_000_000
    /// The interval that begins at the end of the warm-up.
    let firstMeasured: UInt32

    var intervalCount: Int { cuts.count - 1 }

    /// An engine for a model that was found valid.
    init(_ model: TestbedModel) {
        self.model = model
        cuts = Self.cuts(of: model)
        firstMeasured = UInt32(cuts.firstIndex { $0 >= model.warmup } ?? 0)
        for backend in model.backends { addStation(backend) }
        for gateway in model.gateways { addGateway(gateway) }
        scheduleTimetable()
    }

    /// Where the run is cut: at the end of the warm-up, where events begin and end, and where the model asks for it.
    private static func cuts(of model: TestbedModel) -> [Int64] {
        var times: Set<Int64> = [0, model.warmup, model.duration]
        times.formUnion(model.cuts)
        for event in model.events {
            times.insert(event.time)
            if let end = event.end { times.insert(end) }
        }
        return times.filter { (0...model.duration).contains($0) }.sorted()
    }

    /// What is scheduled first comes first among simultaneous events: a change is in force for requests of its moment.
    private mutating func scheduleTimetable() {
        kernel.schedule(.end, slot: 0, at: SimulationTime(nanoseconds: model.duration))
        for (index, cut) in cuts.enumerated() where cut > 0 && cut < model.duration {
            kernel.schedule(.cut, slot: UInt32(index), at: SimulationTime(nanoseconds: cut))
        }
        for (index, event) in model.events.enumerated() where event.time < model.duration {
            kernel.schedule(.change, slot: UInt32(index), at: SimulationTime(nanoseconds: event.time))
            if let end = event.end, end < model.duration {
                kernel.schedule(.restore, slot: UInt32(index), at: SimulationTime(nanoseconds: end))
            }
        }
    }

    mutating func run(progress: ((Double) -> Void)? = nil) throws -> RunResult {
        for index in model.sources.indices { try start(model.sources[index], index: UInt32(index)) }
        var moment = SimulationTime.zero
        var simultaneous = 0
        while let event = kernel.next() {
            if event.time == moment {
                simultaneous &+= 1
                guard simultaneous < mostSimultaneousEvents else {
                    throw TestbedError.timeStandsStill(at: moment.nanoseconds)
                }
            } else {
                moment = event.time
                simultaneous = 0
            }
            if kernel.eventCount & 0x1_ffff == 0 {
                progress?(Double(moment.nanoseconds) / Double(model.duration))
            }
            switch event.kind {
            case .end: return finish()
            case .cut: beginInterval(event.slot)
            case .change: begin(event.slot)
            case .restore: restore(event.slot)
            case .arrival: try arrive(from: event.slot)
            case .thought: try sendUser(event.slot)
            case .overheadPassed: overheadPassed(event.slot)
            case .reached: reached(event.slot)
            case .served: served(event.slot)
            case .shared: shared(event.slot)
            case .answered: answered(event.slot)
            case .retried: retried(event.slot)
            case .requestTimedOut: requestTimedOut(event.slot)
            case .attemptTimedOut: attemptTimedOut(event.slot)
            }
        }
        return finish()
    }
}

extension TestbedEvent {
    /// When a change of limited time is over.
    var end: Int64? {
        switch change {
        case .fail(_, _, let duration), .slow(_, _, _, let duration):
            guard let duration else { return nil }
            return time.addingReportingOverflow(duration).overflow ? nil : time + duration
        case .apply, .scale: return nil
        }
    }
}
