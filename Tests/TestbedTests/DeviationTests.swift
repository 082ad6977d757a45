import Simulation
import Testing

@testable import Testbed

/// What chance drew, against what was to be expected.
@Suite struct DeviationTests {
    private func model(
        _ service: Distribution, rate: Double = 0.6, seed: UInt64 = 4, discipline: Discipline = .fifo
    ) -> TestbedModel {
        var model = TestbedModel(
            seed: seed, duration: units(3_000), warmup: units(500), sources: [poisson(rate, forward(to: [(cart, 1)]))],
            backends: [
                BackendModel(
                    backend: cart,
                    station: StationModel(concurrency: 1, discipline: discipline, serviceTime: .distribution(service)))
            ])
        model.measuresDeviations = true
        return model
    }

    private func value(_ result: RunResult, _ subject: Deviation.Subject) throws -> Double {
        try #require(result.deviations.first { $0.subject == subject }).value
    }

    @Test("A run that nobody asks says nothing of it, and is the same run")
    func silent() throws {
        var asked = model(try .exponential(mean: unit))
        let result = try Testbed.run(asked)
        asked.measuresDeviations = false
        let plain = try Testbed.run(asked)
        #expect(plain.deviations.isEmpty && result.deviations.count == 3)
        #expect(plain.total == result.total && plain.events == result.events)
    }

    /// A server's busy time is the sum of the service times, but for what was in service at either end.
    @Test("Service times that deviate are those that kept the servers busy", arguments: 1...5 as ClosedRange<UInt64>)
    func serviceTimes(_ seed: UInt64) throws {
        let result = try Testbed.run(model(try .gamma(mean: unit, cv: 1.5), seed: seed))
        let station = try #require(result.total.backends.first).station
        let busy = Double(station.busy.integral) / Double(station.wait.count) / unit - 1
        let drawn = try value(result, .serviceTime(of: .backend(cart.service), power: 1))
        #expect(abs(busy - drawn) < 0.02, "\(busy), \(drawn)")
        let came = Double(result.requests) / (0.6 * 2_500) - 1
        #expect(abs(try value(result, .arrivals) - came) < 1e-9)
    }

    @Test("Of equal replicas that share their work as well")
    func sharing() throws {
        let result = try Testbed.run(model(try .exponential(mean: unit), rate: 0.4, discipline: .processorSharing))
        #expect(abs(try value(result, .serviceTime(of: .backend(cart.service), power: 1))) < 0.1)
        #expect(abs(try value(result, .serviceTime(of: .backend(cart.service), power: 2))) < 0.3)
    }

    /// One user who never thinks: a run of a fixed length serves more where service is fast.
    @Test("Deviations are zero on average where each counts by what it drew")
    func weighted() throws {
        let treatment = forward(to: [(cart, 1)])
        let users = TrafficSource(
            name: "user",
            content: .mix(
                arrivals: .closed(users: 1, thinkTime: try .constant(0)), weights: [1], treatments: [[treatment]]))
        var model = model(try .exponential(mean: unit))
        model.sources = [users]
        (model.warmup, model.duration) = (units(10), units(60))
        let results = try Testbed.replications(model, count: 2_000).map { result in
            try #require(result.deviations.first { $0.subject == .serviceTime(of: .backend(cart.service), power: 1) })
        }
        let mean = results.reduce(0) { $0 + $1.weight } / Double(results.count)
        let plain = ConfidenceInterval(results.map(\.value), confidence: 0.999)
        let weighted = ConfidenceInterval(results.map { $0.value * $0.weight / mean }, confidence: 0.999)
        #expect(!plain.contains(0) && weighted.contains(0), "\(plain), \(weighted)")
    }

    @Test("Deviations are zero on average")
    func unbiased() throws {
        let results = try Testbed.replications(model(try .lognormal(mean: unit, cv: 1)), count: 60)
        for subject in try #require(results.first).deviations.map(\.subject) {
            let interval = ConfidenceInterval(try results.map { try value($0, subject) }, confidence: 0.999)
            #expect(interval.contains(0), "\(subject): \(interval.mean) ± \(interval.halfWidth)")
            #expect(interval.halfWidth < 0.1)
        }
    }

    @Test("What clients try again is no arrival")
    func clientRetries() throws {
        var treatment = forward(to: [(cart, 1)])
        let plain = try Testbed.run(unreliable(treatment))
        let retry = ClientBehavior.Retry(attempts: 3, backOff: BackOff(base: 0))
        treatment.client = ClientBehavior(source: "clients", retry: retry)
        let retried = try Testbed.run(unreliable(treatment))
        #expect(retried.requests > plain.requests + plain.requests / 2)
        #expect(try abs(value(retried, .arrivals)) < 0.1)
        #expect(try abs(value(retried, .arrivals) - value(plain, .arrivals)) < 1e-9)
    }

    private func unreliable(_ treatment: Treatment) throws -> TestbedModel {
        var model = model(try .constant(units(1)), rate: 0.2)
        model.sources = [poisson(0.2, treatment)]
        model.backends[0].errorRatio = 0.5
        return model
    }

    @Test("What is no matter of chance, or has no variance, does not deviate")
    func without() throws {
        #expect(try Testbed.run(model(try .constant(units(1)))).deviations.map(\.subject) == [.arrivals])
        let tail = try Testbed.run(model(try .pareto(minimum: unit / 3, shape: 3)))
        #expect(tail.deviations.map(\.subject) == [.arrivals, .serviceTime(of: .backend(cart.service), power: 1)])
    }

    @Test("A profile adds up to what its shape says")
    func profile() throws {
        let profile = try #require(
            RateProfile([
                RateProfile.Point(time: 1_000_000_000, rate: 10), RateProfile.Point(time: 3_000_000_000, rate: 30),
            ]))
        #expect(profile.requests(from: 0, until: 1_000_000_000) == 10)
        #expect(abs(profile.requests(from: 0, until: 4_000_000_000) - 80) < 1e-9)
        #expect(abs(profile.requests(from: 2_000_000_000, until: 2_500_000_000) - 11.25) < 1e-9)
        #expect(profile.requests(from: 5, until: 5) == 0)
        #expect(TrafficSource.Arrivals.poisson(profile).expectedCount(until: 1_500_000_000) == 16.25)
    }

    @Test("A profile of many points is added up in one walk")
    func longProfile() throws {
        let points = (0..<100_000).map { RateProfile.Point(time: $0 * 1_000_000_000, rate: $0 % 2 == 0 ? 0 : 2) }
        let profile = try #require(RateProfile(points))
        #expect(abs(profile.requests(from: 500_000_000, until: 99_999_000_000_000) - 99_998.75) < 1e-6)
    }
}
