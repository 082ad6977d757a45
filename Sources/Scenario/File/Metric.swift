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
    /// How many retries gateways made.
    case retries
    /// Retries for each request.
    case retriesPerRequest
    /// What became of requests at a backend that got no answer.
    case fate(Fate)
    /// What a policy did.
    case policy(PolicyAct)
    /// Connections of a policy's pools.
    case connections(LevelStatistic)
    /// Requests that wait for a connection.
    case pending(LevelStatistic)
    /// How long they waited.
    case connectionWait(Statistic)
    /// How many flows began, or ended in a way.
    case flows(FlowEnding?)
    /// The share of the flows that ended that were reset or dropped.
    case flowErrors
    /// How long flows lasted.
    case flowDuration(Statistic)
    /// Flows that are open at once.
    case openFlows(LevelStatistic)
    /// Tries that clients gave up waiting for.
    case clientTimeouts
    /// What a gateway's filters did.
    case filter(FilterAct)
    /// Requests that no rule took.
    case unrouted
    /// Requests that had not ended when the run did.
    case unfinished

    /// What became of a request that a replica did not answer, or for nobody.
    public enum Fate: String, CaseIterable, Sendable {
        case refused, cancelled, lost, abandoned
    }

    /// What a policy between a gateway and a backend does; by the names of ``UpstreamMeasurements/counts``.
    public enum PolicyAct: String, CaseIterable, Sendable {
        case overflows, pendingOverflows, requestOverflows, retryOverflows, noHealthyReplica, inPanic, connectionsOpened
        case connectFailures, ejections, readmissions, unhealthy
    }

    /// What a filter of a gateway does; by the names of ``FilterCounts/counts``.
    public enum FilterAct: String, CaseIterable, Sendable {
        case delayed, aborted, rateLimited, rejected, concurrencyLimited
    }

    /// How a flow ends.
    public enum FlowEnding: String, CaseIterable, Sendable {
        case completed, reset, dropped
    }

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
        case .latency, .wait, .connectionWait, .flowDuration: .time
        case .waited, .utilization, .share, .errors, .status, .flowErrors: .fraction
        case .inSystem, .waiting, .requests, .unrouted, .unfinished, .retries, .retriesPerRequest, .fate, .policy,
            .connections, .pending, .flows, .openFlows, .clientTimeouts, .filter:
            .count
        case .rate: .rate
        }
    }

    /// The names of all metrics, for messages; `status.200` and `status.5xx` stand for their kind.
    public static let names: [String] =
        Statistic.allCases.map { "latency.\($0)" } + Statistic.allCases.map { "wait.\($0)" }
        + ["waited", "inSystem.mean", "inSystem.max", "waiting.mean", "waiting.max", "utilization", "share", "errors"]
        + ["status.200", "status.5xx", "requests", "rate", "unrouted", "unfinished", "retries", "retriesPerRequest"]
        + Fate.allCases.map(\.rawValue) + PolicyAct.allCases.map(\.rawValue)
        + ["connections.mean", "connections.max", "pending.mean", "pending.max"]
        + Statistic.allCases.map { "connectionWait.\($0)" }
        + ["clientTimeouts"] + FilterAct.allCases.map(\.rawValue)
        + ["flows"] + FlowEnding.allCases.map { "flows.\($0)" } + ["flowErrors"]
        + Statistic.allCases.map { "flowDuration.\($0)" } + ["openFlows.mean", "openFlows.max"]

    /// Reads a name such as `latency.p99`; nil where there is no such metric.
    public init?(_ name: String) {
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let detail = parts.count > 1 ? parts[1] : nil
        if let metric = Self.dataPlane(parts[0], detail) {
            self = metric
            return
        }
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

    /// What policies, retries and flows are measured by.
    private static func dataPlane(_ name: String, _ detail: String?) -> Metric? {
        switch (name, detail) {
        case ("retries", nil): .retries
        case ("retriesPerRequest", nil): .retriesPerRequest
        case ("clientTimeouts", nil): .clientTimeouts
        case ("connections", let detail?): LevelStatistic(rawValue: detail).map { .connections($0) }
        case ("pending", let detail?): LevelStatistic(rawValue: detail).map { .pending($0) }
        case ("connectionWait", let detail?): Statistic(rawValue: detail).map { .connectionWait($0) }
        case ("flows", nil): .flows(nil)
        case ("flows", let detail?): FlowEnding(rawValue: detail).map { .flows($0) }
        case ("flowErrors", nil): .flowErrors
        case ("flowDuration", let detail?): Statistic(rawValue: detail).map { .flowDuration($0) }
        case ("openFlows", let detail?): LevelStatistic(rawValue: detail).map { .openFlows($0) }
        case (let name, nil):
            Fate(rawValue: name).map { .fate($0) } ?? PolicyAct(rawValue: name).map { .policy($0) }
                ?? FilterAct(rawValue: name).map { .filter($0) }
        default: nil
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
        case .retries: "retries"
        case .retriesPerRequest: "retriesPerRequest"
        case .clientTimeouts: "clientTimeouts"
        case .filter(let act): act.rawValue
        case .fate(let fate): fate.rawValue
        case .policy(let act): act.rawValue
        case .connections(let statistic): "connections.\(statistic)"
        case .pending(let statistic): "pending.\(statistic)"
        case .connectionWait(let statistic): "connectionWait.\(statistic)"
        case .flows(let ending): ending.map { "flows.\($0)" } ?? "flows"
        case .flowErrors: "flowErrors"
        case .flowDuration(let statistic): "flowDuration.\(statistic)"
        case .openFlows(let statistic): "openFlows.\(statistic)"
        }
    }
}
