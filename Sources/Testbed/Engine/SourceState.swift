import Simulation

/// A source of traffic while the run goes on.
struct SourceState {
    private enum Process {
        case poisson, constant, bursts, closed, trace
    }

    private let process: Process
    // Beside each other and not in the cases, so that they are changed where they are.
    private var profile: ProfileWalk?
    private var bursts: BurstWalk?
    private(set) var trace: TraceWalk?
    private(set) var thinkTime = Distribution.zero
    var arrivals: RandomStream
    var contents: RandomStream
    var clients: RandomStream
    private var choice: WeightedChoice?
    /// Of a mix: what becomes of each request, by routing table.
    var fixed: [[Treatment]] = []
    /// The treatment of each shape by routing table, or `none` where it has not been asked for yet.
    private var remembered: [[UInt32]] = []

    init(_ source: TrafficSource, seed: UInt64) throws {
        arrivals = RandomStream(seed: seed, entity: source.name, purpose: "arrivals")
        contents = RandomStream(seed: seed, entity: source.name, purpose: "requests")
        clients = RandomStream(seed: seed, entity: source.name, purpose: "clients")
        switch source.content {
        case .mix(let arrivalProcess, let weights, let treatments):
            choice = WeightedChoice(weights: weights)
            fixed = treatments
            switch arrivalProcess {
            case .poisson(let rates):
                process = .poisson
                profile = ProfileWalk(rates)
            case .constant(let rates):
                process = .constant
                profile = ProfileWalk(rates)
            case .bursts(let rate, let busy, let idle):
                process = .bursts
                bursts = BurstWalk(rate: rate, busy: busy, idle: idle, &arrivals)
            case .closed(_, let thinkTime):
                process = .closed
                self.thinkTime = thinkTime
            }
        case .trace(let factory, let speed, let repeats):
            process = .trace
            trace = TraceWalk(try factory.open(), speed: speed, repeats: repeats)
        }
    }

    /// When the next request comes, in nanoseconds after the start; nil where none does. Not of closed sources.
    mutating func nextArrival() throws -> Int64? {
        switch process {
        case .poisson: profile?.advance(by: arrivals.exponential()).map(Nanoseconds.rounded)
        case .constant: profile?.advance(by: 1).map(Nanoseconds.rounded)
        case .bursts: (bursts?.next(&arrivals)).map(Nanoseconds.rounded)
        case .closed: nil
        case .trace: try trace?.next()
        }
    }
}

extension SourceState {
    /// Which of the requests of a mix is sent.
    mutating func drawShape() -> UInt32 { UInt32(truncatingIfNeeded: choice?.draw(&contents) ?? 0) }

    /// How long a user thinks.
    mutating func drawThinkTime() -> Int64 { thinkTime.draw(&arrivals) }

    /// The treatment of a shape under a routing table, where it has been asked for before.
    func remembered(_ shape: UInt32, _ version: Int) -> UInt32? {
        guard version < remembered.count, Int(shape) < remembered[version].count else { return nil }
        let index = remembered[version][Int(shape)]
        return index == none ? nil : index
    }

    mutating func remember(_ shape: UInt32, _ version: Int, _ treatment: UInt32) {
        while remembered.count <= version { remembered.append([]) }
        while remembered[version].count <= Int(shape) { remembered[version].append(none) }
        remembered[version][Int(shape)] = treatment
    }
}

/// A Poisson process that is on and off in turn; the run begins in the long-term mix of both.
struct BurstWalk {
    private let gap: Double
    private let busy: Double
    private let idle: Double
    private var position = 0.0
    private var busyUntil = 0.0

    init(rate: Double, busy: Double, idle: Double, _ stream: inout RandomStream) {
        gap = 1e9 / rate
        self.busy = busy
        self.idle = idle
        if stream.happens(busy / (busy + idle)) {
            busyUntil = busy * stream.exponential()
        } else {
            position = idle * stream.exponential()
            busyUntil = position + busy * stream.exponential()
        }
    }

    mutating func next(_ stream: inout RandomStream) -> Double {
        while true {
            let time = position + gap * stream.exponential()
            if time <= busyUntil {
                position = time
                return time
            }
            // Memoryless: what was left of the gap at the end of the burst begins anew with the next one.
            position = busyUntil + idle * stream.exponential()
            busyUntil = position + busy * stream.exponential()
            if position > 0x1p61 { return position }
        }
    }
}

/// A trace that is read in batches.
final class TraceWalk {
    private let source: any TraceSource
    private let speed: Double
    private let repeats: Bool
    private var batch: [TraceArrival] = []
    private var position = 0
    private var first: Int64?
    private var latest: Int64 = 0
    private var count: Int64 = 0
    /// What is added to the times of this round of a trace that repeats.
    private var offset: Int64 = 0
    private(set) var outOfOrder: UInt64 = 0
    /// The request whose time was returned last.
    private(set) var current = TraceArrival(time: 0, shape: 0)

    init(_ source: any TraceSource, speed: Double, repeats: Bool) {
        self.source = source
        self.speed = speed
        self.repeats = repeats
        batch.reserveCapacity(1024)
    }

    func treatment(ofShape shape: UInt32, version: Int) throws -> Treatment {
        try source.treatment(ofShape: shape, version: version)
    }

    /// When the next request comes, in nanoseconds after the start of the run; nil at the end.
    func next() throws -> Int64? {
        while position == batch.count {
            batch.removeAll(keepingCapacity: true)
            position = 0
            try source.read(into: &batch)
            if batch.isEmpty, try !startAgain() { return nil }
        }
        current = batch[position]
        position += 1
        count += 1
        let start = first ?? current.time
        first = start
        let (elapsed, overflow) = current.time.subtractingReportingOverflow(start)
        let time = overflow ? latest : elapsed
        if time < latest { outOfOrder += 1 } else { latest = time }
        let (sum, sumOverflow) = latest.addingReportingOverflow(offset)
        guard !sumOverflow else { return nil }
        return speed == 1 ? sum : Nanoseconds.rounded(Double(sum) / speed)
    }

    /// The next round begins one average gap after the last request.
    private func startAgain() throws -> Bool {
        guard repeats, count > 1, latest > 0 else { return false }
        let (period, overflow) = latest.addingReportingOverflow(max(latest / (count - 1), 1))
        let (next, sumOverflow) = offset.addingReportingOverflow(period)
        guard !overflow, !sumOverflow else { return false }
        offset = next
        first = nil
        latest = 0
        count = 0
        try source.rewind()
        return true
    }
}
