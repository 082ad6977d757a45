import Simulation

/// One run of a model: the state, and the loop over its events. Everything an ordinary event touches is a trivial value in
/// a pool; what is in arrays is for what happens seldom. `docs/simulation.md` describes the layout.
struct Engine: ~Copyable {
    let model: TestbedModel
    /// The times at which intervals begin, and the end of the run.
    let cuts: [Int64]
    var timetable: Timetable
    var kernel = Kernel<Occurrence>()
    var interval: UInt32 = 0
    var version = 0

    var requests = Slots<RequestState>()
    var details = Slots<RequestDetails>()

    var sources = Slots<SourceState>()
    /// Of each request of each mix, the sum of the weights up to and including its own, and its plan under the table in
    /// force, or `none` where that has not been asked for yet.
    var shapeWeights = Slots<UInt64>()
    var shapePlans = Slots<UInt32>()
    var shapeGuide = Slots<UInt32>()
    var sourceParts: [SourceParts] = []
    /// The source of each user of a closed source.
    var users: [UInt32] = []

    var plans = Slots<Plan>()
    var branches = Slots<Branch>()
    /// Of each line, the stream that its splits are drawn from.
    var splits = Slots<RandomStream>()
    var lines = Slots<LineStreams>()
    var catalogue = Catalogue()
    var planCells = Slots<PlanCell>()
    var planLatencies = LatencyHistograms()
    /// Answers other than 200, by cell.
    var planStatuses: [StatusCounts] = []
    /// Retries, by cell.
    var planRetries: [UInt64] = []
    /// Attempts of each branch, from where the cell says.
    var attempts = Slots<UInt64>()

    var gateways = Slots<GatewayState>()
    var gatewayNames: [String] = []

    var stations = Slots<StationState>()
    /// The backend that a station is; nil for a gateway's own queue.
    var stationBackends: [BackendIdentity?] = []
    var stationReplicas: [[UInt32]] = []
    var stationTables: [HashTables] = []
    var stationLinks: [[UInt32]] = []
    var stationCells = Slots<StationCell>()
    var stationLatencies = LatencyHistograms()
    /// Answers other than 200, by cell.
    var stationStatuses: [StatusCounts] = []
    var replicas = Slots<Replica>()
    /// Of each replica; only processor-sharing ones use it.
    var shared: [SharedReplica] = []

    /// Of each interval that is over, the levels of the stations and gateways that there were.
    var stationLevels: [[StationLevels]] = []
    var gatewayLevels: [[LevelObservation]] = []

    var links = Slots<Link>()
    var balancers = Slots<Balancer>()
    /// Of each balancer that asks for the fewest, its own requests at each replica of the station, by ordinal.
    var activeRequests: [[Int32]] = []
    /// The replicas that balancers choose from: each station's are a stretch, which a change puts at the end anew.
    var candidates: [UInt32] = []
    var distributions: [Distribution] = []
    /// Whether any gateway chooses by the client, so that clients have to be drawn.
    let needsClients: Bool
    /// The proxies of backends that call others.
    let sidecars: Set<String>
    let ziggurat = ExponentialZiggurat.shared

    /// Of requests that a policy governs, at the same index.
    var governed = Slots<GovernedState>()
    var controls = Slots<Control>()
    /// One for each replica of a gateway and backend that a policy governs.
    var upstreams: [Upstream] = []
    var upstreamGroups: [UpstreamGroup] = []
    /// Of each group and interval.
    var upstreamCells: [UpstreamMeasurements] = []
    var upstreamsOfStation: [[UInt32]] = []
    /// Where replicas are; the first is nowhere in particular.
    var places: [Place] = [Place()]
    /// Of each gateway, the places of its replicas; empty where they do not matter.
    var gatewayPlaces: [[UInt16]] = []
    /// Of each station, where its replicas are put.
    var placements: [[Placement]] = []
    /// The faults in force, by the numbers of their events.
    var faults: [UInt32: ActiveFault] = [:]
    var networkFaults: [NetworkFault] = []
    /// Of stations whose replicas do not come and go at once.
    var lifecycles: [UInt32: Lifecycle] = [:]
    var startups: [RandomStream] = []
    var scalers: [Scaler] = []
    var rollouts: [UInt32: Rollout] = [:]
    var rolloutVersions: [UInt32: UInt16] = [:]
    /// Replicas of rolling updates that are ready and have not been so for long enough.
    var unavailable: Set<UInt32> = []
    /// The replicas that clients of routes with sessions stay with.
    var sessions: [SessionKey: Session] = [:]
    var flows = Slots<FlowState>()
    var flowLines: [FlowLine] = []
    /// Of gateways that have any.
    var filters: [UInt32: GatewayFilters] = [:]
    var tries = Slots<ClientTry>()
    var clientLines: [ClientLine] = []
    var indexOfClientLine: [String: UInt32] = [:]
    /// Of gateways with a limit, how long a flow may last.
    var maxFlowDurations: [UInt32: Int64] = [:]
    /// Of rules that are split in turn: whose turn it is, for each replica of a gateway.
    var turns: [SplitKey: [Int64]] = [:]
    /// Of stations with a limit, the flows that one replica holds.
    var flowLimits: [UInt32: Int] = [:]
    var callSites = Slots<CallSite>()
    /// Of each call site, what becomes of its calls under each table.
    var callTreatments: [[Treatment]] = []
    var callFrames = Slots<CallFrame>()
    var calls = Slots<CallState>()
    /// Calls made after the warm-up.
    var callCount: UInt64 = 0
    /// Whether calls have made more requests than there may be.
    var hasTooManyRequests = false
    /// What the model did by itself.
    var log: [RunEvent] = []
    var hasErrorFaults = false

