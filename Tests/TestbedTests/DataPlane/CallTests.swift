import Simulation
import Testing

@testable import Testbed

/// Backends that call other Services. One unit is a millisecond.
@Suite("Calls of a backend to others") struct CallTests {
    let stock = BackendIdentity(namespace: "store", name: "stock", port: 8080)

    func call(
        _ callee: BackendIdentity, probability: Double = 1, isRequired: Bool = true, name: String? = nil,
        requestTimeout: Int64? = nil, retry: Treatment.RetryPolicy? = nil, from: String = "cart"
    ) -> ServiceCalls.Call {
        var treatment = forward(
            to: [(callee, 1)], line: "to \(callee.name)", requestTimeout: requestTimeout, retry: retry)
        treatment.gateway = "sidecar of store/\(from)"
        return ServiceCalls.Call(
            name: name ?? callee.description, probability: probability, isRequired: isRequired, treatments: [treatment])
    }

    func backend(
        _ backend: BackendIdentity, _ time: ServiceTime, concurrency: Int? = nil, queue: Int? = nil,
        discipline: Discipline = .fifo, calls: ServiceCalls? = nil
    ) -> BackendModel {
        var model = BackendModel(
            backend: backend,
            station: StationModel(
                concurrency: concurrency, queue: queue, discipline: discipline, serviceTime: time))
        model.calls = calls
        return model
    }

    func run(
        at times: [Double], _ backends: [BackendModel], gateways: [GatewayModel] = [], requestTimeout: Double? = nil,
        mirrors: [Treatment.MirrorBranch] = [], retry: Treatment.RetryPolicy? = nil, events: [TestbedEvent] = []
    ) throws -> RunResult {
        let treatment = forward(
            to: [(cart, 1)], mirrors: mirrors, requestTimeout: requestTimeout.map(units), retry: retry)
        let result = try Testbed.run(
            TestbedModel(
                duration: units(1000), sources: [FixedTrace(times.map(units), treatment).source()],
                backends: backends, gateways: gateways, events: events))
        expectConservation(result, isDrained: true)
        return result
    }

    func line(_ name: String, of result: RunResult) throws -> LineMeasurements {
        try #require(result.total.lines.first { $0.identity == TestbedTests.line(name) })
    }

