import Simulation
import Testing

@testable import Testbed

/// What happens to single requests, at times that can be followed by hand. One unit is a millisecond.
@Suite struct RequestLifeTests {
    func run(
        _ sources: [TrafficSource], _ backends: [BackendModel] = [], gateway: GatewayModel? = nil,
        events: [TestbedEvent] = [], duration: Double = 1000, warmup: Double = 0
    ) throws -> RunResult {
        try Testbed.run(
            TestbedModel(
                duration: units(duration), warmup: units(warmup), sources: sources, backends: backends,
                gateways: gateway.map { [$0] } ?? [], events: events))
    }

    func server(_ backend: BackendIdentity = cart, time: Double, queue: Int? = nil) throws -> BackendModel {
        BackendModel(
            backend: backend, station: StationModel(concurrency: 1, queue: queue, serviceTime: try constant(time)))
    }

    @Test func aRequestTakesOverheadHopsAndService() throws {
        let gateway = GatewayModel(
            gateway: "infra/edge", overhead: try .constant(units(1)),
            station: StationModel(concurrency: 1, serviceTime: try constant(2)), hop: try .constant(units(3)))
        let trace = FixedTrace([0, units(1)], forward(to: [(cart, 1)]))
        let result = try run([trace.source()], [try server(time: 10)], gateway: gateway)
        // The first: 2 + 1 + 3 + 10 + 3. The second waits 1 at the gateway, comes 2 after the first to the replica, and
        // waits 8 there.
        #expect(try result.line.latency.min == units(19))
        #expect(try result.line.latency.max == units(28))
        #expect(try result.backend(cart).wait.max == units(8))
        #expect(result.total.gateways.first?.station?.wait.max == units(1))
        #expect(result.total.gateways.first?.latency == (try result.line.latency))
        #expect(result.requests == 2 && result.unfinished == 0)
    }

    @Test func aTraceCountsFromItsFirstRequest() throws {
        let start = Int64(1_763_860_000) * 1_000_000_000
        let trace = FixedTrace([start, start + units(10), start + units(20)], forward(to: [(cart, 1)]))
        let slow = try run([trace.source()], duration: 15)
        #expect(slow.requests == 2)
        let fast = try run([trace.source(speed: 2)], duration: 15)
        #expect(fast.requests == 3)
        // Three requests in 20 and a mean gap of 10: every round of the trace takes 30.
        let again = try run([trace.source(repeats: true)], duration: 65)
        #expect(again.requests == 7)
    }

    @Test func observedTimesAreServiceTimes() throws {
        let station = StationModel(concurrency: 1, serviceTime: .observed)
        let trace = FixedTrace([0, units(100), units(200)], observed: [units(5), units(7)], forward(to: [(cart, 1)]))
        let result = try run([trace.source()], [BackendModel(backend: cart, station: station)])
        #expect(try result.line.latency.sum == UInt128(units(12)))
        #expect(result.notModelled.contains { $0.hasPrefix("1 requests without an observed time") })
    }

    @Test func anUnmodelledBackendAnswersAtOnceAndIsReported() throws {
        let result = try run([FixedTrace([0], forward(to: [(cart, 1)])).source()])
        #expect(try result.line.latency.max == 0)
        #expect(try result.line.statuses[200] == 1)
        #expect(result.notModelled == ["store/cart: no entry among the backends, so it answers at once"])
    }

