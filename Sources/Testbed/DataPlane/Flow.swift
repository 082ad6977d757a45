public import Simulation

/// Connections that last, drawn by weight: TLS, TCP, UDP, WebSocket, streams of gRPC.
public struct FlowMix: Sendable {
    /// One of the kinds of flows of a source.
    public struct Kind: Hashable, Sendable {
        /// How often it is drawn, compared with the others.
        public var weight: UInt64
        /// How long it holds its connection.
        public var duration: Distribution
        /// The bytes that one of it carries.
        public var bytes: UInt64
        /// Whether it is made of datagrams: nobody tells their sender that they do not arrive.
        public var isDatagrams: Bool

        /// A kind with its parts.
        public init(weight: UInt64 = 1, duration: Distribution, bytes: UInt64 = 0, isDatagrams: Bool = false) {
            self.weight = weight
            self.duration = duration
            self.bytes = bytes
            self.isDatagrams = isDatagrams
        }
    }

    /// When they begin; not by users who wait.
    public var arrivals: TrafficSource.Arrivals
    /// What they are.
    public var kinds: [Kind]
    /// `treatments[version][kind]` says what becomes of each.
    public var treatments: [[Treatment]]

    /// Flows with their parts.
    public init(arrivals: TrafficSource.Arrivals, kinds: [Kind], treatments: [[Treatment]]) {
        self.arrivals = arrivals
        self.kinds = kinds
        self.treatments = treatments
    }
}

/// What was measured of the flows of a rule, or of those that no rule took.
public struct FlowMeasurements: Hashable, Sendable {
    /// Whose flows.
    public var identity: LineIdentity
    /// Those that began, or tried to.
    public var flows: UInt64 = 0
    /// Those that lasted as long as they wanted.
    public var completed: UInt64 = 0
    /// Connections that were refused or cut, or lasted longer than the gateway lets them.
    public var reset: UInt64 = 0
    /// Flows whose datagrams went nowhere, and connections to replicas of which nothing is heard.
    public var dropped: UInt64 = 0
    /// The bytes of those that were completed.
    public var bytes: UInt64 = 0
    /// How long they lasted, whatever their end.
    public var duration = LatencyHistogram()
    /// Those that are open.
    public var open = LevelObservation()

    /// Flows that had not ended when the run did.
    public var unfinished: UInt64 { flows - completed - reset - dropped }

    /// Nothing happened.
    public init(identity: LineIdentity) { self.identity = identity }

    mutating func merge(_ other: FlowMeasurements) {
        flows += other.flows
        completed += other.completed
        reset += other.reset
        dropped += other.dropped
        bytes += other.bytes
        duration.merge(other.duration)
        open.merge(other.open)
    }
}
