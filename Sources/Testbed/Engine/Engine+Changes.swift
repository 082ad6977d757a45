import Simulation

/// What happens to routing and backends in the course of a run.
extension Engine {
    mutating func begin(_ event: UInt32) {
        switch model.events[Int(event)].change {
        case .apply(let version):
            self.version = version
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
        uncount(replica)
    }

    private mutating func recover(_ replica: UInt32) {
        replicas[replica].failures -= 1
        guard replicas[replica].isUp, !replicas[replica].isRetired else { return }
        replicas[replica].isCounted = true
        let station = replicas[replica].station
        stations[station].servers.change(by: stations[station].serversOfReplica, at: kernel.now)
    }

    /// All requests at a replica that failed are lost, in the order of waiting after those in service.
    private mutating func loseAll(at replica: UInt32) {
        var held: [UInt32] = []
        var job = replicas[replica].firstServing
        while job != none {
            held.append(job)
            job = jobs[job].next
        }
        let serving = held.count
        job = replicas[replica].firstWaiting
        while job != none {
            held.append(job)
            job = jobs[job].next
        }
        for waiting in held.dropFirst(serving) { removeWaiting(waiting) }
        for (index, job) in held.enumerated() {
            let station = replicas[replica].station
            stations[station].inSystem.change(by: -1, at: kernel.now)
            if index < serving { stopServing(job) }
            loseHeld(job, isReferredTo: index < serving)
        }
        if stations[replicas[replica].station].isSharing { scheduleShared(replica) }
    }

    /// A job in service is still referred to by its event or heap entry; the slot lives on.
    private mutating func loseHeld(_ job: UInt32, isReferredTo: Bool) {
        guard isReferredTo else {
            lose(job)
            return
        }
        let state = jobs[job]
        release(job)
        stationCells[Int(state.station) * intervalCount + Int(state.interval)].lost &+= 1
        jobs[job].place = .cancelled
        if state.request != none { attemptEnded(state.request, status: 503, isConnectionFailure: true) }
    }

    private mutating func updateSlowness(of replica: UInt32) {
        var slowness = 1.0
        for (event, hitReplicas) in hit.sorted(by: { $0.key < $1.key }) {
            if case .slow(_, let factor, _, _) = model.events[Int(event)].change, hitReplicas.contains(replica) {
                slowness *= factor
            }
        }
        replicas[replica].slowness = slowness
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
        if replicas[replica].busy == 0, replicas[replica].firstWaiting == none { uncount(replica) }
    }

    private mutating func uncount(_ replica: UInt32) {
        guard replicas[replica].isCounted else { return }
        replicas[replica].isCounted = false
        let station = replicas[replica].station
        stations[station].servers.change(by: -stations[station].serversOfReplica, at: kernel.now)
    }
}
