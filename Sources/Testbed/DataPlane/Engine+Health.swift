import Simulation

/// Who is fit to serve: outlier detection and probes.
extension Engine {
    /// Takes note of the end of a request at a host.
    mutating func record(_ outcome: OutlierDetector.Outcome, _ upstream: UInt32, _ ordinal: UInt32) {
        let index = Int(upstream)
        guard upstreams[index].detector != nil,
            upstreams[index].detector?.record(outcome, host: Int(ordinal), at: kernel.now.nanoseconds) == true
        else { return }
        upstreams[index].markStale()
        upstreamCells[cell(of: upstreams[index].link)].ejections &+= 1
    }

    mutating func sweep(_ control: Control) {
        let index = Int(control.subject)
        guard let interval = upstreams[index].policy.outlierDetection?.interval else { return }
        schedule(control, after: interval)
        guard let found = upstreams[index].detector?.sweep(at: kernel.now.nanoseconds) else { return }
        guard !found.returned.isEmpty || !found.ejected.isEmpty else { return }
        upstreams[index].markStale()
        let cell = cell(of: upstreams[index].link)
        upstreamCells[cell].readmissions &+= UInt64(found.returned.count)
        upstreamCells[cell].ejections &+= UInt64(found.ejected.count)
    }

    /// A replica that is up answers its probes at once, whatever its load; one that is gone refuses them, and of one that
    /// is silent nothing is heard until the probe times out.
    mutating func probe(_ control: Control) {
        let index = Int(control.subject)
        guard let settings = upstreams[index].policy.healthCheck else { return }
        schedule(control, after: settings.interval)
        var hasSilent = false
        for ordinal in upstreams[index].hosts.indices where upstreams[index].hosts[ordinal].isMember {
            let replica = upstreams[index].hosts[ordinal].replica
            if !replicas[replica].isUp, replicas[replica].isSilent {
                hasSilent = true
            } else {
                probed(index, ordinal, passed: replicas[replica].isUp)
            }
        }
        if hasSilent { schedule(Control(kind: .probeTimeout, subject: control.subject), after: settings.timeout) }
    }

    mutating func probeTimedOut(_ control: Control) {
        let index = Int(control.subject)
        for ordinal in upstreams[index].hosts.indices where upstreams[index].hosts[ordinal].isMember {
            let replica = upstreams[index].hosts[ordinal].replica
            if !replicas[replica].isUp, replicas[replica].isSilent { probed(index, ordinal, passed: false) }
        }
    }

    private mutating func probed(_ index: Int, _ ordinal: Int, passed: Bool) {
        let cell = cell(of: upstreams[index].link)
        if upstreams[index].probed(ordinal, passed: passed, at: kernel.now.nanoseconds) {
            if !passed {
                upstreamCells[cell].unhealthy &+= 1
                closeIdle(index, ordinal)
            }
        }
        // One passed probe ends an ejection (Envoy's successful_active_health_check_uneject_host).
        guard passed, upstreams[index].detector?.isEjected(ordinal) == true else { return }
        upstreams[index].detector?.readmit(ordinal)
        upstreams[index].markStale()
        upstreamCells[cell].readmissions &+= 1
    }

    private mutating func closeIdle(_ index: Int, _ ordinal: Int) {
        guard ordinal < upstreams[index].pools.count else { return }
        changeConnections(index, by: -upstreams[index].pools[ordinal].closeIdle(since: .max))
    }
}
