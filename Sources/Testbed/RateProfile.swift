/// A rate of requests that changes linearly between points; before the first and after the last it is constant.
public struct RateProfile: Hashable, Sendable {
    /// A rate at a time.
    public struct Point: Hashable, Sendable {
        /// Nanoseconds after the start.
        public var time: Int64
        /// Requests a second.
        public var rate: Double

        /// A rate at a time.
        public init(time: Int64, rate: Double) {
            self.time = time
            self.rate = rate
        }
    }

    /// In the order of time.
    let points: [Point]

    /// A constant rate in requests a second; nil where it is negative or not finite.
    public init?(rate: Double) { self.init([Point(time: 0, rate: rate)]) }

    /// Rates at times that rise; nil where there are none, times do not rise, or a rate is negative or not finite.
    public init?(_ points: [Point]) {
        guard !points.isEmpty, points.allSatisfy({ $0.rate >= 0 && $0.rate.isFinite && $0.time >= 0 }) else {
            return nil
        }
        guard zip(points, points.dropFirst()).allSatisfy({ $0.time < $1.time }) else { return nil }
        self.points = points
    }

    /// How many requests the rate adds up to between two times in nanoseconds after the start.
    public func requests(from start: Int64, until end: Int64) -> Double {
        guard start < end else { return 0 }
        var sum = 0.0
        var before = Point(time: start, rate: rate(at: start))
        // In between the rate is a straight line.
        func add(_ next: Point) {
            sum += (before.rate + next.rate) / 2 * Double(next.time - before.time) * 1e-9
            before = next
        }
        for point in points where point.time > start && point.time < end { add(point) }
        add(Point(time: end, rate: rate(at: end)))
        return sum
    }

    private func rate(at time: Int64) -> Double {
        guard let next = points.firstIndex(where: { $0.time > time }) else { return points[points.count - 1].rate }
        guard next > 0 else { return points[0].rate }
        let (left, right) = (points[next - 1], points[next])
        return left.rate + (right.rate - left.rate) * Double(time - left.time) / Double(right.time - left.time)
    }
}

/// Walks along a profile: how long until the rate has added up to a given number of requests.
///
/// This is the exact inversion of the integrated rate (Çinlar, *Introduction to Stochastic Processes*, 1975, §4.7): fed
/// with exponential numbers of mean 1 it yields a Poisson process of the profile's rate, fed with ones regular arrivals.
struct ProfileWalk {
    private let profile: RateProfile
    /// The segment that ends at this point; the last segment has no end.
    private var next = 0
    /// Where in the profile the walk is, in nanoseconds after the start.
    private var position = 0.0
    /// Behind the last point, the nanoseconds between requests: infinite where none come; nil before.
    private var gap: Double?

    init(_ profile: RateProfile) { self.profile = profile }

    /// Where the walk is behind the last point, and the nanoseconds between requests there; nil before, and where none come.
    var steadiness: (position: Double, gap: Double)? {
        guard let gap, gap.isFinite, position.isFinite else { return nil }
        return (position, gap)
    }

    /// Advances until `amount` requests have added up; nil where that never happens.
    mutating func advance(by amount: Double) -> Double? {
        if let gap {
            position += amount * gap
            return position.isFinite ? position : nil
        }
        var rest = amount
        while true {
            let points = profile.points
            guard next < points.count else {
                let rate = points[points.count - 1].rate
                gap = rate > 0 ? 1e9 / rate : .infinity
                return advance(by: rest)
            }
            let end = Double(points[next].time)
            let rate = rateHere() * 1e-9
            let endRate = points[next].rate * 1e-9
            let length = end - position
            let area = length * (rate + endRate) / 2
            if rest <= area, length > 0 {
                // rate·x + slope·x²/2 = rest, in the form that loses no digits where the slope is small.
                let slope = (endRate - rate) / length
                let root = max(rate * rate + 2 * slope * rest, 0).squareRoot()
                let divisor = rate + root
                position += divisor > 0 ? min(2 * rest / divisor, length) : length
                return position
            }
            rest -= max(area, 0)
            position = max(position, end)
            next += 1
        }
    }

    private func rateHere() -> Double {
        let end = profile.points[next]
        guard next > 0 else { return end.rate }
        let start = profile.points[next - 1]
        let fraction = (position - Double(start.time)) / Double(end.time - start.time)
        return start.rate + (end.rate - start.rate) * fraction
    }
}
