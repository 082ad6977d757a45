import Simulation

/// Who is fit to serve: outlier detection and probes.
extension Engine {
    /// Takes note of the end of a request at a host.
    mutating func record(_ outcome: OutlierDetector.Outcome, _ upstream: UInt32, _ ordinal: UInt32) {
        let index = Int(upstream)
        guard upstreams[index].detector != nil,
            upstreams[index].detector?.record(outcome, host: Int(ordinal), at: kernel.now.nanoseconds) == true
        else { return }
        wasEjected(index, Int(ordinal))
    }

    mutating func sweep(_ control: Control) {
        let index = Int(control.subject)
        guard let interval = upstreams[index].policy.outlierDetection?.interval else { return }
        schedule(control, after: interval)
        let now = kernel.now.nanoseconds
        for host in upstreams[index].detector?.endedEjections(at: now) ?? [] { readmit(index, host) }
        for suspect in upstreams[index].detector?.suspects() ?? []
        where upstreams[index].detector?.enforce(suspect.enforcing, suspect.host, now) == true {
            wasEjected(index, suspect.host)
        }
    }

    private mutating func wasEjected(_ index: Int, _ ordinal: Int) {
        upstreamCells[cell(of: upstreams[index].link)].ejections &+= 1
        drain(index, ordinal)
        healthChanged(index, ordinal)
    }

    private mutating func readmit(_ index: Int, _ ordinal: Int) {
        upstreams[index].detector?.readmit(ordinal)
        upstreamCells[cell(of: upstreams[index].link)].readmissions &+= 1
        healthChanged(index, ordinal)
    }

    /// Those who choose learn of it, at once or when changes have been merged for a while.
    private mutating func healthChanged(_ index: Int, _ ordinal: Int) {
        guard let change = upstreams[index].healthChanged(ordinal, at: kernel.now.nanoseconds) else { return }
        schedule(
            Control(
                kind: .deliver, subject: UInt32(index), host: UInt32(change.level), generation: change.generation),
            after: change.delay)
    }

    mutating func deliver(_ control: Control) {
        upstreams[Int(control.subject)].deliver(
            Int(control.host), control.generation, at: kernel.now.nanoseconds)
    }

    /// Hosts are probed each by itself, but those of the start in step; proxies do not probe together.
    mutating func startProbes(of upstream: UInt32) {
        let index = Int(upstream)
        guard let settings = upstreams[index].policy.healthCheck, settings.interval > 0 else { return }
        let phase = Int64(upstreams[index].stream.integer(below: UInt64(settings.interval)))
        let now = kernel.now.nanoseconds
        for ordinal in upstreams[index].hosts.indices where upstreams[index].hosts[ordinal].isMember {
            scheduleProbe(upstream, UInt32(ordinal), after: phase)
            // Proxies have probed all the time, though the account of a backend begins with its first request.
            let replica = upstreams[index].hosts[ordinal].replica
            guard !replicas[replica].isUp, let since = lostSince(replica) else { continue }
            let wait = replicas[replica].isSilent ? settings.timeout : 0
            var probed = now + phase - settings.interval - wait
            var record = HealthRecord(isKnown: true)
            var failures = 0
            while probed >= since, failures < settings.unhealthyThreshold {
                failures += 1
                probed -= settings.interval + wait
            }
            for _ in 0..<failures { _ = record.record(passed: false, settings) }
            upstreams[index].setHealth(record, of: ordinal)
        }
    }

    /// When the fault began that a replica has suffered from for longest.
    private func lostSince(_ replica: UInt32) -> Int64? {
        faults.compactMap { event, active -> Int64? in
            guard case .lost = active.fault.effect, active.replicas.contains(replica) else { return nil }
            return model.events[Int(event)].time
        }.min()
    }

    mutating func scheduleProbe(_ upstream: UInt32, _ ordinal: UInt32, after delay: Int64) {
        let generation = upstreams[Int(upstream)].hosts[Int(ordinal)].generation
        schedule(Control(kind: .probe, subject: upstream, host: ordinal, generation: generation), after: delay)
    }

    /// A replica that is up answers a probe at once, whatever its load; one that is gone refuses it, and of one that is silent
    /// nothing is heard until the probe times out. The interval begins when the probe has ended.
    mutating func probe(_ control: Control) {
        let (index, ordinal) = (Int(control.subject), Int(control.host))
        guard let settings = upstreams[index].policy.healthCheck, isProbed(control) else { return }
        let replica = upstreams[index].hosts[ordinal].replica
        if !replicas[replica].isUp, replicas[replica].isSilent {
            var timeout = control
            timeout.kind = .probeTimeout
            schedule(timeout, after: settings.timeout)
            return
        }
        probed(index, ordinal, passed: replicas[replica].isUp)
        schedule(control, after: settings.interval)
    }

    mutating func probeTimedOut(_ control: Control) {
        let index = Int(control.subject)
        guard let settings = upstreams[index].policy.healthCheck, isProbed(control) else { return }
        probed(index, Int(control.host), passed: false)
        var next = control
        next.kind = .probe
        schedule(next, after: settings.interval)
    }

    /// Whether the host that a probe is of is still there.
    private func isProbed(_ control: Control) -> Bool {
        let host = upstreams[Int(control.subject)].hosts[Int(control.host)]
        return host.isMember && host.generation == control.generation
    }

    private mutating func probed(_ index: Int, _ ordinal: Int, passed: Bool) {
        if upstreams[index].probed(ordinal, passed: passed, at: kernel.now.nanoseconds) {
            if !passed {
                upstreamCells[cell(of: upstreams[index].link)].unhealthy &+= 1
                drain(index, ordinal)
            }
            healthChanged(index, ordinal)
        }
        // One passed probe ends an ejection (Envoy's successful_active_health_check_uneject_host).
        if passed, upstreams[index].detector?.isEjected(ordinal) == true { readmit(index, ordinal) }
    }

    /// A host that is no longer fit to serve loses its connections, each when its requests have ended.
    private mutating func drain(_ index: Int, _ ordinal: Int) {
        guard ordinal < upstreams[index].pools.count else { return }
        changeConnections(index, by: -upstreams[index].pools[ordinal].drain())
    }
}
