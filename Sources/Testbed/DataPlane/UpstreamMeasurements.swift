public import Simulation

/// What the policy of a gateway (all its replicas together) did to the requests for a backend.
public struct UpstreamMeasurements: Hashable, Sendable {
    /// `namespace/name` of the gateway.
    public var gateway: String
    /// The backend.
    public var backend: BackendIdentity
    /// Answered 503 since too many waited for a connection.
    public var pendingOverflows: UInt64 = 0
    /// Answered 503 since too many were under way.
    public var requestOverflows: UInt64 = 0
    /// Retries that a budget or breaker refused.
    public var retryOverflows: UInt64 = 0
    /// Answered 503 since no replica was fit to serve.
    public var noHealthyReplica: UInt64 = 0
    /// Requests sent while so few replicas were fit to serve that all of them got some.
    public var inPanic: UInt64 = 0
    /// Connections that were begun.
    public var connectionsOpened: UInt64 = 0
    /// Connections that were not made.
    public var connectFailures: UInt64 = 0
    /// Replicas ejected for their answers, by one proxy each.
    public var ejections: UInt64 = 0
    /// Ejections that ended.
    public var readmissions: UInt64 = 0
    /// Replicas that probes found unhealthy, by one proxy each.
    public var unhealthy: UInt64 = 0
    /// How long requests waited for a connection: of those that had to.
    public var connectionWait = LatencyHistogram()
    /// Connections, those being made among them.
    public var connections = LevelObservation()
    /// Requests that wait for one.
    public var pending = LevelObservation()

    /// Nothing happened between the two.
    public init(gateway: String, backend: BackendIdentity) {
        self.gateway = gateway
        self.backend = backend
    }

    /// What is counted, by the names that results and expectations give it.
    public var counts: [(name: String, count: UInt64)] {
        [
            ("pendingOverflows", pendingOverflows), ("requestOverflows", requestOverflows),
            ("retryOverflows", retryOverflows), ("noHealthyReplica", noHealthyReplica), ("inPanic", inPanic),
            ("connectionsOpened", connectionsOpened), ("connectFailures", connectFailures), ("ejections", ejections),
            ("readmissions", readmissions), ("unhealthy", unhealthy),
        ]
    }

    mutating func merge(_ other: UpstreamMeasurements) {
        pendingOverflows += other.pendingOverflows
        requestOverflows += other.requestOverflows
        retryOverflows += other.retryOverflows
        noHealthyReplica += other.noHealthyReplica
        inPanic += other.inPanic
        connectionsOpened += other.connectionsOpened
        connectFailures += other.connectFailures
        ejections += other.ejections
        readmissions += other.readmissions
        unhealthy += other.unhealthy
        connectionWait.merge(other.connectionWait)
        connections.merge(other.connections)
        pending.merge(other.pending)
    }
}
