import Simulation
import Testing

@testable import Testbed

/// Events in the course of a run. One unit is a millisecond.
@Suite struct ChangeTests {
    func run(
        _ sources: [TrafficSource], replicas: Int = 1, queue: Int? = nil, time: Double = 10,
        discipline: Discipline = .fifo, events: [TestbedEvent], duration: Double = 1000
    ) throws -> RunResult {
        let station = StationModel(
            replicas: replicas, concurrency: discipline == .fifo ? 1 : nil, queue: queue, discipline: discipline,
            serviceTime: try constant(time))
        return try Testbed.run(
            TestbedModel(
                duration: units(duration), sources: sources, backends: [BackendModel(backend: cart, station: station)],
                events: events))
    }

    @Test func aNewTableIsForRequestsThatArriveFromThenOn() throws {
        // The request of 8 waits for that of 0, whose table sends it to a slow backend; from 10 on there is another.
        let trace = FixedTrace(
            [0, units(8), units(10), units(12)], forward(to: [(cart, 1)]), forward(to: [(payment, 1)]))
        let result = try run([trace.source()], events: [TestbedEvent(time: units(10), change: .apply(version: 1))])
        #expect(try result.backend(cart).requests == 2)
        #expect(try result.backend(payment).requests == 2)
        #expect(result.intervals.map(\.from) == [0, units(10)])
        #expect(result.intervals[0].measurements.lines[0].latency.max == units(12))
        #expect(result.intervals[1].measurements.lines[0].latency.max == 0)
    }

