import GatewayAPI
import Manifests
import Testbed
import Validation

/// `outlierDetection` of a `trafficPolicy`.
extension ScenarioDecoder {
    private static let count: ClosedRange<Int64> = 0...2_147_483_647

    static func outlierDetection(_ object: inout ObjectDecoder) -> OutlierDetection {
        var detection = OutlierDetection()
        func limit(_ value: Int64) -> Int? { value == 0 ? nil : Int(value) }
        if let count = object.integer("consecutive5xx", count) { detection.consecutive5xx = limit(count) }
        detection.consecutiveGatewayFailures = object.integer("consecutiveGatewayErrors", count).flatMap(limit)
        let local = object.integer("consecutiveLocalOriginFailures", count)
        if let local { detection.consecutiveLocalFailures = limit(local) }
        detection.splitsLocalFailures = object.boolean("splitExternalLocalOriginErrors") ?? false
        if let local, local > 0, !detection.splitsLocalFailures {
            object.warn(
                .conflictingFields,
                "local failures are counted apart only with splitExternalLocalOriginErrors: true: this ejects nobody",
                field: "consecutiveLocalOriginFailures")
        }
        detection.alwaysEjectsOne = object.boolean("alwaysEjectOneEndpoint") ?? false
        if let time = object.period("interval") { detection.interval = time }
        if let time = object.positiveTime("baseEjectionTime") { detection.baseEjectionTime = time }
        detection.maxEjectionTime =
            object.positiveTime("maxEjectionTime") ?? max(300_000_000_000, detection.baseEjectionTime)
        if let jitter = object.time("maxEjectionTimeJitter") { detection.maxEjectionTimeJitter = jitter.value }
        if let percent = object.percent("maxEjectionPercent") { detection.maxEjectionPercent = percent }
        enforcing(&object, &detection.enforcing)
        if let rate = object.object("successRate", successRate) { detection.successRate = rate }
        detection.failurePercentage = object.object("failurePercentage", failurePercentage)
        return detection
    }

    private static func enforcing(_ object: inout ObjectDecoder, _ enforcing: inout OutlierDetection.Enforcing) {
        _ = object.object("enforcing") { object in
            if let percent = object.percent("consecutive5xx") { enforcing.consecutive5xx = percent }
            if let percent = object.percent("consecutiveGatewayErrors") {
                enforcing.consecutiveGatewayFailures = percent
            }
            if let percent = object.percent("consecutiveLocalOriginFailures") {
                enforcing.consecutiveLocalFailures = percent
            }
            if let percent = object.percent("successRate") { enforcing.successRate = percent }
            if let percent = object.percent("failurePercentage") { enforcing.failurePercentage = percent }
        }
    }

    private static func successRate(_ object: inout ObjectDecoder) -> OutlierDetection.SuccessRate {
        var rate = OutlierDetection.SuccessRate()
        if let hosts = object.integer("minimumHosts", count) { rate.minimumHosts = Int(hosts) }
        if let volume = object.integer("requestVolume", count) { rate.requestVolume = Int(volume) }
        if let factor = object.number("stdevFactor", "a positive number", where: { $0 > 0 }) { rate.factor = factor }
        return rate
    }

    private static func failurePercentage(_ object: inout ObjectDecoder) -> OutlierDetection.FailurePercentage {
        var rate = OutlierDetection.FailurePercentage()
        if let threshold = object.percent("threshold") { rate.threshold = threshold }
        if let hosts = object.integer("minimumHosts", count) { rate.minimumHosts = Int(hosts) }
        if let volume = object.integer("requestVolume", count) { rate.requestVolume = Int(volume) }
        return rate
    }
}
