import Simulation

/// What happens to routing and backends in the course of a run.
extension Engine {
    mutating func begin(_ event: UInt32) {
        switch model.events[Int(event)].change {
        case .apply(let version):
            self.version = version
            for shape in 0..<UInt32(shapePlans.peak) { shapePlans[shape] = none }
        case .fail(let backend, let count, _):
            let station = station(of: backend)
            hit[event] = Array(candidates(of: station).prefix(count))
            for replica in hit[event] ?? [] { fail(replica) }
            refreshCandidates(of: station)
            for replica in hit[event] ?? [] { loseAll(at: replica) }
        case .slow(let backend, _, let count, _):
            hit[event] = Array(candidates(of: station(of: backend)).prefix(count))
            for replica in hit[event] ?? [] { updateSlowness(of: replica) }
        case .scale(let backend, let count):
            scale(station(of: backend), to: count)
        }
    }

    mutating func restore(_ event: UInt32) {
        guard let hitReplicas = hit.removeValue(forKey: event) else { return }
        for replica in hitReplicas {
            if case .fail = model.events[Int(event)].change { recover(replica) } else { updateSlowness(of: replica) }
        }
        for station in Set(hitReplicas.map { replicas[$0].station }).sorted() { refreshCandidates(of: station) }
    }

    private mutating func fail(_ replica: UInt32) {
        replicas[replica].failures += 1
        stopCounting(replica)
    }

    private mutating func recover(_ replica: UInt32) {
        replicas[replica].failures -= 1
        guard replicas[replica].isUp, !replicas[replica].isRetired else { return }
        replicas[replica].isCounted = true
        let station = replicas[replica].station
        let servers = stations[station].serversOfReplica
        stations[station].servers.change(by: servers, at: kernel.now)
    }

    /// All requests at a replica that failed are lost: those in service by their slots, then those who wait in order.
    private mutating func loseAll(at replica: UInt32) {
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
            lose(leaveSlot(request))
        }
        for request in waiting {
            stations[station].inSystem.decrement(at: kernel.now)
            lose(request)
        }
        if stations[station].isSharing { scheduleShared(replica) }
    }

    private mutating func updateSlowness(of replica: UInt32) {
        var slowness = 1.0
        for (event, hitReplicas) in hit.sorted(by: { $0.key < $1.key }) {
            if case .slow(_, let factor, _, _) = model.events[Int(event)].change, hitReplicas.contains(replica) {
                slowness *= factor
            }
        }
        replicas[replica].slowness = slowness
        replicas[replica].isSlow = slowness != 1
    }

    private mutating func scale(_ station: UInt32, to count: Int) {
        let present = stationReplicas[Int(station)].filter { !replicas[$0].isRetired }
        for _ in present.count..<max(count, present.count) { addReplica(to: station) }
        for replica in present.dropFirst(count) {
            replicas[replica].isRetired = true
            dismissIfEmpty(replica)
        }
        refreshCandidates(of: station)
    }

    /// A replica that was taken away is gone when it holds nothing any more.
    mutating func dismissIfEmpty(_ replica: UInt32) {
        if replicas[replica].busy == 0, replicas[replica].firstWaiting == none { stopCounting(replica) }
    }

    private mutating func stopCounting(_ replica: UInt32) {
        guard replicas[replica].isCounted else { return }
        replicas[replica].isCounted = false
        let station = replicas[replica].station
        let servers = stations[station].serversOfReplica
        stations[station].servers.change(by: -servers, at: kernel.now)
    }
}
