import Foundation
import JSON
import Reports
import Scenario
import Simulation
import Testbed
import Testing

/// A result as JSON.
func json(_ result: ScenarioResult) -> String {
    var writer = JSONWriter()
    RunReport(result).write(to: &writer)
    return writer.text
}

func run(_ folder: TemporaryFolder, seed: UInt64? = nil) throws -> ScenarioResult {
    try CompiledScenario(path: folder.path, seed: seed).run()
}

@Suite("Running a scenario")
struct RunTests {
    @Test("Twice the same bytes; another seed gives others")
    func deterministic() throws {
        let compiled = try CompiledScenario(path: Small.folder.path)
        let first = json(try compiled.run())
        #expect(first == json(try compiled.run()))
        #expect(first == json(try CompiledScenario(path: Small.folder.path).run()))
        #expect(first != json(try CompiledScenario(path: Small.folder.path, seed: 4).run()))
    }

    @Test("An expectation that fails tells what was seen")
    func failingExpectation() throws {
        let result = try run(
            try Small.copy(
                expecting: #"{request: "GET http://store.example.com/cart", at: 15s, backend: store/cart-v1}"#,
                #"{request: "GET http://other.example.com/", route: store/cart}"#,
                "{metric: share, backend: store/cart-v2, route: store/cart, until: 10s, above: 0.1}",
                "{metric: latency.p50, route: store/cart, below: 1us}"))
        #expect(result.expectations.map(\.isMet) == [false, false, false, false] && !result.isMet)
        #expect(
            result.expectations[0].observed == "route store/cart split, 50 % to store/cart-v1, 50 % to store/cart-v2")
        #expect(result.expectations[1].observed == "status 404 (NoRoute)")
        #expect(result.expectations[2].observed == "0 %")
        #expect(result.expectations[3].observed.hasSuffix(" ms"))
    }

    @Test("The time of an event belongs to what it changes")
    func atTheEvent() throws {
        let request = #"request: "GET http://store.example.com/cart""#
        let result = try run(
            try Small.copy(
                expecting: "{\(request), at: 9s999ms, backend: store/cart-v1}",
                "{\(request), at: 10s, shares: {store/cart-v1: 0.5, \"store/cart-v2:8080\": 0.5}}",
                "{\(request), at: 10s, shares: {store/cart-v1: 0.5, \"store/cart-v2:9090\": 0.5}}",
                "{\(request), at: 10s, rule: 1, route: store/cart, backend: store/cart-v1}",
                "{\(request), rule: split, route: store/cart, backend: store/cart-v1}"))
        #expect(result.expectations.map(\.isMet) == [true, true, false, false, true])
    }

    @Test("A rule keeps its line when it moves in its route, and is shown where it is in the end")
    func oneLine() throws {
        let result = try CompiledScenario(path: Small.folder.path).run()
        let rules = result.total.lines.compactMap { line in
            if case .rule(let rule) = line.identity { rule.ruleName ?? "#\(rule.rule)" } else { nil }
        }
        #expect(rules == ["#0", "split"])
    }

    @Test("Windows are measured exactly: parts add up to the whole, to the request")
    func exactWindows() throws {
        let windows = ["until: 7s", "since: 7s, until: 13s500ms", "since: 13s500ms, until: 26s", "since: 26s"]
        let expectations = (windows + [""]).map { window in
            "  - {metric: requests, route: store/cart, \(window)\(window.isEmpty ? "" : ", ")above: 0}\n"
        }
        let folder = try Small.copy(replacing: "  expect:\n", with: "  expect:\n" + expectations.joined())
        let result = try run(folder)
        let counts = result.expectations.prefix(5).compactMap { Double($0.observed) }
        #expect(counts.count == 5 && counts[..<4].reduce(0, +) == counts[4] && counts[..<4].allSatisfy { $0 > 0 })
        // Only events cut what is reported.
        #expect(result.intervals.map(\.from) == [2, 10, 20, 25].map { $0 * 1_000_000_000 })
        var joined = result.intervals[0].measurements
        for interval in result.intervals.dropFirst() { joined.merge(interval.measurements) }
        #expect(joined.lines.map(\.latency) == result.total.lines.map(\.latency))
    }

    @Test("A window that an expectation asks for changes nothing that is measured")
    func windowsChangeNothing() throws {
        let plain = try run(try Small.copy(expecting: "{metric: unfinished, below: 1000}"))
        let cut = try run(try Small.copy(expecting: "{metric: rate, since: 7s, until: 8s, above: 0}"))
        #expect(plain.total == cut.total)
    }

    @Test("What happens in the warm-up is told with the first interval")
    func eventInWarmup() throws {
        let result = try run(try Small.copy(replacing: "at: 10s, apply", with: "at: 1s, apply"))
        #expect(result.intervals.map(\.from) == [2, 20, 25].map { $0 * 1_000_000_000 })
        #expect(result.intervals[0].changes == ["apply canary.yaml at 1s"])
        #expect(result.intervals[1].changes == ["store/cart-v2 loses 1 replica"])
    }

    @Test("Objects that play no part are counted, and what cannot be modelled is told")
    func notModelled() throws {
        let manifests =
            try Small.text("manifests.yaml").replacing(
                "    filters:\n",
                with: """
                        filters:
                        - type: ExtensionRef
                          extensionRef: {group: example.com, kind: Limit, name: slow}

                    """, maxReplacements: 1) + """
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: one, namespace: store}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: two, namespace: store}

                """
        let result = try run(try Small.copy(["manifests.yaml": manifests]))
        #expect(result.notModelled.contains("objects of the manifests that play no part: 2 ServiceAccount"))
        #expect(result.notModelled.contains { $0.hasPrefix("HTTPRoute store/cart: filter example.com/Limit slow") })
    }

    @Test("A manifest that is deleted is gone from then on")
    func deletion() throws {
        let folder = try Small.copy(replacing: "at: 10s, apply:", with: "at: 10s, delete:")
        let result = try CompiledScenario(path: folder.path).run()
        #expect(result.intervals[0].measurements.lines.first?.requests ?? 0 > 0)
        let reasons = result.intervals[1].measurements.lines.filter { $0.requests > 0 }.map(\.identity)
        #expect(
            reasons == [
                .unrouted(reason: "NoRoute", host: "other.example.com"),
                .unrouted(reason: "NoRoute", host: "store.example.com"),
            ])
    }

    @Test("A trace's requests come at their own times, with the latency that was observed")
    func trace() throws {
        let records = (0..<200).map { index in
            """
            {"time": \(1_700_000_000 + index / 10).\(index % 10), "destination": "192.0.2.9:80", "method": "GET", \
            "host": "store.example.com", "path": "/cart?id=\(index)", "port": 80, "headers": [["x-request-id", "\(index)"]], \
            "protocol": "HTTP", "observed": {"status": 200, "latency": 0.0\(10 + index % 3)}}
            """
        }
        let scenario = """
            apiVersion: weir.dev/v1alpha1
            kind: Scenario
            metadata: {name: replayed}
            spec:
              manifests: [manifests.yaml]
              duration: 30s
              traffic: [{name: recorded, trace: trace.ndjson}]
              backends: [{service: store/cart-v1, serviceTime: {distribution: observed}}]
            """
        let folder = try Small.copy(["scenario.yaml": scenario, "trace.ndjson": records.joined(separator: "\n") + "\n"])
        let result = try CompiledScenario(path: folder.path).run()
        let line = try #require(result.total.lines.first)
        #expect(line.requests == 200 && line.latency.min == 10_000_000 && line.latency.max == 12_000_000)
        #expect(result.notModelled == [])
    }

    @Test("What a record lacks is never guessed: the request is counted, and nobody answers it")
    func undetermined() throws {
        let route = """
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: preview, namespace: store}
            spec:
              parentRefs: [{name: edge, namespace: infra}]
              hostnames: [store.example.com]
              rules:
              - matches: [{path: {type: PathPrefix, value: /cart}, headers: [{name: version, value: two}]}]
                backendRefs: [{name: cart-v2, port: 8080}]

            """
        let scenario = """
            apiVersion: weir.dev/v1alpha1
            kind: Scenario
            metadata: {name: log}
            spec:
              manifests: [manifests.yaml]
              duration: 10s
              traffic: [{name: log, trace: trace.ndjson}]
            """
        let records = """
            {"time": 1, "method": "GET", "host": "store.example.com", "path": "/cart", "port": 80}
            {"time": 2, "method": "GET", "host": "store.example.com", "path": "/cart", "port": 80, "headers": []}

            """
        let manifests = try Small.text("manifests.yaml") + route
        let folder = try Small.copy([
            "scenario.yaml": scenario, "manifests.yaml": manifests, "trace.ndjson": records,
        ])
        let result = try CompiledScenario(path: folder.path).run()
        let undetermined = LineIdentity.unrouted(reason: "Undetermined", host: "store.example.com")
        #expect(result.total.lines.first { $0.identity == undetermined }?.requests == 1)
        #expect(result.total.lines.reduce(0) { $0 + $1.requests } == 2)
        #expect(
            result.notModelled.contains(
                "log: requests for store.example.com were not decided: it hangs on headers.version"))
    }
}

