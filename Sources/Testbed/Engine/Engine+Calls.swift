import Simulation

/// Calls: what a replica asks of other Services before it answers. The request stays where it is, in the place
/// ``RequestState/Place/calling``, and `next` says which frame is its own.
extension Engine {
    mutating func addCalls(_ calls: ServiceCalls, to station: UInt32, entity: String) {
        let first = UInt32(callSites.peak)
        for call in calls.calls {
            let stream = RandomStream(seed: model.seed, entity: entity, purpose: "call \(call.name)")
            _ = callSites.take(
                CallSite(probability: call.probability, isRequired: call.isRequired, chances: stream))
            callTreatments.append(call.treatments)
        }
        stations[station].calls = Places(first, UInt32(callSites.peak))
        stations[station].hasCalls = !calls.calls.isEmpty
        stations[station].callsInSequence = calls.order == .sequence
        stations[station].callsHoldPlace = calls.holdsPlace
    }

    /// Another table is in force.
    mutating func forgetCallPlans() {
        for site in 0..<UInt32(callSites.peak) { callSites[site].plan = none }
    }

    /// A request has had its own service. False where it makes no call; else the caller leaves its server alone.
    @inline(never)
    mutating func beginCalls(_ request: UInt32, _ replica: UInt32, _ station: UInt32) -> Bool {
        let sites = stations[station].calls.indices
        guard let first = nextCall(UInt32(sites.lowerBound), station) else { return false }
        let frame = callFrames.take(CallFrame(request: request, next: first + 1))
        requests[request].place = .calling
        requests[request].next = frame
        if !stations[station].isSharing {
            if !stations[station].callsHoldPlace {
                stopServing(replica)
                serveNext(at: replica)
            }
        } else if stations[station].callsHoldPlace, stations[station].concurrency != .max {
            // It has stopped to share the replica's speed; its place is not free.
            replicas[replica].concurrency -= 1
        }
        call(first, frame)
        if !stations[station].callsInSequence { callRest(frame, station) }
        return true
    }

    /// The next site from one on whose chance comes true; nil where there is none.
    private mutating func nextCall(_ from: UInt32, _ station: UInt32) -> UInt32? {
        var site = from
        while Int(site) < stations[station].calls.indices.upperBound {
            let probability = callSites[site].probability
            if probability >= 1 || callSites[site].chances.happens(probability) { return site }
            site += 1
        }
        return nil
    }

    private mutating func callRest(_ frame: UInt32, _ station: UInt32) {
        while let site = nextCall(callFrames[frame].next, station) {
            callFrames[frame].next = site + 1
            call(site, frame)
        }
        callFrames[frame].next = UInt32(stations[station].calls.indices.upperBound)
    }

    /// Sends a call to the caller's own proxy.
    private mutating func call(_ site: UInt32, _ frame: UInt32) {
        let caller = callFrames[frame].request
        let plan = callSites[site].plan != none ? callSites[site].plan : planCall(site)
        let after = callFrames[frame].first
        let call = calls.take(CallState(frame: frame, site: site, next: after))
        if after != none { calls[after].previous = call }
        callFrames[frame].first = call
        callFrames[frame].pending += 1
        // Checked between events: calls end, and so does what one request sets going.
        if requests.count >= mostRequests { hasTooManyRequests = true }
        if plans[plan].cellInterval != interval { addCell(to: plan) }
        let request = requests.take(RequestState(arrived: kernel.now, plan: plan, cell: plans[plan].cell))
        let gateway = plans[plan].gateway
        requests[request].gatewayReplica = replicas[requests[caller].replica].ordinal % gateways[gateway].replicas
        gateways[gateway].inSystem.increment(at: kernel.now)
        var detail = RequestDetails()
        if requests[caller].traits.contains(.detailed) { detail.client = details[caller].client }
        detail.call = call
        put(detail, at: request)
        calls[call].request = request
        callCount &+= interval >= firstMeasured ? 1 : 0
        if plans[plan].traits.contains(.hasRequestTimeout) { armRequestTimer(request, plan) }
        gatewayPassedByCall(request)
    }

