import Simulation

/// A source of traffic while the run goes on: what every request needs.
struct SourceState: BitwiseCopyable {
    var arrivals: RandomStream
    var contents: RandomStream
    var clients: RandomStream
    /// Of a steady source: when the request after the next one comes, and the mean time between two, in nanoseconds. It is
    /// drawn one request ahead, so that no event waits for a draw.
    var upcoming: Int64 = 0
    var position = 0.0
    var gap = 0.0
    /// Whether all requests to come are a Poisson process of one rate.
    var isSteady = false
    /// How many different clients there are; 0 for a new one each time.
    var clientCount: UInt64 = 0
    /// Whether requests are those of a mix, not of a trace.
    var isMix: Bool
    /// Where the requests of a mix begin in ``Engine/shapeWeights`` and ``Engine/shapePlans``.
    var firstShape: UInt32
    var shapeCount: UInt32
    /// Where its guide begins in ``Engine/shapeGuide``, and the logarithm of the tickets in a stretch.
    var firstGuide: UInt32 = 0
    var guideShift: UInt64 = 0
}

/// What few requests need of a source.
struct SourceParts {
    private enum Process {
        case poisson, constant, bursts, closed, trace
    }

    private var process = Process.trace
    // Beside each other and not in the cases, so that they are changed where they are.
    private var profile: ProfileWalk?
    private var bursts: BurstWalk?
    private(set) var trace: TraceWalk?
    private(set) var thinkTime = Distribution.zero
    /// What a source of flows sends.
    private(set) var flows: FlowMix?
    /// Of a mix: what becomes of each request, by routing table.
    var fixed: [[Treatment]] = []
    /// Of a trace: the plan of each request by routing table, or `none` where it has not been asked for yet.
    private var remembered: [[UInt32]] = []

    init(_ source: TrafficSource, _ arrivals: inout RandomStream) throws {
        switch source.content {
        case .mix(let process, _, let treatments):
            fixed = treatments
            self.process = start(process, &arrivals)
        case .flows(let mix):
            flows = mix
            fixed = mix.treatments
            process = start(mix.arrivals, &arrivals)
        case .trace(let factory, let speed, let repeats):
            process = .trace
            trace = TraceWalk(try factory.open(), speed: speed, repeats: repeats)
        }
    }

    private mutating func start(_ process: TrafficSource.Arrivals, _ arrivals: inout RandomStream) -> Process {
        switch process {
        case .poisson(let rates):
            profile = ProfileWalk(rates)
            return .poisson
        case .constant(let rates):
            profile = ProfileWalk(rates)
            return .constant
        case .bursts(let rate, let busy, let idle):
            bursts = BurstWalk(rate: rate, busy: busy, idle: idle, &arrivals)
            return .bursts
        case .closed(_, let thinkTime):
            self.thinkTime = thinkTime
            return .closed
        }
    }

    /// When the next request comes, in nanoseconds after the start; nil where none does. Not of closed sources.
    mutating func nextArrival(_ arrivals: inout RandomStream) throws -> Int64? {
        switch process {
        case .poisson: profile?.advance(by: arrivals.exponential()).map(Nanoseconds.rounded)
        case .constant: profile?.advance(by: 1).map(Nanoseconds.rounded)
        case .bursts: (bursts?.next(&arrivals)).map(Nanoseconds.rounded)
        case .closed: nil
        case .trace: try trace?.next()
        }
    }

    /// Where a Poisson process has come to, and the mean time between requests, once its rate stays as it is.
    var steadiness: (position: Double, gap: Double)? { process == .poisson ? profile?.steadiness : nil }

    /// The plan of a trace's request under a routing table, where it has been asked for before.
    func remembered(_ shape: UInt32, _ version: Int) -> UInt32? {
        guard version < remembered.count, Int(shape) < remembered[version].count else { return nil }
        let index = remembered[version][Int(shape)]
        return index == none ? nil : index
    }

    mutating func remember(_ shape: UInt32, _ version: Int, _ plan: UInt32) {
        while remembered.count <= version { remembered.append([]) }
        while remembered[version].count <= Int(shape) { remembered[version].append(none) }
        remembered[version][Int(shape)] = plan
    }
}
