import Simulation
import Testing

@testable import Testbed

/// Who gets requests while something is wrong. One unit is a millisecond.
@Suite("Health of replicas") struct ReplicaHealthTests {
    func run(
        replicas: Int, rate: Double = 1, length: Double = 60_000, retry: Treatment.RetryPolicy? = nil,
        requestTimeout: Int64? = nil, gateways: Int = 1, events: [TestbedEvent] = [], service: Double = 1,
        concurrency: Int? = nil, cuts: [Double] = [], _ change: (inout UpstreamPolicy) -> Void
    ) throws -> RunResult {
        var gateway = GatewayModel(gateway: "infra/edge", replicas: gateways)
        change(&gateway.policy)
        let treatment = forward(to: [(cart, 1)], requestTimeout: requestTimeout, retry: retry)
        let station = StationModel(
            replicas: replicas, concurrency: concurrency, serviceTime: try constant(service))
        return try Testbed.run(
            TestbedModel(
                duration: units(length), sources: [poisson(rate, treatment)],
                backends: [BackendModel(backend: cart, station: station)], gateways: [gateway], events: events,
                cuts: cuts.map(units)))
    }

    func lost(
        _ replicas: Int, at time: Double = 10_000, silent: Bool = false, noticed: Double?, for duration: Double? = nil
    )
        -> TestbedEvent
    {
        let effect = Fault.Effect.lost(isSilent: silent, noticed: noticed.map(units))
        return TestbedEvent(
            time: units(time),
            change: .fault(Fault(.backend(cart, replicas: replicas), effect), duration: duration.map(units)))
    }

    @Test("Until endpoints are updated, every tenth request fails at the replica that is gone")
    func unnoticed() throws {
        let result = try run(replicas: 10, events: [lost(1, noticed: 20_000)], cuts: [30_000]) { _ in }
        let failed = result.total.lines[0].statuses[503]
        #expect((1_900...2_100).contains(failed), "a tenth of the 20 000 requests, but \(failed)")
        #expect(result.intervals.last?.measurements.lines[0].statuses[503] == 0)
    }

    @Test("Outlier detection ejects the replica after five failures, and again when it comes back broken")
    func ejection() throws {
        let result = try run(replicas: 10, events: [lost(1, noticed: nil)]) {
            $0.outlierDetection = OutlierDetection()
        }
        let upstream = try #require(result.total.upstreams.first)
        #expect(upstream.ejections == 2 && upstream.readmissions == 1, "30 s, then 60 s: past the end")
        // Five, and when it is back as many again; those who choose learn of the second ejection a second after the return.
        let failed = try result.line.statuses[503]
        #expect((95...125).contains(failed), "\(failed)")
        // Each replica of a gateway finds out by itself.
        let three = try run(replicas: 10, gateways: 3, events: [lost(1, noticed: nil)]) {
            $0.outlierDetection = OutlierDetection()
        }
        let failedAtThree = try three.line.statuses[503]
        #expect((105...150).contains(failedAtThree), "\(failedAtThree)")
    }

    @Test("With retries at other replicas nobody notices")
    func ejectionWithRetries() throws {
        let result = try run(
            replicas: 10, retry: Treatment.RetryPolicy(attempts: 1, backoff: 0), events: [lost(1, noticed: nil)]
        ) {
            $0.outlierDetection = OutlierDetection()
            $0.avoidsTriedReplica = true
        }
        #expect(try result.line.statuses[503] == 0)
        let lost = try result.backend(cart).lost
        #expect((95...125).contains(lost), "\(lost)")
    }

    @Test("Probes take a replica out that refuses connections, and put it back in when it is there again")
    func probes() throws {
        let result = try run(
            replicas: 4, events: [lost(1, noticed: nil, for: 20_000)], cuts: [20_000, 30_000, 34_000]
        ) { $0.healthCheck = HealthCheck() }
        let upstream = try #require(result.total.upstreams.first)
        #expect(upstream.unhealthy == 1)
        // Three probes, 3 s apart, the first within 3 s: six to nine seconds at a quarter of a request a millisecond.
        let failed = try result.line.statuses[503]
        #expect((1_400...2_400).contains(failed), "\(failed)")
        let intervals = result.intervals.map { $0.measurements.lines[0].statuses[503] }
        #expect(intervals[2] == 0 && intervals[3] == 0 && intervals[4] == 0, "\(intervals)")
    }

