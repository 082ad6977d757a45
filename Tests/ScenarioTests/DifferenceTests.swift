import Foundation
import JSON
import Reports
import Scenario
import Simulation
import Testbed
import Testing

@Suite("A scenario against another")
struct DifferenceTests {
    /// Two rules with a backend of their own each.
    private static func shop(mean: String = "10ms", rate: String = "70/s", seed: Int = 3) throws -> TemporaryFolder {
        try TemporaryFolder([
            "manifests.yaml": """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge, namespace: infra}
            spec:
              gatewayClassName: example
              listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop, namespace: store}
            spec:
              parentRefs: [{name: edge, namespace: infra}]
              rules:
              - name: cart
                matches: [{path: {type: PathPrefix, value: /cart}}]
                backendRefs: [{name: cart, port: 8080}]
              - name: rest
                backendRefs: [{name: web, port: 8080}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: cart, namespace: store}
            spec: {ports: [{port: 8080}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: store}
            spec: {ports: [{port: 8080}]}
            """,
            "scenario.yaml": """
            apiVersion: weir.dev/v1alpha1
            kind: Scenario
            metadata: {name: shop}
            spec:
              seed: \(seed)
              manifests: [manifests.yaml]
              duration: 40s
              warmup: 2s
              traffic:
              - name: shoppers
                gateway: infra/edge
                arrivals: {process: poisson, rate: \(rate)}
                requests:
                - {url: "http://shop.example.com/cart"}
                - {url: "http://shop.example.com/"}
              backends:
              - {service: store/cart, replicas: 1, concurrency: 1, serviceTime: {distribution: exponential, mean: \(mean)}}
              - {service: store/web, replicas: 1, concurrency: 1, serviceTime: {distribution: exponential, mean: 12ms}}
            """,
        ])
    }

    private func compare(_ new: TemporaryFolder, _ old: TemporaryFolder, threads: Int = 1) throws -> ScenarioDifference
    {
        try withExtendedLifetime((new, old)) {
            try Experiment.compare(
                CompiledScenario(path: new.path), against: CompiledScenario(path: old.path),
                plan: ReplicationPlan(replications: 8), threads: threads)
        }
    }

    private func change(_ difference: ScenarioDifference, _ rule: String, _ metric: Metric) throws
        -> ScenarioDifference.Change
    {
        let line = try #require(difference.lines.first { $0.identity.ruleName == rule })
        return try #require(line.changes.first { $0.metric == metric }).change
    }

    @Test("A scenario is no different from itself")
    func same() throws {
        let difference = try compare(Self.shop(), Self.shop())
        for changes in difference.lines.map(\.changes) + difference.backends.map(\.changes) {
            for (metric, change) in changes {
                #expect(change.difference == 0 && change.halfWidth == 0, "\(metric.name)")
                #expect(change.from == change.to && !change.isClear)
            }
        }
    }

    @Test("Changing one backend leaves every draw of the others as it was, and every request")
    func othersStay() throws {
        let difference = try compare(Self.shop(mean: "9500us"), Self.shop())
        for metric in [Metric.latency(.mean), .latency(.p99), .rate] {
            let other = try change(difference, "rest", metric)
            #expect(other.difference == 0 && other.halfWidth == 0, "\(metric.name)")
        }
        #expect(try change(difference, "cart", .rate).difference == 0)
        let web = try #require(difference.backends.first { $0.identity.name == "web" })
        #expect(web.changes.allSatisfy { $0.change.difference == 0 })
    }

    @Test("A small change is seen that independent runs would hide: the variance is far less")
    func varianceIsLess() throws {
        let difference = try compare(Self.shop(mean: "9700us"), Self.shop())
        let mean = try change(difference, "cart", .latency(.mean))
        #expect(try #require(mean.varianceRatio) < 0.1)
        #expect(mean.isClear && (mean.difference ?? 0) < 0)
        // What the same number of independent runs say: another seed for one side.
        let independent = try ReplicationSpread.of(Self.shop(mean: "9700us"), Self.shop(seed: 99))
        let halfWidth = try #require(mean.halfWidth)
        #expect(independent > 3 * halfWidth, "\(independent) against \(halfWidth)")
    }

    @Test("The interval of the difference covers what theory says")
    func isRight() throws {
        // M/M/1 with 35/s: 1/(μ − λ) for 10 ms and for 8 ms.
        let difference = try compare(Self.shop(mean: "8ms"), Self.shop())
        let mean = try change(difference, "cart", .latency(.mean))
        let truth = (1 / (125.0 - 35) - 1 / (100.0 - 35)) * 1e9
        #expect(abs(try #require(mean.difference) - truth) <= 2 * (try #require(mean.halfWidth)))
        #expect(try #require(mean.halfWidth) < abs(truth) / 3)
    }

