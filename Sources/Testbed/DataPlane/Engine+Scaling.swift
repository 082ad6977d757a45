import Simulation

/// What is kept of a station that scales by itself.
struct Scaler {
    var station: UInt32
    var autoscaler: Autoscaler
    /// The integrals of intervals that are over.
    var busy: Int128 = 0
    var servers: Int128 = 0
    /// The sums up to the last sample, and what was found then.
    var lastBusy: Int128 = 0
    var lastServers: Int128 = 0
    var lastRequests: UInt64 = 0
    var current: [Double] = []
    var hasSample = false
}

/// What is kept of a rolling update.
struct Rollout {
    var update: RollingUpdate
    var version: UInt16
    var replicas: Int
}

/// Autoscaling and rolling updates.
extension Engine {
    mutating func startScaler(_ settings: Autoscaling, of station: UInt32) {
        let scaler = UInt32(scalers.count)
        scalers.append(Scaler(station: station, autoscaler: Autoscaler(settings)))
        schedule(Control(kind: .sample, subject: scaler), after: settings.metricWindow)
        // The metric is older than the look at it by half a period on the average.
        schedule(Control(kind: .scale, subject: scaler), after: settings.syncPeriod + settings.syncPeriod / 2)
    }

    /// Keeps the integrals of an interval that is over.
    mutating func carryScalers(_ levels: [StationLevels]) {
        for index in scalers.indices {
            let station = Int(scalers[index].station)
            scalers[index].busy += levels[station].busy.integral
            scalers[index].servers += levels[station].servers.integral
        }
    }

    mutating func sample(_ control: Control) {
        let index = Int(control.subject)
        let settings = scalers[index].autoscaler.settings
        schedule(control, after: settings.metricWindow)
        let station = scalers[index].station
        let now = kernel.now
        let busy = scalers[index].busy + stations[station].busy.observation(until: now).integral
        let servers = scalers[index].servers + stations[station].servers.observation(until: now).integral
        var requests: UInt64 = 0
        for cell in 0..<UInt32(stationCells.peak) where stationCells[cell].station == station {
            requests += stationCells[cell].requests
        }
        scalers[index].current = settings.metrics.map { metric in
            switch metric {
            case .utilization:
                let used = servers - scalers[index].lastServers
                return used > 0 ? Double(busy - scalers[index].lastBusy) / Double(used) : 0
            case .requestRate:
                let seconds = Double(settings.metricWindow) * 1e-9
                let ready = max(readyCount(at: station), 1)
                return Double(requests - scalers[index].lastRequests) / seconds / Double(ready)
            }
        }
        scalers[index].lastBusy = busy
        scalers[index].lastServers = servers
        scalers[index].lastRequests = requests
        scalers[index].hasSample = true
    }

    private func readyCount(at station: UInt32) -> Int {
        present(at: station).count { !replicas[$0].isStarting && replicas[$0].isUp }
    }

    mutating func scale(_ control: Control) {
        let index = Int(control.subject)
        schedule(control, after: scalers[index].autoscaler.settings.syncPeriod)
        guard scalers[index].hasSample else { return }
        let station = scalers[index].station
        // While a rolling update is under way there are more pods than the Deployment asks for.
        let replicas = rollouts[station]?.replicas ?? present(at: station).count
        let starting = present(at: station).count { self.replicas[$0].isStarting }
        let missing = present(at: station).count { !self.replicas[$0].isStarting && !self.replicas[$0].isUp }
        let pods = Autoscaler.Pods(
            ready: readyCount(at: station), starting: starting, missing: missing, wanted: replicas)
        let current = scalers[index].current
        let wanted = scalers[index].autoscaler.decide(current: current, pods, at: kernel.now.nanoseconds)
        guard wanted != replicas else { return }
        note("\(name(ofStation: station)) scales from \(replicas) to \(wanted) replicas")
        setReplicas(of: station, to: wanted)
    }

    mutating func setReplicas(of station: UInt32, to count: Int) {
        if rollouts[station] != nil {
            rollouts[station]?.replicas = count
            step(rolloutOf: station)
            return
        }
        let present = present(at: station)
        for _ in present.count..<max(count, present.count) { startReplica(of: station) }
        // Those that are not ready go first, then the youngest.
        let order = present.enumerated().sorted { one, two in
            let (first, second) = (replicas[one.element].isStarting, replicas[two.element].isStarting)
            return first == second ? one.offset < two.offset : !first
        }
        for replica in order.dropFirst(count).map(\.element).sorted() { terminate(replica) }
        refreshCandidates(of: station)
    }

    // MARK: Rolling updates

    mutating func beginRollout(of station: UInt32, _ update: RollingUpdate) {
        let version = (rolloutVersions[station] ?? 0) &+ 1
        rolloutVersions[station] = version
        rollouts[station] = Rollout(
            update: update, version: version, replicas: rollouts[station]?.replicas ?? present(at: station).count)
        note("\(name(ofStation: station)) begins a rolling update")
        step(rolloutOf: station)
    }

    /// Starts and deletes as many pods as the strategy allows now.
    mutating func step(rolloutOf station: UInt32) {
        var changed = false
        while let rollout = rollouts[station] {
            let all = present(at: station)
            let old = all.filter { replicas[$0].version != rollout.version }
            let new = all.filter { replicas[$0].version == rollout.version }
            let starting = new.count { replicas[$0].isStarting || unavailable.contains($0) }
            // Old pods that never became ready serve nobody and go first.
            let unready = old.filter { replicas[$0].isStarting }
            let ready = old.filter { !replicas[$0].isStarting }
            for replica in unready { terminate(replica) }
            if old.isEmpty, starting == 0, new.count == rollout.replicas {
                rollouts[station] = nil
                note("\(name(ofStation: station)) has finished its rolling update")
                break
            }
            if old.isEmpty, new.count > rollout.replicas {
                for replica in new.dropFirst(rollout.replicas) { terminate(replica) }
                changed = true
                continue
            }
            let step = rollout.update.step(
                replicas: rollout.replicas, old: ready.count, starting: starting, ready: new.count - starting)
            for replica in ready.prefix(step.delete) { terminate(replica) }
            for _ in 0..<step.start { startReplica(of: station) }
            changed = changed || step.delete > 0 || step.start > 0 || !unready.isEmpty
            if step.delete == 0, step.start == 0 { break }
        }
        if changed { refreshCandidates(of: station) }
    }
}
