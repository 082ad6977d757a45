/// A choice among alternatives with integer weights, exact for any weights whose sum fits 64 bits.
public struct WeightedChoice: Hashable, Sendable {
    /// The sum of the weights up to and including each alternative's.
    @usableFromInline let cumulative: [UInt64]

    /// A choice among `weights.count` alternatives; nil where no weight is above zero or their sum overflows.
    public init?(weights: [UInt64]) {
        var sum: UInt64 = 0
        var cumulative: [UInt64] = []
        for weight in weights {
            let (next, overflow) = sum.addingReportingOverflow(weight)
            guard !overflow else { return nil }
            sum = next
            cumulative.append(sum)
        }
        guard sum > 0 else { return nil }
        self.cumulative = cumulative
    }

    /// The sum of all weights.
    public var total: UInt64 { cumulative[cumulative.count - 1] }

    /// Draws an alternative; one of weight 0 never comes up. A choice of one alternative takes no draw.
    @inlinable
    public func draw(_ stream: inout RandomStream) -> Int {
        let count = cumulative.count
        guard count > 1 else { return 0 }
        let position = stream.integer(below: cumulative[count - 1])
        var low = 0
        var high = count - 1
        while low < high {
            let middle = (low &+ high) >> 1
            if cumulative[middle] <= position { low = middle &+ 1 } else { high = middle }
        }
        return low
    }
}
