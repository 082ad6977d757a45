public import Simulation

/// Something that a gateway does with requests before it routes them, in the order of its list. Each replica of the gateway
/// does it by itself.
public struct GatewayFilter: Hashable, Sendable {
    /// What it does.
    public enum Action: Hashable, Sendable {
        /// Delays and aborts requests (Envoy's fault filter).
        case fault(FaultFilter)
        /// A token bucket (Envoy's local rate limit).
        case rateLimit(RateLimit)
        /// Rejects requests as their success rate falls (Envoy's admission control).
        case admissionControl(AdmissionControl)
        /// Bounds the requests under way by their latency (Envoy's adaptive concurrency). At most one for each request.
        case adaptiveConcurrency(AdaptiveConcurrency)
    }

    /// What it does.
    public var action: Action
    /// `namespace/name` of the route whose requests it is for; nil for all.
    public var route: String?

    /// A filter for the requests of a route, or for all.
    public init(_ action: Action, route: String? = nil) {
        self.action = action
        self.route = route
    }

    func isFor(_ line: LineIdentity) -> Bool {
        guard let route else { return true }
        guard case .rule(let rule) = line else { return false }
        return "\(rule.namespace)/\(rule.name)" == route
    }
}

/// Delays and aborts a share of the requests, each drawn by itself.
public struct FaultFilter: Hashable, Sendable {
    /// By how much.
    public var delay: Distribution?
    /// The share that is delayed, 0 … 1.
    public var delayShare: Double
    /// The status of those that are aborted; 0 cuts the connection.
    public var abortStatus: UInt16
    /// The share that is aborted, 0 … 1.
    public var abortShare: Double

    /// Faults with their shares.
    public init(
        delay: Distribution? = nil, delayShare: Double = 0, abortStatus: UInt16 = 503, abortShare: Double = 0
    ) {
        self.delay = delay
        self.delayShare = delayShare
        self.abortStatus = abortStatus
        self.abortShare = abortShare
    }
}

/// A token bucket: a request takes one token, or is answered with a status. It is full at the start.
public struct RateLimit: Hashable, Sendable {
    /// The most tokens that there are.
    public var maxTokens: Int
    /// How many are added each time.
    public var tokensPerFill: Int
    /// How often, in nanoseconds.
    public var fillInterval: Int64
    /// The status of those without a token.
    public var status: UInt16

    /// A bucket with its sizes.
    public init(maxTokens: Int, tokensPerFill: Int = 1, fillInterval: Int64, status: UInt16 = 429) {
        self.maxTokens = maxTokens
        self.tokensPerFill = tokensPerFill
        self.fillInterval = fillInterval
        self.status = status
    }
}

/// The tokens of one replica of a gateway.
struct TokenBucket: Hashable, Sendable {
    let limit: RateLimit
    private var tokens: Int
    private var fills: Int64 = 0

    init(_ limit: RateLimit) {
        self.limit = limit
        tokens = limit.maxTokens
    }

    /// Takes a token; false where there is none.
    mutating func take(at now: Int64) -> Bool {
        let due = now / max(limit.fillInterval, 1)
        if due > fills {
            let (added, overflow) = Int64(limit.tokensPerFill).multipliedReportingOverflow(by: due - fills)
            fills = due
            tokens = overflow || added > Int64(limit.maxTokens - tokens) ? limit.maxTokens : tokens + Int(added)
        }
        guard tokens > 0 else { return false }
        tokens -= 1
        return true
    }
}

/// Rejects requests with a probability that grows as the success rate of the last while falls. The defaults are Envoy's.
///
/// Source: Envoy, `configuration/http/http_filters/admission_control_filter`.
public struct AdmissionControl: Hashable, Sendable {
    /// Over what time successes are counted, in nanoseconds.
    public var samplingWindow: Int64 = 30_000_000_000
    /// Below this success rate, 0 … 1, requests are rejected.
    public var threshold = 0.95
    /// How sharply: the probability to the power of 1 / aggression.
    public var aggression = 1.0
    /// The greatest probability, 0 … 1.
    public var maxRejection = 0.8
    /// With fewer requests a second in the window nothing is rejected.
    public var leastRate = 0.0
    /// The status of those that are rejected.
    public var status: UInt16 = 503

    /// Envoy's defaults.
    public init() {}

    /// The probability that a request is rejected after so many, of which so many succeeded:
    /// ((n − s / threshold) / (n + 1))^(1 / aggression), not above the greatest.
    func rejection(requests: UInt64, successes: UInt64) -> Double {
        if leastRate > 0, Double(requests) / (Double(samplingWindow) * 1e-9) < leastRate { return 0 }
        let excess = (Double(requests) - Double(successes) / threshold) / Double(requests + 1)
        guard excess > 0 else { return 0 }
        let probability = aggression == 1 ? excess : ElementaryFunctions.power(excess, 1 / aggression)
        return min(probability, maxRejection)
    }
}

/// What the filters of a gateway did.
public struct FilterCounts: Hashable, Sendable {
    /// Requests that a fault delayed.
    public var delayed: UInt64 = 0
    /// Requests that a fault aborted.
    public var aborted: UInt64 = 0
    /// Requests that a rate limit refused.
    public var rateLimited: UInt64 = 0
    /// Requests that admission control rejected.
    public var rejected: UInt64 = 0
    /// Requests beyond the limit of adaptive concurrency.
    public var concurrencyLimited: UInt64 = 0

    /// What is counted, by the names that results and expectations give it.
    public var counts: [(name: String, count: UInt64)] {
        [
            ("delayed", delayed), ("aborted", aborted), ("rateLimited", rateLimited), ("rejected", rejected),
            ("concurrencyLimited", concurrencyLimited),
        ]
    }

    mutating func merge(_ other: FilterCounts) {
        delayed += other.delayed
        aborted += other.aborted
        rateLimited += other.rateLimited
        rejected += other.rejected
        concurrencyLimited += other.concurrencyLimited
    }
}
