import GatewayAPI
import Manifests
import Validation

extension ScenarioDecoder {
    /// An entry of `expect`: about a request or about a metric; nil where it is wrong.
    static func expectationEntry(_ object: inout ObjectDecoder) -> ExpectationEntry? {
        let request = object.requestLine()
        let metric = metric(&object)
        let time = object.time("at")
        let gateway = object.namespacedName("gateway")
        let traffic = object.locatedString("traffic")
        let route = object.namespacedName("route")
        let rule = object.ruleReference("rule")
        let shares = object.shares("shares")
        let status = object.integer("status", 100...599)
        let location = object.string("location")
        let since = object.time("since")
        let until = object.time("until")
        let bounds = bounds(&object, metric)
        let backend = object.parsed("backend", "namespace/name", BackendReferenceText.init)

        if object.has("request") == object.has("metric") {
            object.report(
                object.has("request") ? .conflictingFields : .missingField,
                "expected one of request and metric", field: object.has("request") ? "metric" : nil)
            return nil
        }
        if object.has("rule"), !object.has("route") { object.reportMissing("route", "the route of the rule") }
        let subject: ExpectationEntry.Subject
        if object.has("request") {
            forbid(object, ["since", "until", "below", "above", "between", "traffic"], beside: "request")
            guard let request else { return nil }
            let asked = ["route", "backend", "shares", "status", "location"]
            if !asked.contains(where: object.has) {
                object.report(.missingField, "nothing is expected: give \(asked.joined(separator: ", "))")
            }
            subject = .request(
                RequestExpectation(
                    request: request, time: time?.value, gateway: gateway, route: route, rule: rule, backend: backend,
                    shares: shares, status: status.map { UInt16($0) }, location: location))
        } else {
            forbid(object, ["headers", "at", "shares", "status", "location"], beside: "metric")
            guard let metric else { return nil }
            checkScope(object, metric)
            if let since, let until, until.value <= since.value {
                object.report(.outOfRange, "until is not later than since", field: "until")
            }
            subject = .metric(
                MetricExpectation(
                    metric: metric, route: route, rule: rule,
                    backend: backend.map { Located(value: $0.value.key, position: $0.position) }, gateway: gateway,
                    traffic: traffic,
                    since: since?.value, until: until?.value, bounds: bounds))
        }
        return ExpectationEntry(subject: subject, position: object.position)
    }

    private static func forbid(_ object: ObjectDecoder, _ keys: [String], beside other: String) {
        for key in keys where object.has(key) {
            object.report(.conflictingFields, "\(key) cannot stand beside \(other)", field: key)
        }
    }

    private static func metric(_ object: inout ObjectDecoder) -> Metric? {
        guard let text = object.locatedString("metric") else { return nil }
        if let metric = Metric(text.value) { return metric }
        let suggestion = Suggestion.nearest(to: text.value, among: Metric.names)
        object.report(
            .unsupportedValue, "there is no metric \"\(text.value)\"", field: "metric",
            hint: suggestion.map { "did you mean \($0)?" } ?? "one of \(Metric.names.joined(separator: ", "))")
        return nil
    }

    /// What a metric can be measured of: see the table in the format's documentation.
    private static func checkScope(_ object: ObjectDecoder, _ metric: Metric) {
        func refuse(_ key: String) {
            if object.has(key) {
                object.report(
                    .conflictingFields, "\(metric.name) is not measured by \(key)", field: key)
            }
        }
        switch metric {
        case .latency, .errors, .status, .requests, .rate, .retries, .retriesPerRequest, .clientTimeouts: break
        default: refuse("traffic")
        }
        switch metric {
        case .share:
            if !object.has("backend") { object.reportMissing("backend", "the backend whose share it is") }
            refuse("gateway")
        case .wait, .waited, .inSystem, .waiting, .utilization:
            refuse("route")
            requireOne(object, of: ["backend", "gateway"], metric)
        case .latency, .errors, .status, .requests, .rate:
            let scopes = ["route", "backend", "gateway", "traffic"].filter(object.has)
            if scopes.count > 1 {
                object.report(
                    .conflictingFields,
                    "\(metric.name) is not measured by \(scopes.joined(separator: " and ")) together",
                    field: scopes[1])
            }
        case .fate:
            refuse("route")
            requireOne(object, of: ["backend", "gateway"], metric)
        case .policy, .connections, .pending, .connectionWait: refuse("route")
        case .retries, .retriesPerRequest, .flows, .flowErrors, .flowDuration, .openFlows:
            for key in ["backend", "gateway"] { refuse(key) }
            if object.has("traffic"), object.has("route") {
                object.report(
                    .conflictingFields, "\(metric.name) is not measured by route and traffic together", field: "traffic"
                )
            }
        case .clientTimeouts:
            for key in ["route", "backend", "gateway"] { refuse(key) }
            if !object.has("traffic") { object.reportMissing("traffic", "the source whose clients give up") }
        case .filter:
            for key in ["route", "backend"] { refuse(key) }
        case .unrouted:
            for key in ["route", "backend", "gateway"] { refuse(key) }
        case .unfinished:
            for key in ["route", "backend", "gateway", "since", "until"] { refuse(key) }
        }
    }

    private static func requireOne(_ object: ObjectDecoder, of keys: [String], _ metric: Metric) {
        let found = keys.filter(object.has)
        if found.isEmpty { object.reportMissing(keys[0], "\(metric.name) is that of a backend or a gateway") }
        if found.count > 1 {
            object.report(
                .conflictingFields, "\(found.joined(separator: " and ")) cannot stand together", field: found[1])
        }
    }

    private static func bounds(_ object: inout ObjectDecoder, _ metric: Metric?) -> [MetricExpectation.Bound] {
        let context = object.context
        var bounds: [MetricExpectation.Bound] = []
        if let value = object.value("below") {
            object.at("below") { limit(value, context, metric) }.map { bounds.append(.below($0)) }
        }
        if let value = object.value("above") {
            object.at("above") { limit(value, context, metric) }.map { bounds.append(.above($0)) }
        }
        let ends = object.elements("between", 2...2) { value, context in limit(value, context, metric) }
        if let ends, ends.count == 2 {
            if ends[0] > ends[1] {
                object.report(.outOfRange, "the first value is above the second", field: "between")
            }
            bounds.append(.between(ends[0], ends[1]))
        }
        if object.has("metric"), !object.has("request"), !["below", "above", "between"].contains(where: object.has) {
            object.report(.missingField, "nothing is expected of the metric: give below, above or between")
        }
        return bounds
    }

    /// A bound in the metric's unit.
    private static func limit(_ value: NodeIndex, _ context: DecodingContext, _ metric: Metric?) -> Double? {
        switch metric?.unit {
        case .time:
            return ObjectDecoder.time(value, context).map { Double($0.value) }
        case .rate where context.arena.kind(value) == .string:
            return ObjectDecoder.parsed(
                value, context, "a rate such as 500/s", hint: Quantity.rateHint, Quantity.perSecond)?.value
        case .fraction: return ObjectDecoder.number(value, context, "a number from 0 to 1") { (0...1).contains($0) }
        case .rate, .count: return ObjectDecoder.number(value, context, "a number of 0 or more") { $0 >= 0 }
        case nil: return nil
        }
    }
}
