/// How a Deployment replaces its pods (`strategy.rollingUpdate`), and how long they take to come and go.
public struct RollingUpdate: Hashable, Sendable {
    /// A number of pods, or a part of them in per cent.
    public enum Amount: Hashable, Sendable {
        /// So many.
        case pods(Int)
        /// Such a part, in per cent.
        case percent(Double)

        func pods(of replicas: Int, roundsUp: Bool) -> Int {
            switch self {
            case .pods(let count): return count
            case .percent(let percent):
                let exact = Double(replicas) * percent / 100
                let nearest = exact.rounded()
                if abs(exact - nearest) < 1e-9 { return Int(nearest) }
                return Int(exact.rounded(roundsUp ? .up : .down))
            }
        }
    }

    /// Pods beyond the number wanted; a part is rounded up. Default: 25 %.
    public var maxSurge: Amount
    /// Pods fewer than wanted that are available; a part is rounded down. Default: 25 %.
    public var maxUnavailable: Amount
    /// How long a new pod has to be ready before it counts as available (`minReadySeconds`), in nanoseconds.
    public var minReady: Int64 = 0

    /// A strategy with its limits.
    public init(maxSurge: Amount = .percent(25), maxUnavailable: Amount = .percent(25)) {
        self.maxSurge = maxSurge
        self.maxUnavailable = maxUnavailable
    }

    /// What is to be done now.
    ///
    /// - Parameters:
    ///   - replicas: the number wanted.
    ///   - old: pods of the old version that are not being deleted, all of them ready.
    ///   - starting: pods of the new version that are not available yet.
    ///   - ready: pods of the new version that are.
    /// - Returns: how many new pods to start and how many old ones to delete. At all times there are at most
    ///   `replicas` + surge pods, and at least `replicas` − unavailable of them are available.
    func step(replicas: Int, old: Int, starting: Int, ready: Int) -> (start: Int, delete: Int) {
        var surge = maxSurge.pods(of: replicas, roundsUp: true)
        let unavailable = min(maxUnavailable.pods(of: replicas, roundsUp: false), replicas)
        // Both zero would never move on: Kubernetes then takes one away first.
        let spare = surge == 0 && unavailable == 0 ? 1 : unavailable
        surge = max(surge, 0)
        let start = min(replicas + surge - (old + starting + ready), replicas - starting - ready)
        let delete = min(old + ready - (replicas - spare), old)
        return (max(start, 0), max(delete, 0))
    }
}
