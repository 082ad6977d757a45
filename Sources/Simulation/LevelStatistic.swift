/// A whole number that changes over time (requests in a system, busy servers) and its average over time, exactly: the
/// integral is a 128-bit integer of units × nanoseconds.
///
/// The integral of a level over an observation that ends at `T` is `level · T − Σ δᵢ tᵢ` over the changes δᵢ at tᵢ: a
/// change is an addition, and nothing is multiplied until the observation ends.
public struct LevelStatistic: Hashable, Sendable, BitwiseCopyable {
    /// The number now.
    @inlinable public var level: Int64 { current }
    /// The greatest number since the observation began.
    @inlinable public var max: Int64 { greatest }
    /// Σ δᵢ tᵢ, the level at the beginning counted as a change at that time.
    @usableFromInline var moment: Int128 = 0
    @usableFromInline var current: Int64 = 0
    @usableFromInline var greatest: Int64 = 0
    @usableFromInline var began = SimulationTime.zero

    /// A level of zero, observed from the start of the run.
    public init() {}

    /// Raises the level by one at a time not before the last change.
    @inlinable @inline(__always)
    public mutating func increment(at time: SimulationTime) {
        moment &+= Int128(truncatingIfNeeded: UInt64(bitPattern: time.nanoseconds))
        current &+= 1
        if current > greatest { greatest = current }
    }

    /// Lowers the level by one at a time not before the last change.
    @inlinable @inline(__always)
    public mutating func decrement(at time: SimulationTime) {
        moment &-= Int128(truncatingIfNeeded: UInt64(bitPattern: time.nanoseconds))
        current &-= 1
    }

    /// Changes the level at a time not before the last change.
    @inlinable
    public mutating func change(by difference: Int64, at time: SimulationTime) {
        moment &+= Int128(truncatingIfNeeded: difference) &* Int128(truncatingIfNeeded: time.nanoseconds)
        current &+= difference
        if current > greatest { greatest = current }
    }

    /// What was observed up to a time, as a value that other observations can be added to.
    public func observation(until time: SimulationTime) -> LevelObservation {
        LevelObservation(
            integral: Int128(current) * Int128(time.nanoseconds) - moment, duration: time - began, max: greatest)
    }

    /// Begins a new observation at a time; the level stays.
    public mutating func restart(at time: SimulationTime) {
        began = time
        moment = Int128(current) * Int128(time.nanoseconds)
        greatest = current
    }
}

/// The average and maximum of a level over a span of time, in a form that adds up exactly.
public struct LevelObservation: Hashable, Sendable {
    /// The integral of the level in units × nanoseconds.
    public private(set) var integral: Int128
    /// The time observed, in nanoseconds.
    public private(set) var duration: Int64
    /// The greatest level.
    public private(set) var max: Int64

    /// An observation with its parts.
    public init(integral: Int128 = 0, duration: Int64 = 0, max: Int64 = 0) {
        self.integral = integral
        self.duration = duration
        self.max = max
    }

    /// The average over time, or nil where no time has passed.
    public var mean: Double? { duration > 0 ? Double(integral) / Double(duration) : nil }

    /// Adds an observation of the same thing in another span of time or another replication.
    public mutating func merge(_ other: LevelObservation) {
        integral += other.integral
        duration += other.duration
        max = Swift.max(max, other.max)
    }
}
