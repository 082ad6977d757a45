/// The most that one proxy has under way to one backend. The defaults are Envoy's (`circuit_breaker.proto`) where a
/// breaker is set at all; without one nothing is limited.
public struct CircuitBreaker: Hashable, Sendable {
    /// Connections to all hosts together; one host's first is opened all the same.
    public var maxConnections: Int
    /// Requests that wait for a connection.
    public var maxPendingRequests: Int
    /// Requests under way.
    public var maxRequests: Int
    /// Retries under way; where there is a retry budget it counts in place of this.
    public var maxRetries: Int

    /// A breaker with its limits.
    public init(
        maxConnections: Int = 1024, maxPendingRequests: Int = 1024, maxRequests: Int = 1024, maxRetries: Int = 3
    ) {
        self.maxConnections = maxConnections
        self.maxPendingRequests = maxPendingRequests
        self.maxRequests = maxRequests
        self.maxRetries = maxRetries
    }

    /// No limits.
    static let unlimited = CircuitBreaker(
        maxConnections: .max, maxPendingRequests: .max, maxRequests: .max, maxRetries: .max)
}

/// What one proxy has under way to one backend.
struct UpstreamLoad: BitwiseCopyable, Sendable {
    var connections = 0
    var pending = 0
    var active = 0
    var retries = 0
}
