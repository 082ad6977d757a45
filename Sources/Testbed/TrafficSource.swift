public import Simulation

/// Where requests come from.
public struct TrafficSource: Sendable {
    /// When requests come.
    public enum Arrivals: Sendable {
        /// A Poisson process whose rate follows a profile.
        case poisson(RateProfile)
        /// Regular arrivals at a rate that follows a profile.
        case constant(RateProfile)
        /// A Poisson process that is on and off in turn, for exponential times with these means in nanoseconds.
        case bursts(rate: Double, busy: Double, idle: Double)
        /// Users who think, send a request, wait for its end, and think again.
        case closed(users: Int, thinkTime: Distribution)
    }

    /// What is sent.
    public enum Content: Sendable {
        /// One of several requests, drawn by weight. `treatments[version][request]` says what becomes of each.
        case mix(arrivals: Arrivals, weights: [UInt64], treatments: [[Treatment]])
        /// Connections that last.
        case flows(FlowMix)
        /// The requests of a trace at their own times.
        case trace(any TraceFactory, speed: Double, repeats: Bool)
    }

    /// Its name, after which its random streams are named; no two sources have the same.
    public var name: String
    /// What is sent, and when.
    public var content: Content
    /// How many different clients send the requests of a mix, each as likely as the others; nil for a new one each time.
    public var clients: Int?

    /// A source with its name.
    public init(name: String, content: Content) {
        self.name = name
        self.content = content
    }
}

/// Opens a trace, once for each run: replications read it independently.
public protocol TraceFactory: Sendable {
    /// A reader at the beginning of the trace.
    func open() throws -> any TraceSource
}

/// A trace that is read as the run goes on.
public protocol TraceSource: AnyObject {
    /// Appends the next requests, in the order of time, to an empty batch whose capacity is as many as are welcome;
    /// leaves it empty at the end of the trace.
    func read(into batch: inout [TraceArrival]) throws
    /// Goes back to the beginning; shapes keep their numbers.
    func rewind() throws
    /// What becomes of a request under a routing table. Asked once for each shape and table.
    func treatment(ofShape shape: UInt32, version: Int) throws -> Treatment
}

/// A request of a trace.
public struct TraceArrival: Hashable, Sendable, BitwiseCopyable {
    /// Nanoseconds by the trace's own clock; a run counts from the first request.
    public var time: Int64
    /// The number of the distinct request that this is, counted from 0.
    public var shape: UInt32
    /// How long the request took when it was observed, in nanoseconds; negative where that is not known.
    public var observed: Int64
    /// A hash of the client, for load balancing by hash.
    public var client: UInt64

    /// A request with its parts.
    public init(time: Int64, shape: UInt32, observed: Int64 = -1, client: UInt64 = 0) {
        self.time = time
        self.shape = shape
        self.observed = observed
        self.client = client
    }
}
