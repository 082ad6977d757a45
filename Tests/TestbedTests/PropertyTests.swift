import Simulation
import Testing

@testable import Testbed

/// What holds in every run, whatever the model.
@Suite struct PropertyTests {
    /// A random model whose traffic ends well before the run does.
    func randomModel(_ seed: UInt64) throws -> TestbedModel {
        var dice = RandomStream(seed: seed, entity: "test", purpose: "model")
        func pick<Value>(_ values: [Value]) -> Value { values[Int(dice.integer(below: UInt64(values.count)))] }
        func station() throws -> StationModel {
            StationModel(
                replicas: pick([1, 2, 5]), concurrency: pick([nil, 1, 1, 3]), queue: pick([nil, 0, 2, 10]),
                discipline: pick([.fifo, .fifo, .processorSharing]),
                serviceTime: pick([try exponential(2), try constant(1), try constant(0), .observed]))
        }
        let splits: [[(BackendIdentity, UInt64)]] = [
            [(cart, 1)], [(cart, 9), (payment, 1)], [(cart, 0), (payment, 3)],
        ]
        func treatment(_ name: String) -> Treatment {
            let retry = Treatment.RetryPolicy(
                attempts: pick([1, 3]), codes: pick([[], [500, 503]]), backoff: pick([nil, 0, units(3)]))
            return forward(
                to: pick(splits), line: name,
                mirrors: pick([[], [Treatment.MirrorBranch(backend: payment, fraction: pick([1, 0.3]))]]),
                requestTimeout: pick([nil, units(4), units(20)]), backendRequestTimeout: pick([nil, units(3)]),
                retry: pick([nil, retry, retry]))
        }
        func change() -> TestbedEvent.Change {
            let backend = pick([cart, payment])
            let duration = pick([nil, units(40)])
            return pick([
                .apply(version: 1), .fail(backend, replicas: pick([1, 9]), duration: duration),
                .slow(backend, factor: 4, replicas: 1, duration: duration), .scale(backend, replicas: pick([0, 1, 4])),
            ])
        }
        let times = (0..<100).map { Int64($0) * units(3) }
        var model = TestbedModel(
            seed: seed, duration: units(20_000),
            sources: [
                poisson(pick([0.3, 1]), name: "a", until: 300, treatment("a"), treatment("a")),
                FixedTrace(times, observed: times.map { $0 % 7_000_000 }, treatment("b"), treatment("c")).source(
                    name: "b"),
            ],
            backends: try [cart, payment].map {
                BackendModel(backend: $0, station: try station(), errorRatio: pick([0, 0.2]))
            },
            gateways: [
                GatewayModel(
                    gateway: "infra/edge",
                    loadBalancing: pick([.roundRobin, .random, .leastRequest, .ringHash, .maglev]),
                    overhead: pick([nil, try .exponential(mean: unit)]),
                    station: pick([nil, StationModel(replicas: 2, concurrency: 1, serviceTime: try exponential(0.3))]),
                    replicas: 2, hop: pick([nil, try .uniform(min: 0, max: unit)]))
            ],
            events: (0..<Int(pick([0, 2, 6]))).map { index in
                TestbedEvent(time: units(Double(index) * 40 + 10), change: change())
            })
        try addRareThings(to: &model, seed)
        return model
    }

