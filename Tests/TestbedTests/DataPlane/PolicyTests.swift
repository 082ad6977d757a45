import Simulation
import Testing

@testable import Testbed

/// What policies do to requests. One unit is a millisecond.
@Suite("Policies between a gateway and a backend") struct PolicyTests {
    func model(
        _ rate: Double, length: Double, warmup: Double = 0, _ station: StationModel,
        retry: Treatment.RetryPolicy? = nil,
        requestTimeout: Int64? = nil, attemptTimeout: Int64? = nil, errors: Double = 0, hop: Double = 0,
        events: [TestbedEvent] = [], _ change: (inout UpstreamPolicy) -> Void
    ) throws -> TestbedModel {
        var gateway = GatewayModel(gateway: "infra/edge", hop: hop > 0 ? try .constant(units(hop)) : nil)
        change(&gateway.policy)
        let treatment = forward(
            to: [(cart, 1)], requestTimeout: requestTimeout, backendRequestTimeout: attemptTimeout, retry: retry)
        return TestbedModel(
            duration: units(length), warmup: units(warmup), sources: [poisson(rate, treatment)],
            backends: [BackendModel(backend: cart, station: station, errorRatio: errors, errorStatus: 503)],
            gateways: [gateway], events: events)
    }

    func upstream(_ result: RunResult) throws -> UpstreamMeasurements { try #require(result.total.upstreams.first) }

    @Test("A pool of c connections with k places to wait is M/M/c/(c + k): its overflow is the blocking probability")
    func poolIsALossSystem() throws {
        for (connections, places, load) in [(2, 3, 1.8), (4, 0, 3.0), (1, 5, 0.9)] {
            let model = try model(load, length: 4_000, warmup: 100, StationModel(serviceTime: try exponential())) {
                $0.connections = ConnectionPolicy()
                $0.circuitBreaker = CircuitBreaker(
                    maxConnections: connections, maxPendingRequests: places == 0 ? connections : places)
            }
            // A request without any connection waits for the one it opens: with k = 0 nobody could ever be sent, so that the
            // limit of requests takes its place there.
            guard places > 0 else { continue }
            let results = try Testbed.replications(model, count: 20, threads: 2)
            // Birth and death: p(n+1) = p(n) λ / min(n + 1, c).
            var weights = [1.0]
            for n in 0..<(connections + places) { weights.append(weights[n] * load / Double(min(n + 1, connections))) }
            let blocking = (weights.last ?? 0) / weights.reduce(0, +)
            let waiting = weights.enumerated().reduce(0.0) { $0 + Double(max($1.offset - connections, 0)) * $1.element }
            let blocked = try results.map { Double(try upstream($0).pendingOverflows) / Double($0.requests) }
            expect(blocked, cover: blocking, precision: 0.1, "\(connections) connections, \(places) places")
            let pending = try results.map { try #require(try upstream($0).pending.mean) }
            expect(pending, cover: waiting / weights.reduce(0, +), precision: 0.1, "pending")
            for result in results {
                #expect(try result.line.statuses[503] == (try upstream(result).pendingOverflows))
                #expect(try upstream(result).connections.max <= Int64(connections))
                try expectConservation(result)
            }
        }
    }

    @Test("A limit of requests is an Erlang loss system")
    func requestLimit() throws {
        let model = try model(3, length: 4_000, warmup: 100, StationModel(serviceTime: try exponential())) {
            $0.circuitBreaker = CircuitBreaker(maxRequests: 4)
        }
        let results = try Testbed.replications(model, count: 20, threads: 2)
        let blocked = try results.map { Double(try upstream($0).requestOverflows) / Double($0.requests) }
        expect(blocked, cover: 0.206106870229, precision: 0.05, "M/M/4/4 at 3 Erlang")
        for result in results { #expect(try result.backend(cart).inSystem.max <= 4) }
    }

    @Test("HTTP/2 carries all requests on one connection; HTTP/1.1 opens as many as are under way at once")
    func connectionsOfVersions() throws {
        for (version, most) in [(ConnectionPolicy.Version.http2, Int64(1)), (.http1, 40)] {
            let station = StationModel(serviceTime: try exponential(10))
            let result = try Testbed.run(
                try model(1, length: 1_000, station, hop: 0.1) {
                    $0.connections = ConnectionPolicy(version: version, connectTime: try? .constant(units(2)))
                })
            let upstream = try upstream(result)
            #expect(upstream.connections.max <= most && upstream.connections.max >= min(most, 10))
            // A request waits for its own connection, or for one that comes free before.
            #expect((upstream.connectionWait.max ?? 0) <= units(2))
            #expect(upstream.connectionWait.count >= UInt64(upstream.connectionsOpened) / 2)
            try expectConservation(result)
        }
    }

    @Test("A connection that is closed after each request costs every request its connect time")
    func oneRequestPerConnection() throws {
        let trace = FixedTrace([0, units(10), units(20)], forward(to: [(cart, 1)]))
        var gateway = GatewayModel(gateway: "infra/edge")
        gateway.policy.connections = ConnectionPolicy(
            maxRequestsPerConnection: 1, connectTime: try .constant(units(3)))
        let result = try Testbed.run(
            TestbedModel(
                duration: units(100), sources: [trace.source()],
                backends: [BackendModel(backend: cart, station: StationModel(serviceTime: try constant(1)))],
                gateways: [gateway]))
        #expect(try result.line.latency.min == units(4) && result.line.latency.max == units(4))
        #expect(try upstream(result).connectionsOpened == 3)
        gateway.policy.connections?.maxRequestsPerConnection = nil
        let kept = try Testbed.run(
            TestbedModel(
                duration: units(100), sources: [trace.source()],
                backends: [BackendModel(backend: cart, station: StationModel(serviceTime: try constant(1)))],
                gateways: [gateway]))
        #expect(try kept.line.latency.min == units(1) && kept.line.latency.max == units(4))
        #expect(try upstream(kept).connectionsOpened == 1)
    }

    @Test("A timeout resets the HTTP/1.1 connection of its attempt, and only the stream of an HTTP/2 one")
    func timeoutsCostConnections() throws {
        for version in ConnectionPolicy.Version.allCases {
            let station = StationModel(serviceTime: try constant(10))
            let result = try Testbed.run(
                try model(0.2, length: 2_000, station, requestTimeout: units(4)) {
                    $0.connections = ConnectionPolicy(version: version)
                })
            let opened = try upstream(result).connectionsOpened
            #expect(version == .http2 ? opened == 1 : opened > result.requests * 8 / 10, "\(version): \(opened)")
            #expect(try result.line.statuses[504] > 0)
            try expectConservation(result)
        }
    }

    @Test("A retry budget bounds the load of retries when everything fails")
    func retryBudget() throws {
        let station = StationModel(serviceTime: try exponential(10))
        let retry = Treatment.RetryPolicy(attempts: 3, codes: [503], backoff: units(1))
        func attempts(_ change: (inout UpstreamPolicy) -> Void) throws -> (Double, RunResult) {
            let result = try Testbed.run(
                try model(10, length: 5_000, station, retry: retry, errors: 1, change))
            let sent = try result.line.branches.reduce(0) { $0 + $1.requests }
            return (Double(sent) / Double(result.requests), result)
        }
        let without = try attempts { _ in }
        #expect(abs(without.0 - 4) < 0.05)
        let concurrent = try attempts { $0.retryBudget = .concurrent(percent: 20, minimum: 3) }
        // Retries under way (waits among them) are a fifth of what is under way at most.
        #expect(concurrent.0 < 1.35 && concurrent.0 > 1.05, "\(concurrent.0)")
        #expect(try upstream(concurrent.1).retryOverflows > 10_000)
        let rate = try attempts {
            $0.retryBudget = .rate(percent: 20, interval: units(500), minimum: 0, minimumInterval: units(100))
        }
        #expect(rate.0 < 1.27 && rate.0 > 1.2, "a fifth of all attempts are retries: \(rate.0)")
        try expectConservation(rate.1)
        let breaker = try attempts { $0.circuitBreaker = CircuitBreaker(maxRequests: 1_000_000, maxRetries: 3) }
        #expect(breaker.0 < 1.1)
    }

    @Test("Without a budget, attempts follow the geometric law of the reference")
    func geometricRetries() throws {
        let station = StationModel(serviceTime: try exponential(1))
        let retry = Treatment.RetryPolicy(attempts: 2, codes: [503], backoff: 0)
        let results = try Testbed.replications(
            try model(10, length: 2_000, station, retry: retry, errors: 0.1) { $0.avoidsTriedReplica = true },
            count: 20,
            threads: 2)
        let attempts = try results.map { result in
            Double(try result.line.branches.reduce(0) { $0 + $1.requests }) / Double(result.requests)
        }
        expect(attempts, cover: (1 - 0.1 * 0.1 * 0.1) / (1 - 0.1), precision: 0.01, "attempts")
        let failures = try results.map { try Double($0.line.statuses[503]) / Double($0.requests) }
        expect(failures, cover: 0.001, precision: 0.3, "final failures")
    }

    @Test("The full scan of least request joins the shortest queue")
    func shortestQueue() throws {
        for (choices, replicas, load, value) in [
            (UpstreamPolicy.Choices.all, 2, 0.8, 2.95573661764), (.distinct(2), 3, 0.8, 2.50999978885),
        ] {
            let station = StationModel(replicas: replicas, concurrency: 1, serviceTime: try exponential())
            let model = try model(load * Double(replicas), length: 6_000, warmup: 200, station) {
                $0.loadBalancing = .leastRequest
                $0.choices = choices
            }
            let results = try Testbed.replications(model, count: 20, threads: 2)
            expect(try results.map { try $0.meanLatency }, cover: value, precision: 0.08, "\(choices)")
        }
    }
}