    @Test("The report is the same on any number of threads; JSON has intervals that hold the difference")
    func reports() throws {
        let one = DifferenceReport(try compare(Self.shop(mean: "8ms"), Self.shop()))
        let two = DifferenceReport(try compare(Self.shop(mean: "8ms"), Self.shop(), threads: 3))
        #expect(one.lines() == two.lines())
        #expect(one.lines().contains { $0.contains("latency.mean") && $0.contains("▼") })
        var writer = JSONWriter()
        one.write(to: &writer)
        let parsed = try #require(JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: Any])
        let routes = try #require(parsed["routes"] as? [[String: Any]])
        let mean = try #require((routes[0]["latency"] as? [String: Any])?["mean"] as? [String: Any])
        let bounds = try #require(mean["confidence"] as? [Double])
        let value = try #require(mean["difference"] as? Double)
        #expect(bounds[0] <= value && value <= bounds[1] && value < 0)
        #expect(abs(value - (try #require(mean["to"] as? Double) - (try #require(mean["from"] as? Double)))) < 1e-9)
    }

    @Test("Runs of different lengths are not compared")
    func incomparable() throws {
        let short = try Self.shop()
        try short.write(
            "scenario.yaml",
            String(contentsOf: short.url.appending(path: "scenario.yaml"), encoding: .utf8)
                .replacing("duration: 40s", with: "duration: 30s"))
        #expect(throws: IncomparableScenarios.self) { try compare(short, Self.shop()) }
    }

    /// Half the width of the difference of means of independent runs.
    private enum ReplicationSpread {
        static func of(_ new: TemporaryFolder, _ old: TemporaryFolder) throws -> Double {
            let results = try withExtendedLifetime((new, old)) {
                try Experiment(
                    [CompiledScenario(path: new.path), CompiledScenario(path: old.path)],
                    plan: ReplicationPlan(replications: 8)
                ).run(threads: 1).map { try $0.get() }
            }
            let widths = try results.map { result in
                try #require(result.statistics?.lines.first?[.latency(.mean)]).halfWidth
            }
            return (widths[0] * widths[0] + widths[1] * widths[1]).squareRoot()
        }
    }
}

@Suite("A warm-up that is found")
struct WarmupTests {
    private func queue(load: Double, warmup: String, seconds: Int = 100) throws -> TemporaryFolder {
        let folder = try ReplicationTests.queue(load: load, seconds: seconds)
        let file = folder.url.appending(path: "scenario.yaml")
        try folder.write(
            "scenario.yaml",
            String(contentsOf: file, encoding: .utf8).replacing("warmup: 2s", with: "warmup: \(warmup)"))
        return folder
    }

    @Test("A queue that fills slowly takes a longer one than its service; the rest is measured")
    func isFound() throws {
        let folder = try queue(load: 0.6, warmup: "auto", seconds: 200)
        let result = try withExtendedLifetime(folder) { try CompiledScenario(path: folder.path).run() }
        #expect(result.warmup >= 0 && result.warmup <= 100_000_000_000)
        #expect(result.cautions.isEmpty && result.intervals.first?.from == result.warmup)
        // Round to a hundredth of the run: five of five hundred parts.
        #expect(result.warmup.isMultiple(of: 2_000_000_000))
    }

    @Test("It is the same on any number of threads, and for replications too")
    func isDeterministic() throws {
        let folder = try queue(load: 0.8, warmup: "auto", seconds: 20)
        let scenario = try CompiledScenario(path: folder.path)
        let plan = ReplicationPlan(replications: 3)
        let results = try [1, 4].map { threads in
            try Experiment([scenario, scenario], plan: plan).run(threads: threads).map { try $0.get() }
        }
        #expect(Set(results.joined().map(\.warmup)) == [try scenario.run().warmup])
    }

    @Test("Where a queue grows all the time no end is found, and that is said")
    func isNotFound() throws {
        let folder = try queue(load: 1.5, warmup: "auto", seconds: 30)
        let result = try withExtendedLifetime(folder) { try CompiledScenario(path: folder.path).run() }
        #expect(result.warmup == 15_000_000_000)
        #expect(result.cautions.contains { $0.contains("no end of the warm-up was found") })
        #expect(RunReport(result).lines().contains { $0.contains("no end of the warm-up") })
    }

    @Test("An expectation whose window lies in the warm-up that was found does not hold, and nothing breaks")
    func emptyWindow() throws {
        let folder = try queue(load: 1.5, warmup: "auto", seconds: 30)
        let file = folder.url.appending(path: "scenario.yaml")
        try folder.write(
            "scenario.yaml",
            String(contentsOf: file, encoding: .utf8)
                + "\n  expect:\n  - {metric: latency.mean, until: 5s, below: 100s}\n  - {metric: latency.mean, since: 5s, below: 100s}\n"
        )
        let result = try withExtendedLifetime(folder) { try CompiledScenario(path: folder.path).run() }
        #expect(result.expectations.map(\.isMet) == [false, true])
        #expect(result.expectations[0].observed == "nothing to measure")
    }
}
