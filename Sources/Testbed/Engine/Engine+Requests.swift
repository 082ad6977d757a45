import Simulation

/// The life of a request: through the gateway's own queue and overhead, through its attempts, to its end.
extension Engine {
    func treatment(of request: UInt32) -> CompiledTreatment { treatments.treatments[Int(requests[request].treatment)] }

    mutating func enterGateway(_ request: UInt32, _ gateway: UInt32) {
        let station = gateways[gateway].station
        guard station != none else {
            gatewayPassed(request)
            return
        }
        let replica = stations[station].firstReplica + requests[request].gatewayReplica
        let job = jobs.take(
            Job(
                observed: requests[request].observed, request: request, station: station, replica: replica, link: none,
                balancer: none))
        requests[request].job = job
        enter(job)
    }

    /// The gateway's own queue is behind the request; its overhead comes next.
    mutating func gatewayPassed(_ request: UInt32) {
        let gateway = treatment(of: request).gateway
        let overhead = gateways[gateway].overhead
        guard overhead != none else {
            overheadPassed(request)
            return
        }
        let delay = distributions[Int(overhead)].draw(&gateways[gateway].overheads)
        guard delay > 0 else {
            overheadPassed(request)
            return
        }
        requests[request].awaitsEvent = true
        kernel.schedule(.overheadPassed, slot: request, after: delay)
    }

    mutating func overheadPassed(_ request: UInt32) {
        guard resume(request) else { return }
        let treatment = treatment(of: request)
        switch treatment.action {
        case .respond: end(request, status: treatment.status)
        case .forward:
            copy(request, to: treatment.mirrors, treatment)
            attempt(request, treatment)
        }
    }

    mutating func retried(_ request: UInt32) {
        guard resume(request) else { return }
        attempt(request, treatment(of: request))
    }

    /// Takes note that the event of a request came; false where the request ended before, and its slot is free now.
    private mutating func resume(_ request: UInt32) -> Bool {
        requests[request].awaitsEvent = false
        guard requests[request].hasEnded else { return true }
        requests.giveBack(request)
        return false
    }

    /// Draws the split and sends the request there.
    private mutating func attempt(_ request: UInt32, _ treatment: CompiledTreatment) {
        let index = drawBranch(treatment)
        let branch = treatments.branches[Int(index)]
        let interval = requests[request].interval
        branchCells[Int(index) * intervalCount + Int(interval)] &+= 1
        if requests[request].retries == 0 { copy(request, to: branch.mirrors, treatment) }
        guard branch.link != none else {
            end(request, status: branch.status)
            return
        }
        guard let job = send(request, by: branch.link, isCopy: false) else {
            attemptEnded(request, status: 503, isConnectionFailure: false)
            return
        }
        requests[request].job = job
        if treatment.hasAttemptTimeout {
            jobs[job].timer = kernel.arm(treatment.attemptTimeout, .attemptTimedOut, slot: job)
        }
        depart(job)
    }

    private mutating func drawBranch(_ treatment: CompiledTreatment) -> UInt32 {
        let first = treatment.firstBranch
        guard treatment.branchCount > 1 else { return first }
        let ticket = splits[Int(treatment.line)].integer(below: treatment.weight)
        var low = first
        var high = first + treatment.branchCount - 1
        while low < high {
            let middle = (low + high) / 2
            if treatments.branches[Int(middle)].cumulative <= ticket { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Sends copies to mirrors: real load, but nobody waits for them.
    private mutating func copy(_ request: UInt32, to mirrors: Places, _ treatment: CompiledTreatment) {
        for index in mirrors.indices {
            let mirror = treatments.mirrors[index]
            if mirror.fraction < 1, !mirrorings[Int(treatment.line)].happens(mirror.fraction) { continue }
            guard let job = send(request, by: mirror.link, isCopy: true) else { continue }
            if treatment.hasRequestTimeout {
                jobs[job].timer = kernel.arm(treatment.requestTimeout, .attemptTimedOut, slot: job)
            }
            depart(job)
        }
    }

    /// An attempt failed or was answered: the request is retried or ends.
    mutating func attemptEnded(_ request: UInt32, status: UInt16, isConnectionFailure: Bool) {
        requests[request].job = none
        let treatment = treatment(of: request)
        guard requests[request].retries < treatment.retries, isConnectionFailure || isRetriable(status, treatment)
        else {
            end(request, status: status)
            return
        }
        requests[request].retries += 1
        requests[request].awaitsEvent = true
        kernel.schedule(.retried, slot: request, after: backoff(treatment, retry: requests[request].retries))
    }

    private func isRetriable(_ status: UInt16, _ treatment: CompiledTreatment) -> Bool {
        for index in treatment.codes.indices where treatments.codes[index] == status { return true }
        return false
    }

    /// The wait before the n-th retry. Envoy's: a whole number of milliseconds below a bound that doubles from the base
    /// to ten times the base. Where the route sets a least wait, that is the base and is added.
    private mutating func backoff(_ treatment: CompiledTreatment, retry: UInt32) -> Int64 {
        guard treatment.backoff != 0 else { return 0 }
        let millisecond: Int64 = 1_000_000
        let base = treatment.backoff > 0 ? min(treatment.backoff, Nanoseconds.longest / 20) : 25 * millisecond
        let most = 10 * base
        var bound = base
        for _ in 1..<min(retry, 10) { bound = bound < most / 2 ? 2 * bound : most }
        let least = treatment.backoff > 0 ? base : 0
        let steps = UInt64(max(bound / millisecond, 1))
        return least + Int64(backoffs[Int(treatment.line)].integer(below: steps)) * millisecond
    }

    mutating func requestTimedOut(_ request: UInt32) {
        requests[request].timer = .none
        if requests[request].job != none { cancel(requests[request].job) }
        end(request, status: 504)
    }

    mutating func attemptTimedOut(_ job: UInt32) {
        jobs[job].timer = .none
        let request = jobs[job].request
        cancel(job)
        if request != none { attemptEnded(request, status: 504, isConnectionFailure: true) }
    }

    /// The client has its answer.
    mutating func end(_ request: UInt32, status: UInt16) {
        let state = requests[request]
        kernel.cancel(state.timer)
        let treatment = treatments.treatments[Int(state.treatment)]
        let latency = kernel.now - state.arrived
        Self.record(
            &lineCells[Int(treatment.line) * intervalCount + Int(state.interval)], latency, status, arrives: true)
        let cell = Int(treatment.gateway) * intervalCount + Int(state.interval)
        Self.record(&gatewayCells[cell].requests, latency, status, arrives: false)
        gateways[treatment.gateway].inSystem.change(by: -1, at: kernel.now)
        if state.interval >= firstMeasured { requestsEnded &+= 1 }
        if state.user != none { think(state.user) }
        if state.awaitsEvent {
            requests[request].hasEnded = true
        } else {
            requests.giveBack(request)
        }
    }

    private static func record(_ cell: inout RequestCell, _ latency: Int64, _ status: UInt16, arrives: Bool) {
        if arrives { cell.requests &+= 1 }
        cell.statuses.add(status)
        cell.latency.record(latency)
    }
}
