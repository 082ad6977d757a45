/// A moment of simulated time: whole nanoseconds since the start of the run, never negative.
///
/// Durations are plain `Int64` nanoseconds. Integer time makes equal moments equal on every platform, and a run of 73
/// years fits.
public struct SimulationTime: Comparable, Hashable, Sendable, BitwiseCopyable {
    /// Nanoseconds since the start of the run.
    public let nanoseconds: Int64

    /// The start of the run.
    @inlinable public static var zero: SimulationTime { SimulationTime(unchecked: 0) }

    /// The last moment that can be represented; nothing that is due then ever happens in a run that ends before.
    @inlinable public static var distantFuture: SimulationTime { SimulationTime(unchecked: .max) }

    /// A moment `nanoseconds` after the start; a negative count is a mistake of the program.
    @inlinable
    public init(nanoseconds: Int64) {
        precondition(nanoseconds >= 0, "simulated time starts at zero")
        self.nanoseconds = nanoseconds
    }

    /// A moment of nanoseconds that are known not to be negative.
    @inlinable @inline(__always)
    init(unchecked nanoseconds: Int64) {
        assert(nanoseconds >= 0, "simulated time starts at zero")
        self.nanoseconds = nanoseconds
    }

    /// A moment a number of seconds after the start, rounded to the nearest nanosecond.
    public init(seconds: Double) {
        self.init(nanoseconds: Nanoseconds.rounded(seconds * 1e9))
    }

    /// The moment in seconds after the start.
    public var seconds: Double { Double(nanoseconds) * 1e-9 }

    /// Orders moments from early to late.
    @inlinable
    public static func < (left: SimulationTime, right: SimulationTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The moment a duration in nanoseconds (not negative) later, or ``distantFuture`` beyond the range.
    @inlinable
    public static func + (time: SimulationTime, duration: Int64) -> SimulationTime {
        precondition(duration >= 0, "a duration is not negative")
        let sum = time.nanoseconds &+ duration
        return sum < 0 ? .distantFuture : SimulationTime(unchecked: sum)
    }

    /// The duration in nanoseconds between two moments.
    @inlinable
    public static func - (later: SimulationTime, earlier: SimulationTime) -> Int64 {
        later.nanoseconds &- earlier.nanoseconds
    }
}

/// Conversions between real numbers and whole nanoseconds.
public enum Nanoseconds {
    /// The longest duration that a draw can return: 2⁶¹ ns, 73 years, so that a moment plus a draw never overflows.
    public static let longest: Int64 = 1 << 61

    /// The nearest whole number of nanoseconds, from 0 to ``longest``; not-a-number becomes 0.
    @inlinable @inline(__always)
    public static func rounded(_ value: Double) -> Int64 {
        // Added to 2⁵², a number loses its fraction, and what is left of it is in the low bits.
        guard usually(value > 0 && value < 0x1p51) else { return roundedSeldom(value) }
        return Int64(truncatingIfNeeded: (value + 0x1p52).bitPattern & 0x000f_ffff_ffff_ffff)
    }

    @usableFromInline
    static func roundedSeldom(_ value: Double) -> Int64 {
        guard value > 0 else { return 0 }
        return value < 0x1p61 ? Int64(value) : longest
    }
}
