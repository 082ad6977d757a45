import Foundation
import GatewayAPI
import Scenario
import Testbed
import Testing

@Suite("What a scenario says of the data plane")
struct PolicyScenarioTests {
    static let manifests = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: edge, namespace: infra}
        spec:
          gatewayClassName: example
          listeners:
          - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
          - {name: db, port: 5432, protocol: TCP, allowedRoutes: {namespaces: {from: All}}}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: web, namespace: shop}
        spec:
          parentRefs: [{name: edge, namespace: infra, sectionName: http}]
          rules: [{backendRefs: [{name: web, port: 8080}]}]
        ---
        apiVersion: gateway.networking.k8s.io/v1alpha2
        kind: TCPRoute
        metadata: {name: db, namespace: shop}
        spec:
          parentRefs: [{name: edge, namespace: infra, sectionName: db}]
          rules: [{backendRefs: [{name: db, port: 5432}]}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec: {ports: [{port: 8080}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: db, namespace: shop}
        spec: {ports: [{port: 5432}]}
        """

    static let scenario = """
        apiVersion: weir.dev/v1alpha1
        kind: Scenario
        metadata: {name: everything}
        spec:
          manifests: [manifests.yaml]
          duration: 2m
          warmup: 5s
          traffic:
          - name: browsers
            gateway: infra/edge
            arrivals: {process: poisson, rate: 60/s}
            requests: [{url: "http://shop.example.com/"}]
          - name: databases
            gateway: infra/edge
            port: 5432
            protocol: TCP
            arrivals: {process: poisson, rate: 2/s}
            flows: [{duration: {distribution: exponential, mean: 5s}, bytes: 10000}]
          backends:
          - service: shop/web
            zones: {a: 2, b: 2}
            concurrency: 1
            serviceTime: {distribution: exponential, mean: 20ms}
            cancel: ignored
            startup: {distribution: constant, value: 5s}
            coldStart: {factor: 3, duration: 10s}
            termination: {endpointLag: 1s, preStop: 2s}
            autoscaling:
              minReplicas: 4
              maxReplicas: 12
              targetUtilization: 0.5
              tolerance: 0.1
              syncPeriod: 15s
              metricWindow: 15s
              scaleUp: {stabilizationWindow: 0s, selectPolicy: Max, policies: [{type: Pods, value: 4, period: 15s}]}
              scaleDown: {stabilizationWindow: 1m}
            trafficPolicy:
              slowStart: {window: 10s, aggression: 1, minWeightPercent: 10}
          - service: shop/db
            replicas: 2
            maxFlows: 100
            serviceTime: {distribution: constant, value: 1ms}
          gateways:
          - gateway: infra/edge
            zones: {a: 1, b: 1}
            timeouts: {request: 15s, backendRequest: 1s}
            retry: {attempts: 2, codes: [503], backoff: 10ms}
            trafficPolicy:
              loadBalancing: leastRequest
              choices: {draws: 2}
              connections: {protocol: http1, connectTime: {distribution: constant, value: 2ms}, connectTimeout: 5s, idleTimeout: 1m, maxRequestsPerConnection: 1000}
              circuitBreaker: {maxConnections: 100, maxPendingRequests: 100, maxRequests: 100, maxRetries: 10}
              outlierDetection:
                consecutive5xx: 5
                consecutiveGatewayErrors: 5
                interval: 10s
                baseEjectionTime: 30s
                maxEjectionTime: 5m
                maxEjectionPercent: 50
                alwaysEjectOneEndpoint: true
                successRate: {minimumHosts: 5, requestVolume: 100, stdevFactor: 1.9}
                failurePercentage: {threshold: 85, minimumHosts: 5, requestVolume: 50}
              healthCheck: {interval: 3s, timeout: 1s, unhealthyThreshold: 3, healthyThreshold: 1}
              panicThreshold: 50
              updateMergeWindow: 500ms
              retryBudget: {percent: 20, minConcurrency: 3}
              backOff: {base: 25ms, max: 250ms}
              avoidTriedReplica: true
              locality: failover
          network:
          - {between: [a, b], latency: {distribution: constant, value: 1ms}, loss: 0.0001}
          events:
          - {at: 20s, service: shop/web, fail: {replicas: 1, silent: true, noticed: never}, for: 10s}
          - {at: 40s, service: shop/web, errors: {ratio: 0.5, status: 503, replicas: 1}, for: 5s}
          - {at: 50s, network: {between: [a, b], delay: {distribution: constant, value: 5ms}, loss: 0.01}, for: 5s}
          - {at: 60s, zone: b, fail: {noticed: 2s}, for: 10s}
          - {at: 80s, service: shop/web, rollout: {maxSurge: 1, maxUnavailable: 0%}}
          expect:
          - {metric: status.200, route: shop/web, above: 0.9}
        """

    func folder(_ scenario: String = Self.scenario) throws -> TemporaryFolder {
        try TemporaryFolder(["scenario.yaml": scenario, "manifests.yaml": Self.manifests])
    }

    @Test("Local failures that are counted but not split from others eject nobody, which is said")
    func localFailuresWithoutSplit() throws {
        func warnings(_ keys: String) throws -> [String] {
            let text = Self.scenario.replacingOccurrences(of: "consecutive5xx: 5\n", with: "consecutive5xx: 5\n\(keys)")
            let folder = try folder(text)
            return try CompiledScenario(path: folder.path).warnings.map(\.message)
        }
        let indent = String(repeating: " ", count: 8)
        let count = "\(indent)consecutiveLocalOriginFailures: 3\n"
        let found = try warnings(count)
        #expect(found.count == 1 && found[0].contains("splitExternalLocalOriginErrors: true"), "\(found)")
        #expect(try warnings(count + "\(indent)splitExternalLocalOriginErrors: true\n").isEmpty)
    }

    @Test("A scenario with every key runs, twice to the same result")
    func everything() throws {
        let folder = try folder()
        let compiled = try CompiledScenario(path: folder.path)
        #expect(compiled.warnings.isEmpty, "\(compiled.warnings)")
        let result = try compiled.run()
        #expect(result.isMet, "\(result.expectations.map(\.observed))")
        #expect(result.notModelled == ["infra/edge: its own replicas go on whatever becomes of b"])
        let upstream = try #require(result.total.upstreams.first { $0.backend.name == "web" })
        #expect(upstream.connectionsOpened > 0 && upstream.unhealthy > 0)
        #expect(result.log.contains { $0.what == "shop/web has finished its rolling update" }, "\(result.log)")
        let flow = try #require(result.total.flows.first)
        #expect(flow.completed > 150 && flow.reset == 0 && flow.dropped == 0)
        let again = try compiled.run()
        #expect(again.total == result.total && again.log == result.log)
    }

    @Test(
        "What cannot be is an error at its line",
        arguments: [
            ("maxEjectionPercent: 50", "maxEjectionPercent: 150", "expected a number from 0 to 100"),
            ("consecutive5xx: 5", "consecutive5x: 5", "unknown field \"consecutive5x\""),
            ("protocol: http1, ", "protocol: spdy, ", "expected one of http1, http2"),
            ("protocol: http1, ", "protocol: http1, maxConcurrentStreams: 5, ", "one request at a time"),
            ("timeout: 1s, unhealthy", "timeout: 10s, unhealthy", "longer than the interval"),
            ("percent: 20, minConcurrency: 3", "percent: 20, minConcurrency: 3, interval: 10s", "requests under way"),
            ("choices: {draws: 2}", "choices: {draws: 2, all: true}", "one of draws, distinct and all"),
            ("locality: failover", "locality: near", "expected one of zoneAware, failover, weighted"),
            ("locality: failover", "locality: weighted", "localityWeights is missing"),
            ("locality: failover", "localityWeights: {a: 1}", "means nothing without locality: weighted"),
            (
                "locality: failover", "localityWeights: {a: 1, x: 2}\n      locality: weighted",
                "no replica is in a zone or cluster x"
            ),
            ("choices: {draws: 2}", "hash: {tableSize: 100}", "hash belongs to ringHash and maglev"),
            ("choices: {draws: 2}", "endpointWeights: [1, 0]", "expected an integer from 1"),
            ("loadBalancing: leastRequest", "hash: {tableSize: 65536}", "expected a prime number"),
            ("window: 10s, aggression", "window: 0s, aggression", "found window of 0"),
            ("timeouts: {request: 15s, backendRequest: 1s}", "filters: [{}]", "expected one of fault, localRateLimit"),
            (
                "timeouts: {request: 15s, backendRequest: 1s}", "filters: [{fault: {delayPercent: 5, abort: 503}}]",
                "delayPercent means nothing without delay"
            ),
            (
                "timeouts: {request: 15s, backendRequest: 1s}",
                "filters: [{localRateLimit: {maxTokens: 5, fillInterval: 1ms}}]", "less than 50ms"
            ),
            (
                "timeouts: {request: 15s, backendRequest: 1s}",
                "filters: [{route: shop/none, admissionControl: {}}]", "there is no route shop/none"
            ),
            ("timeouts: {request: 15s, backendRequest: 1s}", "defaults: nginx", "expected one of envoy, envoyGateway"),
            ("timeouts: {request: 15s, backendRequest: 1s}", "split: smooth", "expected one of random, roundRobin"),
            (
                "termination: {endpointLag: 1s, preStop: 2s}", "termination: {preStop: 40s}",
                "longer than the gracePeriod"
            ),
            ("maxReplicas: 12", "maxReplicas: 2", "found 2, expected at least minReplicas, which is 4"),
            ("targetUtilization: 0.5", "targetUtilization: 1.5", "at most 1"),
            ("maxSurge: 1, maxUnavailable: 0%", "maxSurge: 0, maxUnavailable: 0%", "cannot both be 0"),
            ("maxSurge: 1, maxUnavailable: 0%", "maxSurge: some", "expected a number or a percentage"),
            ("zone: b, fail: {noticed: 2s}", "zone: c, fail: {noticed: 2s}", "no replica is in a zone or cluster c"),
            ("zone: b, fail: {noticed: 2s}", "zone: b, fail: {noticed: soon}", "or never"),
            ("zone: b, fail: {noticed: 2s}", "zone: b, fail: {replicas: 1}", "all replicas of a zone"),
            ("between: [a, b], latency", "between: [a, x], latency", "no replica is in a zone or cluster x"),
            ("zones: {a: 2, b: 2}", "zones: {a: 2, b: two}", "expected an integer"),
            ("cancel: ignored", "cancel: maybe", "expected one of propagates, ignored"),
            ("errors: {ratio: 0.5, status: 503, replicas: 1}", "errors: {ratio: 5}", "expected a number from 0 to 1"),
            ("{duration: {distribution: exponential, mean: 5s}, bytes: 10000}", "{bytes: 1}", "duration is missing"),
            ("protocol: TCP", "protocol: HTTP", "has requests, not flows"),
        ])
    func errorsAtTheirLines(_ old: String, _ new: String, _ message: String) throws {
        let text = Self.scenario.replacing(old, with: new, maxReplacements: 1)
        #expect(text != Self.scenario, "the scenario has no \(old)")
        let folder = try folder(text)
        let found = errors(folder.path)
        let expectedLine = line(of: String(new.prefix { $0 != "\n" }), in: text)
        #expect(
            found.contains { $0.message.contains(message) && $0.position?.line == expectedLine },
            "\(new): \(found.map { "\($0.position?.line ?? 0): \($0.message)" }), line \(expectedLine ?? 0)")
    }

    @Test("Sessions of a route and the retry constraint of a policy are read from the manifests")
    func manifestsOfTheDataPlane() throws {
        let policy = """

            ---
            apiVersion: gateway.networking.x-k8s.io/v1alpha1
            kind: XBackendTrafficPolicy
            metadata: {name: web, namespace: shop}
            spec:
              targetRefs: [{group: "", kind: Service, name: web}]
              retryConstraint: {budget: {percent: 10, interval: 5s}, minRetryRate: {count: 1, interval: 1s}}
            """
        let manifests = Self.manifests.replacing(
            "rules: [{backendRefs: [{name: web, port: 8080}]}]",
            with: "rules: [{sessionPersistence: {type: Cookie}, backendRefs: [{name: web, port: 8080}]}]",
            maxReplacements: 1)
        let scenario = Self.scenario.replacing("  - name: browsers\n", with: "  - name: browsers\n    clients: 1\n")
            .replacing("          retryBudget: {percent: 20, minConcurrency: 3}\n", with: "")
        let folder = try TemporaryFolder(["scenario.yaml": scenario, "manifests.yaml": manifests + policy])
        let compiled = try CompiledScenario(path: folder.path)
        let web = try #require(compiled.model.backends.first)
        #expect(
            web.policy.retryBudget
                == .rate(percent: 10, interval: 5_000_000_000, minimum: 1, minimumInterval: 1_000_000_000))
        #expect(compiled.model.sources.first?.clients == 1)
        let result = try compiled.run()
        #expect(!result.notModelled.contains { $0.contains("session") || $0.contains("XBackend") })
    }

    @Test("A ServiceImport in two clusters fails over to the far one when the near one is lost, and comes back")
    func clusters() throws {
        let manifests = """
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
              rules: [{backendRefs: [{group: multicluster.x-k8s.io, kind: ServiceImport, name: web, port: 8080}]}]
            ---
            apiVersion: multicluster.x-k8s.io/v1alpha1
            kind: ServiceImport
            metadata: {name: web, namespace: shop}
            spec: {type: ClusterSetIP, ports: [{port: 8080, protocol: TCP}]}
            """
        let scenario = """
            apiVersion: weir.dev/v1alpha1
            kind: Scenario
            metadata: {name: clusters}
            spec:
              manifests: [manifests.yaml]
              duration: 90s
              traffic:
              - name: browsers
                gateway: infra/edge
                arrivals: {process: poisson, rate: 50/s}
                requests: [{url: "http://shop.example.com/"}]
              backends:
              - serviceImport: shop/web
                clusters: {east: 2, west: 2}
                serviceTime: {distribution: constant, value: 1ms}
              gateways:
              - gateway: infra/edge
                cluster: east
                trafficPolicy: {locality: failover}
              network:
              - {between: [east, west], latency: {distribution: constant, value: 30ms}}
              events:
              - {at: 30s, cluster: east, fail: {noticed: 5s}, for: 30s}
              expect:
              - {metric: latency.max, route: shop/web, until: 30s, below: 2ms}
              - {metric: status.503, route: shop/web, since: 31s, until: 34s, above: 0.99}
              - {metric: latency.p50, route: shop/web, since: 36s, until: 59s, between: [60ms, 62ms]}
              - {metric: latency.max, route: shop/web, since: 61s, below: 2ms}
              - {metric: requests, backend: shop/web, above: 3000}
            """
        let folder = try TemporaryFolder(["scenario.yaml": scenario, "manifests.yaml": manifests])
        let result = try CompiledScenario(path: folder.path).run()
        #expect(result.isMet, "\(result.expectations.map { "\($0.expected): \($0.observed)" })")
        #expect(result.notModelled == ["infra/edge: its own replicas go on whatever becomes of east"])
    }

    @Test(
        "The scenarios of storms, herds and slow starts hold what they expect",
        arguments: [
            "retry-storm", "retry-storm/with-budget.yaml", "retry-storm/impatient-clients.yaml",
            "retry-storm/with-adaptive-concurrency.yaml", "thundering-herd", "thundering-herd/with-breaker.yaml",
            "slow-start", "slow-start/with-slow-start.yaml",
        ])
    func scenarios(_ name: String) throws {
        let compiled = try CompiledScenario(path: DemoTests.root.appending(path: "scenarios/\(name)").path)
        #expect(compiled.warnings.isEmpty)
        let result = try compiled.run()
        #expect(result.isMet, "\(result.expectations.map(\.observed))")
        #expect(result.notModelled.isEmpty)
    }
}
