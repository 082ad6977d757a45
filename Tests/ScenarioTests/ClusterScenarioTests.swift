import Foundation
import GatewayAPI
import Scenario
import Simulation
import Testbed
import Testing

@Suite("Calls of ServiceImports, and policies of the manifests")
struct ClusterScenarioTests {
    static let manifests =
        CallScenarioTests.manifests + """

            ---
            apiVersion: multicluster.x-k8s.io/v1alpha1
            kind: ServiceImport
            metadata: {name: price, namespace: shop}
            spec: {type: ClusterSetIP, ports: [{port: 8080, protocol: TCP}]}
            """

    static let scenario = """
        apiVersion: weir.dev/v1alpha1
        kind: Scenario
        metadata: {name: clusters}
        spec:
          manifests: [manifests.yaml]
          duration: 90s
          traffic:
          - name: browsers
            gateway: infra/edge
            arrivals: {process: constant, rate: 50/s}
            requests: [{url: "http://shop.example.com/"}]
          backends:
          - service: shop/web
            cluster: east
            serviceTime: {distribution: constant, value: 1ms}
            calls: [{serviceImport: shop/price}]
          - serviceImport: shop/price
            clusters: {east: 2, west: 2}
            serviceTime: {distribution: constant, value: 2ms}
            trafficPolicy: {locality: failover}
          - service: shop/price
            serviceTime: {distribution: constant, value: 500ms}
          gateways:
          - {gateway: infra/edge, cluster: east}
          network:
          - {between: [east, west], latency: {distribution: constant, value: 30ms}}
          events:
          - {at: 30s, serviceImport: shop/price, fail: {replicas: 2, noticed: 5s}, for: 30s}
          expect:
          - {metric: latency.max, route: shop/web, until: 30s, below: 4ms}
          - {metric: status.503, route: shop/web, since: 31s, until: 34s, above: 0.99}
          - {metric: latency.p50, route: shop/web, since: 36s, until: 59s, between: [62ms, 64ms]}
          - {metric: latency.max, route: shop/web, since: 61s, below: 4ms}
        """

    func folder(_ scenario: String, _ manifests: String = Self.manifests) throws -> TemporaryFolder {
        try TemporaryFolder(["scenario.yaml": scenario, "manifests.yaml": manifests])
    }

    @Test(
        "A call goes to the ServiceImport's replicas in the own cluster, to the far ones while those are lost, and back"
    )
    func failover() throws {
        let folder = try folder(Self.scenario)
        let compiled = try CompiledScenario(path: folder.path)
        #expect(compiled.warnings.isEmpty, "\(compiled.warnings)")
        let result = try compiled.run()
        let isMet = result.isMet
        #expect(isMet, "\(result.expectations.map { "\($0.expected): \($0.observed)" })")
        let line = result.total.lines.first { line in
            if case .rule(let rule) = line.identity { rule.kind == "ServiceImport" } else { false }
        }
        #expect(line?.requests == result.calls)
        // The Service of the same name is another backend, and nobody calls it.
        #expect(
            result.total.backends.first { $0.backend == BackendIdentity(namespace: "shop", name: "price") }?.station
                .requests == 0)
    }

    @Test("A whole cluster that fails takes the imported replicas there with it")
    func clusterFails() throws {
        let text = Self.scenario.replacing(
            "serviceImport: shop/price, fail: {replicas: 2, noticed: 5s}", with: "cluster: west, fail: {}"
        ).replacing("{east: 2, west: 2}", with: "{west: 2}")
        let head = try #require(text.components(separatedBy: "  expect:").first)
        let scenario =
            head + """
                  expect:
                  - {metric: latency.p50, route: shop/web, until: 30s, between: [62ms, 64ms]}
                  - {metric: status.503, route: shop/web, since: 31s, until: 59s, above: 0.99}
                  - {metric: errors, route: shop/web, since: 61s, below: 0.01}
                """
        let folder = try folder(scenario)
        let result = try CompiledScenario(path: folder.path).run()
        let isMet = result.isMet
        #expect(isMet, "\(result.expectations.map { "\($0.expected): \($0.observed)" })")
    }

    @Test(
        "What cannot be is an error at its line",
        arguments: [
            ("{serviceImport: shop/price}", "{serviceImport: shop/prices}", "there is no ServiceImport shop/prices"),
            (
                "{serviceImport: shop/price}", "{serviceImport: shop/price, port: 80}",
                "ServiceImport shop/price has no port 80"
            ),
            (
                "{serviceImport: shop/price}", "{serviceImport: shop/price, service: shop/price}",
                "cannot stand together"
            ),
            ("serviceImport: shop/price, fail", "serviceImport: shop/web, fail", "there is no ServiceImport shop/web"),
            ("serviceImport: shop/price, fail", "serviceImport: shop/price, zone: a, fail", "cannot stand together"),
        ])
    func errorsAtTheirLines(_ old: String, _ new: String, _ message: String) throws {
        let text = Self.scenario.replacing(old, with: new, maxReplacements: 1)
        #expect(text != Self.scenario)
        let folder = try folder(text)
        let found = errors(folder.path)
        #expect(
            found.contains { $0.message.contains(message) && $0.position?.line == line(of: new, in: text) }, "\(found)")
    }

    @Test(
        "An XBackendTrafficPolicy's session persistence keeps a client at a replica, and a rule's own comes before it")
    func sessionOfAPolicy() throws {
        let policy = """

            ---
            apiVersion: gateway.networking.x-k8s.io/v1alpha1
            kind: XBackendTrafficPolicy
            metadata: {name: web, namespace: shop}
            spec:
              targetRefs: [{group: "", kind: Service, name: web}]
              sessionPersistence: {type: Cookie, absoluteTimeout: 1h}
              retryConstraint: {budget: {percent: 10}}
            """
        let scenario = """
            apiVersion: weir.dev/v1alpha1
            kind: Scenario
            metadata: {name: sessions}
            spec:
              manifests: [manifests.yaml]
              duration: 20s
              traffic:
              - name: browsers
                gateway: infra/edge
                clients: 1
                arrivals: {process: poisson, rate: 50/s}
                requests: [{url: "http://shop.example.com/"}]
              backends:
              - service: shop/web
                replicas: 4
                concurrency: 1
                serviceTime: {distribution: constant, value: 19ms}
            """
        func run(_ manifests: String) throws -> ScenarioResult {
            let folder = try folder(scenario, manifests)
            return try CompiledScenario(path: folder.path).run()
        }
        let with = try run(Self.manifests + policy)
        let without = try run(Self.manifests)
        // One replica does the work of all: 0.95 Erlang of one server, in place of 0.95 of four.
        let waits = [with, without].map {
            $0.total.backends.first { $0.backend.name == "web" }?.station.waiting.mean ?? 0
        }
        #expect(waits[0] > 1 && waits[1] < 0.2, "\(waits)")
        #expect(!with.notModelled.contains { $0.contains("XBackend") }, "\(with.notModelled)")
        let own = Self.manifests.replacing(
            "rules: [{backendRefs: [{name: web, port: 8080}]}]",
            with:
                "rules: [{sessionPersistence: {type: Cookie, absoluteTimeout: 100ms}, backendRefs: [{name: web, port: 8080}]}]"
        )
        let short = try run(own + policy)
        let wait = short.total.backends.first { $0.backend.name == "web" }?.station.waiting.mean ?? 0
        #expect(wait < waits[0] / 2, "a session of the rule's 100 ms, not of the policy's hour: \(wait)")
    }
}
