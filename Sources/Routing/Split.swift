/// How a rule's traffic is divided among its backends: each gets its weight of the sum of all weights, exactly.
/// Gateway API v1.6, `BackendRef.weight`.
public struct Split: Hashable, Sendable {
    /// For each backend, the sum of the weights up to and with its own.
    @usableFromInline let cumulative: [UInt64]

    /// Divides by `weights`.
    public init(weights: [UInt32]) {
        var sum: UInt64 = 0
        cumulative = weights.map { weight in
            sum += UInt64(weight)
            return sum
        }
    }

    /// The sum of all weights.
    @inlinable public var total: UInt64 { cumulative.last ?? 0 }

    /// The number of backends, those of weight 0 too.
    @inlinable public var count: Int { cumulative.count }

    /// The expected share of a backend, 0 to 1; 0 where all weights are 0.
    public func share(_ place: Int) -> Double {
        guard total > 0 else { return 0 }
        return Double(cumulative[place] - (place == 0 ? 0 : cumulative[place - 1])) / Double(total)
    }

    /// Draws a backend's place; nil where there is none, or all weights are 0. Takes nothing from the generator where only
    /// one backend can come out.
    @inlinable public func draw(using generator: inout some RandomNumberGenerator) -> Int? {
        let total = total
        guard total > 0 else { return nil }
        if cumulative[0] == total { return 0 }
        let ticket = generator.next(upperBound: total)
        // Few rules have many backends, and the first ones are found without a jump.
        if cumulative.count <= 8 {
            var place = 0
            while cumulative[place] <= ticket { place += 1 }
            return place
        }
        var low = 0
        var high = cumulative.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] <= ticket { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