    @Test("Of a silent replica nothing is heard: requests wait for their timeouts, probes for theirs")
    func silence() throws {
        let result = try run(
            replicas: 4, requestTimeout: units(500), events: [lost(1, silent: true, noticed: nil, for: 20_000)]
        ) { $0.healthCheck = HealthCheck() }
        #expect(try result.line.statuses[503] == 0)
        let timedOut = try result.line.statuses[504]
        #expect((2_100...3_100).contains(timedOut), "three probes, each with its timeout: \(timedOut)")
        #expect(try result.line.latency.max == units(500))
        #expect(result.unfinished == 0)
        // Without a timeout they wait until the replica is back and resets the connections.
        let endless = try run(
            replicas: 4, events: [lost(1, silent: true, noticed: 5_000, for: 20_000)], cuts: [30_000]
        ) { _ in }
        #expect(try endless.line.statuses[503] > 1_000 && endless.unfinished == 0)
        #expect(try (endless.line.latency.max ?? 0) > units(19_000))
    }

    @Test("Below the panic threshold all replicas get requests, the lost ones among them; without it only the good do")
    func panic() throws {
        for (threshold, panics) in [(50.0, true), (0, false)] {
            let result = try run(
                replicas: 5, events: [lost(3, noticed: nil)], cuts: [30_000]
            ) {
                $0.healthCheck = HealthCheck()
                $0.panicThreshold = threshold
            }
            let late = try #require(result.intervals.last?.measurements)
            let share = Double(late.lines[0].statuses[503]) / Double(late.lines[0].requests)
            #expect(panics ? abs(share - 0.6) < 0.02 : share == 0, "\(threshold): \(share)")
            #expect((late.upstreams[0].inPanic > 0) == panics)
        }
        let nobody = try run(replicas: 2, events: [lost(2, noticed: nil)], cuts: [30_000]) {
            $0.healthCheck = HealthCheck()
            $0.panicThreshold = 0
        }
        let late = try #require(nobody.intervals.last?.measurements)
        #expect(late.lines[0].statuses[503] == late.lines[0].requests)
        #expect(late.upstreams[0].noHealthyReplica == late.lines[0].requests)
    }

    @Test("A new replica comes to its share over the window of slow start, by either balancing")
    func slowStart() {
        for balancing in [LoadBalancing.roundRobin, .leastRequest] {
            var policy = UpstreamPolicy()
            policy.slowStart = SlowStart(window: units(30_000))
            var upstream = Upstream(
                policy: policy, loadBalancing: balancing, station: 0, link: 0, balancer: 0, place: 0, proxies: [],
                entity: "test", seed: 1)
            func hosts(_ count: UInt32) -> [(ordinal: UInt32, host: Upstream.Host)] {
                (0..<count).map { ($0, Upstream.Host(replica: $0, joined: .min)) }
            }
            func share(at time: Double) -> Double {
                let picks = (0..<10_000).map { _ in upstream.choose(client: 0, tried: TriedHosts(), at: units(time)) }
                return Double(picks.count { if case .host(3, _) = $0 { true } else { false } }) / 10_000
            }
            _ = upstream.update(hosts(3), at: 0, isStart: true)
            #expect(share(at: 1_000) == 0)
            _ = upstream.update(hosts(4), at: units(10_000), isStart: false)
            // A weight w beside three of 1.
            for (age, weight) in [(0.0, 0.1), (15_000, 0.5), (24_000, 0.8), (30_000, 1), (90_000, 1)] {
                let found = share(at: 10_000 + age)
                #expect(abs(found - weight / (3 + weight)) < 0.02, "\(balancing) after \(age): \(found)")
            }
        }
    }