    /// What few models have: impatient clients, filters, policies, splits in turn.
    private func addRareThings(to model: inout TestbedModel, _ seed: UInt64) throws {
        var dice = RandomStream(seed: seed, entity: "test", purpose: "rare things")
        func pick<Value>(_ values: [Value]) -> Value { values[Int(dice.integer(below: UInt64(values.count)))] }
        if case .mix(let arrivals, let weights, var treatments) = model.sources[0].content, dice.happens(0.5) {
            let retry = ClientBehavior.Retry(
                attempts: pick([1, 3]), codes: pick([[], [503]]), backOff: BackOff(base: pick([0, units(2)])))
            for version in treatments.indices {
                treatments[version][0].client = ClientBehavior(
                    source: "a", timeout: pick([nil, units(2), units(10)]), retry: pick([nil, retry, retry]))
                treatments[version][0].splitsInTurn = dice.happens(0.5)
            }
            model.sources[0].content = .mix(arrivals: arrivals, weights: weights, treatments: treatments)
        }
        if dice.happens(0.3) {
            model.gateways[0].filters = [
                GatewayFilter(
                    .fault(
                        FaultFilter(
                            delay: try .exponential(mean: 2 * unit), delayShare: 0.5, abortStatus: 503, abortShare: 0.1)
                    ), route: pick([nil, "store/a"])),
                GatewayFilter(.rateLimit(RateLimit(maxTokens: 20, tokensPerFill: 5, fillInterval: units(10)))),
                GatewayFilter(.admissionControl(AdmissionControl())),
            ]
        }
        if dice.happens(0.4) {
            var policy = UpstreamPolicy()
            policy.weights = pick([nil, [3, 1]])
            policy.outlierDetection = pick([nil, OutlierDetection(consecutive5xx: 2)])
            policy.connections = pick([nil, ConnectionPolicy(connectTime: try .constant(units(1)))])
            policy.connections?.preconnectRatio = pick([1, 2])
            policy.circuitBreaker = pick([nil, CircuitBreaker(maxConnections: 3, maxPendingRequests: 5)])
            policy.avoidsTriedReplica = pick([nil, true])
            policy.hashing = pick([nil, UpstreamPolicy.Hashing()])
            policy.hashing?.balanceFactor = 125
            model.gateways[0].policy = policy
        }
        if dice.happens(0.3) { model.backends[0].lifecycle.gracePeriod = units(5) }
    }

