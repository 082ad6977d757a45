import GatewayAPI
import Routing
import Simulation
import Testbed

extension CompiledScenario {
    /// Runs the scenario: the same to the last bit each time.
    ///
    /// Throws what the testbed or a trace throws where the run cannot be made.
    ///
    /// - Parameter progress: is told now and then how far the run is, 0 to 1.
    public func run(progress: ((Double) -> Void)? = nil) throws -> ScenarioResult {
        let scenario = try withWarmup()
        return scenario.result(of: try Testbed.run(scenario.model, progress: progress))
    }

    /// The result of a run, or of several added up.
    func result(of result: RunResult) -> ScenarioResult {
        var metrics = MetricEvaluation(result)
        var requests = RequestEvaluation(timetable)
        let expectations = file.expectations.enumerated().map { index, entry in
            switch entry.subject {
            case .request(let expectation): requests.evaluate(expectation, index: index)
            case .metric(let expectation): metrics.evaluate(expectation, index: index)
            }
        }
        var scenarioResult = ScenarioResult(
            name: file.name, seed: result.seed, dialect: dialect.name, duration: result.duration, warmup: result.warmup,
            replications: result.replications, requests: result.requests, unfinished: result.unfinished,
            events: result.events,
            total: result.total.inOrder, intervals: intervals(result), expectations: expectations,
            notModelled: sentences(result), cautions: cautions)
        scenarioResult.log = result.log
        scenarioResult.calls = result.calls
        return scenarioResult
    }

    private func sentences(_ result: RunResult) -> [String] {
        notModelled + unknowns.flatMap { unknown in unknown.requests.all.map { "\(unknown.source): \($0)" } }
            + result.notModelled
    }

    /// The intervals between the scenario's events and those of equal length where they are asked for; what only an
    /// expectation or a batch cut is joined.
    private func intervals(_ result: RunResult) -> [ScenarioInterval] {
        var intervals: [ScenarioInterval] = []
        for interval in result.intervals {
            let changes = intervals.isEmpty ? changes(upTo: interval.from) : changes(at: interval.from)
            if changes.isEmpty, !intervalCuts.contains(interval.from), let last = intervals.indices.last {
                intervals[last].until = interval.until
                intervals[last].measurements.merge(interval.measurements)
            } else {
                intervals.append(
                    ScenarioInterval(
                        from: interval.from, until: interval.until, changes: changes,
                        measurements: interval.measurements))
            }
        }
        for index in intervals.indices { intervals[index].measurements = intervals[index].measurements.inOrder }
        return intervals
    }

    /// What happened before anything was measured, and as measuring began.
    private func changes(upTo time: Int64) -> [String] {
        let times = Set(file.events.flatMap { [$0.time, $0.end ?? $0.time] }.filter { $0 <= time }).sorted()
        return times.flatMap { earlier in
            changes(at: earlier).map { earlier == time ? $0 : "\($0) at \(QuantityText.exact(earlier))" }
        }
    }

    private func changes(at time: Int64) -> [String] {
        file.events.flatMap { event in
            var changes: [String] = []
            if event.time == time { changes.append(event.summary) }
            if event.end == time, let subject = event.subject { changes.append("\(subject) recovers") }
            return changes
        }
    }
}

extension EventEntry {
    /// In a few words.
    var summary: String {
        switch change {
        case .apply(let paths): "apply \(paths.map(\.value).joined(separator: ", "))"
        case .delete(let paths): "delete \(paths.map(\.value).joined(separator: ", "))"
        case .fail(let service, let replicas, _): "\(service.value) loses \(Self.replicas(replicas))"
        case .slow(let service, let factor, let replicas, _):
            "\(service.value) slows down \(Int64(exactly: factor).map { String($0) } ?? "\(factor)")× (\(Self.replicas(replicas)))"
        case .scale(let service, let replicas): "\(service.value) scales to \(replicas)"
        case .rollout(let service, _): "\(service.value) rolls out a new version"
        case .fault(let subject, let effect, _): "\(self.subject ?? "") \(Self.summary(effect, subject))"
        }
    }

    /// Whom it is about, in a few words; nil for manifests.
    var subject: String? {
        if let service { return service.value.description }
        guard case .fault(let subject, _, _) = change else { return nil }
        switch subject {
        case .service(let service, _): return service.value.description
        case .place(let name): return name.value
        case .network(let ends):
            return ends.isEmpty ? "the network" : "the network between \(ends.map(\.value).joined(separator: " and "))"
        }
    }

    private static func summary(_ effect: Fault.Effect, _ subject: FaultSubject) -> String {
        var which = ""
        if case .service(_, let count) = subject { which = replicas(count) } else { which = "all replicas" }
        switch effect {
        case .lost(let isSilent, let noticed):
            let how = isSilent ? " in silence" : ""
            let when = noticed.map { $0 == 0 ? "" : ", noticed after \(QuantityText.exact($0))" } ?? ", unnoticed"
            return "loses \(which)\(how)\(when)"
        case .slow(let factor): return "slows down \(QuantityText.number(factor))× (\(which))"
        case .errors(let ratio, let status): return "answers \(QuantityText.percent(ratio)) with \(status) (\(which))"
        case .network(let delay, let loss):
            var parts: [String] = []
            if let delay { parts.append("takes \(QuantityText.rounded(delay.mean)) longer") }
            if loss > 0 { parts.append("loses \(QuantityText.percent(loss))") }
            return parts.joined(separator: " and ")
        }
    }

    private static func replicas(_ count: Int?) -> String {
        count.map { "\($0) replica\($0 == 1 ? "" : "s")" } ?? "all replicas"
    }
}

extension Measurements {
    /// Rules by route and place, then requests that no rule took; backends and gateways by name.
    var inOrder: Measurements {
        var ordered = self
        ordered.lines.sort { $0.identity.order < $1.identity.order }
        for index in ordered.lines.indices {
            ordered.lines[index].branches.sort { one, two in
                guard let left = one.backend, let right = two.backend else { return one.backend != nil }
                return left < right
            }
        }
        ordered.backends.sort { $0.backend < $1.backend }
        ordered.upstreams.sort { ($0.gateway, $0.backend) < ($1.gateway, $1.backend) }
        // The nameless gateway is that of requests which might have come to several.
        ordered.gateways = gateways.filter { !$0.gateway.isEmpty }.sorted { $0.gateway < $1.gateway }
        return ordered
    }
}

extension LineIdentity {
    fileprivate struct Order: Comparable {
        var texts: [String]
        var rule: Int

        static func < (left: Order, right: Order) -> Bool {
            left.texts == right.texts ? left.rule < right.rule : left.texts.lexicographicallyPrecedes(right.texts)
        }
    }

    fileprivate var order: Order {
        switch self {
        case .rule(let rule): Order(texts: ["rule", rule.namespace, rule.name, rule.kind], rule: rule.rule)
        case .unrouted(let reason, let host): Order(texts: ["unrouted", reason, host], rule: 0)
        }
    }
}
