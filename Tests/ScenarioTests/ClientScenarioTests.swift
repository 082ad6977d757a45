import Foundation
import GatewayAPI
import Scenario
import Simulation
import Testbed
import Testing

@Suite("What a scenario says of clients, filters and a proxy's defaults")
struct ClientScenarioTests {
    static let scenario = """
        apiVersion: weir.dev/v1alpha1
        kind: Scenario
        metadata: {name: clients}
        spec:
          manifests: [manifests.yaml]
          duration: 2m
          traffic:
          - name: browsers
            gateway: infra/edge
            timeout: 100ms
            retry: {attempts: 2, codes: [503], backOff: {base: 10ms, max: 20ms}}
            arrivals: {process: constant, rate: 50/s}
            requests: [{url: "http://shop.example.com/"}]
          - name: patient
            gateway: infra/edge
            arrivals: {process: constant, rate: 5/s}
            requests: [{url: "http://shop.example.com/"}]
          backends:
          - service: shop/web
            replicas: 4
            serviceTime: {distribution: constant, value: 20ms}
          gateways:
          - gateway: infra/edge
            split: roundRobin
            timeouts: {maxFlowDuration: 1h}
            filters:
            - {route: shop/web, fault: {delay: {distribution: constant, value: 5ms}, delayPercent: 50}}
            - {localRateLimit: {maxTokens: 1000, tokensPerFill: 1000, fillInterval: 1s}}
            - admissionControl: {samplingWindow: 10s, successRateThreshold: 90, aggression: 1, maxRejectionProbability: 50, rpsThreshold: 1/s}
          events:
          - {at: 60s, service: shop/web, slow: {factor: 10}, for: 30s}
          expect:
          - {metric: errors, traffic: browsers, until: 59s, below: 0.0001}
          - {metric: latency.max, traffic: browsers, until: 59s, between: [24ms, 26ms]}
          - {metric: errors, traffic: browsers, since: 61s, until: 89s, above: 0.99}
          - {metric: clientTimeouts, traffic: browsers, since: 61s, until: 89s, above: 2000}
          - {metric: retriesPerRequest, traffic: browsers, since: 61s, until: 89s, between: [1, 2]}
          - {metric: requests, traffic: browsers, since: 60s, until: 80s, between: [999, 1001]}
          - {metric: latency.p50, traffic: patient, since: 61s, until: 89s, above: 190ms}
          - {metric: retries, traffic: patient, below: 1}
          - {metric: rejected, gateway: infra/edge, since: 70s, until: 89s, above: 1}
          - {metric: delayed, above: 1000}
          - {metric: rateLimited, below: 1}
        """

    func folder(_ scenario: String = Self.scenario, _ manifests: String = PolicyScenarioTests.manifests) throws
        -> TemporaryFolder
    {
        try TemporaryFolder(["scenario.yaml": scenario, "manifests.yaml": manifests])
    }

    @Test("Clients that give up and try again, and what they saw; filters, and what they did")
    func clients() throws {
        let folder = try folder()
        let compiled = try CompiledScenario(path: folder.path)
        #expect(compiled.warnings.isEmpty, "\(compiled.warnings)")
        let result = try compiled.run()
        for expectation in result.expectations { #expect(expectation.isMet, "\(expectation)") }
        #expect(result.notModelled.isEmpty)
        let again = try compiled.run().total == result.total
        #expect(again)
        let clients = result.total.clients.map(\.source).sorted()
        #expect(clients == ["browsers", "patient"])
        // A gateway's requests are all tries of its clients.
        let tries = result.total.clients.reduce(0) { $0 + $1.requests + $1.retries }
        #expect(result.requests == tries || result.requests + 3 > tries)
    }

    @Test(
        "What cannot be is an error at its line",
        arguments: [
            ("timeout: 100ms", "timeout: 0s", "timeout"),
            ("attempts: 2, codes: [503]", "attempts: 0", "expected an integer from 1"),
            ("attempts: 2, codes: [503]", "codes: [503]", "attempts is missing"),
            (
                "metric: retries, traffic: patient", "metric: retries, traffic: nobody",
                "there is no traffic named nobody"
            ),
            ("metric: delayed, above", "metric: delayed, route: shop/web, above", "delayed is not measured by route"),
            (
                "metric: delayed, above", "metric: ejections, traffic: patient, above",
                "ejections is not measured by traffic"
            ),
            ("metric: delayed, above", "metric: clientTimeouts, above", "traffic is missing"),
            (
                "{metric: delayed, above: 1000}", "{request: \"GET http://a/\", traffic: patient, status: 404}",
                "beside request"
            ),
        ])
    func errorsAtTheirLines(_ old: String, _ new: String, _ message: String) throws {
        let text = Self.scenario.replacing(old, with: new, maxReplacements: 1)
        #expect(text != Self.scenario)
        let folder = try folder(text)
        let found = errors(folder.path)
        #expect(
            found.contains { $0.message.contains(message) && $0.position?.line == line(of: new, in: text) },
            "\(found.map { "\($0.position?.line ?? 0): \($0.message)" })")
    }

    @Test("The defaults of Envoy and of Envoy Gateway stand where nothing else is said, and only there")
    func defaults() throws {
        func gateway(_ lines: String) throws -> (GatewayModel, Treatment) {
            let text = """
                apiVersion: weir.dev/v1alpha1
                kind: Scenario
                metadata: {name: defaults}
                spec:
                  manifests: [manifests.yaml]
                  duration: 1s
                  traffic:
                  - name: browsers
                    gateway: infra/edge
                    arrivals: {process: constant, rate: 50/s}
                    requests: [{url: "http://shop.example.com/"}]
                  gateways:
                  - gateway: infra/edge

                """
            let folder = try folder(text + lines)
            let model = try CompiledScenario(path: folder.path).model
            guard case .mix(_, _, let treatments) = model.sources[0].content else { throw CancellationError() }
            return (try #require(model.gateways.first), treatments[0][0])
        }
        let second: Int64 = 1_000_000_000
        let (plain, untimed) = try gateway("    replicas: 1\n")
        #expect(plain.policy == UpstreamPolicy() && untimed.requestTimeout == nil && plain.loadBalancing == .roundRobin)
        let (envoy, timed) = try gateway("    defaults: envoy\n")
        #expect(timed.requestTimeout == 15 * second && envoy.loadBalancing == .roundRobin)
        #expect(envoy.policy.circuitBreaker == CircuitBreaker() && envoy.policy.circuitBreaker?.maxRetries == 3)
        #expect(envoy.policy.connections?.connectTimeout == 5 * second)
        let (eg, _) = try gateway("    defaults: envoyGateway\n")
        #expect(eg.loadBalancing == .leastRequest && eg.policy.circuitBreaker?.maxRetries == 1024)
        #expect(eg.policy.connections?.connectTimeout == 10 * second && eg.policy.avoidsTriedReplica == true)
        let (own, off) = try gateway(
            """
                defaults: envoyGateway
                loadBalancing: random
                timeouts: {request: 0s}
                trafficPolicy: {circuitBreaker: {maxRetries: 7}}

            """)
        #expect(own.loadBalancing == .random && off.requestTimeout == 0)
        #expect(own.policy.circuitBreaker?.maxRetries == 7)
    }
}
