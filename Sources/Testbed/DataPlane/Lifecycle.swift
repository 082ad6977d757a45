public import Simulation

/// How replicas of a backend come and go.
public struct Lifecycle: Hashable, Sendable {
    /// From the decision to have a replica to its first request: scheduling, image, start, readiness, endpoints. Nil for no
    /// time at all.
    public var startup: Distribution?
    /// How a replica that has become ready is slow at first.
    public var coldStart: ColdStart?
    /// From the decision to take a replica away until proxies know of it, in nanoseconds.
    public var endpointLag: Int64 = 0
    /// How long a replica that is taken away goes on accepting requests (`preStop`), in nanoseconds; afterwards those that
    /// still come are lost. What it has accepted it finishes.
    public var preStop: Int64 = 0
    /// From the decision to take a replica away until it is killed with all that it still holds
    /// (`terminationGracePeriodSeconds`), in nanoseconds; nil for never.
    public var gracePeriod: Int64?

    /// A replica that has just become ready takes a multiple of its time, which falls to 1 in a straight line.
    public struct ColdStart: Hashable, Sendable {
        /// The multiple at first.
        public var factor: Double
        /// When it is over, in nanoseconds after readiness.
        public var duration: Int64

        /// A cold start with its parameters.
        public init(factor: Double, duration: Int64) {
            self.factor = factor
            self.duration = duration
        }
    }

    /// Replicas come and go at once, and are as fast as ever.
    public init() {}
}

/// Something that the model did by itself in a run.
public struct RunEvent: Hashable, Sendable {
    /// Nanoseconds after the start.
    public var time: Int64
    /// What happened, in a few words.
    public var what: String
}
