public import GatewayAPI
public import Simulation
public import Testbed

/// How the replicas of a backend or a gateway serve, as a scenario writes it.
public struct StationEntry: Sendable {
    /// Nil where it is left out.
    public var replicas: Int?
    /// Requests that one replica works on at once; nil for no limit.
    public var concurrency: Int?
    /// Waiting places of one replica; nil for no limit.
    public var queue: Int?
    /// How several requests are served.
    public var discipline: Discipline
    /// How long each takes; nil where it is left out.
    public var serviceTime: ServiceTime?
}

/// An entry of `spec.backends`.
public struct BackendEntry: Sendable {
    /// Which Service.
    public var service: Located<NamespacedName>
    /// Whether it is a ServiceImport, whose replicas are in other clusters, and not a Service.
    public var isImport = false
    /// How it serves.
    public var station: StationEntry
    /// The share of requests that end in an error, 0 to 1.
    public var errorRatio: Double
    /// The status of an error.
    public var errorStatus: UInt16
    /// How gateways treat its replicas.
    public var policy = UpstreamPolicy()
    /// The zones and clusters that the policy names.
    public var policyPlaces: [Located<String>] = []
    /// Where its replicas are; empty where that does not matter.
    public var placement: [Placement] = []
    /// Whether replicas go on with requests that were cancelled.
    public var ignoresCancel = false
    /// How its replicas come and go.
    public var lifecycle = Lifecycle()
    /// How many replicas there are, by what they have to do; nil where that is fixed.
    public var autoscaling: Autoscaling?
    /// The flows that one replica holds at once; nil for no limit.
    public var maxFlows: Int?
    /// What it asks of other Services for each request; nil for nothing.
    public var calls: CallsEntry?
    /// What the proxy beside each replica adds to a request; nil for nothing.
    public var sidecar: Distribution?
}

/// An entry of `spec.gateways`.
public struct GatewayEntry: Sendable {
    /// Which Gateway.
    public var gateway: Located<NamespacedName>
    /// How it chooses among the replicas of a backend.
    public var loadBalancing: LoadBalancing
    /// A delay of every request, without a queue.
    public var overhead: Distribution?
    /// The way to a replica, and the way back.
    public var hop: Distribution?
    /// How the proxy itself serves.
    public var station: StationEntry
    /// How it treats the replicas of all backends.
    public var policy = UpstreamPolicy()
    /// The zones and clusters that the policy names.
    public var policyPlaces: [Located<String>] = []
    /// Where its replicas are; empty where that does not matter.
    public var placement: [Placement] = []
    /// The timeouts of routes that set none, in nanoseconds.
    public var requestTimeout: Int64?
    /// The same for one attempt.
    public var backendRequestTimeout: Int64?
    /// The retries of routes that say nothing about them.
    public var retry: Treatment.RetryPolicy?
    /// The retries of routes that ask for some and do not say how many; nil for one.
    public var retriesUnsaid: Int?
    /// The longest that a flow may last, in nanoseconds; nil for no limit.
    public var maxFlowDuration: Int64?
    /// Whether the backends of a rule take turns by their weights; else each request draws its own.
    public var splitsInTurn = false
    /// What it does with requests before it routes them, each with the place of its route or its own.
    public var filters: [Located<GatewayFilter>] = []
}
