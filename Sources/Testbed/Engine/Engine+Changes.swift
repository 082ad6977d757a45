import Simulation

/// What happens to routing and backends in the course of a run.
extension Engine {
    mutating func begin(_ event: UInt32) {
        switch model.events[Int(event)].change {
        case .apply(let version):
            self.version = version
            for shape in 0..<UInt32(shapePlans.peak) { shapePlans[shape] = none }
            forgetCallPlans()
        case .fail(let backend, let count, _):
            let station = station(of: backend)
            hit[event] = Array(candidates(of: station).prefix(count))
            for replica in hit[event] ?? [] { fail(replica, isNoticed: true) }
            refreshCandidates(of: station)
            for replica in hit[event] ?? [] {
                loseAll(at: replica)
                loseFlows(at: replica)
                disconnect(replica)
            }
        case .slow(let backend, _, let count, _):
            hit[event] = Array(candidates(of: station(of: backend)).prefix(count))
            for replica in hit[event] ?? [] { updateSlowness(of: replica) }
        case .scale(let backend, let count):
            setReplicas(of: station(of: backend), to: count)
        case .rollout(let backend, let update):
            beginRollout(of: station(of: backend), update)
        case .fault(let fault, _):
            beginFault(event, fault)
        }
    }

    mutating func restore(_ event: UInt32) {
        if case .fault = model.events[Int(event)].change {
            endFault(event)
            return
        }
        guard let hitReplicas = hit.removeValue(forKey: event) else { return }
        for replica in hitReplicas {
            if case .fail = model.events[Int(event)].change {
                recover(replica, wasNoticed: true)
            } else {
                updateSlowness(of: replica)
            }
        }
        for station in Set(hitReplicas.map { replicas[$0].station }).sorted() { refreshCandidates(of: station) }
    }

    mutating func fail(_ replica: UInt32, isNoticed: Bool) {
        replicas[replica].failures += 1
        if isNoticed { replicas[replica].unlisted += 1 }
        stopCounting(replica)
    }

    mutating func recover(_ replica: UInt32, wasNoticed: Bool) {
        replicas[replica].failures -= 1
        if wasNoticed { replicas[replica].unlisted -= 1 }
        if replicas[replica].isUp, replicas[replica].isSilent {
            replicas[replica].isSilent = false
            loseStranded(at: replica)
        }
        guard replicas[replica].isUp, !replicas[replica].isRetired, !replicas[replica].isStarting else { return }
        count(replica)
        begin(startOf: replica)
    }

    mutating func count(_ replica: UInt32) {
        guard !replicas[replica].isCounted else { return }
        replicas[replica].isCounted = true
        let station = replicas[replica].station
        let servers = stations[station].serversOfReplica
        stations[station].servers.change(by: servers, at: kernel.now)
    }

    /// All requests at a replica that failed are lost: those in service by their slots, those who
    /// call others likewise, then those who wait in order.
    mutating func loseAll(at replica: UInt32) {
        let serving = requests.slotsInUse().filter {
            requests[$0].replica == replica && requests[$0].place == .serving
        }
        var waiting: [UInt32] = []
        var next = replicas[replica].firstWaiting
        while next != none {
            waiting.append(next)
            next = requests[next].next
        }
        for request in waiting { removeWaiting(request, replica) }
        let station = replicas[replica].station
        for request in serving {
            stations[station].inSystem.decrement(at: kernel.now)
            stopServing(replica)
            let moved = leaveSlot(request)
            // Who is stranded waits for it.
            kernel.redirect(requests[moved].timer, to: moved)
            loseOrStrand(moved, replica)
        }
        for request in calling(at: replica) {
            stations[station].inSystem.decrement(at: kernel.now)
            cancelCalls(of: request)
            loseOrStrand(request, replica)
        }
        for request in waiting {
            stations[station].inSystem.decrement(at: kernel.now)
            loseOrStrand(request, replica)
        }
        if stations[station].isSharing { scheduleShared(replica) }
    }

    private mutating func loseOrStrand(_ request: UInt32, _ replica: UInt32) {
        if replicas[replica].isSilent { strand(request) } else { lose(request) }
    }

    mutating func updateSlowness(of replica: UInt32) {
        var slowness = slownessByFaults(of: replica) * coldness(of: replica)
        for (event, hitReplicas) in hit.sorted(by: { $0.key < $1.key }) {
            if case .slow(_, let factor, _, _) = model.events[Int(event)].change, hitReplicas.contains(replica) {
                slowness *= factor
            }
        }
        replicas[replica].slowness = slowness
        replicas[replica].isSlow = slowness != 1
    }

    /// A replica that was taken away is gone when it holds nothing any more.
    mutating func dismissIfEmpty(_ replica: UInt32) {
        if replicas[replica].busy == 0, replicas[replica].firstWaiting == none { stopCounting(replica) }
    }

    mutating func stopCounting(_ replica: UInt32) {
        guard replicas[replica].isCounted else { return }
        replicas[replica].isCounted = false
        let station = replicas[replica].station
        let servers = stations[station].serversOfReplica
        stations[station].servers.change(by: -servers, at: kernel.now)
    }
}
