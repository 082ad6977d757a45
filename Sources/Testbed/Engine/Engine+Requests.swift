import Simulation

/// The life of a request: through the gateway's own queue and overhead, through its attempts, to its end.
extension Engine {
    func observedTime(of request: UInt32) -> Int64 {
        requests[request].traits.contains(.detailed) ? details[request].observed : -1
    }

    @inline(__always)
    mutating func enterGateway(_ request: UInt32, _ station: UInt32) {
        requests[request].replica = stations[station].firstReplica &+ requests[request].gatewayReplica
        enter(request)
    }

    /// The gateway's own queue is behind the request; its overhead comes next.
    @inline(__always)
    mutating func gatewayPassed(_ request: UInt32) {
        let plan = requests[request].plan
        let gateway = plans[plan].gateway
        let overhead = gateways[gateway].overhead
        if rarely(overhead != none) {
            let delay = distributions[Int(overhead)].draw(&gateways[gateway].overheads)
            if delay > 0 {
                requests[request].place = .paused
                kernel.schedule(.overheadPassed, slot: request, after: delay)
                return
            }
        }
        decided(request, plan)
    }

    mutating func overheadPassed(_ request: UInt32) {
        guard resume(request) else { return }
        decided(request, requests[request].plan)
    }

    /// The gateway's filters, then what its table says.
    @inline(__always)
    private mutating func decided(_ request: UInt32, _ plan: UInt32) {
        if rarely(plans[plan].traits.contains(.isFiltered)), !passFilters(request, plan) { return }
        route(request, plan)
    }

    /// The gateway does what its table says.
    @inline(__always)
    mutating func route(_ request: UInt32, _ plan: UInt32) {
        let traits = plans[plan].traits
        if rarely(traits.contains(.responds)) {
            end(request, status: plans[plan].status)
            return
        }
        if rarely(traits.contains(.hasMirrors)) { copy(request, to: plans[plan].mirrors) }
        attempt(request, plan)
    }

    mutating func retried(_ request: UInt32) {
        guard resume(request) else { return }
        attempt(request, requests[request].plan)
    }

    /// Takes note that the event of a request came; false where the request ended before, and its slot is free now.
    @inline(__always)
    mutating func resume(_ request: UInt32) -> Bool {
        if requests[request].place == .cancelled {
            requests.giveBack(request)
            return false
        }
        requests[request].place = .atGateway
        return true
    }

    /// Draws the split and sends the request there.
    @inline(__always)
    private mutating func attempt(_ request: UInt32, _ plan: UInt32) {
        if rarely(!plans[plan].traits.isDisjoint(with: [.hasSession, .splitsInTurn])) {
            attemptInSession(request, plan)
            return
        }
        let place = plans[plan].branchCount > 1 ? branch(of: request, plan) : 0
        let branch = plans[plan].firstBranch &+ place
        attempts[planCells[requests[request].cell].firstAttempts &+ place] &+= 1
        if rarely(branches[branch].hasMirrors), requests[request].retries == 0 {
            copy(request, to: catalogue.branches[Int(branch)].mirrors)
        }
        let link = branches[branch].link
        guard usually(link != none) else {
            end(request, status: branches[branch].status)
            return
        }
        if rarely(links[link].group != none) {
            attemptGoverned(request, plan, link)
            return
        }
        guard usually(board(request, link)) else {
            attemptEnded(request, status: 503)
            return
        }
        if plans[plan].traits.contains(.hasAttemptTimeout) {
            requests[request].timer = kernel.arm(plans[plan].attemptTimeout, .attemptTimedOut, slot: request)
        }
        depart(request, link)
    }

    /// Draws the split. A retry stays with the backend that was drawn, unless its plan says otherwise.
    @inline(__always)
    mutating func branch(of request: UInt32, _ plan: UInt32) -> UInt32 {
        if rarely(requests[request].retries > 0), !plans[plan].traits.contains(.redrawsSplit) {
            return UInt32(requests[request].branch)
        }
        let place = drawBranch(plan)
        requests[request].branch = UInt16(truncatingIfNeeded: place)
        return place
    }