extension RunTests {
    @Test("A trace that is malformed or breaks off is used as far as it goes, and what is missing is told")
    func brokenTraces() throws {
        let scenario = """
            apiVersion: weir.dev/v1alpha1
            kind: Scenario
            metadata: {name: broken}
            spec:
              manifests: [manifests.yaml]
              duration: 10m
              traffic: [{name: log, trace: TRACE, gateway: infra/edge}]
            """
        let record =
            #"{"time": 1, "method": "GET", "host": "store.example.com", "path": "/cart", "port": 80, "headers": []}"#
        let folder = try Small.copy([
            "scenario.yaml": scenario.replacing("TRACE", with: "trace.ndjson"),
            "trace.ndjson": "\(record)\n{\"time\": \n\(record)\n",
        ])
        let result = try CompiledScenario(path: folder.path).run()
        #expect(result.requests == 2)
        #expect(result.notModelled.contains { $0.contains("1 lines not read") && $0.contains("trace.ndjson:2:") })

        let capture = try Data(contentsOf: DemoTests.root.appending(path: "traces/storefront.pcap"))
        try capture.prefix(capture.count / 2 + 7).write(to: folder.url.appending(path: "cut.pcap"))
        try folder.write("scenario.yaml", scenario.replacing("TRACE", with: "cut.pcap"))
        let cut = try CompiledScenario(path: folder.path).run()
        #expect(cut.requests > 100)
        #expect(cut.notModelled.contains { $0.hasPrefix("log: the trace breaks off: ") && $0.contains("cut.pcap") })
    }
}
