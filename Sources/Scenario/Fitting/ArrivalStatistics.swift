internal import Simulation

/// When the requests of a trace come, counted in windows that grow with the trace: at most 8,192 of them.
struct ArrivalStatistics: Sendable {
    private static let windowsMax = 8192

    private(set) var first: Int64?
    private(set) var last: Int64?
    /// Requests that come before the first one of the trace are counted with it.
    private(set) var count = 0
    /// How long a window is, in nanoseconds.
    private(set) var width: Int64 = 1_000_000
    private(set) var windows: [Int] = []
    /// Between a request and the one before it.
    private(set) var gaps = LatencyHistogram()
    private var latest: Int64?

    mutating func add(_ time: Int64) {
        let start = first ?? time
        first = start
        last = max(last ?? time, time)
        count += 1
        if let latest, time >= latest {
            let (gap, overflow) = time.subtractingReportingOverflow(latest)
            gaps.record(overflow ? .max : gap)
        }
        latest = max(latest ?? time, time)
        let (distance, overflow) = time.subtractingReportingOverflow(start)
        let offset = overflow ? (time > start ? Int64.max : 0) : max(0, distance)
        while offset / width >= Int64(Self.windowsMax) { halve() }
        let window = Int(offset / width)
        if window >= windows.count { windows.append(contentsOf: repeatElement(0, count: window + 1 - windows.count)) }
        windows[window] += 1
    }

    private mutating func halve() {
        width *= 2
        windows = stride(from: 0, to: windows.count, by: 2).map { place in
            windows[place] + (place + 1 < windows.count ? windows[place + 1] : 0)
        }
    }

    /// From the first request to the last, in seconds; the time of one request more than that is nothing.
    var span: Double {
        guard let first, let last else { return 0 }
        return (Double(last) - Double(first)) / 1e9
    }

    /// The counts of windows of `factor` windows each; what is left at the end is not one.
    func counts(of factor: Int) -> [Double] {
        let whole = windows.count / factor
        return (0..<whole).map { place in
            Double(windows[place * factor..<(place + 1) * factor].reduce(0, +))
        }
    }

    /// The variance of the counts over their mean, the index of dispersion: 1 for a Poisson process, 0 for a clock, above 1 where
    /// requests come in bursts or the rate changes. (Cox and Lewis, "The Statistical Analysis of Series of Events", 1966,
    /// chapter 4.) Nil for fewer than eight windows.
    func dispersion(of factor: Int) -> Double? {
        let counts = counts(of: factor)
        guard counts.count >= 8 else { return nil }
        let mean = counts.reduce(0, +) / Double(counts.count)
        guard mean > 0 else { return nil }
        return counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(counts.count - 1) / mean
    }

    /// The same from the differences of neighbours, which a slow change of the rate leaves as it is: half the mean square of
    /// successive differences over the mean (von Neumann and others, 1941).
    func localDispersion(of factor: Int) -> Double? {
        let counts = counts(of: factor)
        guard counts.count >= 8 else { return nil }
        let mean = counts.reduce(0, +) / Double(counts.count)
        guard mean > 0 else { return nil }
        let squares = zip(counts, counts.dropFirst()).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return squares / 2 / Double(counts.count - 1) / mean
    }
}
