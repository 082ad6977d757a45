import Simulation

/// The way of an attempt or copy: out over the hop, through a replica, and back.
extension Engine {
    /// Chooses a replica; false where none is up.
    @inline(__always)
    mutating func board(_ request: UInt32, _ link: UInt32) -> Bool {
        requests[request].link = link
        let only = links[link].onlyReplica
        guard only == none || links[link].countsRequests else {
            requests[request].replica = only
            return true
        }
        return boardOneOfSeveral(request, link)
    }

    private mutating func boardOneOfSeveral(_ request: UInt32, _ link: UInt32) -> Bool {
        if links[link].group != none { return boardGoverned(request, link) }
        let balancer = links[link].firstBalancer + requests[request].gatewayReplica
        let client = needsClients ? details[request].client : 0
        guard let replica = chooseReplica(of: links[link].station, balancer, client: client) else { return false }
        if links[link].countsRequests { activeRequests[Int(balancer)][Int(replicas[replica].ordinal)] &+= 1 }
        requests[request].replica = replica
        return true
    }

    /// Sets out for the replica.
    @inline(__always)
    mutating func depart(_ request: UInt32, _ link: UInt32) {
        let delay = hop(request, link, isRequest: true)
        if delay > 0 {
            requests[request].place = .outbound
            kernel.schedule(.reached, slot: request, after: delay)
        } else {
            enter(request)
        }
    }

    @inline(__always)
    private mutating func hop(_ request: UInt32, _ link: UInt32, isRequest: Bool) -> Int64 {
        if rarely(links[link].isLong) { return hop(link) &+ delay(request, link, isRequest: isRequest) }
        return hop(link)
    }

    @inline(__always)
    private mutating func hop(_ link: UInt32) -> Int64 {
        let hop = links[link].hop
        guard hop != none else { return 0 }
        return links[link].sampler.isSimple
            ? links[link].sampler.draw(&links[link].hops) : distributions[Int(hop)].draw(&links[link].hops)
    }

    @inline(__always)
    mutating func reached(_ request: UInt32) {
        if rarely(requests[request].place == .cancelled) {
            requests.giveBack(request)
        } else {
            enter(request)
        }
    }

    /// The replica has answered. In the gateway's own queue there is no way back.
    @inline(__always)
    mutating func leave(_ request: UInt32, status: UInt16) {
        let link = requests[request].link
        guard link != none else {
            requests[request].place = .atGateway
            if status == 200 { gatewayPassed(request) } else { end(request, status: status) }
            return
        }
        requests[request].status = status
        let delay = hop(request, link, isRequest: false)
        if delay > 0 {
            requests[request].place = .inbound
            kernel.schedule(.answered, slot: request, after: delay)
        } else {
            arrived(request, status: status)
        }
    }

    @inline(__always)
    mutating func answered(_ request: UInt32) {
        if rarely(requests[request].place == .cancelled) {
            requests.giveBack(request)
        } else {
            arrived(request, status: requests[request].status)
        }
    }

    /// The response is at the gateway.
    @inline(__always)
    private mutating func arrived(_ request: UInt32, status: UInt16) {
        release(request, .answered)
        requests[request].place = .atGateway
        if rarely(requests[request].traits.contains(.copy)) {
            requests.giveBack(request)
        } else {
            attemptEnded(request, status: status)
        }
    }

    /// The replica is gone, and the connection with it: the gateway knows at once. Nothing refers to the slot.
    mutating func lose(_ request: UInt32, _ failure: AttemptFailure = .broken) {
        stationCells[requests[request].stationCell].lost &+= 1
        requests[request].place = .atGateway
        guard requests[request].link != none else {
            end(request, status: 503)
            return
        }
        release(request, .lost)
        if requests[request].traits.contains(.copy) {
            requests.giveBack(request)
        } else {
            attemptEnded(request, status: 503, failure: failure)
        }
    }

    /// Frees what a request holds at a place that it is taken away from; its slot's place is set already.
    mutating func vacate(_ request: UInt32, _ place: RequestState.Place) {
        let replica = requests[request].replica
        if place != .paused, place != .atGateway, requests[request].link != none { release(request, .timedOut) }
        switch place {
        case .atGateway, .paused, .outbound, .inbound, .pending, .stranded, .cancelled: return
        case .waiting:
            stationCells[requests[request].stationCell].cancelled &+= 1
            removeWaiting(request, replica)
            stations[replicas[replica].station].inSystem.decrement(at: kernel.now)
        case .calling:
            stationCells[requests[request].stationCell].cancelled &+= 1
            stations[replicas[replica].station].inSystem.decrement(at: kernel.now)
            cancelCalls(of: request)
            serveNext(at: replica)
        case .serving:
            stationCells[requests[request].stationCell].cancelled &+= 1
            stations[replicas[replica].station].inSystem.decrement(at: kernel.now)
            stopServing(replica)
            serveNext(at: replica)
        }
    }

    /// The gateway no longer counts the attempt, and its timer is off.
    @inline(__always)
    mutating func release(_ request: UInt32, _ ending: AttemptEnding) {
        kernel.cancel(requests[request].timer)
        if links[requests[request].link].countsRequests { uncount(request, ending) }
    }

    private mutating func uncount(_ request: UInt32, _ ending: AttemptEnding) {
        if requests[request].traits.contains(.abandoned) { return }
        if links[requests[request].link].group != none {
            releaseGoverned(request, ending)
            return
        }
        let balancer = links[requests[request].link].firstBalancer + requests[request].gatewayReplica
        activeRequests[Int(balancer)][Int(replicas[requests[request].replica].ordinal)] &-= 1
    }
}
