/// What independent parts of an experiment (replications of a run, or batches of a long one) say about a quantity of all
/// of them together, such as a mean latency or a quantile.
///
/// The interval stands about the estimate from everything measured, not about the mean of the parts' estimates, which is
/// biased where parts are short (sectioning: S. Asmussen & P. W. Glynn, *Stochastic Simulation*, 2007, III.5). A part
/// counts by its weight: the number of requests behind its estimate, or 1 for an average over equal times. For means this
/// is the interval of a ratio estimator (W. G. Cochran, *Sampling Techniques*, 1977, §6.3).
public struct ReplicatedEstimate: Hashable, Sendable {
    /// The estimates of the parts that measured anything.
    public private(set) var values: [Double] = []
    /// Their weights.
    public private(set) var weights: [Double] = []

    /// Which part of the experiment each of them is of, rising.
    public private(set) var parts: [Int] = []

    /// No parts yet.
    public init() {}

    /// Adds a part's estimate; one without weight says nothing and is left out. The number of the part, by which pairs are
    /// found, is the next one where it is not given.
    public mutating func add(_ value: Double, weight: Double = 1, part: Int? = nil) {
        guard weight > 0, value.isFinite else { return }
        parts.append(part ?? (parts.last.map { $0 + 1 } ?? 0))
        values.append(value)
        weights.append(weight)
    }

    /// How far each part moves the estimate, as a multiple of the number of parts.
    func influences(about estimate: Double) -> [Double] {
        let mean = weights.reduce(0, +) / Double(max(weights.count, 1))
        return zip(values, weights).map { value, weight in weight / mean * (value - estimate) }
    }

    /// The standard error of the estimate from everything measured; nil from fewer than two parts.
    public func standardError(about estimate: Double) -> Double? {
        guard values.count >= 2 else { return nil }
        let count = Double(values.count)
        let squares = influences(about: estimate).reduce(0) { $0 + $1 * $1 }
        return (squares / (count * (count - 1))).squareRoot()
    }

    /// Half the width of the Student t interval of a confidence level such as 0.95; nil from fewer than two parts.
    public func halfWidth(about estimate: Double, confidence: Double) -> Double? {
        guard let error = standardError(about: estimate) else { return nil }
        guard error > 0 else { return 0 }
        return error * StudentT.quantile(0.5 + confidence / 2, degreesOfFreedom: values.count - 1)
    }

    /// How alike successive parts are, from −1 to 1, for batches of one run: the correlation of each with the next. Nil
    /// from fewer than three parts, or where all are equal.
    public var serialCorrelation: Double? {
        guard values.count >= 3 else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        let deviations = values.map { $0 - mean }
        let variance = deviations.reduce(0) { $0 + $1 * $1 }
        guard variance > 0 else { return nil }
        return zip(deviations, deviations.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / variance
    }
}
