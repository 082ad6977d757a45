/// How gateways treat the backends that this names. Experimental; sources: GEP-1619, GEP-3388.
public struct XBackendTrafficPolicy: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// Services and the like, each once; without sections.
    public var targetRefs: [PolicyTargetReference]
    /// How much of the traffic may be retries.
    public var retryConstraint: RetryConstraint?
    /// Whether later requests of a session go to the same endpoint.
    public var sessionPersistence: SessionPersistence?

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, targetRefs: [PolicyTargetReference], retryConstraint: RetryConstraint? = nil,
        sessionPersistence: SessionPersistence? = nil
    ) {
        self.metadata = metadata
        self.targetRefs = targetRefs
        self.retryConstraint = retryConstraint
        self.sessionPersistence = sessionPersistence
    }
}

extension XBackendTrafficPolicy: Resource {
    /// The API group of the kind.
    public static let group = APIGroup.experimental
    /// The kind's name.
    public static let kind = "XBackendTrafficPolicy"
}

/// How much of the traffic to a backend may be retries. Durations are in nanoseconds.
public struct RetryConstraint: Hashable, Sendable {
    /// At most this share of the requests of an interval, from 0 to 100.
    public var percent: Int32
    /// Over which the share is counted; from a second to an hour.
    public var interval: Int64
    /// So many retries are allowed whatever the share; from 1 to 1,000,000. Nil where only the interval is given.
    public var minRetryCount: Int32?
    /// Over which they are counted; at most an hour. Nil where only the count is given.
    public var minRetryInterval: Int64?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        percent: Int32 = 20, interval: Int64 = 10_000_000_000, minRetryCount: Int32? = 10,
        minRetryInterval: Int64? = 1_000_000_000, position: SourcePosition
    ) {
        self.percent = percent
        self.interval = interval
        self.minRetryCount = minRetryCount
        self.minRetryInterval = minRetryInterval
        self.position = position
    }
}
