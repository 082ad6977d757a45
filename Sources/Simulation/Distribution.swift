/// A distribution of durations, in nanoseconds.
///
/// A value is made by one of the static functions, which check the parameters; drawing is then a few instructions and
/// allocates nothing. Draws are rounded to whole nanoseconds and cut off at ``Nanoseconds/longest``.
public struct Distribution: Hashable, Sendable {
    /// The family that a distribution belongs to.
    public enum Family: String, Sendable {
        case constant, exponential, uniform, lognormal, gamma, weibull, pareto, hyperexponential, empirical
    }

    /// Its family.
    public let family: Family
    /// Its mean in nanoseconds; infinite for a Pareto distribution whose shape is at most 1.
    public let mean: Double

    // What these hold depends on the family: see the static functions.
    @usableFromInline let first: Double
    @usableFromInline let second: Double
    @usableFromInline let table: [Double]

    init(_ family: Family, mean: Double, first: Double, second: Double = 0, table: [Double] = []) {
        self.family = family
        self.mean = mean
        self.first = first
        self.second = second
        self.table = table
    }

    /// Draws a duration in nanoseconds.
    @inlinable
    public func draw(_ stream: inout RandomStream) -> Int64 {
        switch family {
        case .constant: return Nanoseconds.rounded(first)
        case .exponential: return Nanoseconds.rounded(first * stream.exponential())
        case .uniform: return Nanoseconds.rounded(first + second * stream.uniform())
        default: return drawRare(&stream)
        }
    }

    @usableFromInline
    func drawRare(_ stream: inout RandomStream) -> Int64 {
        switch family {
        case .lognormal:
            return Nanoseconds.rounded(ElementaryFunctions.exponential(first + second * stream.normal()))
        case .gamma:
            return Nanoseconds.rounded(second * stream.gamma(shape: first))
        case .weibull:
            return Nanoseconds.rounded(second * ElementaryFunctions.power(stream.exponential(), 1 / first))
        case .pareto:
            return Nanoseconds.rounded(first * ElementaryFunctions.exponential(stream.exponential() / second))
        case .hyperexponential:
            let position = stream.uniform()
            var branch = 0
            while branch + 2 < table.count, position >= table[branch] { branch += 2 }
            return Nanoseconds.rounded(table[branch + 1] * stream.exponential())
        case .empirical:
            return Nanoseconds.rounded(table[Int(stream.integer(below: UInt64(table.count)))])
        case .constant, .exponential, .uniform:
            return draw(&stream)
        }
    }
}

extension Distribution {
    /// Always the same duration.
    public static func constant(_ nanoseconds: Int64) throws(DistributionError) -> Distribution {
        let value = Double(nanoseconds)
        guard nanoseconds >= 0 else { throw .negative(parameter: "value", value: value) }
        return Distribution(.constant, mean: value, first: value)
    }

    /// Exponential with a positive mean.
    public static func exponential(mean: Double) throws(DistributionError) -> Distribution {
        try requirePositive(mean, "mean")
        return Distribution(.exponential, mean: mean, first: mean)
    }

    /// Uniform between two durations.
    public static func uniform(min: Double, max: Double) throws(DistributionError) -> Distribution {
        guard min >= 0, min.isFinite else { throw .negative(parameter: "min", value: min) }
        guard max >= min, max.isFinite else { throw .emptyInterval(min: min, max: max) }
        return Distribution(.uniform, mean: (min + max) / 2, first: min, second: max - min)
    }

    /// Lognormal with a positive mean and coefficient of variation: σ² = ln(1 + cv²), μ = ln mean − σ²/2.
    public static func lognormal(mean: Double, cv: Double) throws(DistributionError) -> Distribution {
        try requirePositive(mean, "mean")
        try requireVariation(cv)
        let variance = ElementaryFunctions.logarithm(1 + cv * cv)
        let location = ElementaryFunctions.logarithm(mean) - variance / 2
        return Distribution(.lognormal, mean: mean, first: location, second: variance.squareRoot())
    }

    /// Gamma with a positive mean and coefficient of variation: shape 1/cv², scale mean · cv².
    public static func gamma(mean: Double, cv: Double) throws(DistributionError) -> Distribution {
        try requirePositive(mean, "mean")
        try requireVariation(cv)
        return Distribution(.gamma, mean: mean, first: 1 / (cv * cv), second: mean * cv * cv)
    }

    /// Weibull with a positive mean and coefficient of variation. The shape k solves
    /// 1 + cv² = Γ(1 + 2/k)/Γ(1 + 1/k)², the scale is mean/Γ(1 + 1/k).
    public static func weibull(mean: Double, cv: Double) throws(DistributionError) -> Distribution {
        try requirePositive(mean, "mean")
        try requireVariation(cv)
        let target = ElementaryFunctions.logarithm(1 + cv * cv)
        var low = 0.05
        var high = 2000.0
        for _ in 0..<200 {  // the ratio falls with the shape; bisection until nothing changes
            let middle = (low * high).squareRoot()
            let ratio =
                ElementaryFunctions.logarithmOfGamma(1 + 2 / middle) - 2
                * ElementaryFunctions.logarithmOfGamma(1 + 1 / middle)
            if ratio > target { low = middle } else { high = middle }
        }
        let shape = (low * high).squareRoot()
        let scale = mean / ElementaryFunctions.exponential(ElementaryFunctions.logarithmOfGamma(1 + 1 / shape))
        return Distribution(.weibull, mean: mean, first: shape, second: scale)
    }

    /// Pareto: P(X > x) = (minimum/x)^shape from a positive minimum on. The mean is infinite up to shape 1.
    public static func pareto(minimum: Double, shape: Double) throws(DistributionError) -> Distribution {
        try requirePositive(minimum, "minimum")
        try requirePositive(shape, "shape")
        let mean = shape > 1 ? minimum * shape / (shape - 1) : .infinity
        return Distribution(.pareto, mean: mean, first: minimum, second: shape)
    }

    /// One of several exponential distributions, each with its probability and mean. The probabilities add up to 1
    /// within a millionth.
    public static func hyperexponential(
        branches: [(probability: Double, mean: Double)]
    ) throws(DistributionError) -> Distribution {
        var table: [Double] = []
        var sum = 0.0
        var mean = 0.0
        for branch in branches {
            guard branch.probability >= 0 else { throw .negative(parameter: "probability", value: branch.probability) }
            try requirePositive(branch.mean, "mean")
            sum += branch.probability
            mean += branch.probability * branch.mean
            table += [sum, branch.mean]
        }
        guard sum > 1 - 1e-6, sum < 1 + 1e-6 else { throw .probabilitiesDoNotAddUp(sum: sum) }
        return Distribution(.hyperexponential, mean: mean / sum, first: 0, table: table)
    }

    /// One of the given durations in nanoseconds, each as likely as the others.
    public static func empirical(_ values: [Int64]) throws(DistributionError) -> Distribution {
        guard !values.isEmpty else { throw .noValues }
        var sum = 0.0
        for value in values {
            guard value >= 0 else { throw .negative(parameter: "value", value: Double(value)) }
            sum += Double(value)
        }
        return Distribution(.empirical, mean: sum / Double(values.count), first: 0, table: values.map(Double.init))
    }

    private static func requirePositive(_ value: Double, _ parameter: String) throws(DistributionError) {
        guard value > 0, value.isFinite else { throw .notPositive(parameter: parameter, value: value) }
    }

    private static func requireVariation(_ value: Double) throws(DistributionError) {
        guard value >= 0.001, value <= 100 else { throw .variationOutOfRange(value: value) }
    }
}
