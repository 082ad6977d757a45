import Simulation

/// How the share of a host that is new grows to its full one: Envoy's slow start, for round robin and least request.
///
/// Source: Envoy, `arch_overview/upstream/load_balancing/slow_start`.
public struct SlowStart: Hashable, Sendable {
    /// How long it lasts after the host has joined, or has passed its first health check; nanoseconds.
    public var window: Int64
    /// The form of the growth: 1 is linear, more is quicker at first.
    public var aggression: Double
    /// The least part of its weight that a host has, 0 … 1.
    public var minimumWeight: Double

    /// A slow start with its parameters; the defaults are Envoy's.
    public init(window: Int64, aggression: Double = 1, minimumWeight: Double = 0.1) {
        self.window = window
        self.aggression = aggression
        self.minimumWeight = minimumWeight
    }

    /// The part of its weight that a host of an age in nanoseconds has:
    /// max(minimum, (max(age, 1 ms) / window)^(1/aggression)), and 1 at the end of the window. Envoy's documentation has
    /// 1 s in place of 1 ms; version 1.40 was seen to do this.
    func factor(age: Int64) -> Double {
        guard age < window else { return 1 }
        let time = min(Double(max(age, 1_000_000)) / Double(window), 1)
        let grown = aggression == 1 ? time : ElementaryFunctions.power(time, 1 / aggression)
        return min(max(grown, minimumWeight), 1)
    }
}
