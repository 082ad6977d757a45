import Foundation
import GatewayAPI
import Scenario
import Simulation
import Testbed
import Testing

@Suite("What a scenario says of calls between Services")
struct CallScenarioTests {
    static let manifests = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: edge, namespace: infra}
        spec:
          gatewayClassName: example
          listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: web, namespace: shop}
        spec:
          parentRefs: [{name: edge, namespace: infra}]
          rules: [{backendRefs: [{name: web, port: 8080}]}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: prices, namespace: shop}
        spec:
          parentRefs: [{group: "", kind: Service, name: price}]
          rules:
          - matches: [{path: {value: /v1}, method: POST}]
            backendRefs: [{name: price, port: 80, weight: 3}, {name: price-v2, port: 80, weight: 1}]
            timeouts: {request: 40ms}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec: {ports: [{port: 8080}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: price, namespace: shop}
        spec: {ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: price-v2, namespace: shop}
        spec: {ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: stock, namespace: shop}
        spec: {ports: [{name: http, port: 80}, {name: admin, port: 81}]}
        """

    static let scenario = """
        apiVersion: weir.dev/v1alpha1
        kind: Scenario
        metadata: {name: calls}
        spec:
          manifests: [manifests.yaml]
          duration: 60s
          traffic:
          - name: browsers
            gateway: infra/edge
            arrivals: {process: constant, rate: 50/s}
            requests: [{url: "http://shop.example.com/"}]
          backends:
          - service: shop/web
            replicas: 2
            concurrency: 16
            serviceTime: {distribution: constant, value: 10ms}
            sidecar: {overhead: {distribution: constant, value: 1ms}}
            callsOrder: parallel
            callsBlocking: true
            calls:
            - {service: shop/price, path: /v1/list, method: POST}
            - {service: shop/stock, port: 80, probability: 0.3, required: false, headers: {x-a: b}}
          - service: shop/price
            serviceTime: {distribution: constant, value: 20ms}
            sidecar: {overhead: {distribution: constant, value: 2ms}}
          - service: shop/price-v2
            serviceTime: {distribution: constant, value: 60ms}
          - service: shop/stock
            serviceTime: {distribution: constant, value: 5ms}
          expect:
          - {metric: latency.max, below: 54ms}
          - {metric: requests, above: 2900}
          - {metric: requests, below: 3001}
        """

    func folder(_ scenario: String = Self.scenario) throws -> TemporaryFolder {
        try TemporaryFolder(["scenario.yaml": scenario, "manifests.yaml": Self.manifests])
    }

    @Test("Routes of the mesh split calls, set their timeouts, and have lines of their own")
    func calls() throws {
        let folder = try folder()
        let compiled = try CompiledScenario(path: folder.path)
        #expect(compiled.warnings.isEmpty, "\(compiled.warnings)")
        let result = try compiled.run()
        // Without a route or gateway, expectations are about what clients see, not about calls.
        #expect(result.isMet, "\(result.expectations.map(\.observed))")
        let line = { (name: String) in
            try #require(
                result.total.lines.first { line in
                    if case .rule(let rule) = line.identity { rule.name == name } else { false }
                })
        }
        let prices = try line("prices")
        #expect(prices.branches.first { $0.backend?.name == "price-v2" }.map { 600..<900 ~= $0.requests } == true)
        // 1 ms by the caller's sidecar, 2 ms by the other's; price-v2 is given up after 40 ms.
        #expect(prices.latency.min == 23_000_000 && prices.latency.max == 40_000_000)
        let web = try line("web")
        // A request has passed the sidecar of its own replica, too.
        #expect(web.latency.min == 34_000_000 && web.latency.max == 51_000_000)
        #expect(web.statuses[504] == prices.statuses[504] && web.statuses[200] == prices.statuses[200])
        let calls = try #require(result.total.gateways.first { $0.isSidecar })
        #expect(calls.gateway == "sidecar of shop/web" && calls.requests == result.calls)
        #expect(result.total.lines.reduce(0) { $0 + $1.requests } + result.unfinished == result.requests)
        #expect(try compiled.run().total == result.total)
    }

    @Test(
        "What cannot be is an error at its line",
        arguments: [
            ("service: shop/stock, port: 80,", "service: shop/stok,", "there is no Service shop/stok"),
            ("service: shop/stock, port: 80,", "service: shop/stock, port: 82,", "has no port 82"),
            (
                "service: shop/stock, port: 80,", "service: shop/stock,",
                "has 2 ports, so that the call has to say which"
            ),
            ("service: shop/stock, port: 80,", "service: shop/web,", "in a circle: shop/web → shop/web"),
            ("probability: 0.3", "probability: 3", "expected a number from 0 to 1"),
            ("callsOrder: parallel", "callsOrder: both", "expected one of parallel, sequence"),
            ("path: /v1/list", "path: v1", "expected a path"),
            ("value: 5ms}", "value: 5ms}\n    callsOrder: parallel", "callsOrder means nothing without calls"),
            ("value: 5ms}", "value: 5ms}\n    sidecar: {}", "overhead"),
            (
                "value: 60ms}", "value: 60ms}\n    calls: [{service: shop/web}]",
                "in a circle: shop/web → shop/price-v2 → shop/web"
            ),
        ])
    func errors(written: String, wrong: String, message: String) throws {
        #expect(Self.scenario.contains(written))
        let text = Self.scenario.replacingOccurrences(of: written, with: wrong)
        let folder = try folder(text)
        #expect {
            try CompiledScenario(path: folder.path)
        } throws: { error in
            guard let error = error as? InvalidScenario else { return false }
            return error.diagnostics.contains { $0.message.contains(message) && ($0.position?.line ?? 0) > 10 }
        }
    }
}
