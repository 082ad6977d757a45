import Simulation

extension Engine {
    mutating func start(_ source: TrafficSource, index: UInt32) throws {
        var weights: [UInt64] = []
        var isMix = false
        if case .mix(_, let given, _) = source.content { (weights, isMix) = (given, true) }
        if case .flows(let mix) = source.content { weights = mix.kinds.map(\.weight) }
        var state = SourceState(
            arrivals: RandomStream(seed: model.seed, entity: source.name, purpose: "arrivals"),
            contents: RandomStream(seed: model.seed, entity: source.name, purpose: "requests"),
            clients: RandomStream(seed: model.seed, entity: source.name, purpose: "clients"),
            isMix: isMix, firstShape: UInt32(shapePlans.peak), shapeCount: UInt32(weights.count))
        state.clientCount = UInt64(clamping: max(source.clients ?? 0, 0))
        sourceParts.append(try SourceParts(source, &state.arrivals))
        _ = sources.take(state)
        var sum: UInt64 = 0
        for weight in weights {
            sum &+= weight
            _ = shapeWeights.take(sum)
            _ = shapePlans.take(none)
        }
        makeGuide(of: index)
        if case .mix(.closed(let count, _), _, _) = source.content {
            for _ in 0..<count {
                users.append(index)
                think(UInt32(users.count - 1))
            }
        } else {
            try scheduleUnsteadyArrival(from: index)
        }
    }

    @inline(__always)
    mutating func arrive(from source: UInt32) throws {
        guard usually(sources[source].isMix && !needsClients) else {
            try arriveInDetail(from: source)
            return
        }
        let plan = try drawPlan(source)
        try begin(plan, nil)
        if usually(sources[source].isSteady) {
            scheduleSteadyArrival(from: source)
        } else {
            try scheduleUnsteadyArrival(from: source)
        }
    }

    /// A request of a trace, or one of a client that matters.
    private mutating func arriveInDetail(from source: UInt32) throws {
        if sourceParts[Int(source)].flows != nil {
            try beginFlow(from: source)
        } else if let arrival = sourceParts[Int(source)].trace?.current {
            let plan = try plan(ofTraced: arrival.shape, source: Int(source))
            try begin(plan, RequestDetails(observed: arrival.observed, client: arrival.client))
        } else {
            let client = drawClient(source)
            try begin(try drawPlan(source), RequestDetails(client: client))
        }
        try scheduleUnsteadyArrival(from: source)
    }

    mutating func sendUser(_ user: UInt32) throws {
        let source = users[Int(user)]
        let plan = try drawPlan(source)
        try begin(plan, RequestDetails(client: Self.clientHash(of: UInt64(user)), user: user))
    }

    /// A client keeps one hash for the whole run, and it depends on its number alone.
    private static func clientHash(of number: UInt64) -> UInt64 {
        var hash = number &+ 1
        hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
        return hash ^ (hash >> 31)
    }

    private mutating func drawClient(_ source: UInt32) -> UInt64 {
        let count = sources[source].clientCount
        guard count > 0 else { return sources[source].clients.next() }
        return Self.clientHash(of: sources[source].clients.integer(below: count))
    }

    mutating func think(_ user: UInt32) {
        let source = users[Int(user)]
        let time = sourceParts[Int(source)].thinkTime.draw(&sources[source].arrivals)
        kernel.schedule(.thought, slot: user, after: time)
    }

    @inline(__always)
    private mutating func scheduleSteadyArrival(from source: UInt32) {
        let time = sources[source].upcoming
        if usually(time < model.duration) {
            kernel.schedule(.arrival, slot: source, at: SimulationTime(nanoseconds: max(time, kernel.now.nanoseconds)))
        }
        drawUpcomingArrival(of: source)
    }

    @inline(__always)
    private mutating func drawUpcomingArrival(of source: UInt32) {
        let position = sources[source].position + sources[source].arrivals.exponential(ziggurat) * sources[source].gap
        sources[source].position = position
        sources[source].upcoming = Nanoseconds.rounded(position)
    }

    private mutating func scheduleUnsteadyArrival(from source: UInt32) throws {
        if sources[source].isSteady {
            scheduleSteadyArrival(from: source)
            return
        }
        let next = try sourceParts[Int(source)].nextArrival(&sources[source].arrivals)
        if let steadiness = sourceParts[Int(source)].steadiness {
            sources[source].isSteady = true
            sources[source].position = steadiness.position
            sources[source].gap = steadiness.gap
            drawUpcomingArrival(of: source)
        }
        guard let next, next < model.duration else { return }
        kernel.schedule(.arrival, slot: source, at: SimulationTime(nanoseconds: max(next, kernel.now.nanoseconds)))
    }

