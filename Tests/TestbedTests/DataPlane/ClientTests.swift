import Simulation
import Testing

@testable import Testbed

/// Clients that do not wait for ever, and try again. One unit is a millisecond.
@Suite("Clients' own timeouts and retries") struct ClientTests {
    func model(
        _ behavior: ClientBehavior, service: Double, errors: Double = 0, times: [Int64] = [0],
        requestTimeout: Int64? = nil, retry: Treatment.RetryPolicy? = nil, mirrors: [Treatment.MirrorBranch] = [],
        ignores: Bool = false
    ) throws -> TestbedModel {
        var treatment = forward(
            to: [(cart, 1)], mirrors: mirrors, requestTimeout: requestTimeout, retry: retry)
        treatment.client = behavior
        var backend = BackendModel(
            backend: cart, station: StationModel(concurrency: 1, serviceTime: try constant(service)),
            errorRatio: errors,
            errorStatus: 503)
        backend.ignoresCancel = ignores
        let mirror = BackendModel(backend: payment, station: StationModel(serviceTime: try constant(service)))
        return TestbedModel(
            duration: units(10_000), sources: [FixedTrace(times, treatment).source(name: "users")],
            backends: [backend, mirror])
    }

    func clients(_ result: RunResult) throws -> ClientMeasurements { try #require(result.total.clients.first) }

    @Test("A client gives up when its time is over, tries again, and counts from its first try")
    func givesUp() throws {
        let retry = ClientBehavior.Retry(attempts: 2, backOff: BackOff(base: 0))
        let result = try Testbed.run(
            try model(ClientBehavior(source: "users", timeout: units(30), retry: retry), service: 100))
        let clients = try clients(result)
        #expect(clients.requests == 1 && clients.retries == 2 && clients.timeouts == 3 && clients.unfinished == 0)
        #expect(clients.statuses[0] == 1 && clients.latency.max == units(90))
        // The gateway sees three requests, each of which its client has left.
        #expect(try result.line.requests == 3 && result.line.statuses[0] == 3)
        #expect(try result.line.latency.max == units(30))
        #expect(try result.backend(cart).cancelled == 3)
    }

    @Test("The gateway's timeout comes first where it is shorter, and answers 504, which the client may try again")
    func gatewayFirst() throws {
        let retry = ClientBehavior.Retry(attempts: 1, codes: [503], backOff: BackOff(base: 0))
        let result = try Testbed.run(
            try model(
                ClientBehavior(source: "users", timeout: units(30), retry: retry), service: 100,
                requestTimeout: units(20)))
        #expect(try clients(result).statuses[504] == 1 && clients(result).retries == 0, "504 is not among its codes")
        let any = ClientBehavior.Retry(attempts: 1, backOff: BackOff(base: 0))
        let again = try Testbed.run(
            try model(
                ClientBehavior(source: "users", timeout: units(30), retry: any), service: 100, requestTimeout: units(20)
            ))
        #expect(try clients(again).statuses[504] == 1 && clients(again).retries == 1)
        #expect(try clients(again).timeouts == 0 && clients(again).latency.max == units(40))
    }

    @Test("Tries multiply: (client retries + 1) × (gateway retries + 1)")
    func multiplication() throws {
        for (own, gateways) in [(0, 0), (2, 0), (0, 2), (2, 3)] {
            let retry = own == 0 ? nil : ClientBehavior.Retry(attempts: own, backOff: BackOff(base: units(1)))
            let policy =
                gateways == 0 ? nil : Treatment.RetryPolicy(attempts: gateways, codes: [503], backoff: units(1))
            let result = try Testbed.run(
                try model(
                    ClientBehavior(source: "users", retry: retry), service: 1, errors: 1,
                    times: (0..<50).map { Int64($0) * units(100) }, retry: policy))
            #expect(try result.backend(cart).requests == UInt64(50 * (own + 1) * (gateways + 1)))
            #expect(try clients(result).requests == 50 && clients(result).statuses[503] == 50)
            #expect(try clients(result).retries == UInt64(50 * own))
            #expect(try result.line.retries == UInt64(50 * (own + 1) * gateways))
            try expectConservation(result)
        }
    }

    @Test("A mirror's copy does not care whether the client has gone")
    func mirrors() throws {
        let result = try Testbed.run(
            try model(
                ClientBehavior(source: "users", timeout: units(30)), service: 100,
                mirrors: [Treatment.MirrorBranch(backend: payment)]))
        #expect(try result.backend(payment).statuses[200] == 1 && result.backend(payment).cancelled == 0)
        let both = try Testbed.run(
            try model(
                ClientBehavior(source: "users", timeout: units(30)), service: 100, requestTimeout: units(50),
                mirrors: [Treatment.MirrorBranch(backend: payment)]))
        #expect(try both.backend(payment).cancelled == 1, "the time of the request itself ends its copy too")
        #expect(try both.line.statuses[0] == 1 && both.line.latency.max == units(30))
    }

    @Test("A user of a closed source thinks when all tries are over, and not before")
    func users() throws {
        var treatment = forward(to: [(cart, 1)])
        treatment.client = ClientBehavior(
            source: "users", timeout: units(20), retry: ClientBehavior.Retry(attempts: 1, backOff: BackOff(base: 0)))
        let source = TrafficSource(
            name: "users",
            content: .mix(
                arrivals: .closed(users: 1, thinkTime: try .constant(units(60))), weights: [1],
                treatments: [[treatment]]))
        let backend = BackendModel(backend: cart, station: StationModel(serviceTime: try constant(100)))
        let result = try Testbed.run(TestbedModel(duration: units(10_000), sources: [source], backends: [backend]))
        // A round is 60 of thought and two tries of 20.
        #expect(try clients(result).requests == 100 && result.line.requests == 199)
        try expectConservation(result)
    }

    @Test("Retries after a change of the table are decided by the new one")
    func newTable() throws {
        let behavior = ClientBehavior(
            source: "users", retry: ClientBehavior.Retry(attempts: 3, backOff: BackOff(base: units(40))))
        var old = forward(to: [(cart, 1)])
        old.client = behavior
        var new = forward(to: [(payment, 1)])
        new.client = behavior
        let model = TestbedModel(
            duration: units(10_000), sources: [FixedTrace([0], old, new).source(name: "users")],
            backends: [
                BackendModel(
                    backend: cart, station: StationModel(serviceTime: try constant(1)), errorRatio: 1, errorStatus: 503)
            ], events: [TestbedEvent(time: 1, change: .apply(version: 1))])
        let result = try Testbed.run(model)
        #expect(try clients(result).statuses[200] == 1 && clients(result).retries == 1)
        #expect(try result.backend(payment).requests == 1)
    }
}
