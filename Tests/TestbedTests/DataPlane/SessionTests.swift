import Simulation
import Testing

@testable import Testbed

/// Clients that stay with a replica. One unit is a millisecond.
@Suite("Session persistence") struct SessionTests {
    func model(
        clients: Int, session: Treatment.SessionRule?, replicas: Int = 4, rate: Double = 1, length: Double = 20_000,
        events: [TestbedEvent] = [], _ change: (inout UpstreamPolicy) -> Void = { _ in }
    ) throws -> TestbedModel {
        var treatment = forward(to: [(cart, 1), (payment, 1)])
        treatment.session = session
        var source = poisson(rate, treatment)
        source.clients = clients
        var gateway = GatewayModel(gateway: "infra/edge")
        change(&gateway.policy)
        return TestbedModel(
            duration: units(length), sources: [source],
            backends: try [cart, payment].map {
                BackendModel(backend: $0, station: StationModel(replicas: replicas, serviceTime: try constant(0.1)))
            }, gateways: [gateway], events: events)
    }

    @Test("A single client gets one replica of one backend for all of its requests, with a policy or without")
    func oneClient() throws {
        for governed in [false, true] {
            let model = try model(clients: 1, session: Treatment.SessionRule()) {
                if governed { $0.connections = ConnectionPolicy() }
            }
            let result = try Testbed.run(model)
            let served = try result.line.branches.map(\.requests).sorted()
            #expect(served[0] == 0 && served[1] == result.requests)
            if governed {
                let used = result.total.upstreams.reduce(0) { $0 + $1.connections.max }
                #expect(used <= 6, "connections to one replica alone: \(used)")
            }
            let without = try Testbed.run(try self.model(clients: 1, session: nil))
            #expect(try without.line.branches.allSatisfy { $0.requests > without.requests / 3 })
        }
    }

    @Test("Of many clients each side of the split gets its part")
    func manyClients() throws {
        let result = try Testbed.run(try model(clients: 2_000, session: Treatment.SessionRule()))
        let share = Double(try #require(try result.line.branches.first).requests) / Double(result.requests)
        #expect(abs(share - 0.5) < 0.05)
    }

    @Test("A session outlives a weight of zero: who has one stays, who is new goes elsewhere")
    func weightOfZero() throws {
        var model = try model(clients: 200, session: Treatment.SessionRule())
        var drained = forward(to: [(cart, 0), (payment, 1)])
        drained.session = Treatment.SessionRule()
        guard case .mix(let arrivals, let weights, var treatments) = model.sources[0].content else { return }
        treatments.append([drained])
        model.sources[0].content = .mix(arrivals: arrivals, weights: weights, treatments: treatments)
        model.events = [TestbedEvent(time: units(10_000), change: .apply(version: 1))]
        let result = try Testbed.run(model)
        let late = try #require(result.intervals.last?.measurements.lines.first)
        let share = Double(late.branches[0].requests) / Double(late.branches.reduce(0) { $0 + $1.requests })
        #expect(share > 0.35 && share < 0.65, "\(share)")
    }

    @Test("Sessions of one backend alone keep its clients, and the others come to it in time")
    func oneBackend() throws {
        var treatment = forward(to: [(cart, 1), (payment, 1)])
        treatment.branches[0].session = Treatment.SessionRule()
        var model = try model(clients: 20, session: nil)
        guard case .mix(let arrivals, let weights, _) = model.sources[0].content else { return }
        model.sources[0].content = .mix(arrivals: arrivals, weights: weights, treatments: [[treatment]])
        let result = try Testbed.run(model)
        let requests = try result.line.branches.map(\.requests)
        // Each client is drawn to the other backend once on the average before it stays.
        #expect(requests[0] > 19_000 && requests[1] < 60 && requests[1] > 3, "\(requests)")
    }

    @Test("A session ends with its lifetime, or with its replica")
    func ends() throws {
        // A new session each 100 units: two hundred draws of the split.
        let short = try Testbed.run(try model(clients: 1, session: Treatment.SessionRule(lifetime: units(100))))
        let share = Double(try #require(try short.line.branches.first).requests) / Double(short.requests)
        #expect(abs(share - 0.5) < 0.15)
        let gone = [cart, payment].map {
            TestbedEvent(time: units(10_000), change: .fail($0, replicas: 3, duration: nil))
        }
        let result = try Testbed.run(try model(clients: 50, session: Treatment.SessionRule(), events: gone))
        #expect(try result.line.statuses[200] == result.requests)
    }
}
