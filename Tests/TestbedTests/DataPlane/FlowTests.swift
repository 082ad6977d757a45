import Simulation
import Testing

@testable import Testbed

/// Connections that last. One unit is a millisecond.
@Suite("Flows") struct FlowTests {
    func model(
        _ rate: Double, mean: Double, length: Double, isDatagrams: Bool = false, replicas: Int = 2,
        maxFlows: Int? = nil,
        events: [TestbedEvent] = []
    ) throws -> TestbedModel {
        guard let profile = RateProfile(rate: rate * 1e9 / unit) else { preconditionFailure("a rate") }
        let kind = FlowMix.Kind(
            duration: try .exponential(mean: mean * unit), bytes: 1_000, isDatagrams: isDatagrams)
        let mix = FlowMix(
            arrivals: .poisson(profile), kinds: [kind], treatments: [[forward(to: [(cart, 3), (payment, 1)])]])
        func backend(_ name: BackendIdentity) throws -> BackendModel {
            var backend = BackendModel(
                backend: name, station: StationModel(replicas: replicas, concurrency: 1, serviceTime: try constant(1)))
            backend.maxFlows = maxFlows
            return backend
        }
        return TestbedModel(
            duration: units(length), warmup: units(length / 10),
            sources: [TrafficSource(name: "databases", content: .flows(mix))],
            backends: [try backend(cart), try backend(payment)], events: events)
    }

    @Test("As many are open as Little's law says, and each ends as it should")
    func openFlows() throws {
        let results = try Testbed.replications(try model(0.02, mean: 2_000, length: 200_000), count: 20, threads: 2)
        expect(
            try results.map { try #require($0.total.flows.first?.open.mean) }, cover: 40, precision: 0.03, "open")
        for result in results {
            let flow = try #require(result.total.flows.first)
            #expect(flow.reset == 0 && flow.dropped == 0 && flow.unfinished > 0)
            #expect(flow.bytes == 1_000 * flow.completed)
            #expect(result.requests == 0, "flows are no requests")
            let branch = try #require(result.line.branches.first)
            let share = try #require(result.line.share(branch))
            #expect(abs(share - 0.75) < 0.06)
        }
    }

    @Test("A gateway's limit of time cuts flows that last longer, and no others")
    func longestFlow() throws {
        var model = try model(0.02, mean: 2_000, length: 200_000)
        var gateway = GatewayModel(gateway: "infra/edge")
        gateway.maxFlowDuration = units(3_000)
        model.gateways = [gateway]
        let flow = try #require(try Testbed.run(model).total.flows.first)
        #expect(flow.duration.max == units(3_000))
        // Of an exponential time e^(−3/2) are longer.
        let share = Double(flow.reset) / Double(flow.reset + flow.completed)
        #expect(abs(share - 0.2231) < 0.025, "\(share)")
    }

    @Test("A limit of connections refuses those beyond: Erlang's loss formula")
    func limit() throws {
        // One backend of the split gets ¾ of 0.004 a millisecond for 1000: 3 Erlang at a replica of four places.
        var model = try model(0.004, mean: 1_000, length: 400_000, replicas: 1, maxFlows: 4)
        model.backends[1].maxFlows = nil
        let results = try Testbed.replications(model, count: 20, threads: 2)
        let blocked = results.map { result -> Double in
            guard let flow = result.total.flows.first else { return 0 }
            return Double(flow.reset) / (0.75 * Double(flow.flows))
        }
        expect(blocked, cover: 0.206106870229, precision: 0.12, "Erlang B(4, 3)")
    }

    @Test("A replica that fails resets its connections, and datagrams to it are dropped")
    func failure() throws {
        for isDatagrams in [false, true] {
            let event = TestbedEvent(time: units(100_000), change: .fail(cart, replicas: 1, duration: nil))
            let result = try Testbed.run(
                try model(0.02, mean: 5_000, length: 200_000, isDatagrams: isDatagrams, events: [event]))
            let flow = try #require(result.total.flows.first)
            // Half of ¾ of the hundred that are open.
            let hit = isDatagrams ? flow.dropped : flow.reset
            #expect((20...60).contains(hit), "\(hit)")
            #expect(flow.dropped + flow.reset == hit)
        }
        let nobody = TestbedEvent(time: units(100_000), change: .scale(cart, replicas: 0))
        let refused = try Testbed.run(try model(0.02, mean: 500, length: 200_000, events: [nobody]))
        let flow = try #require(refused.total.flows.first)
        #expect((1_300...1_700).contains(flow.reset), "three quarters of 2000, and none that was open: \(flow.reset)")
    }
}
