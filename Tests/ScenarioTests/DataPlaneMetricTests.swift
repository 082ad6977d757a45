import Foundation
import GatewayAPI
import Scenario
import Simulation
import Testbed
import Testing

@Suite("What expectations say of the data plane")
struct DataPlaneMetricTests {
    /// The scenario of ``PolicyScenarioTests`` with other expectations.
    func run(_ expectations: [String]) throws -> ScenarioResult {
        let text = PolicyScenarioTests.scenario
        let head = try #require(text.components(separatedBy: "  expect:").first)
        let scenario = head + "  expect:\n" + expectations.map { "  - \($0)\n" }.joined()
        let folder = try TemporaryFolder([
            "scenario.yaml": scenario, "manifests.yaml": PolicyScenarioTests.manifests,
        ])
        return try CompiledScenario(path: folder.path).run()
    }

    @Test("Counts of policies, retries and flows are those of the result")
    func counts() throws {
        let plain = try run(["{metric: requests, above: 0}"])
        let web = try #require(plain.total.upstreams.first { $0.backend.name == "web" })
        let line = try #require(plain.total.lines.first { !$0.branches.isEmpty && $0.requests > 0 })
        let flow = try #require(plain.total.flows.first)
        #expect(line.retries > 0 && web.connectionsOpened > 0 && flow.completed > 0)
        func exactly(_ value: some BinaryInteger) -> String { "between: [\(value), \(value)]" }
        var wanted = web.counts.map { "{metric: \($0.name), backend: shop/web, \(exactly($0.count))}" }
        wanted += [
            "{metric: overflows, gateway: infra/edge, \(exactly(web.pendingOverflows + web.requestOverflows))}",
            "{metric: connections.max, backend: shop/web, \(exactly(web.connections.max))}",
            "{metric: pending.max, backend: shop/web, \(exactly(web.pending.max))}",
            "{metric: connectionWait.max, backend: shop/web, above: 1ms}",
            "{metric: retries, \(exactly(line.retries))}",
            "{metric: retries, route: shop/web, \(exactly(line.retries))}",
            "{metric: retriesPerRequest, route: shop/web, between: [0.0001, 0.5]}",
            "{metric: flows, route: shop/db, \(exactly(flow.flows))}",
            "{metric: flows.completed, \(exactly(flow.completed))}",
            "{metric: flows.reset, \(exactly(flow.reset))}",
            "{metric: flows.dropped, \(exactly(flow.dropped))}",
            "{metric: flowErrors, below: 0.001}",
            "{metric: flowDuration.mean, between: [4s, 6s]}",
            "{metric: openFlows.mean, between: [7, 13]}",
            "{metric: openFlows.max, \(exactly(flow.open.max))}",
        ]
        let station = try #require(plain.total.backends.first { $0.backend.name == "web" }).station
        wanted += [
            "{metric: refused, backend: shop/web, \(exactly(station.refused))}",
            "{metric: cancelled, backend: shop/web, \(exactly(station.cancelled))}",
            "{metric: lost, backend: shop/web, \(exactly(station.lost))}",
            "{metric: abandoned, backend: shop/web, \(exactly(station.abandoned))}",
        ]
        let result = try run(wanted)
        for expectation in result.expectations { #expect(expectation.isMet, "\(expectation)") }
    }

    @Test("A window counts its own: those of all windows together are those of the run")
    func windows() throws {
        let result = try run([
            "{metric: unhealthy, backend: shop/web, until: 40s, above: 0}",
            "{metric: retries, since: 20s, until: 40s, above: 0}",
            "{metric: flows, route: shop/db, since: 60s, until: 90s, between: [40, 80]}",
        ])
        for expectation in result.expectations { #expect(expectation.isMet, "\(expectation)") }
    }

    @Test("Where no policy governs, or no flow is, nothing is measured, and no expectation holds")
    func nothingToMeasure() throws {
        let folder = try Small.copy(expecting: "{metric: overflows, below: 1}", "{metric: flows.reset, below: 1}")
        let result = try CompiledScenario(path: folder.path).run()
        #expect(result.expectations.allSatisfy { !$0.isMet && $0.observed == "nothing to measure" })
    }

    @Test(
        "What a metric is not measured of is an error",
        arguments: [
            ("{metric: overflows, route: shop/web, below: 1}", "overflows is not measured by route"),
            ("{metric: flows.reset, backend: shop/web, below: 1}", "flows.reset is not measured by backend"),
            ("{metric: retries, gateway: infra/edge, below: 1}", "retries is not measured by gateway"),
            ("{metric: lost, below: 1}", "backend is missing"),
            ("{metric: ejection, below: 1}", "did you mean ejections?"),
            ("{metric: flowDuration.p99, below: 5}", "a duration needs a unit: 5s"),
            ("{metric: flows, route: shop/dbs, below: 5}", "there is no route shop/dbs"),
        ])
    func scopes(_ expectation: String, _ message: String) throws {
        let text = PolicyScenarioTests.scenario
        let head = try #require(text.components(separatedBy: "  expect:").first)
        let folder = try TemporaryFolder([
            "scenario.yaml": head + "  expect:\n  - \(expectation)\n", "manifests.yaml": PolicyScenarioTests.manifests,
        ])
        let found = errors(folder.path)
        #expect(found.contains { ($0.message + ($0.hint ?? "")).contains(message) }, "\(found)")
    }
}