    @Test("A retry storm outlasts its cause where backends go on with cancelled requests, and a budget ends it")
    func metastability() throws {
        // One server at 0.7 of its capacity; for half a second it takes ten times as long. Timeout 20, three tries.
        func run(ignoring: Bool, budget: Bool) throws -> [RunResult] {
            var gateway = GatewayModel(gateway: "infra/edge")
            if budget { gateway.policy.retryBudget = .concurrent(percent: 20, minimum: 3) }
            var backend = BackendModel(
                backend: cart, station: StationModel(concurrency: 1, serviceTime: try exponential()))
            backend.ignoresCancel = ignoring
            let treatment = forward(
                to: [(cart, 1)], requestTimeout: units(200), backendRequestTimeout: units(20),
                retry: Treatment.RetryPolicy(attempts: 2, backoff: 0))
            let model = TestbedModel(
                duration: units(8_000), sources: [poisson(0.7, treatment)], backends: [backend], gateways: [gateway],
                events: [
                    TestbedEvent(
                        time: units(1_000), change: .slow(cart, factor: 10, replicas: 1, duration: units(500)))
                ], cuts: [units(6_000)])
            return try Testbed.replications(model, count: 5, threads: 2)
        }
        func failures(_ results: [RunResult]) -> Double {
            let late = results.compactMap { $0.intervals.last?.measurements.lines[0] }
            return late.reduce(0) { $0 + Double($1.requests - $1.statuses[200]) / Double($1.requests) } / 5
        }
        let storm = try run(ignoring: true, budget: false)
        #expect(failures(storm) > 0.9, "five seconds after the cause is gone: \(failures(storm))")
        #expect(try storm[0].backend(cart).abandoned > 1_000)
        #expect(failures(try run(ignoring: false, budget: false)) < 0.01, "cancelled work is not done")
        let bounded = try run(ignoring: true, budget: true)
        #expect(failures(bounded) < 0.1, "retries are a fifth at most: \(failures(bounded))")
    }

    @Test("A zone that is lost takes its share of the replicas, and failover goes to the next zone")
    func zones() throws {
        var gateway = GatewayModel(gateway: "infra/edge", replicas: 2)
        gateway.placement = [
            Placement(place: Place(zone: "a"), replicas: 1), Placement(place: Place(zone: "b"), replicas: 1),
        ]
        gateway.policy.locality = .failover
        var backend = BackendModel(
            backend: cart, station: StationModel(replicas: 4, serviceTime: try constant(1)))
        backend.placement = [
            Placement(place: Place(zone: "a"), replicas: 2), Placement(place: Place(zone: "b"), replicas: 2),
        ]
        var model = TestbedModel(
            duration: units(20_000), sources: [poisson(1, forward(to: [(cart, 1)]))], backends: [backend],
            gateways: [gateway],
            events: [
                TestbedEvent(
                    time: units(10_000),
                    change: .fault(Fault(.place("a"), .lost(isSilent: false, noticed: 0)), duration: nil))
            ])
        model.network.paths = [NetworkModel.Path("a", "b", latency: try .constant(units(5)))]
        let result = try Testbed.run(model)
        let (before, after) = (result.intervals[0].measurements, result.intervals[1].measurements)
        #expect(before.lines[0].latency.max == units(1), "all requests stay in their zone")
        #expect(after.lines[0].latency.max == units(11), "those of zone a go to b and back")
        let latency = after.lines[0].latency
        #expect((latency.quantile(0.4) ?? 0) < units(1.1) && (latency.quantile(0.6) ?? 0) > units(10.9))
    }

    @Test("Loss on the network is TCP's retransmission timeout, both ways; delay adds to each way")
    func networkFaults() throws {
        let fault = Fault(.network(from: nil, to: nil), .network(delay: try .constant(units(3)), loss: 0.1))
        let result = try run(
            replicas: 1, rate: 1, length: 30_000, events: [TestbedEvent(time: 0, change: .fault(fault, duration: nil))]
        ) { _ in }
        let latency = try result.line.latency
        // 1 of service, 3 each way; with probability 0.1 a way takes 200 more, with 0.01 600 more, …
        #expect(latency.min == units(7))
        let mean = try #require(latency.mean) / unit
        let expected = 7 + 2 * (1...8).reduce(0.0) { $0 + 200 * Double(1 << ($1 - 1)) * power(0.1, $1) }
        #expect(abs(mean - expected) < 3, "\(mean), expected \(expected)")
        func power(_ base: Double, _ exponent: Int) -> Double {
            (0..<exponent).reduce(1) { product, _ in product * base }
        }
    }
}
