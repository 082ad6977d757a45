import Simulation
import Testing

@testable import Testbed

/// The testbed against closed forms of queueing theory. Times are in units of the mean service time.
@Suite struct QueueingTests {
    func run(
        _ station: StationModel, rate: Double, length: Double, loadBalancing: LoadBalancing = .roundRobin
    ) throws -> [RunResult] {
        let warmup = 200.0
        let model = TestbedModel(
            duration: units(warmup + length), warmup: units(warmup),
            sources: [poisson(rate, forward(to: [(cart, 1)]))],
            backends: [BackendModel(backend: cart, station: station)],
            gateways: [GatewayModel(gateway: "infra/edge", loadBalancing: loadBalancing)])
        return try Testbed.replications(model, count: 20, threads: 2)
    }

    @Test func oneServer() throws {
        let results = try run(StationModel(concurrency: 1, serviceTime: exponential()), rate: 0.5, length: 9_000)
        // M/M/1: E[T] = 1/(μ − λ), E[Wq] = ρ/(μ − λ), L = ρ/(1 − ρ), T exponential.
        expect(try results.map { try $0.meanLatency }, cover: 2, precision: 0.04, "response")
        let stations = try results.map { try $0.backend(cart) }
        expect(try stations.map { try #require($0.wait.mean) / unit }, cover: 1, precision: 0.08, "wait")
        expect(try stations.map { try #require($0.utilization) }, cover: 0.5, precision: 0.02, "utilisation")
        expect(try stations.map { try #require($0.inSystem.mean) }, cover: 1, precision: 0.08, "in system")
        expect(try stations.map { try #require($0.waiting.mean) }, cover: 0.5, precision: 0.12, "waiting")
        let quantiles = try stations.map { Double(try #require($0.latency.quantile(0.95))) / unit }
        expect(quantiles, cover: 2 * 2.995732, precision: 0.08, "95 % of responses")
    }

    /// The probability of waiting in M/M/c, by Erlang's recursion.
    func erlangC(_ load: Double, servers: Int) -> Double {
        var blocking = 1.0
        for k in 1...servers { blocking = load * blocking / (Double(k) + load * blocking) }
        return Double(servers) * blocking / (Double(servers) - load * (1 - blocking))
    }

    @Test(arguments: [2, 4, 16]) func severalServers(servers: Int) throws {
        let rate = 0.8 * Double(servers)
        let results = try run(
            StationModel(concurrency: servers, serviceTime: exponential()), rate: rate, length: 12_000 / rate)
        let wait = erlangC(rate, servers: servers) / (Double(servers) - rate)
        expect(try results.map { try $0.meanLatency }, cover: 1 + wait, precision: 0.12, "response")
        let stations = try results.map { try $0.backend(cart) }
        expect(try stations.map { try #require($0.wait.mean) / unit }, cover: wait, precision: 0.25, "wait")
        expect(try stations.map { try #require($0.utilization) }, cover: 0.8, precision: 0.02, "utilisation")
    }

    @Test func constantServiceHalvesTheWait() throws {
        // Pollaczek and Khinchine: E[Wq] = λ E[S²]/(2 (1 − ρ)).
        let results = try run(StationModel(concurrency: 1, serviceTime: constant(1)), rate: 0.7, length: 6_000)
        let waits = try results.map { try #require($0.backend(cart).wait.mean) / unit }
        expect(waits, cover: 0.7 / 2 / 0.3, precision: 0.1)
    }

    @Test func variableServiceLengthensTheWait() throws {
        let service = ServiceTime.distribution(try .gamma(mean: unit, cv: 2))
        let results = try run(StationModel(concurrency: 1, serviceTime: service), rate: 0.5, length: 12_000)
        let waits = try results.map { try #require($0.backend(cart).wait.mean) / unit }
        expect(waits, cover: 0.5 * 5 / 2 / 0.5, precision: 0.2)
    }

    @Test func sharingMakesTheDistributionIrrelevant() throws {
        // M/G/1-PS: E[T] = E[S]/(1 − ρ), whatever the distribution.
        let services: [ServiceTime] = [
            try constant(1), try exponential(), .distribution(try .gamma(mean: unit, cv: 2)),
        ]
        for service in services {
            let station = StationModel(discipline: .processorSharing, serviceTime: service)
            let results = try run(station, rate: 0.7, length: 6_000)
            expect(try results.map { try $0.meanLatency }, cover: 1 / 0.3, precision: 0.15, "response")
            let utilizations = try results.map { try #require($0.backend(cart).utilization) }
            expect(utilizations, cover: 0.7, precision: 0.04, "utilisation")
        }
    }

    @Test func aFullQueueTurnsRequestsAway() throws {
        // M/M/c/K: birth and death on 0 … K; blocking is the share of time in K.
        let (servers, places, rate) = (2, 3, 1.8)
        var weights = [1.0]
        for k in 1...(servers + places) { weights.append(weights[k - 1] * rate / Double(min(k, servers))) }
        let blocking = weights[servers + places] / weights.reduce(0, +)
        let station = StationModel(concurrency: servers, queue: places, serviceTime: try exponential())
        let results = try run(station, rate: rate, length: 5_000)
        let shares = try results.map { result in
            let line = try result.line
            #expect(line.statuses[503] == (try result.backend(cart)).refused)
            return Double(line.statuses[503]) / Double(line.requests)
        }
        expect(shares, cover: blocking, precision: 0.08)
    }

    @Test func noLimitMeansNoWaiting() throws {
        let results = try run(StationModel(serviceTime: exponential()), rate: 5, length: 1_000)
        expect(try results.map { try $0.meanLatency }, cover: 1, precision: 0.02)
        for result in results {
            #expect(try result.backend(cart).utilization == nil)
            #expect(try result.backend(cart).wait.max == 0)
        }
    }

    @Test func usersWhoThinkAreAClosedNetwork() throws {
        // Mean value analysis (Reiser & Lavenberg 1980) of 10 users, think time 8, one server.
        var waiting = 0.0
        var response = 0.0
        for users in 1...10 {
            response = 1 + waiting
            waiting = Double(users) / (8 + response) * response
        }
        let source = TrafficSource(
            name: "users",
            content: .mix(
                arrivals: .closed(users: 10, thinkTime: try .exponential(mean: 8 * unit)), weights: [1],
                treatments: [[forward(to: [(cart, 1)])]]))
        let model = TestbedModel(
            duration: units(5_500), warmup: units(500), sources: [source],
            backends: [
                BackendModel(backend: cart, station: StationModel(concurrency: 1, serviceTime: try exponential()))
            ])
        let results = try Testbed.replications(model, count: 20, threads: 2)
        expect(try results.map { try $0.meanLatency }, cover: response, precision: 0.05, "response")
        let throughputs = results.map { Double($0.requests) / 5_000 }
        expect(throughputs, cover: 10 / (8 + response), precision: 0.02, "throughput")
    }

    @Test func aGatewayInFrontOfASplitIsAJacksonNetwork() throws {
        // Gateway M/M/1 of mean ½, hops of 0.1, split 9 : 1, services M/M/4 of mean 3: each as if it were alone.
        func response(_ rate: Double) -> Double {
            3 + erlangC(rate * 3, servers: 4) / (4.0 / 3 - rate)
        }
        let expected = 0.5 / (1 - 0.5) + 0.2 + 0.9 * response(0.9) + 0.1 * response(0.1)
        let service = StationModel(concurrency: 4, serviceTime: try exponential(3))
        let model = TestbedModel(
            duration: units(5_200), warmup: units(200),
            sources: [poisson(1, forward(to: [(cart, 9), (payment, 1)]))],
            backends: [
                BackendModel(backend: cart, station: service), BackendModel(backend: payment, station: service),
            ],
            gateways: [
                GatewayModel(
                    gateway: "infra/edge", station: StationModel(concurrency: 1, serviceTime: try exponential(0.5)),
                    hop: try .constant(units(0.1)))
            ])
        let results = try Testbed.replications(model, count: 20, threads: 2)
        expect(try results.map { try $0.meanLatency }, cover: expected, precision: 0.06, "response")
        for result in results {
            let gateway = try #require(result.total.gateways.first)
            #expect(abs(try #require(gateway.station?.utilization) - 0.5) < 0.06)
        }
    }

    @Test func roundRobinSmoothsArrivals() throws {
        // Poisson dealt in turn to two servers: E2/M/1 at each, σ = (nρ/(nρ + 1 − σ))ⁿ, E[T] = 1/(1 − σ).
        var sigma = 0.5
        for _ in 0..<200 {
            let ratio = 1.4 / (1.4 + 1 - sigma)
            sigma = ratio * ratio
        }
        let results = try run(
            StationModel(replicas: 2, concurrency: 1, serviceTime: exponential()), rate: 1.4, length: 6_000)
        expect(try results.map { try $0.meanLatency }, cover: 1 / (1 - sigma), precision: 0.08)
    }

    @Test func randomBalancingLeavesEachReplicaToItself() throws {
        let results = try run(
            StationModel(replicas: 4, concurrency: 1, serviceTime: exponential()), rate: 2, length: 4_000,
            loadBalancing: .random)
        expect(try results.map { try $0.meanLatency }, cover: 2, precision: 0.06)
    }

    @Test func theLesserOfTwoIsBetterThanRoundRobin() throws {
        let station = StationModel(replicas: 10, concurrency: 1, serviceTime: try exponential())
        let two = try run(station, rate: 8, length: 1_000, loadBalancing: .leastRequest).map { try $0.meanLatency }
        let turns = try run(station, rate: 8, length: 1_000).map { try $0.meanLatency }
        let difference = ConfidenceInterval(zip(turns, two).map { $0 - $1 }, confidence: 0.999)
        #expect(difference.mean > difference.halfWidth)
    }
}
