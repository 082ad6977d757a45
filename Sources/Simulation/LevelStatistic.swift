/// A whole number that changes over time (requests in a system, busy servers) and its average over time, exactly: the
/// integral is a 128-bit integer of units × nanoseconds.
public struct LevelStatistic: Hashable, Sendable, BitwiseCopyable {
    /// The number now.
    @inlinable public var level: Int64 { current }
    /// The greatest number since the observation began.
    @inlinable public var max: Int64 { greatest }
    @usableFromInline var current: Int64 = 0
    @usableFromInline var greatest: Int64 = 0
    @usableFromInline var began = SimulationTime.zero
    @usableFromInline var changed = SimulationTime.zero
    @usableFromInline var area: Int128 = 0

    /// A level of zero, observed from the start of the run.
    public init() {}

    /// Changes the level at a time not before the last change.
    @inlinable
    public mutating func change(by difference: Int64, at time: SimulationTime) {
        area &+= Int128(truncatingIfNeeded: current) &* Int128(truncatingIfNeeded: time - changed)
        changed = time
        current &+= difference
        if current > greatest { greatest = current }
    }

    /// What was observed up to a time, as a value that other observations can be added to.
    public func observation(until time: SimulationTime) -> LevelObservation {
        LevelObservation(
            integral: area + Int128(level) * Int128(time - changed), duration: time - began, max: greatest)
    }

    /// Begins a new observation at a time; the level stays.
    public mutating func restart(at time: SimulationTime) {
        began = time
        changed = time
        area = 0
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
