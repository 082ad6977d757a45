/// How much of a proxy's traffic to a backend may be retries.
public enum RetryBudget: Hashable, Sendable {
    /// Envoy's: retries under way are at most a share (per cent) of the requests under way, pending ones among them, and
    /// so many in any case. Defaults: 20 %, 3. Source: `circuit_breaker.proto`.
    case concurrent(percent: Double, minimum: Int)
    /// The Gateway API's: in the last `interval` nanoseconds at most a share (per cent) of the requests were retries;
    /// `minimum` retries in `minimumInterval` are allowed in any case. Source: GEP-3388, `XBackendTrafficPolicy`.
    case rate(percent: Double, interval: Int64, minimum: Int, minimumInterval: Int64)
}

/// Counts requests and retries of the last while. Time is cut in slices, so that memory does not grow with the traffic:
/// the window ends now, and begins at most a slice before its length.
struct SlidingCount: Sendable {
    private static let slices = 64
    private let slice: Int64
    private var counts = [UInt32](repeating: 0, count: Self.slices + 1)
    private var latest: Int64 = 0
    private(set) var total: UInt64 = 0

    /// - Parameter length: of the window, in nanoseconds.
    init(length: Int64) { slice = max(length / Int64(Self.slices), 1) }

    mutating func add(at now: Int64) {
        advance(to: now)
        counts[Int(latest % Int64(counts.count))] &+= 1
        total &+= 1
    }

    /// How many were counted in the window that ends now.
    mutating func count(at now: Int64) -> UInt64 {
        advance(to: now)
        return total
    }

    private mutating func advance(to now: Int64) {
        let current = now / slice
        guard current > latest else { return }
        let steps = min(current - latest, Int64(counts.count))
        for step in 1...steps {
            let place = Int((latest + step) % Int64(counts.count))
            total &-= UInt64(counts[place])
            counts[place] = 0
        }
        latest = current
    }
}

/// Whether one proxy may retry at one backend.
struct RetryGate: Sendable {
    let budget: RetryBudget?
    let maxRetries: Int
    private var requests: SlidingCount?
    private var retries: SlidingCount?
    private var assured: SlidingCount?

    init(budget: RetryBudget?, maxRetries: Int) {
        self.budget = budget
        self.maxRetries = maxRetries
        if case .rate(_, let interval, _, let minimumInterval) = budget {
            requests = SlidingCount(length: interval)
            retries = SlidingCount(length: interval)
            assured = SlidingCount(length: minimumInterval)
        }
    }

    /// Takes note of an attempt that is sent.
    mutating func sent(isRetry: Bool, at now: Int64) {
        guard requests != nil else { return }
        requests?.add(at: now)
        guard isRetry else { return }
        retries?.add(at: now)
        assured?.add(at: now)
    }

    /// Whether one more retry may be made.
    mutating func allows(_ load: UpstreamLoad, at now: Int64) -> Bool {
        switch budget {
        case nil: return load.retries < maxRetries
        case .concurrent(let percent, let minimum):
            let share = percent / 100 * Double(load.active + load.pending)
            return load.retries < max(minimum, Int(share.rounded(.down)))
        case .rate(let percent, _, let minimum, _):
            if (assured?.count(at: now) ?? 0) < UInt64(max(minimum, 0)) { return true }
            let all = (requests?.count(at: now) ?? 0) + 1
            let retried = (retries?.count(at: now) ?? 0) + 1
            return Double(retried) <= percent / 100 * Double(all)
        }
    }
}
