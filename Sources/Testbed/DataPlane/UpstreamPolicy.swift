/// How a gateway treats the replicas of a backend. What is nil is not done. Every replica of the gateway keeps its own
/// account: none knows what the others know.
public struct UpstreamPolicy: Hashable, Sendable {
    /// In place of the gateway's own.
    public var loadBalancing: LoadBalancing?
    /// How least request draws.
    public var choices: Choices?
    /// How new replicas come to their share.
    public var slowStart: SlowStart?
    /// How connections are made and shared; without it a connection is always there.
    public var connections: ConnectionPolicy?
    /// Limits.
    public var circuitBreaker: CircuitBreaker?
    /// Leaving out replicas that answer badly.
    public var outlierDetection: OutlierDetection?
    /// Leaving out replicas that fail probes.
    public var healthCheck: HealthCheck?
    /// Below this part of available replicas, in per cent, all of them get requests; nil for Envoy's 50.
    public var panicThreshold: Double?
    /// Within what time changes of health are merged, in nanoseconds; nil for Envoy's second.
    public var updateMergeWindow: Int64?
    /// How much of the traffic may be retries.
    public var retryBudget: RetryBudget?
    /// The waits before retries, in place of the route's.
    public var backOff: BackOff?
    /// Whether a retry avoids the replicas that were tried.
    public var avoidsTriedReplica: Bool?
    /// Whether nearness counts.
    public var locality: Locality?

    /// How least request draws.
    public enum Choices: Hashable, Sendable {
        /// So many draws with replacement: Envoy's, with two.
        case draws(Int)
        /// So many different replicas.
        case distinct(Int)
        /// All of them; ties at random.
        case all
    }

    /// Whether nearness counts.
    public enum Locality: String, Hashable, Sendable, CaseIterable {
        /// Envoy's zone-aware routing: as much as possible in the own zone, and every replica loaded alike.
        case zoneAware
        /// The own zone, then the own cluster, then the rest: each a priority level.
        case failover
    }

    /// Nothing is done.
    public init() {}

    /// Whether a proxy has to keep an account of the backend's replicas.
    var isAccount: Bool {
        var rest = self
        rest.loadBalancing = nil
        return rest != UpstreamPolicy()
    }

    /// This policy, with what it leaves open as in another.
    public func completed(by other: UpstreamPolicy) -> UpstreamPolicy {
        var policy = self
        policy.loadBalancing = loadBalancing ?? other.loadBalancing
        policy.choices = choices ?? other.choices
        policy.slowStart = slowStart ?? other.slowStart
        policy.connections = connections ?? other.connections
        policy.circuitBreaker = circuitBreaker ?? other.circuitBreaker
        policy.outlierDetection = outlierDetection ?? other.outlierDetection
        policy.healthCheck = healthCheck ?? other.healthCheck
        policy.panicThreshold = panicThreshold ?? other.panicThreshold
        policy.updateMergeWindow = updateMergeWindow ?? other.updateMergeWindow
        policy.retryBudget = retryBudget ?? other.retryBudget
        policy.backOff = backOff ?? other.backOff
        policy.avoidsTriedReplica = avoidsTriedReplica ?? other.avoidsTriedReplica
        policy.locality = locality ?? other.locality
        return policy
    }
}
