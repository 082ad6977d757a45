import Simulation
import TestSupport
import Testing

@testable import Testbed

/// What gateways do with requests before they route them. One unit is a millisecond.
@Suite("Filters of gateways") struct FilterTests {
    func run(
        _ filters: [GatewayFilter], rate: Double = 1, length: Double = 20_000, replicas: Int = 1, errors: Double = 0,
        requestTimeout: Int64? = nil, other: Bool = false
    ) throws -> RunResult {
        var gateway = GatewayModel(gateway: "infra/edge", replicas: replicas)
        gateway.filters = filters
        var sources = [poisson(rate, forward(to: [(cart, 1)], requestTimeout: requestTimeout))]
        if other { sources.append(poisson(rate, name: "others", forward(to: [(cart, 1)], line: "other"))) }
        return try Testbed.run(
            TestbedModel(
                duration: units(length), sources: sources,
                backends: [
                    BackendModel(
                        backend: cart, station: StationModel(serviceTime: try constant(0.1)), errorRatio: errors)
                ], gateways: [gateway]))
    }

    func counts(_ result: RunResult) throws -> FilterCounts {
        try #require(result.total.gateways.first { $0.gateway == "infra/edge" }?.filters)
    }

    @Test("A token bucket gives what a plain one gives that fills step by step")
    func bucket() {
        var generator = SeededGenerator(seed: 21)
        for _ in 0..<200 {
            let limit = RateLimit(
                maxTokens: Int.random(in: 1...20, using: &generator),
                tokensPerFill: Int.random(in: 1...10, using: &generator),
                fillInterval: Int64.random(in: 1...50, using: &generator))
            var bucket = TokenBucket(limit)
            var tokens = limit.maxTokens
            var now: Int64 = 0
            for _ in 0..<200 {
                let next = now + Int64.random(in: 0...30, using: &generator)
                while now < next {
                    now += 1
                    if now % limit.fillInterval == 0 { tokens = min(limit.maxTokens, tokens + limit.tokensPerFill) }
                }
                let isGiven = tokens > 0
                if isGiven { tokens -= 1 }
                #expect(bucket.take(at: now) == isGiven)
            }
        }
    }

    @Test("Each replica of the gateway has a bucket of its own, and the rest get 429 at once")
    func rateLimit() throws {
        let limit = GatewayFilter(.rateLimit(RateLimit(maxTokens: 10, tokensPerFill: 10, fillInterval: units(100))))
        for replicas in [1, 3] {
            let result = try run([limit], replicas: replicas)
            // At full load every fill is used up: 10 each 100 units and replica.
            let through = try result.line.statuses[200]
            let expected = UInt64(2_000 * replicas)
            #expect(through <= expected && through > expected - expected / 10, "\(through) of \(replicas)")
            #expect(try result.line.statuses[429] == counts(result).rateLimited)
            #expect(try counts(result).rateLimited == result.requests - through)
            #expect(try result.backend(cart).requests == through)
            try expectConservation(result)
        }
    }

    @Test("Faults delay and abort their shares, of the route that they are for alone")
    func faults() throws {
        let fault = FaultFilter(delay: try .constant(units(5)), delayShare: 0.3, abortStatus: 418, abortShare: 0.1)
        let result = try run([GatewayFilter(.fault(fault), route: "store/shop")], other: true)
        let own = try #require(result.total.lines.first { $0.identity == line("shop") })
        let other = try #require(result.total.lines.first { $0.identity == line("other") })
        #expect(other.latency.max == units(0.1) && other.statuses[200] == other.requests)
        let aborted = Double(own.statuses[418]) / Double(own.requests)
        #expect(abs(aborted - 0.1) < 0.01, "\(aborted)")
        let delayed = Double(try counts(result).delayed) / Double(own.requests)
        #expect(abs(delayed - 0.3) < 0.015, "\(delayed)")
        #expect(own.latency.max == units(5.1))
        #expect(try counts(result).aborted == own.statuses[418])
        try expectConservation(result)
    }

    @Test("A request whose time is up while a fault delays it gets 504, and nothing is left behind")
    func delayedTooLong() throws {
        let fault = FaultFilter(delay: try .constant(units(50)), delayShare: 0.5)
        let result = try run([GatewayFilter(.fault(fault))], requestTimeout: units(20))
        #expect(try result.line.statuses[504] == counts(result).delayed - (result.unfinished))
        #expect(try result.backend(cart).requests == result.line.statuses[200])
        try expectConservation(result)
    }

    @Test("Admission control: the probability by its formula")
    func formula() {
        var control = AdmissionControl()
        #expect(control.rejection(requests: 0, successes: 0) == 0)
        #expect(control.rejection(requests: 1_000, successes: 950) == 0)
        // (100 − 50/0.95) / 101
        #expect(abs(control.rejection(requests: 100, successes: 50) - (100 - 50 / 0.95) / 101) < 1e-12)
        #expect(control.rejection(requests: 100, successes: 0) == 0.8, "the greatest")
        control.aggression = 2
        let root = ((100 - 50 / 0.95) / 101).squareRoot()
        #expect(abs(control.rejection(requests: 100, successes: 50) - root) < 1e-9)
        control.leastRate = 10
        #expect(control.rejection(requests: 299, successes: 0) == 0, "fewer than ten a second in thirty seconds")
    }

