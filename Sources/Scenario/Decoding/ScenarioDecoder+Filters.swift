import GatewayAPI
import Manifests
import Testbed
import Validation

/// `filters` of gateways.
extension ScenarioDecoder {
    private static let kinds = ["fault", "localRateLimit", "admissionControl", "adaptiveConcurrency"]

    /// One filter; nil where it is wrong.
    static func filter(_ object: inout ObjectDecoder) -> Located<GatewayFilter>? {
        let route = object.namespacedName("route")
        let fault = object.object("fault", faultFilter)
        let limit = object.object("localRateLimit", rateLimit) ?? nil
        let control = object.object("admissionControl", admissionControl)
        let concurrency = object.object("adaptiveConcurrency", adaptiveConcurrency)
        let given = kinds.filter(object.has)
        if given.count != 1 {
            object.report(
                given.isEmpty ? .missingField : .conflictingFields,
                "expected one of \(kinds.joined(separator: ", "))\(given.isEmpty ? "" : ", found \(given.joined(separator: " and "))")"
            )
            return nil
        }
        let action =
            fault.map { GatewayFilter.Action.fault($0) } ?? limit.map { .rateLimit($0) }
            ?? control.map { .admissionControl($0) } ?? concurrency.map { .adaptiveConcurrency($0) }
        return action.map {
            Located(
                value: GatewayFilter($0, route: route?.value.description), position: route?.position ?? object.position)
        }
    }

    private static func faultFilter(_ object: inout ObjectDecoder) -> FaultFilter {
        let delay = object.distribution("delay")
        let delayed = object.percent("delayPercent")
        let abort = object.integer("abort", 200...599)
        let aborted = object.percent("abortPercent")
        if !object.has("delay"), !object.has("abort") {
            object.report(.missingField, "nothing goes wrong: give delay or abort")
        }
        for (key, owner) in [("delayPercent", "delay"), ("abortPercent", "abort")]
        where object.has(key) && !object.has(owner) {
            object.report(.conflictingFields, "\(key) means nothing without \(owner)", field: key)
        }
        return FaultFilter(
            delay: delay, delayShare: (delayed ?? 100) / 100, abortStatus: UInt16(abort ?? 503),
            abortShare: abort == nil ? 0 : (aborted ?? 100) / 100)
    }

    private static func rateLimit(_ object: inout ObjectDecoder) -> RateLimit? {
        let range: ClosedRange<Int64> = 1...1_000_000_000
        let most = object.requiredInteger("maxTokens", range)
        let each = object.integer("tokensPerFill", range) ?? most
        let interval = object.requiredTime("fillInterval")
        let status = object.integer("status", 400...599) ?? 429
        guard object.isPositive(interval, "fillInterval") else { return nil }
        if interval.value < 50_000_000 {
            object.report(.outOfRange, "fillInterval is less than 50ms, which is Envoy's least", field: "fillInterval")
        }
        return RateLimit(
            maxTokens: Int(most), tokensPerFill: Int(each), fillInterval: interval.value, status: UInt16(status))
    }

    private static func adaptiveConcurrency(_ object: inout ObjectDecoder) -> AdaptiveConcurrency {
        var settings = AdaptiveConcurrency()
        if let percent = object.number(
            "samplePercentile", "a percentile above 0, below 100", where: { $0 > 0 && $0 < 100 })
        {
            settings.quantile = percent / 100
        }
        if let most = object.integer("maxConcurrencyLimit", 1...1_000_000) { settings.maxLimit = Int(most) }
        if let time = object.period("concurrencyUpdateInterval") { settings.updateInterval = time }
        _ = object.object("minRTT") { object in
            if let time = object.period("interval") { settings.measureInterval = time }
            if let count = object.integer("requestCount", 1...1_000_000) { settings.requestCount = Int(count) }
            if let percent = object.percent("jitter") { settings.jitter = percent / 100 }
            if let least = object.integer("minConcurrency", 1...1_000_000) { settings.minLimit = Int(least) }
            if let percent = object.percent("buffer") { settings.buffer = percent / 100 }
        }
        if let status = object.integer("status", 400...599) { settings.status = UInt16(status) }
        return settings
    }

    private static func admissionControl(_ object: inout ObjectDecoder) -> AdmissionControl {
        var control = AdmissionControl()
        if let window = object.positiveTime("samplingWindow") { control.samplingWindow = window }
        if let threshold = object.number("successRateThreshold", "a percentage above 0", where: { $0 > 0 && $0 <= 100 })
        {
            control.threshold = threshold / 100
        }
        if let aggression = object.number("aggression", "a number of 1 or more", where: { $0 >= 1 }) {
            control.aggression = aggression
        }
        if let most = object.percent("maxRejectionProbability") { control.maxRejection = most / 100 }
        if let least = object.rate("rpsThreshold") { control.leastRate = least }
        if let status = object.integer("status", 400...599) { control.status = UInt16(status) }
        return control
    }
}
