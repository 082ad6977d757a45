public import Simulation

/// What clients do when an answer is late or bad.
public struct ClientBehavior: Hashable, Sendable {
    /// The name of their source of traffic, and the number of the request among its own.
    public var source: String
    /// See `source`.
    public var shape: Int
    /// How long they wait for an answer, in nanoseconds, before they close the connection; nil for as long as it takes.
    public var timeout: Int64?
    /// How often they try again; nil for never.
    public var retry: Retry?

    /// When clients try again: a cut connection or their own timeout always, and these statuses.
    public struct Retry: Hashable, Sendable {
        /// The most tries after the first.
        public var attempts: Int
        /// The statuses that are tried again; empty for all of 500 and more.
        public var codes: [UInt16]
        /// The wait before each.
        public var backOff: BackOff

        /// Retries with their parts.
        public init(attempts: Int, codes: [UInt16] = [], backOff: BackOff = BackOff()) {
            self.attempts = attempts
            self.codes = codes
            self.backOff = backOff
        }

        func isRetriable(_ status: UInt16) -> Bool {
            status == 0 || (codes.isEmpty ? status >= 500 : codes.contains(status))
        }
    }

    /// Clients of a source.
    public init(source: String, shape: Int = 0, timeout: Int64? = nil, retry: Retry? = nil) {
        self.source = source
        self.shape = shape
        self.timeout = timeout
        self.retry = retry
    }
}

/// What the clients of a source saw: a request and all its tries count once, from the first that was sent to the last answer.
/// It counts in the interval of its first try.
public struct ClientMeasurements: Hashable, Sendable {
    /// The name of the source.
    public var source: String
    /// What clients asked for.
    public var requests: UInt64 = 0
    /// Tries after the first.
    public var retries: UInt64 = 0
    /// Tries that clients gave up waiting for.
    public var timeouts: UInt64 = 0
    /// The last answers; 0 where a client gave up, or the connection was cut.
    public var statuses = StatusCounts()
    /// From the first try to the last answer, in nanoseconds.
    public var latency = LatencyHistogram()

    /// Requests that had not ended when the run did.
    public var unfinished: UInt64 { requests - latency.count }

    /// Nothing happened.
    public init(source: String) { self.source = source }

    mutating func merge(_ other: ClientMeasurements) {
        requests += other.requests
        retries += other.retries
        timeouts += other.timeouts
        statuses.merge(other.statuses)
        latency.merge(other.latency)
    }
}
