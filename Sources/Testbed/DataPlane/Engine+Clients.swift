import Simulation

/// What a client wants, over all its tries.
struct ClientTry: BitwiseCopyable {
    var first: SimulationTime
    var interval: UInt32
    /// Its place in ``Engine/clientLines``.
    var line: UInt32
    var plan: UInt32
    var version: UInt32
    var retries: UInt32 = 0
    /// What a new try is made with.
    var observed: Int64 = -1
    var client: UInt64 = 0
    var user = none
}

/// What is counted of the clients of a source.
struct ClientLine {
    var backOffs: RandomStream
    /// The source's number among the model's.
    var source: Int?
    /// By interval.
    var cells: [ClientMeasurements]
}

/// Clients that do not wait for ever, and try again.
extension Engine {
    /// Takes note of a request whose clients have a patience of their own, and of its first try.
    @inline(never)
    mutating func beginTry(_ request: UInt32, _ plan: UInt32) {
        guard let behavior = catalogue.clients[plan]?.behavior else { return }
        let line = clientLine(of: behavior.source)
        clientLines[Int(line)].cells[Int(interval)].requests += 1
        if !requests[request].traits.contains(.detailed) { put(RequestDetails(), at: request) }
        details[request].attempt = tries.take(
            ClientTry(
                first: kernel.now, interval: interval, line: line, plan: plan, version: UInt32(version),
                observed: details[request].observed, client: details[request].client, user: details[request].user))
    }

    private mutating func clientLine(of source: String) -> UInt32 {
        if let index = indexOfClientLine[source] { return index }
        clientLines.append(
            ClientLine(
                backOffs: RandomStream(seed: model.seed, entity: source, purpose: "clients' back-off"),
                source: model.sources.firstIndex { $0.name == source },
                cells: Array(repeating: ClientMeasurements(source: source), count: intervalCount)))
        indexOfClientLine[source] = UInt32(clientLines.count - 1)
        return UInt32(clientLines.count - 1)
    }

    /// The status of a request whose time is up: the gateway's 504, or nothing, where its client is gone before.
    func statusOfTimeout(_ request: UInt32) -> UInt16 {
        let plan = requests[request].plan
        guard plans[plan].traits.contains(.hasClient) else { return 504 }
        return catalogue.clients[plan]?.isFirst == true ? 0 : 504
    }

    /// A try has ended; whether the client tries again.
    mutating func tryEnded(_ request: UInt32, status: UInt16) -> Bool {
        let attempt = details[request].attempt
        details[request].attempt = none
        let state = tries[attempt]
        let (line, cell) = (Int(state.line), Int(state.interval))
        guard let behavior = catalogue.clients[state.plan]?.behavior else { return false }
        if status == 0, let timeout = behavior.timeout, kernel.now - requests[request].arrived >= timeout {
            clientLines[line].cells[cell].timeouts += 1
        }
        if let retry = behavior.retry, state.retries < retry.attempts, retry.isRetriable(status) {
            tries[attempt].retries += 1
            clientLines[line].cells[cell].retries += 1
            let wait = retry.backOff.wait(retry: state.retries + 1, &clientLines[line].backOffs)
            schedule(Control(kind: .clientRetry, subject: attempt), after: wait)
            return true
        }
        clientLines[line].cells[cell].statuses.add(status)
        clientLines[line].cells[cell].latency.record(kernel.now - state.first)
        tries.giveBack(attempt)
        return false
    }

    /// A client tries again: a request like any other, decided by the table in force.
    mutating func clientRetries(_ control: Control) {
        let attempt = control.subject
        if Int(tries[attempt].version) != version { planAgain(attempt) }
        let (plan, state) = (tries[attempt].plan, tries[attempt])
        if requests.count >= mostRequests { hasTooManyRequests = true }
        if plans[plan].cellInterval != interval { addCell(to: plan) }
        let request = requests.take(RequestState(arrived: kernel.now, plan: plan, cell: plans[plan].cell))
        let gateway = plans[plan].gateway
        if gateways[gateway].replicas > 1 {
            requests[request].gatewayReplica = UInt32(
                truncatingIfNeeded: gateways[gateway].choices.integer(below: UInt64(gateways[gateway].replicas)))
        }
        gateways[gateway].inSystem.increment(at: kernel.now)
        var detail = RequestDetails(observed: state.observed, client: state.client, user: state.user)
        detail.attempt = attempt
        put(detail, at: request)
        if plans[plan].traits.contains(.hasRequestTimeout) { armRequestTimer(request, plan) }
        arriveAtGateway(request, gateway)
    }

    @inline(never)
    private mutating func arriveAtGateway(_ request: UInt32, _ gateway: UInt32) {
        if gateways[gateway].station != none {
            enterGateway(request, gateways[gateway].station)
        } else {
            gatewayPassed(request)
        }
    }

    /// How long a mirror's copy may take: the patience of clients is none of its business.
    func copyTimeout(of plan: UInt32) -> TimeoutQueue? {
        guard plans[plan].traits.contains(.hasRequestTimeout) else { return nil }
        return plans[plan].traits.contains(.hasClient)
            ? catalogue.clients[plan]?.copyTimeout : plans[plan].requestTimeout
    }

    /// The plan of a try under a table that was not there when it was first sent.
    private mutating func planAgain(_ attempt: UInt32) {
        tries[attempt].version = UInt32(version)
        guard let behavior = catalogue.clients[tries[attempt].plan]?.behavior,
            let source = clientLines[Int(tries[attempt].line)].source
        else { return }
        var treatment: Treatment?
        if let trace = sourceParts[source].trace {
            // A shape that was read before has a treatment under any table.
            treatment = try? trace.treatment(ofShape: UInt32(behavior.shape), version: version)
        } else if behavior.shape < sourceParts[source].fixed[version].count {
            treatment = sourceParts[source].fixed[version][behavior.shape]
        }
        if let treatment { tries[attempt].plan = compile(treatment) }
    }

    func addClients(_ intervals: [Int], to result: inout Measurements) {
        for line in clientLines {
            var measured = ClientMeasurements(source: line.cells.first?.source ?? "")
            for interval in intervals { measured.merge(line.cells[interval]) }
            result.clients.append(measured)
        }
    }
}
