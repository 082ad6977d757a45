import Simulation
import Testing

@testable import Testbed

/// Replicas that come and go. One unit is a millisecond.
@Suite("Scaling and rolling updates") struct LifecycleTests {
    func backend(_ replicas: Int, concurrency: Int = 1, service: Double = 10) throws -> BackendModel {
        BackendModel(
            backend: cart,
            station: StationModel(replicas: replicas, concurrency: concurrency, serviceTime: try exponential(service)))
    }

    func run(
        _ backend: BackendModel, rate: Double, length: Double, events: [TestbedEvent] = [], cuts: [Double] = [],
        retry: Treatment.RetryPolicy? = nil
    ) throws -> RunResult {
        try Testbed.run(
            TestbedModel(
                duration: units(length), sources: [poisson(rate, forward(to: [(cart, 1)], retry: retry))],
                backends: [backend], events: events, cuts: cuts.map(units)))
    }

    @Test("An autoscaler brings the utilisation to its target, and the replicas take their time to start")
    func autoscaling() throws {
        // 0.08 a millisecond of 100 ms each are 8 servers' work; at a target of 0.5 that is 16 replicas.
        var backend = try backend(2, service: 100)
        backend.autoscaling = Autoscaling(minReplicas: 1, maxReplicas: 40, metric: .utilization(0.5))
        backend.lifecycle.startup = try .constant(units(20_000))
        let result = try run(backend, rate: 0.08, length: 1_800_000, cuts: [900_000])
        let late = try #require(result.intervals.last?.measurements.backends.first?.station)
        let utilization = try #require(late.utilization)
        #expect(abs(utilization - 0.5) < 0.07, "\(utilization)")
        let servers = try #require(late.servers.mean)
        #expect((13.5...19).contains(servers), "\(servers)")
        // A server that is always busy is twice its target: no look says more than that.
        #expect(result.log.first?.what == "store/cart scales from 2 to 4 replicas")
        #expect(try result.backend(cart).servers.max <= 40)
        try expectConservation(result)
    }

    @Test(
        "Who has not finished when the grace period ends is lost with its replica; without one it may take as long as it likes"
    )
    func gracePeriod() throws {
        for (grace, lost) in [(Int64?.none, UInt64(0)), (units(30), 1), (units(200), 0)] {
            var backend = BackendModel(
                backend: cart, station: StationModel(replicas: 1, serviceTime: try constant(100)))
            backend.lifecycle.gracePeriod = grace
            let result = try Testbed.run(
                TestbedModel(
                    duration: units(1_000), sources: [FixedTrace([0], forward(to: [(cart, 1)])).source()],
                    backends: [backend], events: [TestbedEvent(time: units(10), change: .scale(cart, replicas: 0))]))
            #expect(try result.backend(cart).lost == lost)
            #expect(try result.line.latency.max == (lost == 1 ? units(40) : units(100)), "ten of life, thirty of grace")
            #expect(try result.line.statuses[503] == lost)
        }
    }

    @Test("A rolling update waits until a new pod has been ready for minReady, though it serves at once")
    func availability() throws {
        for minReady in [0, units(3_000)] {
            var backend = try backend(2, service: 1)
            backend.lifecycle.startup = try .constant(units(1_000))
            var update = RollingUpdate(maxSurge: .pods(1), maxUnavailable: .pods(0))
            update.minReady = minReady
            let result = try run(
                backend, rate: 0.1, length: 20_000,
                events: [TestbedEvent(time: 0, change: .rollout(cart, update))])
            let end = try #require(result.log.first { $0.what == "store/cart has finished its rolling update" })
            // Two pods, one after the other: each starts for a second and is looked at for minReady.
            #expect(end.time == 2 * (units(1_000) + minReady), "\(end.time)")
        }
    }

    @Test("What starts is not there yet: nobody sends to it, and it is no server")
    func startup() throws {
        var backend = try backend(1, service: 1)
        backend.lifecycle.startup = try .constant(units(5_000))
        let scale = TestbedEvent(time: units(10_000), change: .scale(cart, replicas: 2))
        let result = try run(backend, rate: 0.1, length: 30_000, events: [scale], cuts: [15_000])
        let servers = result.intervals.map { $0.measurements.backends[0].station.servers.mean }
        #expect(servers == [1, 1, 2])
    }

