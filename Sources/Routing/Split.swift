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
        return place(ofTicket: generator.next(upperBound: total))
    }

    /// The backend's place that belongs to a key: the same one for the same key and weights, so that a session (a header, a
    /// cookie, a client's address) stays where it is. Over many keys each backend gets its share. Where weights move from one
    /// neighbour to the other, only the keys move that have to.
    @inlinable public func place(forKey key: Span<UInt8>) -> Int? {
        guard total > 0 else { return nil }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in key.indices { hash = (hash ^ UInt64(key[index])) &* 0x0000_0100_0000_01B3 }
        // FNV-1a leaves the high bits of short keys much alike; SplitMix64's finish spreads them.
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        hash ^= hash >> 31
        return place(ofTicket: hash.multipliedFullWidth(by: total).high)
    }

    /// The place whose part of the sum of weights holds `ticket`.
    @inlinable func place(ofTicket ticket: UInt64) -> Int {
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
