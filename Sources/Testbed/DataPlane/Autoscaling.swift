/// A HorizontalPodAutoscaler (`autoscaling/v2`). The defaults are those of Kubernetes.
///
/// Source: kubernetes.io, `tasks/run-application/horizontal-pod-autoscale`; `replica_calculator.go`.
public struct Autoscaling: Hashable, Sendable {
    /// What is held near the target.
    public enum Metric: Hashable, Sendable {
        /// The part of the servers' time that is used; the target is a share of a replica's `concurrency`.
        case utilization(Double)
        /// Requests that one replica gets in a second.
        case requestRate(Double)
    }

    /// Rules of one direction.
    public struct Behavior: Hashable, Sendable {
        /// Recommendations of the last nanoseconds count: the least of them upwards, the greatest downwards.
        public var stabilizationWindow: Int64
        /// How much may change in what time; empty for no limit.
        public var policies: [Policy]
        /// Whether of several policies the one that allows least counts, in place of the one that allows most.
        public var selectsLeast: Bool
        /// Whether this direction is switched off.
        public var isDisabled: Bool
        /// How far from the target nothing is done in this direction; nil for the autoscaler's own.
        public var tolerance: Double?

        /// Rules of one direction.
        public init(
            stabilizationWindow: Int64, policies: [Policy], selectsLeast: Bool = false, isDisabled: Bool = false
        ) {
            self.stabilizationWindow = stabilizationWindow
            self.policies = policies
            self.selectsLeast = selectsLeast
            self.isDisabled = isDisabled
        }
    }

    /// How much may change in what time.
    public struct Policy: Hashable, Sendable {
        /// Of what.
        public enum Kind: Hashable, Sendable {
            /// So many replicas.
            case pods
            /// Such a part, in per cent, rounded up.
            case percent
        }

        /// Of what.
        public var kind: Kind
        /// How much.
        public var value: Int
        /// In how many nanoseconds.
        public var period: Int64

        /// A policy with its parts.
        public init(kind: Kind, value: Int, period: Int64) {
            self.kind = kind
            self.value = value
            self.period = period
        }
    }

    /// The fewest replicas.
    public var minReplicas: Int
    /// The most replicas.
    public var maxReplicas: Int
    /// What is held near what; of several the one that wants most replicas counts.
    public var metrics: [Metric]
    /// How far from the target nothing is done.
    public var tolerance: Double
    /// The time between two looks, in nanoseconds.
    public var syncPeriod: Int64
    /// How old the metric is when it is looked at, and over how long it is averaged.
    public var metricWindow: Int64
    /// Rules for more replicas.
    public var scaleUp: Behavior
    /// Rules for fewer.
    public var scaleDown: Behavior

    /// An autoscaler with Kubernetes' defaults.
    public init(minReplicas: Int = 1, maxReplicas: Int, metric: Metric) {
        self.minReplicas = minReplicas
        self.maxReplicas = maxReplicas
        metrics = [metric]
        tolerance = 0.1
        syncPeriod = 15_000_000_000
        metricWindow = 15_000_000_000
        scaleUp = Behavior(
            stabilizationWindow: 0,
            policies: [
                Policy(kind: .percent, value: 100, period: 15_000_000_000),
                Policy(kind: .pods, value: 4, period: 15_000_000_000),
            ])
        scaleDown = Behavior(
            stabilizationWindow: 300_000_000_000,
            policies: [Policy(kind: .percent, value: 100, period: 15_000_000_000)])
    }
}

/// What an autoscaler remembers, and how many replicas it wants.
struct Autoscaler: Sendable {
    let settings: Autoscaling
    private var recommendations: [(time: Int64, replicas: Int)] = []
    private var changes: [(time: Int64, difference: Int)] = []

    init(_ settings: Autoscaling) { self.settings = settings }

    /// Pods as an autoscaler counts them.
    struct Pods: Hashable, Sendable {
        /// Those with a metric.
        var ready: Int
        /// Those that are not ready yet.
        var starting = 0
        /// Those that are there and tell nothing of themselves: they are lost.
        var missing = 0
        /// What the Deployment asks for now.
        var wanted: Int
    }