    /// Nothing is lost, and nothing is left behind.
    func expectConservation(_ result: RunResult, isDrained: Bool) {
        #expect(result.total.lines.reduce(0) { $0 + $1.requests } + result.unfinished == result.requests)
        #expect(result.total.gateways.reduce(0) { $0 + $1.requests } == result.requests)
        guard isDrained else { return }
        #expect(result.unfinished == 0)
        for backend in result.total.backends {
            let station = backend.station
            #expect(
                station.requests == station.latency.count + station.refused + station.cancelled + station.lost,
                "\(backend.backend)")
        }
    }

    @Test func aTandemHasTheProductForm() throws {
        // Jackson: each server is an M/M/1 by itself, 1/(1 − 0.5) + 1/(2 − 0.5).
        let model = TestbedModel(
            duration: units(8_200), warmup: units(200), sources: [poisson(0.5, forward(to: [(cart, 1)]))],
            backends: [
                backend(
                    cart, try exponential(), concurrency: 1, calls: ServiceCalls([call(payment)], holdsPlace: false)),
                backend(payment, try exponential(0.5), concurrency: 1),
            ])
        let results = try Testbed.replications(model, count: 20, threads: 2)
        expect(
            try results.map { try #require(line("shop", of: $0).latency.mean) / unit }, cover: 2 + 1 / 1.5,
            precision: 0.06, "response")
        expect(
            try results.map { try #require(line("to payment", of: $0).latency.mean) / unit }, cover: 1 / 1.5,
            precision: 0.04, "the call")
        expect(try results.map { try #require($0.backend(cart).utilization) }, cover: 0.5, precision: 0.02)
        for result in results { expectConservation(result, isDrained: false) }
    }

    @Test func aForkWaitsForTheLongestCall() throws {
        // The greatest of two exponential times: 1 + 1/2; of one after the other: 2.
        for (order, mean) in [(ServiceCalls.Order.parallel, 1.5), (.sequence, 2)] {
            let calls = ServiceCalls([call(payment), call(stock)], order: order)
            let model = TestbedModel(
                duration: units(1_500), warmup: units(50), sources: [poisson(1, forward(to: [(cart, 1)]))],
                backends: [
                    backend(cart, try constant(0), calls: calls), backend(payment, try exponential()),
                    backend(stock, try exponential()),
                ])
            let results = try Testbed.replications(model, count: 20, threads: 2)
            expect(
                try results.map { try #require(line("shop", of: $0).latency.mean) / unit }, cover: mean,
                precision: 0.05, "\(order)")
        }
    }

    @Test func aCallIsMadeAsOftenAsItsProbabilitySays() throws {
        let calls = ServiceCalls([call(payment, probability: 0.3), call(stock, probability: 0)], order: .parallel)
        let model = TestbedModel(
            duration: units(2_000), sources: [poisson(2, forward(to: [(cart, 1)]))],
            backends: [backend(cart, try constant(0), calls: calls), backend(payment, try constant(1))])
        let results = try Testbed.replications(model, count: 20, threads: 2)
        let shares = try results.map {
            Double(try $0.backend(payment).requests) / Double(try $0.backend(cart).requests)
        }
        expect(shares, cover: 0.3, precision: 0.05)
        for result in results { #expect(!result.total.lines.contains { $0.identity == TestbedTests.line("to stock") }) }
    }

    @Test func aCallPassesTheSidecarOfEachSide() throws {
        var callee = backend(payment, try constant(5))
        callee.sidecar = try .constant(units(2))
        let sidecar = GatewayModel(gateway: "sidecar of store/cart", overhead: try .constant(units(1)))
        let result = try run(
            at: [0],
            [backend(cart, try constant(10), calls: ServiceCalls([call(payment), call(stock)])), callee],
            gateways: [sidecar])
        #expect(try line("to payment", of: result).latency.max == units(8))
        #expect(try line("shop", of: result).latency.max == units(10 + 8 + 1))
        #expect(try result.backend(cart).latency.max == units(19))
        #expect(result.calls == 2 && result.requests == 3)
        #expect(result.total.gateways.filter(\.isSidecar).map(\.gateway) == ["sidecar of store/cart"])
    }

    @Test(arguments: [Discipline.fifo, .processorSharing]) func aRequestHoldsItsPlaceWhileItCalls(
        _ discipline: Discipline
    ) throws {
        for (holdsPlace, last) in [(true, 60.0), (false, 40)] {
            let calls = ServiceCalls([call(payment)], holdsPlace: holdsPlace)
            let result = try run(
                at: [0, 0],
                [
                    backend(cart, try constant(10), concurrency: 1, discipline: discipline, calls: calls),
                    backend(payment, try constant(20)),
                ])
            #expect(try line("shop", of: result).latency.min == units(30))
            #expect(try line("shop", of: result).latency.max == units(last))
        }
    }

    @Test func aFailedCallFailsTheRequestWhereItIsRequired() throws {
        var failing = backend(payment, try constant(5))
        failing.errorRatio = 1
        let cases: [(ServiceCalls.Call, UInt16)] = [
            (call(payment), 502), (call(payment, isRequired: false), 200),
            (call(payment, requestTimeout: units(2)), 504),
            (call(payment, isRequired: false, requestTimeout: units(2)), 200),
            (call(payment, retry: Treatment.RetryPolicy(attempts: 2, codes: [500], backoff: 0)), 502),
        ]
        for (call, status) in cases {
            let calls = ServiceCalls([call, self.call(stock)])
            let result = try run(
                at: [0], [backend(cart, try constant(1), calls: calls), failing, backend(stock, try constant(1))])
            #expect(try line("shop", of: result).statuses[status] == 1)
            #expect(try result.backend(stock).requests == (status == 200 ? 1 : 0))
            #expect(try result.backend(cart).statuses[status] == 1)
            #expect(try result.backend(payment).requests == (call.treatments[0].retry == nil ? 1 : 3))
        }
        let full = try run(
            at: [0, 0],
            [
                backend(cart, try constant(1), calls: ServiceCalls([call(payment)])),
                backend(payment, try constant(9), concurrency: 1, queue: 0),
            ])
        #expect(try line("shop", of: full).statuses[503] == 1 && line("shop", of: full).statuses[200] == 1)
    }

    @Test(arguments: [Discipline.fifo, .processorSharing]) func whatIsCancelledFreesAllThatItHeld(
        _ discipline: Discipline
    ) throws {
        // Two requests that are given up two calls deep: the second finds nothing that the first has left.
        let inner = ServiceCalls([call(stock, from: "payment")])
        let result = try run(
            at: [0, 50],
            [
                backend(
                    cart, try constant(1), concurrency: 1, discipline: discipline, calls: ServiceCalls([call(payment)])),
                backend(payment, try constant(1), concurrency: 1, discipline: discipline, calls: inner),
                backend(stock, try constant(45), concurrency: 1, discipline: discipline),
            ], requestTimeout: 20)
        #expect(try line("shop", of: result).statuses[504] == 2)
        #expect(try line("to payment", of: result).statuses[0] == 2)
        #expect(try line("to stock", of: result).statuses[0] == 2)
        for backend in [cart, payment, stock] {
            #expect(try result.backend(backend).cancelled == 2)
            #expect(try result.backend(backend).wait.max == 0)
            #expect(try result.backend(backend).inSystem.integral <= Int128(units(40)))
        }
    }

    @Test func aReplicaThatIgnoresCancelGoesOnWithItsCalls() throws {
        var caller = backend(cart, try constant(1), calls: ServiceCalls([call(payment)]))
        caller.ignoresCancel = true
        let result = try run(at: [0], [caller, backend(payment, try constant(50))], requestTimeout: 20)
        #expect(try line("shop", of: result).statuses[504] == 1)
        #expect(try line("to payment", of: result).statuses[200] == 1)
        #expect(try result.backend(cart).abandoned == 1)
    }

    @Test func aReplicaThatFailsTakesItsCallsWithIt() throws {
        let result = try run(
            at: [0],
            [
                backend(cart, try constant(1), concurrency: 1, calls: ServiceCalls([call(payment)])),
                backend(payment, try constant(50), concurrency: 1),
            ], events: [TestbedEvent(time: units(10), change: .fail(cart, replicas: 1, duration: units(5)))])
        #expect(try line("shop", of: result).statuses[503] == 1)
        #expect(try line("to payment", of: result).statuses[0] == 1)
        #expect(try result.backend(payment).cancelled == 1 && result.backend(cart).lost == 1)
    }

    @Test func aMirroredRequestCallsToo() throws {
        let shadow = BackendIdentity(namespace: "store", name: "shadow")
        let result = try run(
            at: [0],
            [
                backend(cart, try constant(1)),
                backend(shadow, try constant(1), calls: ServiceCalls([call(payment, from: "shadow")])),
                backend(payment, try constant(50)),
            ], requestTimeout: nil, mirrors: [Treatment.MirrorBranch(backend: shadow)])
        #expect(try line("shop", of: result).latency.max == units(1))
        #expect(try line("to payment", of: result).statuses[200] == 1)
    }

    @Test func circlesAreRefused() throws {
        let model = TestbedModel(
            duration: 1, sources: [],
            backends: [
                backend(cart, try constant(1), calls: ServiceCalls([call(stock), call(payment)])),
                backend(payment, try constant(1), calls: ServiceCalls([call(cart, from: "payment")])),
            ])
        #expect(model.circleOfCalls == [cart.service, payment.service])
        #expect(
            throws: TestbedError.invalid("backends call each other in a circle: store/cart, store/payment, store/cart")
        ) {
            try Testbed.run(model)
        }
    }

    /// Calls, timeouts, retries, failures and mirrors at random: nothing is lost, and threads change nothing.
    @Test func randomModelsLoseNothing() throws {
        var random = RandomStream(seed: 8, entity: "models", purpose: "calls")
        for _ in 0..<30 {
            func flip() -> Bool { random.happens(0.5) }
            func time() -> Int64 { units(Double(1 + random.integer(below: 8))) }
            func calls(_ callees: [BackendIdentity], from: String) -> ServiceCalls {
                ServiceCalls(
                    (callees + callees).enumerated().map { place, callee in
                        call(
                            callee, probability: flip() ? 1 : 0.6, isRequired: flip(), name: "\(place)",
                            requestTimeout: flip() ? time() : nil,
                            retry: flip() ? Treatment.RetryPolicy(attempts: 2, codes: [503], backoff: 0) : nil,
                            from: from)
                    }, order: flip() ? .parallel : .sequence, holdsPlace: flip())
            }
            func station(_ name: BackendIdentity, _ calls: ServiceCalls?) throws -> BackendModel {
                var model = backend(
                    name, try exponential(), concurrency: flip() ? 3 : nil, queue: nil,
                    discipline: flip() ? .fifo : .processorSharing, calls: calls)
                if model.station.concurrency != nil, flip() { model.station.queue = 4 }
                model.station.replicas = 2
                model.ignoresCancel = flip()
                model.errorRatio = flip() ? 0.1 : 0
                if flip() { model.policy.connections = ConnectionPolicy() }
                return model
            }
            let backends = [
                try station(cart, calls([payment, stock], from: "cart")),
                try station(payment, calls([stock], from: "payment")), try station(stock, nil),
            ]
            let isSilent = flip()
            let events = [cart, payment, stock].enumerated().map { place, backend in
                TestbedEvent(
                    time: units(Double(100 + 60 * place)),
                    change: .fault(
                        Fault(
                            .backend(backend, replicas: 1), .lost(isSilent: isSilent, noticed: isSilent ? units(9) : 0)),
                        duration: units(40)))
            }
            let treatment = forward(
                to: [(cart, 1), (payment, 1)], mirrors: flip() ? [Treatment.MirrorBranch(backend: payment)] : [],
                requestTimeout: time() * 2, backendRequestTimeout: flip() ? time() : nil,
                retry: flip() ? Treatment.RetryPolicy(attempts: 1, codes: [502, 503]) : nil)
            let model = TestbedModel(
                seed: random.next(), duration: units(30_000), sources: [poisson(1, until: 200, treatment)],
                backends: backends, events: events, cuts: [units(29_000)])
            let results = try Testbed.replications(model, count: 2, threads: 2)
            for result in results { expectRandomConservation(result) }
            #expect(try Testbed.replications(model, count: 2, threads: 1) == results)
        }
    }

    /// Of a run that drains: nothing is left anywhere at its end.
    private func expectRandomConservation(_ result: RunResult) {
        expectConservation(result, isDrained: false)
        #expect(result.unfinished == 0)
        guard let last = result.intervals.last?.measurements else { return }
        for backend in last.backends {
            let left = "\(backend.backend)"
            #expect(backend.station.inSystem.max == 0, "\(left)")
            #expect(backend.station.busy.max == 0 && backend.station.waiting.max == 0, "\(left)")
        }
    }
}
