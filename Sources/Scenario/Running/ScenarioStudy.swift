import Simulation
import Testbed

/// A scenario while it is run, once or several times.
struct ScenarioStudy: Sendable {
    let scenario: CompiledScenario
    let plan: ReplicationPlan?
    /// What is run, cut into batches where the plan asks for them.
    let model: TestbedModel
    /// The replications that have to be run next.
    private(set) var pending: Range<Int>
    /// How many have been added up.
    private(set) var done = 0
    private(set) var fold = ReplicationFold()
    private var failure: (any Error)?

    init(_ scenario: CompiledScenario, plan: ReplicationPlan?, failure: (any Error)? = nil) {
        self.scenario = scenario
        self.plan = plan
        self.failure = failure
        var model = scenario.model
        if let plan, plan.isBatched { model.cuts += Self.batchStarts(model) }
        model.measuresDeviations = plan.map { !$0.isBatched } ?? false
        self.model = model
        pending = 0..<(failure == nil ? plan?.replications ?? 1 : 0)
    }

    /// When batches begin: equal parts of the time after the warm-up.
    private static func batchStarts(_ model: TestbedModel) -> [Int64] {
        let measured = model.duration - model.warmup
        guard measured >= Int64(ReplicationPlan.batches) else { return [model.warmup] }
        let length = measured / Int64(ReplicationPlan.batches)
        return (0..<ReplicationPlan.batches).map { model.warmup + Int64($0) * length }
    }

    /// Takes the next run. Nothing is added behind one that could not be made.
    mutating func add(_ result: Result<RunResult, any Error>) {
        guard failure == nil else { return }
        do {
            let run = try result.get()
            if let plan {
                if plan.isBatched { fold.add(run, batchesFrom: Self.batchStarts(model)) } else { fold.add(run) }
            } else {
                fold.merge(run)
            }
            done += 1
        } catch {
            failure = error
        }
    }

    /// Decides after all pending runs which are made next: by their results alone, never by the clock.
    mutating func planNext() {
        let next = pending.upperBound
        pending = next..<next
        guard failure == nil, let plan, let wanted = plan.precision, done < plan.replicationsMax,
            let worst = precision(wanted, plan)?.worst, worst > wanted
        else { return }
        // Half widths shrink as the root of the number of runs. A little more than that: the next round should be the last.
        let ratio = worst / wanted
        let needed = Double(done) * ratio * ratio * 1.05 + 1
        let target = min(needed, 4 * Double(done), Double(plan.replicationsMax))
        pending = next..<max(next + 1, Int(target.rounded(.up)))
    }

    /// What came of it.
    var result: Result<ScenarioResult, any Error> {
        if let failure { return .failure(failure) }
        // At least one run is always pending, and one that failed is a failure above.
        guard let merged = fold.merged else { preconditionFailure("a scenario that was never run") }
        var result = scenario.result(of: merged)
        if let plan { result.statistics = statistics(result, plan) }
        return .success(result)
    }
}

/// What the runs say together.
extension ScenarioStudy {
    private func statistics(_ result: ScenarioResult, _ plan: ReplicationPlan) -> RunStatistics {
        let total = result.total
        let seconds = Double(result.duration - result.warmup) * 1e-9 * Double(result.replications)
        var statistics = RunStatistics(
            method: plan.isBatched ? .batches(fold.parts) : .replications(done), confidence: plan.confidence,
            precision: plan.precision.flatMap { precision($0, plan) },
            controls: fold.controls.summary(confidence: plan.confidence),
            lines: total.lines.map { line in
                intervals(line.metrics(seconds: seconds), fold.estimates(of: line.identity), plan)
            },
            shares: total.lines.map { line in
                line.branches.map { branch in
                    let share = line.share(of: branch).map { [$0] } ?? []
                    return intervals(share, fold.estimates(of: branch.backend, in: line.identity), plan)
                }
            },
            backends: total.backends.map { backend in
                intervals(
                    backend.station.metrics(seconds: seconds), fold.estimates(of: backend.backend), plan,
                    at: .backend(backend.backend))
            },
            gateways: total.gateways.map { gateway in
                intervals(
                    gateway.metrics(seconds: seconds), fold.estimates(ofGateway: gateway.gateway), plan,
                    at: .gateway(gateway.gateway))
            })
        statistics.cautions = RunCautions(result, statistics, fold, isClosed: isClosed).all
        return statistics
    }

    private func intervals(
        _ measured: [MetricValue], _ parts: ReplicationFold.EntityEstimates, _ plan: ReplicationPlan,
        at station: Deviation.Station? = nil
    ) -> EntityIntervals {
        var intervals = EntityIntervals()
        for value in measured {
            guard let estimates = parts.estimates[value.metric],
                let halfWidth = estimates.halfWidth(about: value.value, confidence: plan.confidence)
            else { continue }
            intervals.intervals[value.metric] = EntityIntervals.Interval(estimate: value.value, halfWidth: halfWidth)
            guard value.metric.isControlled,
                let corrected = fold.controls.correct(estimates, about: value.value, at: station)
            else { continue }
            intervals.controlled[value.metric] = EntityIntervals.Interval(
                estimate: corrected.value + unended(value.metric, measured),
                halfWidth: corrected.halfWidth(confidence: plan.confidence))
        }
        return intervals
    }

    /// By how much a mean is too small as those still under way at the end of a run are not in it. They are longer than
    /// others, as the end finds long ones more often (inspection: D. R. Cox, *Renewal Theory*, 1962, §5.4): of a run of length
    /// t a part E[T]/t is missing, and takes E[T²]/E[T] on average, so that the mean lacks Var[T]/t.
    private func unended(_ metric: Metric, _ measured: [MetricValue]) -> Double {
        let deviation = measured.first { other in
            switch (metric, other.metric) {
            case (.latency(.mean), .latency(.deviation)), (.wait(.mean), .wait(.deviation)): true
            default: false
            }
        }
        guard let deviation else { return 0 }
        return deviation.value * deviation.value / Double(model.duration - model.warmup)
    }

    /// How well the mean and the 99th percentile of every rule's latency are known.
    private func precision(_ wanted: Double, _ plan: ReplicationPlan) -> RunStatistics.Precision? {
        guard let merged = fold.merged else { return nil }
        var worst: Double?
        var worstOf: String?
        for line in merged.total.inOrder.lines {
            guard case .rule(let rule) = line.identity, (line.latency.max ?? 0) > 0 else { continue }
            let known = intervals(line.metrics(seconds: 1), fold.estimates(of: line.identity), plan)
            for metric in [Metric.latency(.mean), .latency(.p99)] {
                // Seen in fewer than two runs, it is not known at all.
                let relative = known[metric].map { $0.relativeHalfWidth ?? 0 } ?? .infinity
                if relative > worst ?? -1 {
                    worst = relative
                    worstOf = "\(metric.name) of \(rule.shortTitle)"
                }
            }
        }
        return RunStatistics.Precision(
            wanted: wanted, isReached: (worst ?? 0) <= wanted, worst: worst, worstOf: worstOf)
    }

    /// Whether all traffic comes from users who wait for their answers: no backlog can grow without end.
    private var isClosed: Bool {
        model.sources.allSatisfy { source in
            if case .mix(.closed, _, _) = source.content { true } else { false }
        }
    }
}
