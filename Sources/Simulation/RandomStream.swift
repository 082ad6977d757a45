/// A stream of random numbers with a name: xoshiro256++ 1.0 (Blackman & Vigna, "Scrambled linear pseudorandom number
/// generators", 2021), its state filled by SplitMix64 from the seed and the stream's name.
///
/// Every source of chance in a model has a stream of its own, named after what it drives. Adding, removing or changing
/// one leaves the draws of all others as they were (common random numbers), and draws are the same on every platform.
public struct RandomStream: RandomNumberGenerator, Sendable, BitwiseCopyable {
    @usableFromInline var a: UInt64
    @usableFromInline var b: UInt64
    @usableFromInline var c: UInt64
    @usableFromInline var d: UInt64

    /// The stream of one purpose ("split", "service time") of one entity ("store/cart-v1") in the run of a seed.
    public init(seed: UInt64, entity: String, purpose: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a, 64 bits
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        for byte in entity.utf8 { mix(byte) }
        mix(0xff)  // never a byte of UTF-8: ("ab", "c") and ("a", "bc") are different streams
        for byte in purpose.utf8 { mix(byte) }
        var state = hash
        let name = Self.splitMix(&state)
        state = name &+ seed &* 0x9e37_79b9_7f4a_7c15
        a = Self.splitMix(&state)
        b = Self.splitMix(&state)
        c = Self.splitMix(&state)
        d = Self.splitMix(&state)
    }

    /// The seed of one of several independent replications of a run.
    public static func replicationSeed(_ seed: UInt64, replication: Int) -> UInt64 {
        var stream = RandomStream(seed: seed, entity: "replication", purpose: String(replication))
        return replication == 0 ? seed : stream.next()
    }

    /// 64 uniform random bits.
    @inlinable @inline(__always)
    public mutating func next() -> UInt64 {
        let sum = a &+ d
        let result = ((sum << 23) | (sum >> 41)) &+ a
        let shifted = b << 17
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = (d << 45) | (d >> 19)
        return result
    }

    /// A uniform number in [0, 1), a multiple of 2⁻⁵³.
    @inlinable @inline(__always)
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A uniform number in (0, 1], whose logarithm is finite.
    @inlinable
    public mutating func uniformAboveZero() -> Double { Double((next() >> 11) &+ 1) * 0x1p-53 }

    /// A uniform integer in 0 ..< `bound` (positive) without bias (Lemire, "Fast random integer generation in an
    /// interval", 2019).
    @inlinable @inline(__always)
    public mutating func integer(below bound: UInt64) -> UInt64 {
        precondition(bound > 0, "an interval without integers")
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
        }
        return product.high
    }

    /// Whether something of a probability (0 … 1) happens.
    @inlinable
    public mutating func happens(_ probability: Double) -> Bool { uniform() < probability }

    private static func splitMix(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
