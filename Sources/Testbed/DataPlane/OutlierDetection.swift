import Simulation

/// When a host that answers badly is left out for a while. The defaults are Envoy's (`outlier_detection.proto`); nil
/// switches a criterion off.
public struct OutlierDetection: Hashable, Sendable {
    /// Answers of 500 and more, failed connections and timeouts in a row.
    public var consecutive5xx: Int?
    /// Answers of 502, 503 and 504, failed connections and timeouts in a row.
    public var consecutiveGatewayFailures: Int?
    /// Failed connections and timeouts in a row; it counts only where they are split from answers.
    public var consecutiveLocalFailures: Int? = 5
    /// Whether failed connections and timeouts count by themselves, and not as answers of 500 and more.
    public var splitsLocalFailures = false
    /// How often rates are looked at and ejections ended, in nanoseconds.
    public var interval: Int64 = 10_000_000_000
    /// The time of a first ejection; that of the n-th in a row is n times as long. Nanoseconds.
    public var baseEjectionTime: Int64 = 30_000_000_000
    /// The longest ejection.
    public var maxEjectionTime: Int64 = 300_000_000_000
    /// A random time below that is added to each ejection. Nanoseconds.
    public var maxEjectionTimeJitter: Int64 = 0
    /// The most hosts that are ejected at once, in per cent.
    public var maxEjectionPercent: Double = 10
    /// Whether one host may be ejected whatever the percentage says. Without it 10 % of less than ten hosts is nobody.
    public var alwaysEjectsOne = false
    /// Ejection by a success rate far below the mean of all hosts.
    public var successRate: SuccessRate? = SuccessRate()
    /// Ejection by a failure rate above a threshold.
    public var failurePercentage: FailurePercentage?
    /// How often, in per cent, a host is ejected that a criterion has found.
    public var enforcing = Enforcing()

    /// How often, in per cent, a host is ejected that a criterion has found; else its count begins anew.
    public struct Enforcing: Hashable, Sendable {
        /// Answers of 500 and more in a row.
        public var consecutive5xx: Double = 100
        /// Answers of 502, 503 and 504 in a row.
        public var consecutiveGatewayFailures: Double = 100
        /// Failed connections and timeouts in a row.
        public var consecutiveLocalFailures: Double = 100
        /// A low success rate.
        public var successRate: Double = 100
        /// A high failure rate.
        public var failurePercentage: Double = 100

        /// Always.
        public init() {}
    }

    /// Hosts whose success rate is more than `factor` standard deviations below the mean.
    public struct SuccessRate: Hashable, Sendable {
        /// As many hosts must have the volume.
        public var minimumHosts = 5
        /// Requests of a host in an interval that its rate counts from.
        public var requestVolume = 100
        /// In standard deviations (of the population).
        public var factor = 1.9

        /// Envoy's defaults.
        public init() {}
    }

    /// Hosts that fail more than a share of their requests.
    public struct FailurePercentage: Hashable, Sendable {
        /// From this share on, in per cent.
        public var threshold: Double = 85
        /// As many hosts must have the volume.
        public var minimumHosts = 5
        /// Requests of a host in an interval that its rate counts from.
        public var requestVolume = 50

        /// Envoy's defaults.
        public init() {}
    }

    /// Detection with Envoy's defaults.
    public init(consecutive5xx: Int? = 5) { self.consecutive5xx = consecutive5xx }
}

/// What one proxy knows of the hosts of one backend, and which of them it has ejected.
struct OutlierDetector: Sendable {
    /// How a request at a host ended.
    enum Outcome: Sendable {
        case answer(UInt16)
        /// A failed or lost connection, or a timeout.
        case localFailure
    }

    private struct Host: BitwiseCopyable, Sendable {
        var consecutive5xx: Int32 = 0
        var consecutiveGateway: Int32 = 0
        var consecutiveLocal: Int32 = 0
        var requests: UInt32 = 0
        var successes: UInt32 = 0
        var multiplier: Int64 = 0
        var ejectedAt: Int64 = 0
        var jitter: Int64 = 0
        var isEjected = false
        var isGone = false
    }

    let settings: OutlierDetection
    private var hosts: [Host] = []
    private(set) var ejectedCount = 0
    private var presentCount = 0
    private var stream: RandomStream

    init(
        _ settings: OutlierDetection,
        stream: RandomStream = RandomStream(seed: 1, entity: "", purpose: "outlier detection")
    ) {
        self.settings = settings
        self.stream = stream
    }

    func isEjected(_ host: Int) -> Bool { host < hosts.count && hosts[host].isEjected }

    /// Hosts join with clean records; one that joins again does, too.
    mutating func join(_ host: Int) {
        while hosts.count <= host {
            hosts.append(Host())
            hosts[hosts.count - 1].isGone = true
        }
        guard hosts[host].isGone else { return }
        hosts[host] = Host()
        presentCount += 1
    }

    /// A host that is gone no longer counts, and is not ejected any more.
    mutating func leave(_ host: Int) {
        guard host < hosts.count, !hosts[host].isGone else { return }
        if hosts[host].isEjected { ejectedCount -= 1 }
        hosts[host] = Host()
        hosts[host].isGone = true
        presentCount -= 1
    }

