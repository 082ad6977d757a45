import GatewayAPI
import Manifests
import Testbed
import Validation

/// `trafficPolicy` of gateways and backends.
extension ScenarioDecoder {
    static func trafficPolicy(_ object: inout ObjectDecoder) -> UpstreamPolicy {
        object.object("trafficPolicy") { object in
            var policy = UpstreamPolicy()
            balancing(&object, &policy)
            policy.slowStart = object.object("slowStart", slowStart) ?? nil
            policy.connections = object.object("connections", connections)
            policy.circuitBreaker = object.object("circuitBreaker", circuitBreaker)
            policy.outlierDetection = object.object("outlierDetection", outlierDetection)
            policy.healthCheck = object.object("healthCheck", healthCheck)
            policy.panicThreshold = object.percent("panicThreshold")
            policy.updateMergeWindow = object.time("updateMergeWindow")?.value
            policy.retryBudget = object.object("retryBudget", retryBudget)
            policy.backOff = object.object("backOff", backOff) ?? nil
            policy.avoidsTriedReplica = object.boolean("avoidTriedReplica")
            policy.locality = locality(&object)
            // Limits of connections are limits of something.
            if let breaker = object.value("circuitBreaker"), policy.connections == nil {
                let arena = object.context.arena
                let keys = ["maxConnections", "maxPendingRequests"]
                if keys.contains(where: { arena.member(breaker, $0) != nil }) {
                    policy.connections = ConnectionPolicy()
                }
            }
            return policy
        } ?? UpstreamPolicy()
    }

    private static func slowStart(_ object: inout ObjectDecoder) -> SlowStart? {
        let window = object.requiredTime("window")
        let aggression = object.number("aggression", "a positive number") { $0 > 0 }
        let least = object.percent("minWeightPercent")
        guard object.isPositive(window, "window") else { return nil }
        return SlowStart(
            window: window.value, aggression: aggression ?? 1, minimumWeight: (least ?? 10) / 100)
    }

    private static func connections(_ object: inout ObjectDecoder) -> ConnectionPolicy {
        var policy = ConnectionPolicy()
        policy.version = object.choice("protocol") ?? .http1
        policy.maxConcurrentStreams = object.integer("maxConcurrentStreams", 1...2_147_483_647).map { Int($0) }
        policy.maxRequestsPerConnection = object.integer("maxRequestsPerConnection", 1...1_000_000_000).map { Int($0) }
        policy.connectTime = object.distribution("connectTime")
        if let timeout = object.time("connectTimeout")?.value { policy.connectTimeout = timeout }
        if let timeout = object.time("idleTimeout")?.value { policy.idleTimeout = timeout }
        if let ratio = object.number("preconnectRatio", "a number from 1 to 3", where: { (1...3).contains($0) }) {
            policy.preconnectRatio = ratio
        }
        if policy.version == .http1, object.has("maxConcurrentStreams") {
            object.report(
                .conflictingFields, "an HTTP/1.1 connection carries one request at a time",
                field: "maxConcurrentStreams")
        }
        return policy
    }

    private static func circuitBreaker(_ object: inout ObjectDecoder) -> CircuitBreaker {
        let range: ClosedRange<Int64> = 0...2_147_483_647
        var breaker = CircuitBreaker()
        if let limit = object.integer("maxConnections", 1...range.upperBound) { breaker.maxConnections = Int(limit) }
        if let limit = object.integer("maxPendingRequests", range) { breaker.maxPendingRequests = Int(limit) }
        if let limit = object.integer("maxRequests", range) { breaker.maxRequests = Int(limit) }
        if let limit = object.integer("maxRetries", range) { breaker.maxRetries = Int(limit) }
        return breaker
    }

    private static func healthCheck(_ object: inout ObjectDecoder) -> HealthCheck {
        var check = HealthCheck()
        if let time = object.period("interval") { check.interval = time }
        if let time = object.positiveTime("timeout") { check.timeout = time }
        if let count = object.integer("unhealthyThreshold", 1...1_000) { check.unhealthyThreshold = Int(count) }
        if let count = object.integer("healthyThreshold", 1...1_000) { check.healthyThreshold = Int(count) }
        if check.timeout > check.interval {
            object.report(
                .outOfRange, "the timeout is longer than the interval between probes",
                field: object.has("timeout") ? "timeout" : "interval")
        }
        return check
    }

    private static func retryBudget(_ object: inout ObjectDecoder) -> RetryBudget {
        let percent = object.percent("percent") ?? 20
        let minimum = object.integer("minConcurrency", 0...1_000_000)
        let interval = object.positiveTime("interval")
        let rate = object.object("minRate") { object in
            (
                count: object.requiredInteger("count", 0...1_000_000),
                interval: object.positiveTime("interval") ?? 1_000_000_000
            )
        }
        guard object.has("interval") || object.has("minRate") else {
            return .concurrent(percent: percent, minimum: Int(minimum ?? 3))
        }
        if object.has("minConcurrency") {
            object.report(
                .conflictingFields,
                "minConcurrency belongs to a budget of requests under way, interval and minRate to one over time",
                field: "minConcurrency")
        }
        return .rate(
            percent: percent, interval: interval ?? 10_000_000_000, minimum: Int(rate?.count ?? 10),
            minimumInterval: rate?.interval ?? 1_000_000_000)
    }

    static func backOff(_ object: inout ObjectDecoder) -> BackOff? {
        let base = object.requiredTime("base")
        let longest = object.time("max")
        if let longest, longest.value < base.value {
            object.report(.outOfRange, "max is less than base", field: "max")
        }
        return BackOff(base: base.value, longest: longest?.value)
    }
}

extension ObjectDecoder {
    /// A number from 0 to 100; nil where it is missing or wrong.
    mutating func percent(_ key: String) -> Double? {
        number(key, "a number from 0 to 100") { (0...100).contains($0) }
    }

    /// A duration above zero; nil where it is missing or wrong.
    mutating func positiveTime(_ key: String) -> Int64? {
        guard let time = time(key), isPositive(time, key) else { return nil }
        return time.value
    }

    /// The time between two looks of something that looks all the time; nil where it is missing or wrong. Shorter ones would
    /// keep a run busy with nothing else.
    mutating func period(_ key: String) -> Int64? {
        guard let time = time(key) else { return nil }
        if time.value >= 1_000_000 { return time.value }
        report(.outOfRange, "found \(QuantityText.exact(time.value)), expected at least 1ms", field: key)
        return nil
    }

    /// Whether a duration is above zero; reported where it is there and is not.
    func isPositive(_ time: Located<Int64>, _ key: String) -> Bool {
        if time.value > 0 { return true }
        if has(key) { report(.outOfRange, "found \(key) of 0, expected a time above 0s", field: key) }
        return false
    }
}