    @inline(__always)
    mutating func drawBranch(_ plan: UInt32) -> UInt32 {
        let first = plans[plan].firstBranch
        let ticket = splits[plans[plan].line].integer(below: plans[plan].weight)
        var low: UInt32 = 0
        var high = plans[plan].branchCount &- 1
        while low < high {
            let middle = (low &+ high) >> 1
            if branches[first &+ middle].cumulative <= ticket { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    /// Sends copies to mirrors: real load, but nobody waits for them.
    mutating func copy(_ request: UInt32, to mirrors: Places) {
        let plan = requests[request].plan
        for index in mirrors.indices {
            let mirror = catalogue.mirrors[index]
            if mirror.fraction < 1, !lines[plans[plan].line].mirrors.happens(mirror.fraction) { continue }
            var state = requests[request]
            state.traits = .copy
            state.timer = .none
            let copy = requests.take(state)
            if requests[request].traits.contains(.detailed) {
                put(RequestDetails(observed: details[request].observed, client: details[request].client), at: copy)
            }
            guard board(copy, mirror.link) else {
                requests.giveBack(copy)
                continue
            }
            if let timeout = copyTimeout(of: plan) {
                requests[copy].timer = kernel.arm(timeout, .attemptTimedOut, slot: copy)
            }
            if links[mirror.link].group != none { proceed(copy) } else { depart(copy, mirror.link) }
        }
    }

    /// An attempt failed or was answered: the request is retried or ends.
    @inline(__always)
    mutating func attemptEnded(_ request: UInt32, status: UInt16, failure: AttemptFailure = .none) {
        if usually(status == 200 && failure == .none), plans[requests[request].plan].codes.isEmpty {
            endHere(request, status: 200)
        } else {
            attemptFailed(request, status: status, failure)
        }
    }

    private mutating func attemptFailed(_ request: UInt32, status: UInt16, _ failure: AttemptFailure) {
        let plan = requests[request].plan
        if requests[request].traits.contains(.governed) { settleRetry(request) }
        guard requests[request].retries < plans[plan].retries, isRetriable(status, failure, plan) else {
            end(request, status: status)
            return
        }
        let permission = mayRetry(request)
        guard permission.allowed else {
            end(request, status: permission.status ?? status)
            return
        }
        requests[request].retries += 1
        planRetries[Int(requests[request].cell)] &+= 1
        requests[request].place = .paused
        kernel.schedule(.retried, slot: request, after: backoff(request, plan, retry: requests[request].retries))
    }

    private func isRetriable(_ status: UInt16, _ failure: AttemptFailure, _ plan: UInt32) -> Bool {
        switch failure {
        case .none: break
        case .notConnected: return true
        case .broken: if !plans[plan].traits.contains(.keepsBroken) { return true } else { return false }
        }
        for index in plans[plan].codes.indices where catalogue.codes[index] == status { return true }
        return false
    }

    /// The wait before the n-th retry: the policy's, else the route's, else Envoy's.
    private mutating func backoff(_ request: UInt32, _ plan: UInt32, retry: UInt16) -> Int64 {
        let backOff = ownBackOff(of: request) ?? catalogue.backoffs[Int(plan)]
        return backOff.wait(retry: UInt32(retry), &lines[plans[plan].line].backoff)
    }

    mutating func requestTimedOut(_ request: UInt32) {
        details[request].timer = .none
        let ending = withdraw(request)
        end(ending, status: statusOfTimeout(ending))
    }

    mutating func attemptTimedOut(_ request: UInt32) {
        requests[request].timer = .none
        if requests[request].traits.contains(.copy) {
            withdrawCopy(request)
        } else {
            attemptEnded(withdraw(request), status: 504, failure: .broken)
        }
    }

    /// Takes a request away from wherever it is, back to the gateway. Where an event or heap still refers to its slot, it
    /// moves to another, which is returned.
    mutating func withdraw(_ request: UInt32) -> UInt32 {
        let place = requests[request].place
        let isHeld = place == .waiting || place == .calling
        if isHeld, isIgnored(request, place) { return abandon(request) }
        if isHeld || place == .atGateway || place == .pending || place == .stranded {
            vacate(request, place)
            requests[request].place = .atGateway
            return request
        }
        if isIgnored(request, place) { return abandon(request) }
        let moved = leaveSlot(request)
        requests[moved].timer = .none
        vacate(request, place)
        return moved
    }

    /// Moves a request out of a slot that an event or heap still refers to: the slot is cancelled and keeps what it held,
    /// the request is at the gateway.
    mutating func leaveSlot(_ request: UInt32) -> UInt32 {
        let moved = requests.take(requests[request])
        requests[moved].place = .atGateway
        requests[request].place = .cancelled
        if requests[request].traits.contains(.detailed) {
            put(details[request], at: moved)
            kernel.redirect(details[moved].timer, to: moved)
            if details[moved].call != none { calls[details[moved].call].request = moved }
        }
        if requests[request].traits.contains(.governed) { putGoverned(governed[request], at: moved) }
        return moved
    }

    private mutating func withdrawCopy(_ request: UInt32) {
        let place = requests[request].place
        let isHeld = place == .waiting || place == .calling || place == .pending || place == .stranded
        if !isHeld { requests[request].place = .cancelled }
        vacate(request, place)
        if isHeld { requests.giveBack(request) }
    }

    /// The client has its answer. Nothing refers to the slot but the timer.
    mutating func end(_ request: UInt32, status: UInt16) { endHere(request, status: status) }

    @inline(__always)
    private mutating func endHere(_ request: UInt32, status: UInt16) {
        let cell = requests[request].cell
        planLatencies.record(kernel.now - requests[request].arrived, in: cell)
        if rarely(status != 200) { planStatuses[Int(cell)].add(status) }
        let gateway = plans[requests[request].plan].gateway
        gateways[gateway].inSystem.decrement(at: kernel.now)
        if rarely(!requests[request].traits.isEmpty) { endDetails(request, status) }
        requests.giveBack(request)
    }

    private mutating func endDetails(_ request: UInt32, _ status: UInt16) {
        if requests[request].traits.contains(.governed) { settleRetry(request) }
        if requests[request].traits.contains(.watched) { watched(request, status: status) }
        guard requests[request].traits.contains(.detailed) else { return }
        kernel.cancel(details[request].timer)
        let isOver = details[request].attempt == none || !tryEnded(request, status: status)
        if isOver, details[request].user != none { think(details[request].user) }
        if details[request].call != none { callAnswered(request, status: status) }
    }
}
