extension TrafficSource.Arrivals {
    /// How many requests are to be expected up to a time in nanoseconds; nil of users who wait for their answers.
    public func expectedCount(until time: Int64) -> Double? {
        let seconds = Double(time) * 1e-9
        return switch self {
        case .poisson(let profile), .constant(let profile): profile.expectedCount(until: time)
        case .bursts(let rate, let busy, let idle): rate * seconds * busy / (busy + idle)
        case .closed: nil
        }
    }
}

extension RateProfile {
    /// The area below the profile up to a time in nanoseconds.
    func expectedCount(until time: Int64) -> Double {
        var sum = 0.0
        var before = Point(time: 0, rate: points.first?.rate ?? 0)
        for point in points where before.time < time {
            let end = min(point.time, time)
            let length = Double(point.time - before.time)
            let fraction = length > 0 ? Double(end - before.time) / length : 0
            let rate = before.rate + (point.rate - before.rate) * fraction
            sum += (before.rate + rate) / 2 * Double(end - before.time) * 1e-9
            before = point
        }
        return before.time < time ? sum + before.rate * Double(time - before.time) * 1e-9 : sum
    }
}