    @Test(
        "With half of the answers bad, admission control rejects what its formula says, and keeps out of the way otherwise"
    )
    func admission() throws {
        var control = AdmissionControl()
        control.samplingWindow = units(1_000)
        let result = try run([GatewayFilter(.admissionControl(control))], errors: 0.5)
        let rejected = Double(try counts(result).rejected) / Double(result.requests)
        #expect(abs(rejected - (1 - 0.5 / 0.95)) < 0.03, "\(rejected)")
        #expect(try result.backend(cart).requests + counts(result).rejected == result.requests)
        let healthy = try run([GatewayFilter(.admissionControl(control))], errors: 0.01)
        #expect(try counts(healthy).rejected == 0)
        try expectConservation(result)
    }

    @Test("The gradient controller is what a plain one is that looks at its clock at every moment")
    func gradientController() {
        /// Envoy's controller with timers that are looked at each nanosecond.
        struct Plain {
            var settings: AdaptiveConcurrency
            var limit = 3
            var before = 3
            var underWay = 0
            var least: Int64 = 0
            var since: Int64? = 0
            var samples: [Int64] = []
            var update: Int64 = .max
            var measure: Int64 = .max
            var atLeast = 0
            mutating func median() -> Int64 {
                let sorted = samples.sorted()
                samples = []
                return max(sorted[sorted.count / 2], 1)
            }
            mutating func tick(_ now: Int64) {
                guard since == nil else { return }
                if measure <= now {
                    (since, before, limit, samples) = (now, limit, 3, [])
                } else if update <= now {
                    update += settings.updateInterval
                    guard !samples.isEmpty else { return }
                    let gradient = min(max(Double(least) * 1.25 / Double(median()), 0.5), 2)
                    let scaled = Double(limit) * gradient
                    let wanted = min(max(Int(scaled + scaled.squareRoot()), 3), 1000)
                    atLeast = limit == 3 && wanted == 3 ? atLeast + 1 : 0
                    limit = wanted
                    if atLeast >= 5 { (atLeast, measure) = (0, now) }
                    if measure <= now { tick(now) }
                }
            }
            mutating func ended(_ sent: Int64, _ now: Int64) {
                underWay -= 1
                guard sent >= since ?? .min else { return }
                samples.append(now - sent)
                guard since != nil, samples.count >= settings.requestCount else { return }
                (least, since, limit) = (median(), nil, before)
                (measure, update) = (now + settings.measureInterval, now + settings.updateInterval)
            }
        }
        var generator = SeededGenerator(seed: 41)
        for _ in 0..<30 {
            var settings = AdaptiveConcurrency(updateInterval: 50, measureInterval: 3_000)
            settings.requestCount = 10
            settings.jitter = 0
            var controller = GradientController(
                settings, stream: RandomStream(seed: 1, entity: "test", purpose: "jitter"))
            var plain = Plain(settings: settings)
            var ends: [Int64: [Int64]] = [:]
            let slowness = Int64.random(in: 1...5, using: &generator)
            for now in Int64(0)..<6_000 {
                plain.tick(now)
                for sent in ends.removeValue(forKey: now) ?? [] {
                    plain.ended(sent, now)
                    controller.ended(sent: sent, at: now)
                }
                guard generator.chance(60) else { continue }
                let isAdmitted = plain.underWay < plain.limit
                #expect(controller.admits(at: now) == isAdmitted)
                #expect(controller.limit == plain.limit && controller.leastLatency == plain.least)
                guard isAdmitted else { continue }
                plain.underWay += 1
                let load = now > 3_000 ? slowness : 1
                let takes = Int64.random(in: 5...20, using: &generator) * load + Int64(plain.underWay)
                ends[now + takes, default: []].append(now)
            }
        }
    }

    @Test("Adaptive concurrency keeps the wait at an overloaded replica short, where without it the queue grows")
    func adaptiveConcurrency() throws {
        func mean(_ filters: [GatewayFilter]) throws -> (latency: Double, limited: Double) {
            var gateway = GatewayModel(gateway: "infra/edge")
            gateway.filters = filters
            // Twice what ten servers can do.
            let result = try Testbed.run(
                TestbedModel(
                    duration: units(20_000), warmup: units(5_000), sources: [poisson(2, forward(to: [(cart, 1)]))],
                    backends: [
                        BackendModel(
                            backend: cart,
                            station: StationModel(concurrency: 10, serviceTime: try exponential(10)))
                    ], gateways: [gateway]))
            let served = try #require(try result.backend(cart).latency.mean) / unit
            return (served, Double(result.total.gateways[0].filters?.concurrencyLimited ?? 0) / Double(result.requests))
        }
        let without = try mean([])
        let with = try mean([
            GatewayFilter(
                .adaptiveConcurrency(AdaptiveConcurrency(updateInterval: units(100), measureInterval: units(5_000))))
        ])
        #expect(without.latency > 1_000 && without.limited == 0)
        #expect(with.latency < 40 && with.limited > 0.4 && with.limited < 0.75, "\(with)")
    }

    @Test("A split in turn is as near to its weights as whole requests can be, at every moment")
    func splitInTurn() throws {
        var treatment = forward(to: [(cart, 5), (payment, 1)])
        treatment.splitsInTurn = true
        let times = (0..<600).map { Int64($0) * units(1) }
        let cuts = (1..<100).map { Int64($0) * units(6) }
        let result = try Testbed.run(
            TestbedModel(duration: units(600), sources: [FixedTrace(times, treatment).source()], cuts: cuts))
        for interval in result.intervals {
            #expect(interval.measurements.lines[0].branches.map(\.requests) == [5, 1])
        }
    }
}
