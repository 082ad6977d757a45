import Simulation

/// Bounds the requests under way by what they take compared with the least that was seen: Envoy's gradient controller. The
/// defaults are Envoy's, where it has any.
///
/// Source: Envoy, `configuration/http/http_filters/adaptive_concurrency_filter`, `gradient_controller.cc`.
public struct AdaptiveConcurrency: Hashable, Sendable {
    /// Which quantile of the latencies counts, 0 … 1.
    public var quantile = 0.5
    /// The greatest limit.
    public var maxLimit = 1000
    /// How often the limit is set, in nanoseconds.
    public var updateInterval: Int64
    /// How often the least latency is measured anew, in nanoseconds.
    public var measureInterval: Int64
    /// How many requests it is measured by.
    public var requestCount = 50
    /// The share of `measureInterval` by which it is put off at random, 0 … 1.
    public var jitter = 0.15
    /// The limit while it is measured, and the least at any time.
    public var minLimit = 3
    /// How much more than the least latency is none too much, as a part of it.
    public var buffer = 0.25
    /// The status of those beyond the limit.
    public var status: UInt16 = 503

    /// A controller with its intervals.
    public init(updateInterval: Int64 = 100_000_000, measureInterval: Int64 = 60_000_000_000) {
        self.updateInterval = updateInterval
        self.measureInterval = measureInterval
    }
}

/// What one replica of a gateway keeps for it. Its timers are looked at when a request comes or ends: in between nothing
/// could have changed.
struct GradientController: Sendable {
    let settings: AdaptiveConcurrency
    private(set) var limit: Int
    private(set) var underWay = 0
    private(set) var leastLatency: Int64 = 0
    /// Since when the least latency is being measured; nil where it is not.
    private(set) var measuredSince: Int64? = 0
    private var limitBefore: Int
    private var samples: [Int64] = []
    private var nextUpdate: Int64 = .max
    private var nextMeasurement: Int64 = .max
    private var updatesAtLeast = 0
    private var stream: RandomStream

    init(_ settings: AdaptiveConcurrency, stream: RandomStream) {
        self.settings = settings
        self.stream = stream
        limit = settings.minLimit
        limitBefore = settings.minLimit
    }

    /// Whether a request may be sent; it counts as under way then.
    mutating func admits(at now: Int64) -> Bool {
        advance(to: now)
        guard underWay < limit else { return false }
        underWay += 1
        return true
    }

    /// A request has ended that was sent at a time; nil where it has no answer.
    mutating func ended(sent: Int64?, at now: Int64) {
        advance(to: now)
        underWay -= 1
        guard let sent, sent >= measuredSince ?? .min else { return }
        samples.append(now - sent)
        if measuredSince != nil, samples.count >= settings.requestCount { endMeasurement(at: now) }
    }

    private mutating func advance(to now: Int64) {
        while measuredSince == nil, min(nextUpdate, nextMeasurement) <= now {
            if nextMeasurement <= nextUpdate {
                measuredSince = nextMeasurement
                limitBefore = limit
                limit = settings.minLimit
                samples.removeAll(keepingCapacity: true)
            } else {
                // Windows without an answer change nothing, but for the last.
                if samples.isEmpty {
                    let passed = max((min(now, nextMeasurement) - nextUpdate) / settings.updateInterval, 0)
                    nextUpdate += passed * settings.updateInterval
                }
                let due = nextUpdate
                nextUpdate += settings.updateInterval
                if !samples.isEmpty { update(at: due) }
            }
        }
    }

    private mutating func takeSample() -> Int64 {
        samples.sort()
        let place = min(Int(Double(samples.count) * settings.quantile), samples.count - 1)
        let sample = samples[place]
        samples.removeAll(keepingCapacity: true)
        return max(sample, 1)
    }

    private mutating func endMeasurement(at now: Int64) {
        leastLatency = takeSample()
        measuredSince = nil
        limit = limitBefore
        let jitter = Int64(stream.uniform() * settings.jitter * Double(settings.measureInterval))
        nextMeasurement = now + settings.measureInterval + jitter
        nextUpdate = now + settings.updateInterval
    }

    /// limit' = limit · gradient + √(limit · gradient), where gradient = (least + buffer) / latency, within 0.5 … 2.
    private mutating func update(at now: Int64) {
        let latency = Double(takeSample())
        let gradient = min(max(Double(leastLatency) * (1 + settings.buffer) / latency, 0.5), 2)
        let scaled = Double(limit) * gradient
        let wanted = min(max(Int(scaled + scaled.squareRoot()), settings.minLimit), settings.maxLimit)
        // Five times at the least: the measurement may be wrong.
        updatesAtLeast = limit == settings.minLimit && wanted == settings.minLimit ? updatesAtLeast + 1 : 0
        limit = wanted
        if updatesAtLeast >= 5 {
            updatesAtLeast = 0
            nextMeasurement = now
        }
    }
}
