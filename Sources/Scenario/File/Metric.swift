/// What an expectation can be about.
public enum Metric: Hashable, Sendable {
    /// What of a distribution of times.
    public enum Statistic: String, CaseIterable, Sendable {
        case mean, p50, p90, p95, p99, p999, max, deviation
    }

    /// What of a number that changes over time.
    public enum LevelStatistic: String, CaseIterable, Sendable {
        case mean, max
    }

    /// From the arrival to the end of the response.
    case latency(Statistic)
    /// In the queue before service.
    case wait(Statistic)
    /// The share of requests that waited for service at all.
    case waited
    /// Requests at the replicas, waiting and in service.
    case inSystem(LevelStatistic)
    /// Requests that wait for service.
    case waiting(LevelStatistic)
    /// The part of the servers' time that was used.
    case utilization
    /// The share of requests that went to a backend.
    case share
    /// The share of answers of 500 and more, and of connections that were cut.
    case errors
    /// The share of answers with a status, or with one of a hundred statuses.
    case status(ClosedRange<UInt16>)
    /// How many requests.
    case requests
    /// Requests a second.
    case rate
    /// Requests that no rule took.
    case unrouted
    /// Requests that had not ended when the run did.
    case unfinished

    /// What a value of it is.
    public enum Unit: Sendable {
        /// Nanoseconds, written as a duration.
        case time
        /// 0 to 1.
        case fraction
        /// A number of requests.
        case count
        /// Requests a second, written as a number or a rate.
        case rate
    }

    /// What a value of it is.
    public var unit: Unit {
        switch self {
        case .latency, .wait: .time
        case .waited, .utilization, .share, .errors, .status: .fraction
        case .inSystem, .waiting, .requests, .unrouted, .unfinished: .count
        case .rate: .rate
        }
    }

    /// The names of all metrics, for messages; `status.200` and `status.5xx` stand for their kind.
    public static let names: [String] =
        Statistic.allCases.map { "latency.\($0)" } + Statistic.allCases.map { "wait.\($0)" }
        + ["waited", "inSystem.mean", "inSystem.max", "waiting.mean", "waiting.max", "utilization", "share", "errors"]
        + ["status.200", "status.5xx", "requests", "rate", "unrouted", "unfinished"]

    /// Reads a name such as `latency.p99`; nil where there is no such metric.
    public init?(_ name: String) {
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let detail = parts.count > 1 ? parts[1] : nil
        switch (parts[0], detail) {
        case ("latency", let detail?):
            guard let statistic = Statistic(rawValue: detail) else { return nil }
            self = .latency(statistic)
        case ("wait", let detail?):
            guard let statistic = Statistic(rawValue: detail) else { return nil }
            self = .wait(statistic)
        case ("inSystem", let detail?):
            guard let statistic = LevelStatistic(rawValue: detail) else { return nil }
            self = .inSystem(statistic)
        case ("waiting", let detail?):
            guard let statistic = LevelStatistic(rawValue: detail) else { return nil }
            self = .waiting(statistic)
        case ("status", let detail?):
            guard let range = Self.statuses(detail) else { return nil }
            self = .status(range)
        case ("waited", nil): self = .waited
        case ("utilization", nil): self = .utilization
        case ("share", nil): self = .share
        case ("errors", nil): self = .errors
        case ("requests", nil): self = .requests
        case ("rate", nil): self = .rate
        case ("unrouted", nil): self = .unrouted
        case ("unfinished", nil): self = .unfinished
        default: return nil
        }
    }

    /// `200` or `5xx`.
    private static func statuses(_ text: String) -> ClosedRange<UInt16>? {
        if text.count == 3, text.hasSuffix("xx"), let hundreds = UInt16(text.prefix(1)), (1...5).contains(hundreds) {
            return hundreds * 100...hundreds * 100 + 99
        }
        guard text.count == 3, let status = UInt16(text), (100...599).contains(status) else { return nil }
        return status...status
    }

    /// The name, as a scenario writes it.
    public var name: String {
        switch self {
        case .latency(let statistic): "latency.\(statistic)"
        case .wait(let statistic): "wait.\(statistic)"
        case .inSystem(let statistic): "inSystem.\(statistic)"
        case .waiting(let statistic): "waiting.\(statistic)"
        case .waited: "waited"
        case .utilization: "utilization"
        case .share: "share"
        case .errors: "errors"
        case .status(let range): range.count == 1 ? "status.\(range.lowerBound)" : "status.\(range.lowerBound / 100)xx"
        case .requests: "requests"
        case .rate: "rate"
        case .unrouted: "unrouted"
        case .unfinished: "unfinished"
        }
    }
}
