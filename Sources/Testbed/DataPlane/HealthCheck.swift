/// Probes that a proxy sends to every host of a backend. The defaults are those of Envoy Gateway (`healthcheck_types.go`).
public struct HealthCheck: Hashable, Sendable {
    /// The time between two probes of a host, in nanoseconds.
    public var interval: Int64
    /// How long a host that says nothing is waited for.
    public var timeout: Int64
    /// Failed probes in a row that make a host unhealthy.
    public var unhealthyThreshold: Int
    /// Passed probes in a row that make it healthy again.
    public var healthyThreshold: Int

    /// Probes with their parameters.
    public init(
        interval: Int64 = 3_000_000_000, timeout: Int64 = 1_000_000_000, unhealthyThreshold: Int = 3,
        healthyThreshold: Int = 1
    ) {
        self.interval = interval
        self.timeout = timeout
        self.unhealthyThreshold = unhealthyThreshold
        self.healthyThreshold = healthyThreshold
    }
}

/// What one proxy's probes have found of one host.
struct HealthRecord: BitwiseCopyable, Sendable {
    private(set) var isHealthy: Bool
    /// A host whose very first probe passes is healthy at once, whatever the threshold.
    private var isKnown: Bool
    private var streak: Int32 = 0

    /// A host that joins is unhealthy until a probe passes; those at the start of a run have long been known.
    init(isKnown: Bool) {
        self.isKnown = isKnown
        isHealthy = isKnown
    }

    /// Takes note of a probe; whether the host changed sides.
    mutating func record(passed: Bool, _ settings: HealthCheck) -> Bool {
        defer { isKnown = true }
        guard passed != isHealthy else {
            streak = 0
            return false
        }
        streak += 1
        let threshold = passed ? settings.healthyThreshold : settings.unhealthyThreshold
        guard !isKnown || streak >= Int32(clamping: threshold) else { return false }
        isHealthy = passed
        streak = 0
        return true
    }
}