    @Test func requestsOutOfOrderAreCounted() throws {
        let trace = FixedTrace([10, 5, 20], forward(to: [(cart, 1)]))
        #expect(
            try run([trace.source()]).notModelled.contains { $0.hasPrefix("1 requests of trace were out of order") })
    }

    @Test func theGatewayAnswersWhatHasNoBackend() throws {
        let unrouted = Treatment(
            gateway: "infra/edge", line: .unrouted(reason: "NoRoute", host: "other.example.com"),
            action: .respond(status: 404))
        let invalid = Treatment(
            gateway: "infra/edge", line: line("shop"), action: .forward,
            branches: [Treatment.Branch(weight: 1, destination: .failure(nil, status: 500))])
        let cut = Treatment(gateway: "infra/edge", line: line("cut"), action: .reset)
        for (treatment, status) in [(unrouted, UInt16(404)), (invalid, 500), (cut, 0)] {
            let result = try run([FixedTrace([0], treatment).source()])
            #expect(try result.line.statuses[status] == 1)
            #expect(try result.line.identity == treatment.line)
        }
    }

    @Test func aRequestTimeoutAnswers504AndFreesTheServer() throws {
        // Both come at 0, as a trace begins with its first request. The first is cut off in service after 4; the second is
        // served from then on.
        let hurried = FixedTrace([0], forward(to: [(cart, 1)], line: "hurried", requestTimeout: units(4)))
        let patient = FixedTrace([0], forward(to: [(cart, 1)], line: "patient"))
        let result = try run(
            [hurried.source(name: "one"), patient.source(name: "two")], [try server(time: 10)], duration: 900)
        let lines = result.total.lines
        #expect(lines[0].statuses[504] == 1 && lines[0].latency.max == units(4))
        #expect(lines[1].statuses[200] == 1 && lines[1].latency.max == units(14))
        #expect(try result.backend(cart).cancelled == 1)
    }

    @Test func aTimeoutFindsTheRequestWhereverItIs() throws {
        for timeout in [0.5, 1.5, 2.5, 4.5, 9.5, 12.5, 14.5] {
            let gateway = GatewayModel(
                gateway: "infra/edge", overhead: try .constant(units(1)),
                station: StationModel(concurrency: 1, serviceTime: try constant(2)), hop: try .constant(units(2)))
            for discipline in [Discipline.fifo, .processorSharing] {
                let station = StationModel(
                    concurrency: discipline == .fifo ? 1 : nil, discipline: discipline, serviceTime: try constant(6))
                let trace = FixedTrace(
                    [0, 0, 0, units(100)], forward(to: [(cart, 1)], requestTimeout: units(timeout)))
                let result = try run(
                    [trace.source()], [BackendModel(backend: cart, station: station)], gateway: gateway)
                #expect(try result.line.statuses.total == 4, "\(timeout)")
                #expect(try result.line.statuses[504] > 0, "\(timeout)")
                #expect(try #require(result.line.latency.max) <= units(timeout))
                // Alone a request takes 13. Of three at once, FIFO serves the first as if alone, sharing nobody. The last
                // request meets nobody: all that was held is free again.
                let inTime = timeout > 13 ? (discipline == .fifo ? UInt64(2) : 1) : 0
                #expect(try result.line.statuses[200] == inTime, "\(timeout)")
                try expectConservation(result)
            }
        }
    }

    @Test func anAttemptThatTimesOutIsRetriedElsewhere() throws {
        let retry = Treatment.RetryPolicy(attempts: 3, backoff: units(5))
        let treatment = forward(to: [(cart, 1)], backendRequestTimeout: units(4), retry: retry)
        let result = try run([FixedTrace([0], treatment).source()], [try server(time: 10)])
        // Four attempts of 4, each wait at least 5.
        #expect(try result.line.statuses[504] == 1)
        #expect(try result.backend(cart).requests == 4)
        #expect(try result.backend(cart).cancelled == 4)
        #expect(try #require(result.line.latency.min) >= units(4 * 4 + 3 * 5))
        #expect(try result.line.branches.first?.requests == 4)
    }

    @Test func onlyTheStatusesOfThePolicyAreRetried() throws {
        for (codes, attempts) in [([], UInt64(1)), ([500], 1), ([503], 3)] as [([UInt16], UInt64)] {
            var backend = try server(time: 1)
            backend.errorRatio = 1
            backend.errorStatus = 503
            let retry = Treatment.RetryPolicy(attempts: 2, codes: codes, backoff: 0)
            let result = try run([FixedTrace([0], forward(to: [(cart, 1)], retry: retry)).source()], [backend])
            #expect(try result.backend(cart).requests == attempts)
            #expect(try result.line.latency.max == units(Double(attempts)))
            #expect(try result.line.statuses[503] == 1)
        }
    }

    @Test func theRequestTimeoutCoversRetriesAndBackoffs() throws {
        let retry = Treatment.RetryPolicy(attempts: 100, backoff: units(5))
        let treatment = forward(
            to: [(cart, 1)], requestTimeout: units(50), backendRequestTimeout: units(4), retry: retry)
        let result = try run([FixedTrace([0], treatment).source()], [try server(time: 10)])
        #expect(try result.line.latency.max == units(50))
        #expect(try result.line.statuses[504] == 1)
        #expect(try result.backend(cart).requests > 2)
    }

    @Test func aMirrorIsLoadButNobodyWaitsForIt() throws {
        let mirrored = forward(to: [(cart, 1)], mirrors: [Treatment.MirrorBranch(backend: payment)])
        let plain = forward(to: [(cart, 1)])
        let backends = [
            BackendModel(backend: cart, station: StationModel(concurrency: 1, serviceTime: try exponential())),
            try server(payment, time: 30),
        ]
        let with = try run([poisson(0.5, mirrored)], backends, duration: 5000)
        let without = try run([poisson(0.5, plain)], backends, duration: 5000)
        #expect(try with.line.latency == without.line.latency)
        #expect(try with.line.statuses == without.line.statuses)
        #expect(try with.backend(payment).requests == with.requests)
        #expect(try #require(with.backend(payment).utilization) > 0.99)
        #expect(try with.line.branches.count == 1)
    }

    @Test func aFractionOfRequestsIsMirrored() throws {
        let mirrored = forward(to: [(cart, 1)], mirrors: [Treatment.MirrorBranch(backend: payment, fraction: 0.25)])
        let result = try run([poisson(10, mirrored)], duration: 1000)
        let share = Double(try result.backend(payment).requests) / Double(result.requests)
        #expect(abs(share - 0.25) < 0.015)
    }

    @Test func aRequestOfTheWarmupIsSimulatedButNotMeasured() throws {
        let trace = FixedTrace([0, units(5), units(12)], forward(to: [(cart, 1)]))
        let result = try run([trace.source()], [try server(time: 8)], warmup: 10)
        #expect(result.requests == 1)
        #expect(try result.line.requests == 1)
        // The two before kept the server busy until 16.
        #expect(try result.line.latency.max == units(12))
        #expect(try result.backend(cart).requests == 1)
    }

    @Test func requestsThatTheRunCutsOffAreUnfinished() throws {
        let trace = FixedTrace([0, units(5), units(12)], forward(to: [(cart, 1)]))
        let result = try run([trace.source()], [try server(time: 8)], duration: 20)
        #expect(result.requests == 3 && result.unfinished == 1)
        #expect(try result.line.requests == 2)
    }
}

/// Every request that arrived is somewhere, at the gateway and at every backend.
func expectConservation(_ result: RunResult, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let ended = result.total.lines.reduce(0) { $0 + $1.requests }
    #expect(result.requests == ended + result.unfinished, sourceLocation: sourceLocation)
    for line in result.total.lines {
        #expect(
            line.statuses.total == line.requests && line.latency.count == line.requests, sourceLocation: sourceLocation)
    }
    for backend in result.total.backends {
        let station = backend.station
        let gone = station.statuses.total + station.cancelled + station.lost
        #expect(gone <= station.requests, sourceLocation: sourceLocation)
        #expect(station.latency.count == station.statuses.total - station.refused, sourceLocation: sourceLocation)
        if result.unfinished == 0, result.warmup == 0 {
            #expect(gone == station.requests, sourceLocation: sourceLocation)
        }
    }
}
