internal import Simulation

/// Observed times of a backend.
struct ServiceStatistics: Sendable {
    private(set) var times = LatencyHistogram()
    private var squares = 0.0
    /// Answers by status.
    private(set) var statuses: [UInt16: Int] = [:]
    /// Endpoints that were seen, up to a thousand.
    private(set) var endpoints: Set<String> = []
    /// Bytes of the answers' bodies.
    private(set) var sizes = LatencyHistogram()

    mutating func add(time: Int64?, status: UInt16?, endpoint: String?, bytes: Int64?) {
        if let time {
            times.record(max(0, time))
            squares += Double(max(0, time)) * Double(max(0, time))
        }
        if let status { statuses[status, default: 0] += 1 }
        if let endpoint, endpoints.count < 1000 { endpoints.insert(endpoint) }
        if let bytes { sizes.record(max(0, bytes)) }
    }

    /// In nanoseconds; nil where nothing was seen.
    var mean: Double? { times.mean }

    /// The standard deviation over the mean.
    var cv: Double {
        guard let mean, mean > 0 else { return 0 }
        let variance = max(0, squares / Double(times.count) - mean * mean)
        return variance.squareRoot() / mean
    }
}

/// The distribution that observed times speak for: of those with the same mean and coefficient of variation the one whose
/// quantiles come closest.
struct ServiceFit: Sendable {
    /// As a scenario writes it.
    private(set) var text: String
    /// How far the worst of p50, p90 and p99 is off, as a factor above 1.
    private(set) var worst: Double
    /// Quantiles of the observed times in nanoseconds, to be written to a file where no distribution fits.
    private(set) var quantiles: [Int64]

    init?(_ statistics: ServiceStatistics) {
        guard let mean = statistics.mean, mean >= 1 else { return nil }
        let (time, cv) = (FitText.time(mean / 1e9), statistics.cv)
        quantiles = stride(from: 0.0005, to: 1, by: 0.001).compactMap { statistics.times.quantile($0) }
        guard cv > 0.02 else {
            text = "{distribution: constant, value: \(time)}"
            worst = 1
            return
        }
        let number = FitText.number(cv)
        var candidates: [(text: String, distribution: Distribution?)] = [
            ("{distribution: lognormal, mean: \(time), cv: \(number)}", try? .lognormal(mean: mean, cv: cv)),
            ("{distribution: gamma, mean: \(time), cv: \(number)}", try? .gamma(mean: mean, cv: cv)),
            ("{distribution: weibull, mean: \(time), cv: \(number)}", try? .weibull(mean: mean, cv: cv)),
        ]
        // A distribution with one parameter less, where that is as good.
        if (0.9...1.1).contains(cv) {
            candidates.insert(("{distribution: exponential, mean: \(time)}", try? .exponential(mean: mean)), at: 0)
        }
        (text, worst) = (candidates[0].text, .infinity)
        var best = Double.infinity
        for candidate in candidates {
            guard let distribution = candidate.distribution else { continue }
            let (sum, worst) = Self.distance(distribution, statistics.times)
            // The one with a parameter less is left only for one that is clearly better.
            let isSimpler = text.contains("exponential") && best < .infinity
            if sum < best - (isSimpler ? 0.1 : 0.01) { (best, self.worst, text) = (sum, worst, candidate.text) }
        }
    }

    /// The sum and the worst of the factors between the quantiles of a distribution and those observed.
    private static func distance(_ distribution: Distribution, _ times: LatencyHistogram) -> (
        sum: Double, worst: Double
    ) {
        var stream = RandomStream(seed: 1, entity: "fit", purpose: "service time")
        var drawn = LatencyHistogram()
        for _ in 0..<20_000 { drawn.record(distribution.draw(&stream)) }
        var (sum, worst) = (0.0, 1.0)
        for quantile in [0.5, 0.9, 0.99] {
            let own = Double(max(1, drawn.quantile(quantile) ?? 1))
            let observed = Double(max(1, times.quantile(quantile) ?? 1))
            let factor = max(own / observed, observed / own)
            sum += factor - 1
            worst = max(worst, factor)
        }
        return (sum, worst)
    }
}
