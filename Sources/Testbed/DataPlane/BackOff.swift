public import Simulation

/// The wait before a retry: Envoy's exponential back-off with full jitter (`backoff_strategy.cc`).
public struct BackOff: Hashable, Sendable, BitwiseCopyable {
    /// The bound of the first wait, in nanoseconds.
    public var base: Int64
    /// The greatest bound.
    public var longest: Int64
    /// Whether the base is waited for in any case, and the jitter comes on top: the Gateway API's least wait.
    public var isLeastWait: Bool

    /// A back-off with its parameters; without others ten times the base is the greatest bound.
    public init(base: Int64 = 25_000_000, longest: Int64? = nil, isLeastWait: Bool = false) {
        let base = min(max(base, 0), Nanoseconds.longest / 20)
        self.base = base
        self.longest = min(max(longest ?? 10 * base, base), Nanoseconds.longest)
        self.isLeastWait = isLeastWait
    }

    /// The bound of the wait before the n-th retry, itself excluded: the base, doubled while it is less than half of the
    /// greatest, and then that.
    public func bound(retry: UInt32) -> Int64 {
        var bound = base
        for _ in 1..<min(max(retry, 1), 64) {
            if bound >= longest / 2 { return longest }
            bound *= 2
        }
        return bound
    }

    /// A whole number of milliseconds below the bound; of bounds below a millisecond, a whole number of nanoseconds.
    public func wait(retry: UInt32, _ stream: inout RandomStream) -> Int64 {
        guard base > 0 else { return 0 }
        let bound = bound(retry: retry)
        let least = isLeastWait ? base : 0
        let millisecond: Int64 = 1_000_000
        guard bound >= millisecond else { return least + Int64(stream.integer(below: UInt64(max(bound, 1)))) }
        return least + Int64(stream.integer(below: UInt64(bound / millisecond))) * millisecond
    }
}
