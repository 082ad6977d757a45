import Simulation

/// Replicas that come and go by and by.
extension Engine {
    /// The most entries of a run's log.
    private static var longestLog: Int { 10_000 }

    mutating func note(_ what: String) {
        guard log.count < Self.longestLog else { return }
        log.append(RunEvent(time: kernel.now.nanoseconds, what: what))
    }

    func name(ofStation station: UInt32) -> String { stationBackends[Int(station)]?.description ?? "" }

    /// Adds a replica that takes its time to start.
    mutating func startReplica(of station: UInt32) {
        addReplica(to: station)
        guard let replica = stationReplicas[Int(station)].last else { return }
        replicas[replica].version = rolloutVersions[station] ?? 0
        begin(startOf: replica)
    }

    /// A replica starts: it is not among the endpoints until it is ready.
    mutating func begin(startOf replica: UInt32) {
        let station = replicas[replica].station
        guard let startup = lifecycles[station]?.startup else {
            becameReady(replica)
            return
        }
        replicas[replica].isStarting = true
        replicas[replica].unlisted += 1
        replicas[replica].starts &+= 1
        stopCounting(replica)
        let delay = startup.draw(&startups[Int(station)])
        schedule(Control(kind: .ready, subject: replica, generation: replicas[replica].starts), after: delay)
    }

    mutating func ready(_ control: Control) {
        let replica = control.subject
        guard replicas[replica].isStarting, replicas[replica].starts == control.generation else { return }
        replicas[replica].isStarting = false
        replicas[replica].unlisted -= 1
        guard !replicas[replica].isRetired else { return }
        if replicas[replica].isUp { count(replica) }
        becameReady(replica)
        refreshCandidates(of: replicas[replica].station)
        step(rolloutOf: replicas[replica].station)
    }

    /// A replica of a rolling update is ready, and not available before it has been so for a time.
    private mutating func awaitAvailability(_ replica: UInt32) {
        guard let rollout = rollouts[replicas[replica].station], rollout.update.minReady > 0,
            rollout.version == replicas[replica].version
        else { return }
        unavailable.insert(replica)
        schedule(
            Control(kind: .available, subject: replica, generation: replicas[replica].starts),
            after: rollout.update.minReady)
    }

    mutating func available(_ control: Control) {
        guard replicas[control.subject].starts == control.generation else { return }
        unavailable.remove(control.subject)
        step(rolloutOf: replicas[control.subject].station)
    }

    private mutating func becameReady(_ replica: UInt32) {
        awaitAvailability(replica)
        guard let coldStart = lifecycles[replicas[replica].station]?.coldStart else { return }
        replicas[replica].warmFrom = kernel.now.nanoseconds
        updateSlowness(of: replica)
        schedule(Control(kind: .warm, subject: replica), after: max(coldStart.duration / 32, 1))
    }

    /// A cold start is followed in 32 steps.
    mutating func warm(_ control: Control) {
        let replica = control.subject
        guard let coldStart = lifecycles[replicas[replica].station]?.coldStart else { return }
        if kernel.now.nanoseconds - replicas[replica].warmFrom < coldStart.duration {
            schedule(control, after: max(coldStart.duration / 32, 1))
        } else {
            replicas[replica].warmFrom = .min
        }
        updateSlowness(of: replica)
    }

    /// How many times slower a replica is for being cold.
    func coldness(of replica: UInt32) -> Double {
        guard replicas[replica].warmFrom > .min, let coldStart = lifecycles[replicas[replica].station]?.coldStart
        else { return 1 }
        let passed = Double(kernel.now.nanoseconds - replicas[replica].warmFrom) / Double(max(coldStart.duration, 1))
        return 1 + (coldStart.factor - 1) * max(1 - passed, 0)
    }

    /// A replica is taken away: it finishes what it holds. The caller refreshes the candidates.
    mutating func terminate(_ replica: UInt32) {
        let lifecycle = lifecycles[replicas[replica].station] ?? Lifecycle()
        replicas[replica].isTerminating = true
        unavailable.remove(replica)
        if let grace = lifecycle.gracePeriod { schedule(Control(kind: .kill, subject: replica), after: grace) }
        guard lifecycle.endpointLag > 0, !replicas[replica].isStarting else {
            retire(replica)
            return
        }
        schedule(Control(kind: .unlist, subject: replica), after: lifecycle.endpointLag)
        if lifecycle.preStop < lifecycle.endpointLag {
            schedule(Control(kind: .refuse, subject: replica), after: lifecycle.preStop)
        }
    }

    mutating func unlist(_ control: Control) {
        retire(control.subject)
        refreshCandidates(of: replicas[control.subject].station)
    }

    /// A replica that is taken away accepts no more requests, though proxies still send some.
    mutating func refuse(_ control: Control) { replicas[control.subject].refusesRequests = true }

    /// The time that a replica has to finish is over.
    mutating func kill(_ control: Control) {
        let replica = control.subject
        fail(replica, isNoticed: true)
        loseAll(at: replica)
        loseFlows(at: replica)
        disconnect(replica)
    }

    private mutating func retire(_ replica: UInt32) {
        replicas[replica].isRetired = true
        dismissIfEmpty(replica)
    }

    /// The replicas of a station that are not taken away, in the order of their numbers.
    func present(at station: UInt32) -> [UInt32] {
        stationReplicas[Int(station)].filter { !replicas[$0].isRetired && !replicas[$0].isTerminating }
    }
}
