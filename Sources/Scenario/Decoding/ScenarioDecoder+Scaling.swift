import GatewayAPI
import Manifests
import Testbed
import Validation

/// How replicas come and go.
extension ScenarioDecoder {
    /// `startup`, `coldStart` and `termination` of a backend.
    static func lifecycle(_ object: inout ObjectDecoder) -> Lifecycle {
        var lifecycle = Lifecycle()
        lifecycle.startup = object.distribution("startup")
        lifecycle.coldStart =
            object.object("coldStart") { object in
                let factor = object.number("factor", "a number of 1 or more") { $0 >= 1 }
                if !object.has("factor") { object.reportMissing("factor", "a number of 1 or more") }
                let duration = object.requiredTime("duration")
                guard let factor, object.isPositive(duration, "duration") else { return nil }
                return Lifecycle.ColdStart(factor: factor, duration: duration.value)
            } ?? nil
        let termination = object.object("termination") { object in
            (
                lag: object.time("endpointLag")?.value ?? 0, preStop: object.time("preStop")?.value ?? 0,
                grace: object.time("gracePeriod")?.value ?? 30_000_000_000
            )
        }
        if let termination, termination.preStop > termination.grace {
            object.report(
                .outOfRange, "preStop is longer than the gracePeriod, which ends it", field: "termination")
        }
        lifecycle.gracePeriod = termination?.grace
        lifecycle.endpointLag = termination?.lag ?? 0
        lifecycle.preStop = termination?.preStop ?? 0
        return lifecycle
    }

    /// `autoscaling` of a backend; nil where it is missing or wrong.
    static func autoscaling(_ object: inout ObjectDecoder, concurrency: Int?) -> Autoscaling? {
        object.object("autoscaling") { object -> Autoscaling? in
            let range: ClosedRange<Int64> = 1...100_000
            let least = object.integer("minReplicas", range) ?? 1
            let most = object.requiredInteger("maxReplicas", range)
            let utilization = object.number("targetUtilization", "a number above 0, at most 1") { $0 > 0 && $0 <= 1 }
            let rate = object.rate("targetRequestRate")
            if rate == 0 {
                object.report(.outOfRange, "found a rate of 0, expected one above 0", field: "targetRequestRate")
            }
            let targets = ["targetUtilization", "targetRequestRate"].filter(object.has)
            if targets.isEmpty { object.reportMissing("targetUtilization", "a number above 0, at most 1") }
            if utilization != nil, concurrency == nil {
                object.report(
                    .conflictingFields, "without concurrency nothing is ever used up: give targetRequestRate",
                    field: "targetUtilization")
            }
            if most < least, object.has("maxReplicas") {
                object.report(
                    .outOfRange, "found \(most), expected at least minReplicas, which is \(least)", field: "maxReplicas"
                )
            }
            let tolerance = object.fraction("tolerance")
            let period = object.period("syncPeriod")
            let window = object.period("metricWindow")
            let metrics = [
                utilization.map { Autoscaling.Metric.utilization($0) }, rate.map { .requestRate($0) },
            ].compactMap { $0 }
            guard let first = metrics.first, most >= least else { return nil }
            var scaling = Autoscaling(minReplicas: Int(least), maxReplicas: Int(most), metric: first)
            scaling.metrics = metrics
            if let tolerance { scaling.tolerance = tolerance }
            if let period { scaling.syncPeriod = period }
            if let window { scaling.metricWindow = window }
            let defaults = scaling
            scaling.scaleUp = object.object("scaleUp") { behavior(&$0, defaults.scaleUp) } ?? scaling.scaleUp
            scaling.scaleDown = object.object("scaleDown") { behavior(&$0, defaults.scaleDown) } ?? scaling.scaleDown
            return scaling
        } ?? nil
    }

    private static func behavior(_ object: inout ObjectDecoder, _ defaults: Autoscaling.Behavior)
        -> Autoscaling.Behavior
    {
        var behavior = defaults
        if let window = object.time("stabilizationWindow")?.value { behavior.stabilizationWindow = window }
        behavior.tolerance = object.fraction("tolerance")
        let select = object.parsedWord("selectPolicy", among: ["Max", "Min", "Disabled"])
        behavior.selectsLeast = select == "Min"
        behavior.isDisabled = select == "Disabled"
        let policies = object.list("policies", 1...100) { object in
            let type = object.requiredWord("type", among: ["Pods", "Percent"])
            let value = object.requiredInteger("value", 1...1_000_000)
            let period = object.requiredTime("period")
            _ = object.isPositive(period, "period")
            return Autoscaling.Policy(kind: type == "Pods" ? .pods : .percent, value: Int(value), period: period.value)
        }
        if !policies.isEmpty { behavior.policies = policies }
        return behavior
    }

    /// `rollout` of an event.
    static func rollout(_ object: inout ObjectDecoder) -> RollingUpdate {
        var update = RollingUpdate()
        if let amount = object.amount("maxSurge") { update.maxSurge = amount }
        if let amount = object.amount("maxUnavailable") { update.maxUnavailable = amount }
        if let time = object.time("minReady") { update.minReady = time.value }
        if update.maxSurge.isZero, update.maxUnavailable.isZero {
            object.report(.outOfRange, "maxSurge and maxUnavailable cannot both be 0", field: "maxSurge")
        }
        return update
    }
}

extension RollingUpdate.Amount {
    fileprivate var isZero: Bool { self == .pods(0) || self == .percent(0) }
}

extension ObjectDecoder {
    /// A number of pods or a percentage; nil where it is missing or wrong.
    fileprivate mutating func amount(_ key: String) -> RollingUpdate.Amount? {
        guard let value = value(key) else { return nil }
        let context = context
        return at(key) {
            if let count = context.arena.integer(value) {
                if (0...100_000).contains(count) { return .pods(Int(count)) }
            } else if context.arena.kind(value) == .string {
                let text = context.arena.text(value)
                if text.hasSuffix("%"), let percent = Double(text.dropLast()), (0...100).contains(percent) {
                    return .percent(percent)
                }
            }
            context.report(
                .invalidFormat,
                "found \(Excerpt.of(context.arena.text(value))), expected a number or a percentage such as 25%",
                at: value)
            return nil
        }
    }
}
