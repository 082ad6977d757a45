import Simulation

/// The way of an attempt or copy: out over the hop, through a replica, and back.
extension Engine {
    /// Chooses a replica and makes the job; nil where no replica is up.
    mutating func send(_ request: UInt32, by link: UInt32, isCopy: Bool) -> UInt32? {
        let state = requests[request]
        let station = links[link].station
        let balancer = links[link].firstBalancer + state.gatewayReplica
        guard let replica = chooseReplica(of: station, balancer, client: state.client) else { return nil }
        if balancers[balancer].loadBalancing == .leastRequest {
            activeRequests[Int(balancer)][Int(replicas[replica].ordinal)] &+= 1
        }
        return jobs.take(
            Job(
                observed: state.observed, request: isCopy ? none : request, station: station, replica: replica,
                link: link, balancer: balancer))
    }

    /// Sets out for the replica.
    mutating func depart(_ job: UInt32) {
        let delay = hop(jobs[job].link)
        if delay > 0 {
            kernel.schedule(.reached, slot: job, after: delay)
        } else {
            enter(job)
        }
    }

    private mutating func hop(_ link: UInt32) -> Int64 {
        let hop = links[link].hop
        return hop == none ? 0 : distributions[Int(hop)].draw(&links[link].hops)
    }

    mutating func reached(_ job: UInt32) {
        if jobs[job].place == .cancelled {
            jobs.giveBack(job)
        } else {
            enter(job)
        }
    }

    /// The replica has answered. In the gateway's own queue there is no way back.
    mutating func leave(_ job: UInt32, status: UInt16) {
        jobs[job].place = .inbound
        jobs[job].status = status
        guard jobs[job].link != none else {
            let request = jobs[job].request
            jobs.giveBack(job)
            requests[request].job = none
            if status == 200 { gatewayPassed(request) } else { end(request, status: status) }
            return
        }
        let delay = hop(jobs[job].link)
        if delay > 0 {
            kernel.schedule(.answered, slot: job, after: delay)
        } else {
            answered(job)
        }
    }

    mutating func answered(_ job: UInt32) {
        let state = jobs[job]
        if state.place != .cancelled { release(job) }
        jobs.giveBack(job)
        if state.place != .cancelled, state.request != none {
            attemptEnded(state.request, status: state.status, isConnectionFailure: false)
        }
    }

    /// The replica is gone, and the connection with it: the gateway knows at once.
    mutating func lose(_ job: UInt32) {
        let state = jobs[job]
        release(job)
        stationCells[Int(state.station) * intervalCount + Int(state.interval)].lost &+= 1
        jobs.giveBack(job)
        if state.request != none { attemptEnded(state.request, status: 503, isConnectionFailure: true) }
    }

    /// Takes a job away wherever it is, and frees what it holds. The slot lives on where an event still refers to it.
    mutating func cancel(_ job: UInt32) {
        let state = jobs[job]
        if state.link != none { release(job) }
        if state.request != none { requests[state.request].job = none }
        let cell = Int(state.station) * intervalCount + Int(state.interval)
        switch state.place {
        case .outbound, .inbound, .cancelled:
            jobs[job].place = .cancelled
        case .waiting:
            stationCells[cell].cancelled &+= 1
            removeWaiting(job)
            stations[state.station].inSystem.change(by: -1, at: kernel.now)
            jobs.giveBack(job)
        case .serving:
            stationCells[cell].cancelled &+= 1
            stations[state.station].inSystem.change(by: -1, at: kernel.now)
            jobs[job].place = .cancelled
            stopServing(job)
            serveNext(at: state.replica)
        }
    }

    /// The gateway no longer counts the job, and its timer is off.
    mutating func release(_ job: UInt32) {
        let state = jobs[job]
        kernel.cancel(state.timer)
        if balancers[state.balancer].loadBalancing == .leastRequest {
            activeRequests[Int(state.balancer)][Int(replicas[state.replica].ordinal)] &-= 1
        }
    }
}