    /// The replicas wanted for a metric, before any rule about time: n where the ratio is within the tolerance, else
    /// ⌈ratio · n⌉ of the counted pods. Pods that are not ready yet count as using nothing on the way up. Those without
    /// metrics count as using nothing on the way up, and on the way down all that they asked for, or the target where there
    /// is no such thing (`replica_calculator.go`).
    ///
    /// - Parameters:
    ///   - current: the metric of the ready pods: the mean of what one of them uses.
    ///   - fallback: what a pod without metrics counts as on the way down.
    ///   - tolerance: how far below and above the target nothing is done.
    static func proposal(
        current: Double, target: Double, fallback: Double, _ pods: Pods, tolerance: (down: Double, up: Double)
    ) -> Int {
        guard pods.ready > 0, target > 0 else { return pods.wanted }
        let ratio = current / target
        func isTolerated(_ ratio: Double) -> Bool {
            ratio >= 1 - tolerance.down - 1e-12 && ratio <= 1 + tolerance.up + 1e-12
        }
        let isUp = ratio > 1
        if pods.missing == 0, pods.starting == 0 || !isUp {
            return isTolerated(ratio) ? pods.wanted : ceiling(ratio * Double(pods.ready))
        }
        let counted = pods.ready + pods.missing + (isUp ? pods.starting : 0)
        let used = ratio * Double(pods.ready) + (ratio < 1 ? fallback / target * Double(pods.missing) : 0)
        let diluted = used / Double(counted)
        if isTolerated(diluted) || (ratio < 1) != (diluted < 1) { return pods.wanted }
        let proposed = ceiling(diluted * Double(counted))
        return isUp ? max(pods.wanted, proposed) : min(pods.wanted, proposed)
    }

    /// Rounding up, but not for what is off a whole number by the rounding of floating point alone.
    private static func ceiling(_ value: Double) -> Int {
        let capped = min(max(value, 0), 1e9)
        let nearest = capped.rounded()
        return Int(abs(capped - nearest) < 1e-9 * max(1, nearest) ? nearest : capped.rounded(.up))
    }

    /// The replicas that the Deployment shall have from now on; `current` says each metric.
    mutating func decide(current: [Double], _ pods: Pods, at now: Int64) -> Int {
        let replicas = pods.wanted
        guard replicas > 0 else { return 0 }  // scaled to zero by hand: switched off
        let tolerance = (
            down: settings.scaleDown.tolerance ?? settings.tolerance,
            up: settings.scaleUp.tolerance ?? settings.tolerance
        )
        var wanted = 0
        for (metric, current) in zip(settings.metrics, current) {
            let target: Double
            let fallback: Double
            switch metric {
            case .utilization(let value): (target, fallback) = (value, max(1, value))
            case .requestRate(let value): (target, fallback) = (value, value)
            }
            wanted = max(
                wanted,
                Self.proposal(current: current, target: target, fallback: fallback, pods, tolerance: tolerance))
        }
        wanted = min(max(wanted, settings.minReplicas), settings.maxReplicas)
        wanted = stabilized(wanted, replicas: replicas, at: now)
        wanted = limited(wanted, replicas: replicas, at: now)
        wanted = min(max(wanted, settings.minReplicas), settings.maxReplicas)
        if wanted != replicas { changes.append((now, wanted - replicas)) }
        return wanted
    }

    private mutating func stabilized(_ wanted: Int, replicas: Int, at now: Int64) -> Int {
        recommendations.append((now, wanted))
        let (up, down) = (settings.scaleUp.stabilizationWindow, settings.scaleDown.stabilizationWindow)
        recommendations.removeAll { now - $0.time > max(up, down) }
        var least = wanted
        var most = wanted
        for past in recommendations {
            if now - past.time <= up { least = min(least, past.replicas) }
            if now - past.time <= down { most = max(most, past.replicas) }
        }
        // Upwards no more than every recommendation of its window wanted, downwards no less than any of its own.
        return max(min(replicas, most), least)
    }

    private mutating func limited(_ wanted: Int, replicas: Int, at now: Int64) -> Int {
        guard wanted != replicas else { return wanted }
        let isUp = wanted > replicas
        let behavior = isUp ? settings.scaleUp : settings.scaleDown
        guard !behavior.isDisabled else { return replicas }
        let longest = (settings.scaleUp.policies + settings.scaleDown.policies).map(\.period).max() ?? 0
        changes.removeAll { now - $0.time > longest }
        let limits = behavior.policies.map { policy -> Int in
            let changed = changes.filter { now - $0.time < policy.period }.reduce(0) { $0 + $1.difference }
            let start = replicas - changed
            switch (policy.kind, isUp) {
            case (.pods, true): return start + policy.value
            case (.pods, false): return start - policy.value
            case (.percent, true): return Self.ceiling(Double(start) * (1 + Double(policy.value) / 100))
            case (.percent, false): return Int(Double(start) * (1 - Double(policy.value) / 100))
            }
        }
        guard let first = limits.first else { return wanted }
        if isUp {
            let limit = limits.dropFirst().reduce(first) { behavior.selectsLeast ? min($0, $1) : max($0, $1) }
            return min(wanted, max(limit, replicas))
        }
        let limit = limits.dropFirst().reduce(first) { behavior.selectsLeast ? max($0, $1) : min($0, $1) }
        return max(wanted, min(limit, replicas))
    }
}
