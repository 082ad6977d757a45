/// What pairs of runs that share their random streams say about the difference of two quantities.
///
/// Where both runs of a pair draw the same arrivals and the same demands, what chance does to one it does to the other, and
/// their difference is known far better than from as many independent runs (common random numbers: P. Glasserman & D. D.
/// Yao, "Some guidelines and guarantees for common random numbers", *Management Science* 38, 1992).
public struct PairedDifference: Hashable, Sendable {
    /// By how much the second quantity is greater than the first.
    public let difference: Double
    /// The difference's standard error.
    public let standardError: Double
    /// Its variance, as a part of what it would be from as many independent runs; nil where that is zero.
    public let varianceRatio: Double?
    /// How many pairs there are.
    public let pairs: Int

    /// The difference of two estimates, each with that from everything measured; nil from fewer than two pairs.
    public init?(
        from first: ReplicatedEstimate, about firstValue: Double, to second: ReplicatedEstimate,
        about secondValue: Double
    ) {
        let firstMoves = first.influences(about: firstValue)
        let secondMoves = second.influences(about: secondValue)
        var moves: [Double] = []
        var (left, right) = (0, 0)
        while left < firstMoves.count, right < secondMoves.count {
            if first.parts[left] == second.parts[right] {
                moves.append(secondMoves[right] - firstMoves[left])
                left += 1
                right += 1
            } else if first.parts[left] < second.parts[right] {
                left += 1
            } else {
                right += 1
            }
        }
        guard moves.count >= 2 else { return nil }
        func squares(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } }
        let count = Double(moves.count)
        difference = secondValue - firstValue
        standardError = (squares(moves) / (count * (count - 1))).squareRoot()
        let independent = squares(firstMoves) + squares(secondMoves)
        varianceRatio = independent > 0 ? squares(moves) / independent : nil
        pairs = moves.count
    }

    /// Half the width of the Student t interval of a confidence level such as 0.95.
    public func halfWidth(confidence: Double) -> Double {
        guard standardError > 0 else { return 0 }
        return standardError * StudentT.quantile(0.5 + confidence / 2, degreesOfFreedom: pairs - 1)
    }
}