    @Test func aRuleKeepsItsLineAndItsDrawsWhenWeightsChange() throws {
        let before = forward(to: [(cart, 9), (payment, 1)])
        let after = forward(to: [(cart, 1), (payment, 1)])
        let source = poisson(10, before, after)
        let result = try run(
            [source], time: 0, events: [TestbedEvent(time: units(500), change: .apply(version: 1))])
        #expect(result.total.lines.count == 1)
        for (interval, expected) in zip(result.intervals, [0.1, 0.5]) {
            let line = try #require(interval.measurements.lines.first)
            let branch = try #require(line.branches.first { $0.backend == payment })
            #expect(abs(try #require(line.expectedShare(branch)) - expected) < 1e-12)
            #expect(abs(try #require(line.share(branch)) - expected) < 0.025)
        }
        let shares = try result.line.branches.map { try #require(result.line.expectedShare($0)) }
        #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
    }

    @Test func aFailingReplicaLosesWhatItHoldsAndIsAvoided() throws {
        let fail = TestbedEvent(time: units(5), change: .fail(cart, replicas: 1, duration: units(50)))
        for discipline in [Discipline.fifo, .processorSharing] {
            let trace = FixedTrace([0, 0, units(20), units(60)], forward(to: [(cart, 1)]))
            let result = try run([trace.source()], discipline: discipline, events: [fail])
            // Two are lost, the third finds no replica up, the fourth comes after the recovery.
            #expect(try result.line.statuses[503] == 3)
            #expect(try result.line.statuses[200] == 1)
            #expect(try result.backend(cart).lost == 2)
            #expect(try result.backend(cart).servers.integral == Int128(units(950)))
            #expect(result.intervals.map(\.from) == [0, units(5), units(55)])
            try expectConservation(result)
        }
    }

    @Test func requestsLostWithAReplicaAreRetriedAtAnother() throws {
        let fail = TestbedEvent(time: units(5), change: .fail(cart, replicas: 1, duration: nil))
        let retry = Treatment.RetryPolicy(attempts: 1, codes: [], backoff: 0)
        let trace = FixedTrace([0, 0, 0, 0], forward(to: [(cart, 1)], retry: retry))
        let result = try run([trace.source()], replicas: 2, events: [fail])
        #expect(try result.line.statuses[200] == 4)
        #expect(try result.backend(cart).lost == 2)
        // The other replica has its own two until 20, then the two that were lost.
        #expect(try result.line.latency.max == units(40))
    }

    @Test func aRequestOnItsWayToAFailedReplicaIsLost() throws {
        let gateway = GatewayModel(gateway: "infra/edge", hop: try .constant(units(10)))
        let station = StationModel(concurrency: 1, serviceTime: try constant(1))
        let model = TestbedModel(
            duration: units(100), sources: [FixedTrace([0], forward(to: [(cart, 1)])).source()],
            backends: [BackendModel(backend: cart, station: station)], gateways: [gateway],
            events: [TestbedEvent(time: units(5), change: .fail(cart, replicas: 1, duration: nil))])
        let result = try Testbed.run(model)
        #expect(try result.line.statuses[503] == 1)
        #expect(try result.backend(cart).lost == 1)
    }

    @Test func aSlowReplicaTakesLongerForWhatItBegins() throws {
        let slow = TestbedEvent(time: units(5), change: .slow(cart, factor: 3, replicas: 1, duration: units(30)))
        let trace = FixedTrace([0, units(20), units(60)], forward(to: [(cart, 1)]))
        let result = try run([trace.source()], events: [slow])
        #expect(try result.line.latency.sum == UInt128(units(10 + 30 + 10)))
    }

    @Test func slownessesOfOneReplicaMultiplyAndEndExactly() throws {
        let events = [
            TestbedEvent(time: 0, change: .slow(cart, factor: 3, replicas: 1, duration: units(100))),
            TestbedEvent(time: 0, change: .slow(cart, factor: 0.1, replicas: 1, duration: units(200))),
        ]
        let trace = FixedTrace([0, units(110), units(210)], forward(to: [(cart, 1)]))
        let result = try run([trace.source()], events: events)
        #expect(try result.line.latency.sum == UInt128(units(3 + 1 + 10)))
    }

    @Test func replicasAreAddedAndTakenAway() throws {
        let events = [
            TestbedEvent(time: units(100), change: .scale(cart, replicas: 3)),
            TestbedEvent(time: units(200), change: .scale(cart, replicas: 1)),
        ]
        let times = [0, 0, 0, 100, 100, 100, 195, 195, 195, 200, 200].map { units($0) }
        let result = try run([FixedTrace(times, forward(to: [(cart, 1)])).source()], events: events)
        let latencies = result.intervals.map { $0.measurements.lines[0].latency }
        #expect(latencies[0].max == units(30))
        #expect(latencies[1].max == units(10))
        // Those at the replicas taken away finish; the new ones wait at the one that is left.
        #expect(latencies[2].max == units(25))
        #expect(try result.line.statuses[200] == 11)
        #expect(try result.backend(cart).servers.integral == Int128(units(100 + 300 + 5 + 5 + 800)))
    }

    @Test func aBackendScaledToNothingAnswers503() throws {
        let scale = TestbedEvent(time: units(5), change: .scale(cart, replicas: 0))
        let result = try run([FixedTrace([0, units(10)], forward(to: [(cart, 1)])).source()], events: [scale])
        #expect(try result.line.statuses[200] == 1 && result.line.statuses[503] == 1)
    }

    @Test func anEventAtTheSameMomentComesBeforeRequests() throws {
        let scale = TestbedEvent(time: units(10), change: .scale(cart, replicas: 0))
        let result = try run([FixedTrace([0, units(10)], forward(to: [(cart, 1)])).source()], time: 1, events: [scale])
        #expect(try result.line.statuses[503] == 1)
    }

    @Test func modelsThatCannotBeRunAreRefused() throws {
        func refused(_ model: TestbedModel, _ part: String) {
            do {
                _ = try Testbed.run(model)
                Issue.record("was run")
            } catch {
                #expect("\(error)".contains(part), "\(error)")
            }
        }
        let source = poisson(1, forward(to: [(cart, 1)]))
        refused(TestbedModel(duration: 0, sources: [source]), "duration")
        refused(TestbedModel(duration: 5, warmup: 5, sources: [source]), "warm-up")
        refused(TestbedModel(duration: 5, sources: [source, source]), "same name")
        let events = [TestbedEvent(time: 1, change: .scale(payment, replicas: 1))]
        refused(TestbedModel(duration: 5, sources: [source], events: events), "store/payment")
        let table = [TestbedEvent(time: 1, change: .apply(version: 1))]
        refused(TestbedModel(duration: 5, sources: [source], events: table), "routing table 1")
        let broken = StationModel(concurrency: 0, serviceTime: try exponential())
        refused(
            TestbedModel(duration: 5, sources: [source], backends: [BackendModel(backend: cart, station: broken)]),
            "concurrency 0")
    }
}
