import Simulation
import Testing

@testable import Testbed

@Suite struct ArrivalTests {
    @Test func aProfileIsFollowedExactly() throws {
        // From 100/s to 900/s in 10 s: 5000 requests in all, ¼ · 100 · … as the area under the line.
        let profile = try #require(RateProfile([.init(time: 0, rate: 100), .init(time: 10_000_000_000, rate: 900)]))
        var walk = ProfileWalk(profile)
        var times: [Double] = []
        while let time = walk.advance(by: 1), time <= 20e9 { times.append(time) }
        for (index, time) in times.enumerated() {
            let seconds = time * 1e-9
            let area = seconds <= 10 ? 100 * seconds + 40 * seconds * seconds : 5000 + 900 * (seconds - 10)
            #expect(abs(area - Double(index + 1)) < 1e-5)
        }
        #expect(times.count == 14_000)
    }

    @Test func aProfileMayFallToNothingAndRiseAgain() throws {
        let points = [(0, 10.0), (1, 0), (2, 0), (3, 10)].map {
            RateProfile.Point(time: $0.0 * 1_000_000_000, rate: $0.1)
        }
        var walk = ProfileWalk(try #require(RateProfile(points)))
        let times = (0..<10).compactMap { _ in walk.advance(by: 1) }
        #expect(times.filter { $0 <= 1e9 }.count == 5)
        #expect(times.filter { $0 > 1e9 && $0 < 2e9 }.isEmpty)
        #expect(times == times.sorted())
        var end = ProfileWalk(
            try #require(RateProfile([.init(time: 0, rate: 1), .init(time: 2_000_000_000, rate: 0)])))
        #expect(end.advance(by: 0.5) != nil)
        #expect(end.advance(by: 0.6) == nil)
    }

    @Test func impossibleProfilesAreRefused() {
        #expect(RateProfile(rate: -1) == nil)
        #expect(RateProfile(rate: .infinity) == nil)
        #expect(RateProfile([]) == nil)
        #expect(RateProfile([.init(time: 5, rate: 1), .init(time: 5, rate: 2)]) == nil)
    }

    @Test func aPoissonProcessHasTheRateOfItsProfile() throws {
        let profile = try #require(RateProfile([.init(time: 0, rate: 0), .init(time: 1_000_000_000, rate: 20_000)]))
        let source = TrafficSource(
            name: "ramp",
            content: .mix(arrivals: .poisson(profile), weights: [1], treatments: [[forward(to: [(cart, 1)])]]))
        let events = [TestbedEvent(time: 500_000_000, change: .apply(version: 0))]
        let result = try Testbed.run(TestbedModel(duration: 1_000_000_000, sources: [source], events: events))
        let counts = result.intervals.map { Double($0.measurements.lines[0].requests) }
        #expect(abs(counts[0] - 2500) < 3.5 * 50)
        #expect(abs(counts[1] - 7500) < 3.5 * 87)
    }

    @Test func burstsHaveTheirShareOfTime() throws {
        let source = TrafficSource(
            name: "bursts",
            content: .mix(
                arrivals: .bursts(rate: 100, busy: 1e9, idle: 4e9), weights: [1],
                treatments: [[forward(to: [(cart, 1)])]]))
        let model = TestbedModel(duration: 200_000_000_000, sources: [source])
        let counts = try Testbed.replications(model, count: 20, threads: 2).map { Double($0.requests) }
        expect(counts, cover: 4000, precision: 0.2)
        // Far more variable than a Poisson process of the same mean rate, whose deviation would be 63.
        let mean = counts.reduce(0, +) / 20
        #expect(counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 19 > 10 * mean)
    }

    @Test func requestsAreMixedByWeight() throws {
        let profile = try #require(RateProfile(rate: 10_000))
        let source = TrafficSource(
            name: "mix",
            content: .mix(
                arrivals: .constant(profile), weights: [9, 1],
                treatments: [[forward(to: [(cart, 1)], line: "a"), forward(to: [(cart, 1)], line: "b")]]))
        let result = try Testbed.run(TestbedModel(duration: 1_000_000_000, sources: [source]))
        #expect(result.requests == 9999)
        let rare = try #require(result.total.lines.first { $0.identity == line("b") })
        #expect(abs(Int(rare.requests) - 1000) < 100)
    }

    @Test func aTreatmentIsAskedForOnce() throws {
        final class Counter: TraceSource, @unchecked Sendable {
            var asked = 0
            var position = 0
            func read(into batch: inout [TraceArrival]) {
                while position < 5000, batch.count < batch.capacity {
                    batch.append(TraceArrival(time: Int64(position), shape: UInt32(position % 7)))
                    position += 1
                }
            }
            func rewind() { position = 0 }
            func treatment(ofShape shape: UInt32, version: Int) -> Treatment {
                asked += 1
                return forward(to: [(cart, 1)], line: "line \(shape % 2)")
            }
        }
        struct Factory: TraceFactory {
            let counter = Counter()
            func open() -> any TraceSource { counter }
        }
        let factory = Factory()
        let source = TrafficSource(name: "trace", content: .trace(factory, speed: 1, repeats: false))
        let events = [TestbedEvent(time: 2000, change: .apply(version: 1))]
        let result = try Testbed.run(TestbedModel(duration: 10_000, sources: [source], events: events))
        #expect(result.requests == 5000)
        #expect(factory.counter.asked == 14)
        #expect(result.total.lines.count == 2)
    }
}

@Suite struct BalancingTests {
    func replicaCounts(_ loadBalancing: LoadBalancing, clients: [UInt64], replicas: Int) throws -> [Int] {
        var tables = HashTables(name: "backend")
        tables.reset(ordinals: (0..<UInt32(replicas)).map { $0 })
        var counts = [Int](repeating: 0, count: replicas)
        for client in clients {
            counts[loadBalancing == .maglev ? tables.maglevPlace(of: client) : tables.ringPlace(of: client)] += 1
        }
        return counts
    }

    @Test func hashingSpreadsClientsOverAllReplicas() throws {
        let clients = (UInt64(0)..<20_000).map { $0 }
        for count in try replicaCounts(.maglev, clients: clients, replicas: 10) { #expect(abs(count - 2000) < 200) }
        for count in try replicaCounts(.ringHash, clients: clients, replicas: 10) { #expect(abs(count - 2000) < 900) }
    }

    @Test func aReplicaThatGoesMovesLittleMoreThanItsOwnClients() {
        for isMaglev in [true, false] {
            var before = HashTables(name: "backend")
            var after = HashTables(name: "backend")
            before.reset(ordinals: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
            after.reset(ordinals: [0, 1, 2, 4, 5, 6, 7, 8, 9])
            var moved = 0
            for client in UInt64(0)..<10_000 {
                let old = isMaglev ? before.maglevPlace(of: client) : before.ringPlace(of: client)
                let place = isMaglev ? after.maglevPlace(of: client) : after.ringPlace(of: client)
                let new = place < 3 ? place : place + 1
                if old != 3, new != old { moved += 1 }
            }
            #expect(moved < 1000, "\(isMaglev)")
        }
    }

    @Test func aUserStaysWithOneReplica() throws {
        for loadBalancing in [LoadBalancing.ringHash, .maglev] {
            let source = TrafficSource(
                name: "user",
                content: .mix(
                    arrivals: .closed(users: 1, thinkTime: try .constant(units(1))), weights: [1],
                    treatments: [[forward(to: [(cart, 1)])]]))
            let station = StationModel(replicas: 5, concurrency: 1, serviceTime: try constant(1))
            var engine = Engine(
                TestbedModel(
                    duration: units(1000), sources: [source], backends: [BackendModel(backend: cart, station: station)],
                    gateways: [GatewayModel(gateway: "infra/edge", loadBalancing: loadBalancing)]))
            let result = try engine.run()
            #expect(result.requests > 400)
            #expect(try result.backend(cart).busy.max == 1)
        }
    }

    @Test func roundRobinGivesEachReplicaItsTurn() throws {
        let station = StationModel(replicas: 4, concurrency: 1, queue: 0, serviceTime: try constant(10))
        let times = (0..<40).map { units(Double($0) * 2.5) }
        let result = try Testbed.run(
            TestbedModel(
                duration: units(1000), sources: [FixedTrace(times, forward(to: [(cart, 1)])).source()],
                backends: [BackendModel(backend: cart, station: station)]))
        // Each is just done when its turn comes again; any other order would find a busy one.
        #expect(try result.line.statuses[200] == 40)
    }
}
