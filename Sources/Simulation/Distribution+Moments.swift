extension Distribution {
    /// The mean of its square, in square nanoseconds; infinite for a Pareto distribution whose shape is at most 2.
    public var secondMoment: Double {
        switch family {
        case .constant: first * first
        case .exponential: 2 * first * first
        case .uniform: mean * mean + second * second / 12
        case .lognormal: mean * mean * ElementaryFunctions.exponential(second * second)
        case .gamma: first * (first + 1) * second * second
        case .weibull:
            second * second * ElementaryFunctions.exponential(ElementaryFunctions.logarithmOfGamma(1 + 2 / first))
        case .pareto: second > 2 ? first * first * second / (second - 2) : .infinity
        case .hyperexponential:
            // As it is drawn: the last branch takes what the others leave.
            stride(from: 0, to: table.count, by: 2).reduce(0) { sum, place in
                let probability =
                    (place + 2 < table.count ? table[place] : 1) - (place > 0 ? table[place - 2] : 0)
                return sum + probability * 2 * table[place + 1] * table[place + 1]
            }
        case .empirical: table.reduce(0) { $0 + $1 * $1 } / Double(table.count)
        }
    }

    /// Whether the average of so many powers of draws settles like that of anything with a variance: of their first power
    /// where the second moment is finite, of squares where the fourth is.
    public func hasVariance(ofPower power: Int) -> Bool { family != .pareto || second > Double(2 * power) }
}
