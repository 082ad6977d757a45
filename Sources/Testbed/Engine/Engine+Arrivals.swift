import Simulation

extension Engine {
    mutating func start(_ source: TrafficSource, index: UInt32) throws {
        sources.append(try SourceState(source, seed: model.seed))
        if case .mix(.closed(let count, _), _, _) = source.content {
            for _ in 0..<count {
                users.append(index)
                think(UInt32(users.count - 1))
            }
        } else {
            try scheduleArrival(from: index)
        }
    }

    private mutating func scheduleArrival(from source: UInt32) throws {
        guard let time = try sources[Int(source)].nextArrival(), time < model.duration else { return }
        kernel.schedule(.arrival, slot: source, at: SimulationTime(nanoseconds: max(time, kernel.now.nanoseconds)))
    }

    mutating func arrive(from source: UInt32) throws {
        let index = Int(source)
        if let arrival = sources[index].trace?.current {
            try begin(
                source: source, shape: arrival.shape, observed: arrival.observed, client: arrival.client, user: none)
        } else {
            let client = sources[index].clients.next()
            try begin(source: source, shape: drawShape(index), observed: -1, client: client, user: none)
        }
        try scheduleArrival(from: source)
    }

    mutating func sendUser(_ user: UInt32) throws {
        let source = users[Int(user)]
        let index = Int(source)
        // A user keeps one hash for the whole run, and it depends on the user's number alone.
        var hash = UInt64(user) &+ 1
        hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
        try begin(source: source, shape: drawShape(index), observed: -1, client: hash ^ (hash >> 31), user: user)
    }

    mutating func think(_ user: UInt32) {
        kernel.schedule(.thought, slot: user, after: sources[Int(users[Int(user)])].drawThinkTime())
    }

    private mutating func drawShape(_ source: Int) -> UInt32 {
        sources[source].drawShape()
    }

    /// A request arrives at its gateway.
    private mutating func begin(source: UInt32, shape: UInt32, observed: Int64, client: UInt64, user: UInt32) throws {
        guard requests.peak < mostRequests else {
            throw TestbedError.tooManyRequests(at: kernel.now.nanoseconds, count: requests.count)
        }
        let treatment = try treatment(ofShape: shape, source: Int(source))
        let compiled = treatments.treatments[Int(treatment)]
        let gateway = compiled.gateway
        let request = requests.take(
            RequestState(
                arrived: kernel.now, client: client, observed: observed, treatment: treatment, interval: interval,
                gatewayReplica: chooseReplica(ofGateway: gateway), user: user))
        if interval >= firstMeasured { requestsMeasured &+= 1 }
        gateways[gateway].inSystem.change(by: 1, at: kernel.now)
        gatewayCells[Int(gateway) * intervalCount + Int(interval)].requests.requests &+= 1
        if compiled.hasRequestTimeout {
            requests[request].timer = kernel.arm(compiled.requestTimeout, .requestTimedOut, slot: request)
        }
        enterGateway(request, gateway)
    }

    private mutating func chooseReplica(ofGateway gateway: UInt32) -> UInt32 {
        let count = gateways[gateway].replicas
        guard count > 1 else { return 0 }
        return UInt32(gateways[gateway].choices.integer(below: UInt64(count)))
    }

    /// The treatment of a shape under the table in force, asked for once.
    private mutating func treatment(ofShape shape: UInt32, source: Int) throws -> UInt32 {
        if let index = sources[source].remembered(shape, version) { return index }
        let treatment: Treatment
        if let trace = sources[source].trace {
            treatment = try trace.treatment(ofShape: shape, version: version)
        } else {
            treatment = sources[source].fixed[version][Int(shape)]
        }
        let index = compile(treatment)
        sources[source].remember(shape, version, index)
        return index
    }
}
