import Foundation
import JSON
import Reports
import Scenario
import Simulation
import Testbed
import Testing

@Suite("Replications of a scenario")
struct ReplicationTests {
    private func result(_ folder: String, _ plan: ReplicationPlan?, threads: Int = 1) throws -> ScenarioResult {
        try #require(try Experiment([CompiledScenario(path: folder)], plan: plan).run(threads: threads).first).get()
    }

    private func result(_ folder: TemporaryFolder, _ plan: ReplicationPlan?) throws -> ScenarioResult {
        try withExtendedLifetime(folder) { try result(folder.path, plan) }
    }

    private func bytes(_ result: ScenarioResult) -> [UInt8] {
        var writer = JSONWriter()
        RunReport(result).write(to: &writer)
        return writer.bytes + RunReport(result).lines().joined(separator: "\n").utf8
    }

    @Test("Without a plan it is the run itself, and nothing is said of confidence")
    func plain() throws {
        let folder = Small.folder.path
        #expect(bytes(try result(folder, nil)) == bytes(try CompiledScenario(path: folder).run()))
    }

    @Test("The same bytes on any number of threads", arguments: [2, 3, 8])
    func threads(_ threads: Int) throws {
        let plan = ReplicationPlan(replications: 5)
        #expect(
            bytes(try result(Small.folder.path, plan, threads: threads)) == bytes(try result(Small.folder.path, plan)))
    }

    @Test("Several scenarios share the threads, and each gets what it gets alone")
    func severalScenarios() throws {
        let plan = ReplicationPlan(replications: 3)
        let (one, two) = (
            try CompiledScenario(path: Small.folder.path), try CompiledScenario(path: Small.folder.path, seed: 5)
        )
        let together = try Experiment([one, two], plan: plan).run(threads: 4).map { bytes(try $0.get()) }
        let alone = try [one, two].map { try Experiment([$0], plan: plan).run(threads: 1)[0].get() }.map(bytes)
        #expect(together == alone && together[0] != together[1])
    }

    @Test("Counts are added up, and an expectation about a number is about one run")
    func counts() throws {
        let folder = try Small.copy(expecting: "{metric: requests, below: 1000000}", "{metric: rate, below: 1000000}")
        let one = try result(folder.path, nil)
        let four = try result(folder.path, ReplicationPlan(replications: 4))
        #expect(four.replications == 4)
        #expect((3.5...4.5).contains(Double(four.requests) / Double(one.requests)))
        for (single, several) in zip(one.expectations, four.expectations) {
            let numbers = [single, several].map { result in
                Double(result.observed.replacing(",", with: "").prefix { $0.isNumber || $0 == "." }) ?? 0
            }
            #expect(abs(numbers[1] / numbers[0] - 1) < 0.1, "\(single.observed), \(several.observed)")
        }
    }

    @Test("Every interval holds the number beside it, and is not wider than it is in one run cut into parts")
    func intervals() throws {
        for plan in [ReplicationPlan(replications: 6), ReplicationPlan()] {
            let measured = try result(Small.folder.path, plan)
            let parsed = try #require(
                JSONSerialization.jsonObject(with: Data(json(measured).utf8)) as? [String: Any])
            var checked = 0
            check(parsed, &checked)
            #expect(checked > 40)
            let statistics = try #require(parsed["statistics"] as? [String: Any])
            #expect(statistics["method"] as? String == (plan.isBatched ? "batches" : "replications"))
            #expect(statistics["confidence"] as? Double == 0.95)
        }
    }

    /// Each `confidence` of an object is of the object's own numbers.
    private func check(_ value: Any, _ checked: inout Int) {
        if let list = value as? [Any] { for element in list { check(element, &checked) } }
        guard let object = value as? [String: Any] else { return }
        if let confidence = object["confidence"] as? [String: Any] {
            for (name, interval) in confidence {
                guard let bounds = interval as? [Double], let number = object[name] as? Double else { continue }
                #expect(bounds.count == 2 && bounds[0] <= number && number <= bounds[1], "\(name)")
                checked += 1
            }
        }
        for member in object.values { check(member, &checked) }
    }

    @Test("More runs are added until the precision is reached, and not many more than it takes")
    func precision() throws {
        let coarse = try result(Self.queue(load: 0.5), ReplicationPlan(precision: 0.1))
        let fine = try result(Self.queue(load: 0.5), ReplicationPlan(precision: 0.03))
        for (measured, wanted) in [(coarse, 0.1), (fine, 0.03)] {
            let precision = try #require(measured.statistics?.precision)
            #expect(precision.isReached && (precision.worst ?? 1) <= wanted)
            for metric in [Metric.latency(.mean), .latency(.p99)] {
                let interval = try #require(measured.statistics?.lines[0][metric])
                #expect(interval.halfWidth <= wanted * interval.estimate)
            }
        }
        #expect(coarse.replications >= 10 && fine.replications > coarse.replications)
        #expect(try #require(fine.statistics?.precision?.worst) > 0.015, "far more runs than were needed")
    }

    @Test("A precision that is not reached is said")
    func precisionMissed() throws {
        let plan = ReplicationPlan(replications: 2, precision: 0.0001, replicationsMax: 3)
        let measured = try result(Self.queue(load: 0.5), plan)
        #expect(measured.replications == 3)
        #expect(measured.statistics?.precision?.isReached == false)
        #expect(
            try #require(measured.statistics).cautions.contains { $0.contains("precision of 0.01 % was not reached") })
    }

    @Test("What a run is too short or too unsteady for is said")
    func cautions() throws {
        let short = try #require(result(Self.queue(load: 0.5, seconds: 5), ReplicationPlan()).statistics).cautions
        #expect(short.contains { $0.contains("too few requests for p99, which takes 1000") }, "\(short)")
        let full = try #require(
            result(Self.queue(load: 1.2), ReplicationPlan(replications: 3)).statistics
        ).cautions
        #expect(full.contains { $0.contains("store/cart-v1 is busy") && $0.contains("steady state") }, "\(full)")
        let alike = try #require(result(Self.queue(load: 1.02, seconds: 120), ReplicationPlan()).statistics).cautions
        #expect(alike.contains { $0.contains("successive batches are alike") }, "\(alike)")
        let good = try #require(
            result(Self.queue(load: 0.5, seconds: 300), ReplicationPlan(replications: 4)).statistics
        ).cautions
        #expect(good.isEmpty, "\(good)")
    }

    @Test("Estimates corrected by what was drawn are surer, and are not told apart from the plain ones in one run")
    func controlled() throws {
        let measured = try result(Self.queue(load: 0.7, seconds: 200), ReplicationPlan(replications: 30))
        let statistics = try #require(measured.statistics)
        #expect(
            statistics.controls.map(\.title) == [
                "arrivals", "service times of store/cart-v1", "service times of store/cart-v1, squared",
            ])
        for metric in [Metric.latency(.mean), .wait(.mean)] {
            let plain = try #require(statistics.backends[0][metric])
            let controlled = try #require(statistics.backends[0].controlled(metric))
            #expect(controlled.halfWidth < 0.8 * plain.halfWidth)
            #expect(abs(controlled.estimate - plain.estimate) < 2 * plain.halfWidth)
            let truth = metric == .latency(.mean) ? 1e7 / 0.3 : 0.7e7 / 0.3
            #expect(abs(controlled.estimate - truth) < 2 * controlled.halfWidth)
        }
        let cut = try #require(result(Self.queue(load: 0.7), ReplicationPlan()).statistics)
        #expect(cut.controls.isEmpty && cut.lines[0].controlled(.latency(.mean)) == nil)
    }

    /// With 100 ms of service and four seconds of run a fortieth is missing in the plain mean, and hardly anything of
    /// what is left is a matter of chance once the draws are known.
    @Test("Requests that the end of a run cuts off are not missing in the corrected mean")
    func cutOff() throws {
        let folder = try Self.queue(load: 2, seconds: 6, service: "100ms", concurrency: "")
        let measured = try result(folder, ReplicationPlan(replications: 60))
        let known = try #require(measured.statistics).lines[0]
        let plain = try #require(known[.latency(.mean)])
        let controlled = try #require(known.controlled(.latency(.mean)))
        #expect(plain.estimate + plain.halfWidth < 0.985e8, "\(plain)")
        #expect(abs(controlled.estimate - 1e8) < 0.006e8, "\(controlled)")
    }

    /// One server of 10 ms.
    static func queue(
        load: Double, seconds: Int = 60, seed: Int = 11, service: String = "10ms",
        concurrency: String = "concurrency: 1"
    ) throws -> TemporaryFolder {
        try Small.copy([
            "scenario.yaml": """
            apiVersion: weir.dev/v1alpha1
            kind: Scenario
            metadata: {name: queue}
            spec:
              seed: \(seed)
              manifests: [manifests.yaml]
              duration: \(seconds)s
              warmup: 2s
              traffic:
              - name: customers
                gateway: infra/edge
                arrivals: {process: poisson, rate: \(load * 100)/s}
                requests: [{url: "http://store.example.com/cart"}]
              backends:
              - service: store/cart-v1
                replicas: 1
                \(concurrency)
                serviceTime: {distribution: exponential, mean: \(service)}
            """
        ])
    }

    @Test("Of fifty seeds, the intervals of nearly all cover the truth", arguments: [nil, 8] as [Int?])
    func coverage(_ replications: Int?) throws {
        // M/M/1 at load ½ and 10 ms: a mean response of 20 ms, its 90th percentile at 20 ms · ln 10. One run of 60 s in 25
        // parts, or eight of 10 s. `make accuracy` counts 1,600 seeds of each.
        let folder = try Self.queue(load: 0.5, seconds: replications == nil ? 62 : 12)
        let plan = ReplicationPlan(replications: replications)
        let scenarios = try (1...50).map { try CompiledScenario(path: folder.path, seed: UInt64($0)) }
        let results = try Experiment(scenarios, plan: plan).run(threads: 2).map { try $0.get() }
        for (metric, truth) in [(Metric.latency(.mean), 20e6), (.latency(.p90), 46.0517e6), (.utilization, 0.5)] {
            let covered = try results.filter { result in
                let known = try #require(result.statistics)
                let entity = metric == .utilization ? known.backends[0] : known.lines[0]
                let interval = try #require(entity[metric])
                return abs(interval.estimate - truth) <= interval.halfWidth
            }
            #expect((43...50).contains(covered.count), "\(metric.name): \(covered.count)")
        }
    }
}