    private mutating func planCall(_ site: UInt32) -> UInt32 {
        let plan = compile(callTreatments[Int(site)][version])
        callSites[site].plan = plan
        return plan
    }

    @inline(never)
    private mutating func gatewayPassedByCall(_ request: UInt32) { gatewayPassed(request) }

    /// A call has its answer. The caller learns of it by an event of its own: whatever is going on now is finished first.
    mutating func callAnswered(_ request: UInt32, status: UInt16) {
        let call = details[request].call
        details[request].call = none
        calls[call].hasEnded = true
        calls[call].status = status
        schedule(Control(kind: .callEnded, subject: call), after: 0)
    }

    /// The caller has the answer of a call.
    mutating func callEnded(_ control: Control) {
        let state = calls[control.subject]
        calls.giveBack(control.subject)
        guard state.frame != none else { return }
        let frame = state.frame
        if state.previous == none {
            callFrames[frame].first = state.next
        } else {
            calls[state.previous].next = state.next
        }
        if state.next != none { calls[state.next].previous = state.previous }
        callFrames[frame].pending -= 1
        if callFrames[frame].status == 200, callSites[state.site].isRequired {
            callFrames[frame].status = Self.statusOfCaller(state.status)
        }
        let station = replicas[requests[callFrames[frame].request].replica].station
        guard callFrames[frame].pending == 0 else { return }
        if callFrames[frame].status == 200, let site = nextCall(callFrames[frame].next, station) {
            callFrames[frame].next = site + 1
            call(site, frame)
        } else {
            finishCalls(frame, station)
        }
    }

    /// What a request is answered with, one of whose calls was answered so.
    private static func statusOfCaller(_ status: UInt16) -> UInt16 {
        switch status {
        case 503, 504: status
        case 0, 500...: 502
        default: 200
        }
    }

    private mutating func finishCalls(_ frame: UInt32, _ station: UInt32) {
        let request = callFrames[frame].request
        let status = callFrames[frame].status
        callFrames.giveBack(frame)
        let replica = requests[request].replica
        if status == 200 {
            complete(request, station)
        } else {
            stations[station].inSystem.decrement(at: kernel.now)
            let cell = requests[request].stationCell
            stationStatuses[Int(cell)].add(status)
            stationLatencies.record(kernel.now - requests[request].reached, in: cell &* 2 &+ 1)
            leave(request, status: status)
        }
        freePlace(at: replica)
        serveNext(at: replica)
    }

    /// Frees what a request holds of its replica while it calls.
    private mutating func freePlace(at replica: UInt32) {
        let station = replicas[replica].station
        guard stations[station].callsHoldPlace else { return }
        if !stations[station].isSharing {
            stopServing(replica)
        } else if stations[station].concurrency != .max {
            replicas[replica].concurrency += 1
        }
    }

    /// Ends the calls of a request that is taken away, wherever they are, and frees what it holds of its replica.
    mutating func cancelCalls(of request: UInt32) {
        let frame = requests[request].next
        var next = callFrames[frame].first
        callFrames.giveBack(frame)
        while next != none {
            let call = next
            next = calls[call].next
            if calls[call].hasEnded {
                calls[call].frame = none
                continue
            }
            let sent = withdraw(calls[call].request)
            calls.giveBack(call)
            details[sent].call = none
            // The proxy's client has gone away: nobody gets an answer.
            end(sent, status: 0)
        }
        freePlace(at: requests[request].replica)
    }

    /// The requests at a replica that wait for their calls, by their slots.
    func calling(at replica: UInt32) -> [UInt32] {
        guard stations[replicas[replica].station].hasCalls else { return [] }
        return requests.slotsInUse().filter {
            requests[$0].replica == replica && requests[$0].place == .calling
        }
    }
}
