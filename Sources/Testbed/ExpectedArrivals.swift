extension TrafficSource.Arrivals {
    /// How many requests are to be expected up to a time in nanoseconds; nil of users who wait for their answers.
    public func expectedCount(until time: Int64) -> Double? {
        let seconds = Double(time) * 1e-9
        return switch self {
        case .poisson(let profile), .constant(let profile): profile.requests(from: 0, until: time)
        case .bursts(let rate, let busy, let idle): rate * seconds * busy / (busy + idle)
        case .closed: nil
        }
    }
}