    @Test(arguments: 1...60) func nothingIsLostAndNothingIsLeft(seed: UInt64) throws {
        let model = try randomModel(seed)
        var engine = Engine(model)
        let result = try engine.run()
        #expect(result.requests > 100, "seed \(seed)")
        #expect(result.unfinished == 0, "seed \(seed)")
        try expectConservation(result)
        // Where nothing is left to do, no slot is in use and no level is above zero.
        #expect(engine.requests.count == 0 && engine.tries.count == 0, "seed \(seed)")
        for clients in result.total.clients {
            #expect(clients.unfinished == 0 && clients.statuses.total == clients.requests, "seed \(seed)")
        }
        for station in 0..<UInt32(engine.stations.peak) {
            #expect(engine.stations[station].inSystem.level == 0, "seed \(seed)")
            #expect(
                engine.stations[station].waiting.level == 0 && engine.stations[station].busy.level == 0, "seed \(seed)")
        }
        #expect(engine.activeRequests.allSatisfy { $0.allSatisfy { $0 == 0 } }, "seed \(seed)")
        // Little's law, to the last nanosecond: all requests together spent as long at the gateway as it held them.
        let gateway = try #require(result.total.gateways.first)
        #expect(UInt128(gateway.inSystem.integral) == gateway.latency.sum, "seed \(seed)")
        for backend in result.total.backends where backend.station.cancelled + backend.station.lost == 0 {
            #expect(UInt128(backend.station.inSystem.integral) == backend.station.latency.sum, "seed \(seed)")
            #expect(UInt128(backend.station.waiting.integral) == backend.station.wait.sum, "seed \(seed)")
        }
    }

    @Test(arguments: 1...10) func theSameModelGivesTheSameResultOnAnyNumberOfThreads(seed: UInt64) throws {
        let model = try randomModel(seed)
        let one = try Testbed.replications(model, count: 4, threads: 1)
        let two = try Testbed.replications(model, count: 4, threads: 2)
        let many = try Testbed.replications(model, count: 4, threads: 9)
        #expect(one == two && two == many, "seed \(seed)")
        #expect(one[0] == (try Testbed.run(model)), "seed \(seed)")
        #expect(Set(one.map(\.events)).count > 1, "seed \(seed)")
    }

    @Test(arguments: 1...10) func intervalsAddUpToTheTotalAndReplicationsInAnyOrder(seed: UInt64) throws {
        let results = try Testbed.replications(randomModel(seed), count: 3)
        for result in results {
            let requests = result.intervals.reduce(0) { $0 + $1.measurements.lines.reduce(0) { $0 + $1.requests } }
            #expect(requests == result.total.lines.reduce(0) { $0 + $1.requests })
        }
        var left = results[0]
        left.merge(results[1])
        left.merge(results[2])
        var right = results[1]
        right.merge(results[2])
        var whole = results[0]
        whole.merge(right)
        #expect(left.total == whole.total && left.requests == whole.requests)
        #expect(left.replications == 3)
    }

    @Test func aChangeOfOneBackendLeavesTheDrawsOfAllOthers() throws {
        func run(_ service: ServiceTime, attempts: Int) throws -> RunResult {
            let retry = Treatment.RetryPolicy(attempts: attempts, codes: [500])
            let station = StationModel(replicas: 3, concurrency: 1, serviceTime: service)
            return try Testbed.run(
                TestbedModel(
                    duration: units(3000),
                    sources: [
                        poisson(1, name: "a", forward(to: [(cart, 1)], line: "a")),
                        poisson(1, name: "b", forward(to: [(payment, 1)], line: "b", retry: retry)),
                    ],
                    backends: [
                        BackendModel(
                            backend: cart,
                            station: StationModel(replicas: 3, concurrency: 1, serviceTime: try exponential())),
                        BackendModel(backend: payment, station: station, errorRatio: 0.1),
                    ],
                    gateways: [
                        GatewayModel(
                            gateway: "infra/edge", loadBalancing: .leastRequest, overhead: try .exponential(mean: unit),
                            hop: try .exponential(mean: unit))
                    ]))
        }
        let before = try run(try exponential(1), attempts: 1)
        let after = try run(.distribution(try .lognormal(mean: 2 * unit, cv: 2)), attempts: 3)
        func named(_ name: String, _ result: RunResult) throws -> LineMeasurements {
            try #require(result.total.lines.first { $0.identity == line(name) })
        }
        #expect(try named("a", before) == named("a", after))
        #expect(try before.backend(cart) == after.backend(cart))
        #expect(try before.backend(payment) != after.backend(payment))
        #expect(before.requests == after.requests)
    }

    @Test func aLongRunTellsHowFarItIs() throws {
        var seen: [Double] = []
        let model = TestbedModel(duration: units(200), sources: [poisson(1000, forward(to: [(cart, 1)]))])
        let result = try Testbed.run(model) { seen.append($0) }
        #expect(result.events > 131_072 && !seen.isEmpty)
        #expect(seen == seen.sorted() && seen.allSatisfy { (0...1).contains($0) })
    }

    @Test func weightsThatShiftLeaveTheArrivalsAsTheyWere() throws {
        func run(_ weight: UInt64) throws -> RunResult {
            try Testbed.run(
                TestbedModel(
                    duration: units(2000), sources: [poisson(5, forward(to: [(cart, 10), (payment, weight)]))]))
        }
        let before = try run(1)
        let after = try run(5)
        #expect(before.requests == after.requests)
    }

    @Test func anOverloadBeyondMemoryIsStoppedWithAnError() throws {
        let station = StationModel(concurrency: 1, serviceTime: try constant(1000))
        var engine = Engine(
            TestbedModel(
                duration: units(1000), sources: [poisson(10, forward(to: [(cart, 1)]))],
                backends: [BackendModel(backend: cart, station: station)]))
        engine.mostRequests = 500
        do {
            _ = try engine.run()
            Issue.record("went on")
        } catch {
            guard case .tooManyRequests(_, 500) = error as? TestbedError else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func aModelWithoutTimeIsStoppedWithAnError() throws {
        let source = TrafficSource(
            name: "users",
            content: .mix(
                arrivals: .closed(users: 1, thinkTime: try .constant(0)), weights: [1],
                treatments: [[forward(to: [(cart, 1)])]]))
        var engine = Engine(TestbedModel(duration: units(10), sources: [source]))
        engine.mostSimultaneousEvents = 1000
        do {
            _ = try engine.run()
            Issue.record("went on for ever")
        } catch {
            #expect(error as? TestbedError == .timeStandsStill(at: 0))
        }
    }
}
