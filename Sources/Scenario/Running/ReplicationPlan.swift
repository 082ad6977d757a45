/// How often a scenario is run, and when that is enough.
public struct ReplicationPlan: Hashable, Sendable {
    /// Runs with random streams of their own, at least; the first is the scenario's own. One run is cut into batches.
    public var replications: Int
    /// Where there is one, runs are added until the mean and the 99th percentile of every rule's latency are known within
    /// this part of themselves.
    public var precision: Double?
    /// Of the intervals, such as 0.95.
    public var confidence: Double
    /// The most runs that a precision may cost.
    public var replicationsMax: Int

    /// The batches that one run is cut into: enough for their variance to be known, few enough to be long (B. Schmeiser,
    /// "Batch size effects in the analysis of simulation output", *Operations Research* 30, 1982).
    public static let batches = 25

    /// A plan with its parts; without a number of replications, ten where there is a precision and one where there is none.
    public init(
        replications: Int? = nil, precision: Double? = nil, confidence: Double = 0.95, replicationsMax: Int = 10_000
    ) {
        self.replications = replications ?? (precision == nil ? 1 : 10)
        self.precision = precision
        self.confidence = confidence
        self.replicationsMax = max(replicationsMax, self.replications)
    }

    /// Whether intervals come from batches of one run.
    public var isBatched: Bool { replications == 1 && precision == nil }
}