    /// Takes note of the end of a request; whether the host was ejected for it.
    mutating func record(_ outcome: Outcome, host: Int, at now: Int64) -> Bool {
        guard host < hosts.count, !hosts[host].isGone else { return false }
        hosts[host].requests &+= 1
        let status: UInt16
        switch outcome {
        case .answer(let answered):
            status = answered
            hosts[host].consecutiveLocal = 0
        case .localFailure:
            if settings.splitsLocalFailures {
                hosts[host].consecutiveLocal += 1
                return reached(hosts[host].consecutiveLocal, settings.consecutiveLocalFailures)
                    && enforce(settings.enforcing.consecutiveLocalFailures, host, now)
            }
            status = 503
        }
        guard status >= 500 else {
            hosts[host].successes &+= 1
            hosts[host].consecutive5xx = 0
            hosts[host].consecutiveGateway = 0
            return false
        }
        hosts[host].consecutive5xx += 1
        if (502...504).contains(status) {
            hosts[host].consecutiveGateway += 1
        } else {
            hosts[host].consecutiveGateway = 0
        }
        if reached(hosts[host].consecutiveGateway, settings.consecutiveGatewayFailures),
            enforce(settings.enforcing.consecutiveGatewayFailures, host, now)
        {
            return true
        }
        return reached(hosts[host].consecutive5xx, settings.consecutive5xx)
            && enforce(settings.enforcing.consecutive5xx, host, now)
    }

    private func reached(_ count: Int32, _ limit: Int?) -> Bool { limit.map { count >= Int32(clamping: $0) } ?? false }

    /// Ends the interval: first the ejections that are over, then those that its rates bring.
    mutating func sweep(at now: Int64) -> (returned: [Int], ejected: [Int]) {
        let returned = endedEjections(at: now)
        for host in returned { readmit(host) }
        return (returned, suspects().filter { enforce($0.enforcing, $0.host, now) }.map(\.host))
    }

    /// The hosts whose time is over. Those who are not ejected have earned a shorter time for the next.
    mutating func endedEjections(at now: Int64) -> [Int] {
        var ended: [Int] = []
        let longest = max(settings.maxEjectionTime, settings.baseEjectionTime)
        for host in hosts.indices where !hosts[host].isGone {
            guard hosts[host].isEjected else {
                if hosts[host].multiplier > 0 { hosts[host].multiplier -= 1 }
                continue
            }
            let (time, overflow) = settings.baseEjectionTime.multipliedReportingOverflow(by: hosts[host].multiplier)
            if min(overflow ? .max : time, longest) + hosts[host].jitter <= now - hosts[host].ejectedAt {
                ended.append(host)
            }
        }
        return ended
    }

    /// The hosts that the interval's rates speak against, and how often they are to be ejected. Another interval begins.
    mutating func suspects() -> [(host: Int, enforcing: Double)] {
        let suspects = outliersByRate()
        for host in hosts.indices {
            hosts[host].requests = 0
            hosts[host].successes = 0
        }
        return suspects
    }

    /// Ends an ejection before its time, as a passed health check does.
    mutating func readmit(_ host: Int) {
        guard host < hosts.count, hosts[host].isEjected else { return }
        hosts[host].isEjected = false
        ejectedCount -= 1
    }

    private func outliersByRate() -> [(host: Int, enforcing: Double)] {
        var outliers: [(host: Int, enforcing: Double)] = []
        if let rule = settings.successRate {
            let known = rates(rule.requestVolume)
            if known.count >= max(rule.minimumHosts, 1) {
                let mean = known.reduce(0) { $0 + $1.rate } / Double(known.count)
                let variance = known.reduce(0) { $0 + ($1.rate - mean) * ($1.rate - mean) } / Double(known.count)
                let least = mean - rule.factor * variance.squareRoot()
                outliers += known.filter { $0.rate < least }.map { ($0.host, settings.enforcing.successRate) }
            }
        }
        if let rule = settings.failurePercentage {
            let known = rates(rule.requestVolume)
            if known.count >= max(rule.minimumHosts, 1) {
                outliers += known.filter { 100 * (1 - $0.rate) >= rule.threshold }
                    .map { ($0.host, settings.enforcing.failurePercentage) }
            }
        }
        return outliers
    }

    private func rates(_ volume: Int) -> [(host: Int, rate: Double)] {
        hosts.indices.compactMap { host in
            guard !hosts[host].isGone, !hosts[host].isEjected, hosts[host].requests > 0,
                hosts[host].requests >= UInt32(clamping: volume)
            else { return nil }
            return (host, Double(hosts[host].successes) / Double(hosts[host].requests))
        }
    }

    /// Ejects a host as often as its criterion says; otherwise it begins anew.
    mutating func enforce(_ percent: Double, _ host: Int, _ now: Int64) -> Bool {
        if percent >= 100 || stream.happens(percent / 100) { return eject(host, now) }
        forget(host)
        return false
    }

    private mutating func forget(_ host: Int) {
        hosts[host].consecutive5xx = 0
        hosts[host].consecutiveGateway = 0
        hosts[host].consecutiveLocal = 0
    }

    /// Ejects a host unless too many are: the one more has to keep within the limit (`DetectorImpl::ejectHost`).
    private mutating func eject(_ host: Int, _ now: Int64) -> Bool {
        forget(host)
        guard !hosts[host].isEjected else { return false }
        let percent = 100 * Double(ejectedCount + 1) / Double(max(presentCount, 1))
        guard (ejectedCount == 0 && settings.alwaysEjectsOne) || percent <= settings.maxEjectionPercent else {
            return false
        }
        hosts[host].isEjected = true
        hosts[host].ejectedAt = now
        hosts[host].multiplier += 1
        let jitter = settings.maxEjectionTimeJitter
        hosts[host].jitter = jitter > 0 ? Int64(stream.integer(below: UInt64(jitter))) : 0
        ejectedCount += 1
        return true
    }
}