    /// A request arrives at its gateway.
    @inline(__always)
    private mutating func begin(_ plan: UInt32, _ detail: RequestDetails?) throws {
        guard usually(requests.count < mostRequests) else {
            throw TestbedError.tooManyRequests(at: kernel.now.nanoseconds, count: requests.count)
        }
        if rarely(plans[plan].cellInterval != interval) { addCell(to: plan) }
        let request = requests.take(
            RequestState(arrived: kernel.now, plan: plan, cell: plans[plan].cell))
        let gateway = plans[plan].gateway
        if gateways[gateway].replicas > 1 {
            requests[request].gatewayReplica = UInt32(
                truncatingIfNeeded: gateways[gateway].choices.integer(below: UInt64(gateways[gateway].replicas)))
        }
        gateways[gateway].inSystem.increment(at: kernel.now)
        if let detail { put(detail, at: request) }
        if rarely(!plans[plan].traits.isDisjoint(with: [.hasRequestTimeout, .hasClient])) {
            if plans[plan].traits.contains(.hasClient) { beginTry(request, plan) }
            if plans[plan].traits.contains(.hasRequestTimeout) { armRequestTimer(request, plan) }
        }
        if gateways[gateway].station != none {
            enterGateway(request, gateways[gateway].station)
        } else {
            gatewayPassed(request)
        }
    }

    /// Writes what few requests need.
    mutating func put(_ detail: RequestDetails, at request: UInt32) {
        while details.peak <= Int(request) { _ = details.take(RequestDetails()) }
        details[request] = detail
        requests[request].traits.insert(.detailed)
    }

    mutating func armRequestTimer(_ request: UInt32, _ plan: UInt32) {
        if !requests[request].traits.contains(.detailed) { put(RequestDetails(), at: request) }
        details[request].timer = kernel.arm(plans[plan].requestTimeout, .requestTimedOut, slot: request)
    }

    /// Which of the requests of a mix is sent, and its plan under the table in force.
    @inline(__always)
    private mutating func drawPlan(_ source: UInt32) throws -> UInt32 {
        var shape = sources[source].firstShape
        if sources[source].shapeCount > 1 { shape &+= drawShape(source) }
        let plan = shapePlans[shape]
        return usually(plan != none) ? plan : planNew(shape, source)
    }

    mutating func drawShape(_ source: UInt32) -> UInt32 {
        let first = sources[source].firstShape
        let count = sources[source].shapeCount
        let ticket = sources[source].contents.integer(below: shapeWeights[first &+ count &- 1])
        var place = shapeGuide[
            sources[source].firstGuide &+ UInt32(truncatingIfNeeded: ticket &>> sources[source].guideShift)]
        while shapeWeights[first &+ place] <= ticket { place &+= 1 }
        return place
    }

    /// Makes a source's guide: for each stretch of tickets, the first request that one of them may draw. There are about as
    /// many stretches as requests, so that few steps are left.
    private mutating func makeGuide(of source: UInt32) {
        let first = sources[source].firstShape
        let count = sources[source].shapeCount
        guard count > 1 else { return }
        let total = shapeWeights[first + count - 1]
        var shift: UInt64 = 0
        while total >> shift > 2 * UInt64(count) { shift += 1 }
        sources[source].guideShift = shift
        sources[source].firstGuide = UInt32(shapeGuide.peak)
        var place: UInt32 = 0
        for stretch in 0...((total - 1) >> shift) {
            while shapeWeights[first + place] <= stretch << shift { place += 1 }
            _ = shapeGuide.take(place)
        }
    }

    mutating func planNew(_ place: UInt32, _ source: UInt32) -> UInt32 {
        let shape = Int(place - sources[source].firstShape)
        let plan = compile(sourceParts[Int(source)].fixed[version][shape])
        shapePlans[place] = plan
        return plan
    }

    /// The plan of a trace's request under the table in force, asked for once.
    mutating func plan(ofTraced shape: UInt32, source: Int) throws -> UInt32 {
        if let index = sourceParts[source].remembered(shape, version) { return index }
        // Only a source with a trace has requests of a trace.
        guard let trace = sourceParts[source].trace else { preconditionFailure("a source without a trace") }
        let index = compile(try trace.treatment(ofShape: shape, version: version))
        sourceParts[source].remember(shape, version, index)
        return index
    }
}