    @Test("A cold replica is slow at first and warm at the end")
    func coldStart() throws {
        var backend = BackendModel(
            backend: cart, station: StationModel(replicas: 1, serviceTime: try constant(1)))
        backend.lifecycle.coldStart = Lifecycle.ColdStart(factor: 5, duration: units(10_000))
        let scale = TestbedEvent(time: units(10_000), change: .scale(cart, replicas: 2))
        let result = try run(backend, rate: 1, length: 30_000, events: [scale], cuts: [20_500])
        let intervals = result.intervals.map { $0.measurements.lines[0].latency }
        #expect(intervals[0].max == units(1) && intervals[2].max == units(1))
        // Half of the requests go to the new one: (1 + 3) / 2 on the average.
        #expect(intervals[1].max == units(5))
        #expect(abs(try #require(intervals[1].mean) / unit - 1.95) < 0.15)
    }

    @Test("A rolling update loses nothing while proxies know in time, and what comes too late where they do not")
    func rollout() throws {
        for (preStop, loses) in [(2_000.0, false), (0, true)] {
            var backend = try backend(8, concurrency: 4)
            backend.lifecycle.startup = try .constant(units(3_000))
            backend.lifecycle.endpointLag = units(1_000)
            backend.lifecycle.preStop = units(preStop)
            let event = TestbedEvent(time: units(5_000), change: .rollout(cart, RollingUpdate()))
            let result = try run(backend, rate: 1, length: 60_000, events: [event])
            #expect(
                result.log.map(\.what) == [
                    "store/cart begins a rolling update", "store/cart has finished its rolling update",
                ])
            let failed = try result.line.statuses[503]
            #expect(loses ? failed > 500 : failed == 0, "\(failed)")
            // A quarter more at most, and a quarter fewer.
            #expect(try result.backend(cart).servers.max <= 4 * 12)
            try expectConservation(result)
        }
    }

    @Test("Retries hide what a hasty termination loses")
    func rolloutWithRetries() throws {
        var backend = try backend(8, concurrency: 4)
        backend.lifecycle.startup = try .constant(units(3_000))
        backend.lifecycle.endpointLag = units(500)
        let event = TestbedEvent(time: units(5_000), change: .rollout(cart, RollingUpdate()))
        let result = try run(
            backend, rate: 1, length: 60_000, events: [event],
            retry: Treatment.RetryPolicy(attempts: 4, backoff: units(25)))
        #expect(try result.backend(cart).lost > 100)
        #expect(try Double(result.line.statuses[503]) < 0.02 * Double(result.backend(cart).lost))
    }

    @Test("The same model gives the same bytes on any number of threads")
    func determinism() throws {
        var backend = try backend(4, concurrency: 2)
        backend.autoscaling = Autoscaling(minReplicas: 2, maxReplicas: 12, metric: .requestRate(60))
        backend.lifecycle.startup = try .exponential(mean: 5_000 * unit)
        backend.ignoresCancel = true
        var gateway = GatewayModel(gateway: "infra/edge", replicas: 3, hop: try .constant(units(0.2)))
        gateway.policy.connections = ConnectionPolicy(connectTime: try .constant(units(1)))
        gateway.policy.circuitBreaker = CircuitBreaker(maxConnections: 6, maxPendingRequests: 20)
        gateway.policy.outlierDetection = OutlierDetection()
        gateway.policy.healthCheck = HealthCheck()
        gateway.policy.slowStart = SlowStart(window: units(5_000))
        gateway.policy.retryBudget = .rate(
            percent: 20, interval: units(5_000), minimum: 3, minimumInterval: units(1_000))
        let treatment = forward(
            to: [(cart, 1)], requestTimeout: units(60), backendRequestTimeout: units(30),
            retry: Treatment.RetryPolicy(attempts: 2, codes: [503]))
        let lost = Fault(.backend(cart, replicas: 2), .lost(isSilent: true, noticed: units(3_000)))
        let model = TestbedModel(
            duration: units(60_000), sources: [poisson(0.4, treatment)], backends: [backend], gateways: [gateway],
            events: [
                TestbedEvent(time: units(10_000), change: .fault(lost, duration: units(10_000))),
                TestbedEvent(time: units(30_000), change: .rollout(cart, RollingUpdate())),
            ])
        let one = try Testbed.replications(model, count: 4, threads: 1)
        let two = try Testbed.replications(model, count: 4, threads: 2)
        #expect(one == two)
        for result in one { try expectConservation(result) }
        #expect(one[0].total != one[1].total)
    }
}
