/// How sure the numbers of a result are.
public struct RunStatistics: Sendable {
    /// Where intervals come from.
    public enum Method: Hashable, Sendable {
        /// So many runs with random streams of their own.
        case replications(Int)
        /// So many equal parts of one run.
        case batches(Int)
    }

    /// What became of a precision that was asked for.
    public struct Precision: Hashable, Sendable {
        /// The part of a value that its interval's half width may be.
        public var wanted: Double
        /// Whether all values are known so well.
        public var isReached: Bool
        /// The greatest half width among them, as a part of its value; nil where nothing was measured.
        public var worst: Double?
        /// Of which value, in a few words.
        public var worstOf: String?
    }

    /// Where intervals come from.
    public var method: Method
    /// Their confidence, such as 0.95.
    public var confidence: Double
    /// What became of a precision that was asked for.
    public var precision: Precision?
    /// How far what chance drew is from its expectation, where that is known.
    public var controls: [Control] = []
    /// Of the lines, in the order of the result's.
    public var lines: [EntityIntervals]
    /// Of each line's branches, in the order of the line's.
    public var shares: [[EntityIntervals]]
    /// Of the backends, in the order of the result's.
    public var backends: [EntityIntervals]
    /// Of the gateways, in the order of the result's.
    public var gateways: [EntityIntervals]
    /// What the runs are too short or too unsteady to claim, one sentence each.
    public var cautions: [String] = []
}

/// The intervals of what was measured of a rule, a backend or a gateway.
public struct EntityIntervals: Sendable {
    /// An estimate from everything measured, and half the width of its interval. Times are in nanoseconds.
    public struct Interval: Hashable, Sendable {
        /// The estimate.
        public var estimate: Double
        /// Half the width of its interval.
        public var halfWidth: Double

        /// The interval's lower end; none of the quantities can be negative.
        public var low: Double { max(0, estimate - halfWidth) }
        /// The interval's upper end.
        public var high: Double { estimate + halfWidth }
        /// Half the width as a part of the estimate; nil where that is zero.
        public var relativeHalfWidth: Double? { estimate > 0 ? halfWidth / estimate : nil }
    }

    var intervals: [Metric: Interval] = [:]
    var controlled: [Metric: Interval] = [:]

    /// The interval of a metric; nil where fewer than two parts of the experiment measured it.
    public subscript(metric: Metric) -> Interval? { intervals[metric] }

    /// The estimate of a metric and its interval, corrected by what chance is known to have done; nil where it cannot be.
    public func controlled(_ metric: Metric) -> Interval? { controlled[metric] }
}
