/// How a gateway treats the replicas of a backend. What is nil is not done. Every replica of the gateway keeps its own
/// account: none knows what the others know.
public struct UpstreamPolicy: Hashable, Sendable {
    /// In place of the gateway's own.
    public var loadBalancing: LoadBalancing?
    /// How least request draws.
    public var choices: Choices?
    /// The weights of the backend's replicas by their numbers, again from the first for those beyond; nil for equal ones.
    public var weights: [UInt32]?
    /// Of least request while weights differ: how much the requests under way count against a weight; nil for Envoy's 1.
    public var activeRequestBias: Double?
    /// The tables of ring hash and maglev, and how evenly they spread; nil for Envoy's defaults.
    public var hashing: Hashing?
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
    /// Whether a retry avoids the replicas that were tried before.
    public var avoidsTriedReplica: Bool?
    /// Whether nearness counts.
    public var locality: LocalityPolicy?

    /// How least request draws.
    public enum Choices: Hashable, Sendable {
        /// So many draws with replacement: Envoy's, with two.
        case draws(Int)
        /// So many different replicas.
        case distinct(Int)
        /// All of them; ties at random.
        case all
    }

    /// The tables of ring hash and maglev. The defaults are Envoy's.
    public struct Hashing: Hashable, Sendable {
        /// The fewest places on the ring.
        public var minimumRingSize = 1024
        /// The most places on the ring.
        public var maximumRingSize = 8_388_608
        /// The places of maglev's table, a prime number.
        public var tableSize = 65537
        /// How far beyond the average (100) a replica may be loaded, in per cent: a client whose replica has more under way is
        /// sent to another. Nil for as far as it goes. Source: Mirrokni et al., "Consistent hashing with bounded loads", 2018.
        public var balanceFactor: Int?

        /// Envoy's defaults.
        public init() {}
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
        policy.weights = weights ?? other.weights
        policy.activeRequestBias = activeRequestBias ?? other.activeRequestBias
        policy.hashing = hashing ?? other.hashing
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