    /// The replicas that each failure and slowness that is in force has hit.
    var hit: [UInt32: [UInt32]] = [:]

    var indexOfGateway: [String: UInt32] = [:]
    var indexOfStation: [BackendIdentity: UInt32] = [:]
    var indexOfLink: [UInt64: UInt32] = [:]

    /// Of each station of the model, its service times from the end of the warm-up on, as a stream that is still to be
    /// drawn from and, where that is dear, as what was drawn; empty where nobody asks.
    var rememberedServiceTimes: [RandomStream] = []
    var drawnTimes: [DrawnTimes] = []
    var requestsWithoutObservation: UInt64 = 0
    /// More events at one moment than any model has whose clock moves on.
    var mostSimultaneousEvents = 20_000_000
    /// About 10 GB of requests, and within the kernel's slots.
    var mostRequests = 100_000_000
    /// The interval that begins at the end of the warm-up.
    let firstMeasured: UInt32

    var intervalCount: Int { cuts.count - 1 }

    /// An engine for a model that was found valid.
    init(_ model: TestbedModel) {
        self.model = model
        cuts = Self.cuts(of: model)
        timetable = Timetable(model, cuts: cuts)
        firstMeasured = UInt32(cuts.firstIndex { $0 >= model.warmup } ?? 0)
        needsClients = model.needsClients
        sidecars = Set(model.backends.flatMap { $0.calls?.calls ?? [] }.flatMap(\.treatments).map(\.gateway))
        for backend in model.backends { addStation(backend) }
        for gateway in model.gateways { addGateway(gateway) }
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

    mutating func run(progress: ((Double) -> Void)? = nil) throws -> RunResult {
        rememberServiceTimes()
        for index in model.sources.indices { try start(model.sources[index], index: UInt32(index)) }
        var watch = Watch(mostSimultaneousEvents: mostSimultaneousEvents)
        while true {
            let due = timetable.due
            while try handleEvents(before: due, &watch.rest) {
                try watch.look(at: kernel.now)
                try checkRequests()
                progress?(Double(kernel.now.nanoseconds) / Double(model.duration))
            }
            try checkRequests()
            kernel.advance(to: due)
            switch timetable.take() {
            case .end: return finish()
            case .cut(let interval): beginInterval(interval)
            case .begin(let event): begin(event)
            case .restore(let event): restore(event)
            }
        }
    }

    private func checkRequests() throws(TestbedError) {
        guard hasTooManyRequests else { return }
        throw .tooManyRequests(at: kernel.now.nanoseconds, count: requests.count)
    }

    /// Handles a number of events; false, with what is left of the number, where no more are due before a moment.
    private mutating func handleEvents(before due: SimulationTime, _ count: inout Int) throws -> Bool {
        var rest = count
        while let event = kernel.next(before: due) {
            switch event.kind {
            case .arrival: try arrive(from: event.slot)
            case .thought: try sendUser(event.slot)
            case .overheadPassed: overheadPassed(event.slot)
            case .reached: reached(event.slot)
            case .served: served(event.slot)
            case .shared: shared(event.slot)
            case .answered: answered(event.slot)
            case .retried: retried(event.slot)
            case .filtered: filtered(event.slot)
            case .requestTimedOut: requestTimedOut(event.slot)
            case .attemptTimedOut: attemptTimedOut(event.slot)
            case .control: handle(event.slot)
            }
            rest &-= 1
            if rest == 0 { return true }
        }
        count = rest
        return false
    }
}

/// Looks now and then whether the clock moves on.
private struct Watch {
    /// The number of events after which to look.
    private let stretch: Int
    /// What is left of it.
    var rest: Int
    private let patience: Int
    private var moment = SimulationTime.zero
    private var simultaneous = 0

    init(mostSimultaneousEvents: Int) {
        patience = mostSimultaneousEvents
        stretch = min(0x2_0000, mostSimultaneousEvents)
        rest = stretch
    }

    mutating func look(at now: SimulationTime) throws(TestbedError) {
        simultaneous = now == moment ? simultaneous + stretch : 0
        moment = now
        rest = stretch
        if simultaneous >= patience { throw .timeStandsStill(at: now.nanoseconds) }
    }
}
