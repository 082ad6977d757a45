import Simulation

/// What an event of the data plane is about; its slot is the place of one of these.
struct Control: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
        /// The interval of outlier detection is over. [upstream]
        case sweep
        /// A probe is sent. [upstream, host, generation: of the host]
        case probe
        /// A replica has said nothing and failed the probe. [upstream, host, generation: of the host]
        case probeTimeout
        /// Changes of health that were merged come to be known. [upstream, host: priority level, generation]
        case deliver
        /// A connection has been made. [upstream, host, connection, generation]
        case connected
        /// A connection was not made. [upstream, host, connection, generation]
        case connectFailed
        /// The replicas that a fault has hit are taken off the endpoints. [event]
        case notice
        /// A replica has started. [replica, generation: its start]
        case ready
        /// A replica has become a little warmer. [replica]
        case warm
        /// Proxies learn that a replica is taken away. [replica]
        case unlist
        /// A replica that is taken away stops accepting requests. [replica]
        case refuse
        /// A replica that is taken away is killed. [replica]
        case kill
        /// A replica of a rolling update has been ready for long enough. [replica, generation: its start]
        case available
        /// A metric is read. [scaler]
        case sample
        /// An autoscaler looks at its metric. [scaler]
        case scale
        /// A flow has lasted as long as it wanted. [flow]
        case flowEnd
        /// Connections are free for those who wait. [upstream, host]
        case serve
        /// A client tries again. [try]
        case clientRetry
        /// A call of a backend has its answer. [call]
        case callEnded
    }

    var kind: Kind
    var subject: UInt32
    var host: UInt32 = none
    var connection: UInt32 = none
    var generation: UInt32 = 0
}

/// What is kept of a request that a policy governs, besides its state.
struct GovernedState: BitwiseCopyable {
    /// The hosts of the attempts until now, by their ordinals, and the link that they belong to.
    var tried = TriedHosts()
    var triedLink = none
    /// The connection that it uses, in the pool of its host.
    var connection = none
    var generation: UInt32 = 0
    /// The upstream where it counts as a retry.
    var retryUpstream = none
    /// Whether it counts as under way, or as waiting for a connection.
    var isActive = false
    var isPending = false
}

/// Why an attempt failed, apart from its status.
enum AttemptFailure: UInt8, Sendable {
    case none
    /// There was no connection.
    case notConnected
    /// The connection was lost, or the attempt's time was up.
    case broken
}

/// How an attempt came to its end.
enum AttemptEnding: Sendable {
    case answered
    /// Its time, or that of the request, was up.
    case timedOut
    /// Its replica, or the connection, is gone.
    case lost
}

extension Engine {
    mutating func schedule(_ control: Control, after delay: Int64) {
        let slot = controls.take(control)
        kernel.schedule(.control, slot: slot, after: delay)
    }

    mutating func handle(_ slot: UInt32) {
        let control = controls[slot]
        controls.giveBack(slot)
        switch control.kind {
        case .sweep: sweep(control)
        case .probe: probe(control)
        case .probeTimeout: probeTimedOut(control)
        case .deliver: deliver(control)
        case .connected: connected(control)
        case .connectFailed: connectFailed(control)
        case .serve: serve(control)
        case .callEnded: callEnded(control)
        case .clientRetry: clientRetries(control)
        case .notice: notice(control)
        case .flowEnd: flowEnded(control)
        case .ready: ready(control)
        case .warm: warm(control)
        case .unlist: unlist(control)
        case .refuse: refuse(control)
        case .kill: kill(control)
        case .available: available(control)
        case .sample: sample(control)
        case .scale: scale(control)
        }
    }
}
