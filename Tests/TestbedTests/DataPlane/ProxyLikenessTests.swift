import Simulation
import Testing

@testable import Testbed

/// What a real Envoy was seen to do and the model did otherwise, each as a test that needs none
/// (docs/dataplane-differential.md). One unit is a millisecond.
@Suite("As Envoy does it") struct ProxyLikenessTests {
    func run(
        at times: [Double], replicas: Int, to branches: [(BackendIdentity, UInt64)] = [(cart, 1)],
        retry: Treatment.RetryPolicy? = nil, service: Double = 0, length: Double = 20_000, events: [TestbedEvent] = [],
        errors: [BackendIdentity: UInt16] = [:], cuts: [Double] = [], _ change: (inout UpstreamPolicy) -> Void
    ) throws -> RunResult {
        var gateway = GatewayModel(gateway: "infra/edge")
        change(&gateway.policy)
        let treatment = forward(to: branches, retry: retry)
        return try Testbed.run(
            TestbedModel(
                duration: units(length), sources: [FixedTrace(times.map(units), treatment).source()],
                backends: branches.map { branch in
                    BackendModel(
                        backend: branch.0,
                        station: StationModel(
                            replicas: replicas, serviceTime: .distribution(try .constant(units(service)))),
                        errorRatio: errors[branch.0] == nil ? 0 : 1, errorStatus: errors[branch.0] ?? 500)
                }, gateways: [gateway], events: events, cuts: cuts.map(units)))
    }

    func every(_ gap: Double, _ count: Int, from start: Double = 0) -> [Double] {
        (0..<count).map { start + gap * Double($0) }
    }

    func failing(_ replicas: Int, at time: Double, for duration: Double? = nil, status: UInt16 = 500) -> TestbedEvent {
        TestbedEvent(
            time: units(time),
            change: .fault(
                Fault(.backend(cart, replicas: replicas), .errors(ratio: 1, status: status)),
                duration: duration.map(units)))
    }

    func lost(_ replicas: Int, at time: Double, silent: Bool = false) -> TestbedEvent {
        TestbedEvent(
            time: units(time),
            change: .fault(
                Fault(.backend(cart, replicas: replicas), .lost(isSilent: silent, noticed: nil)), duration: nil))
    }

    func upstream(_ result: RunResult) throws -> UpstreamMeasurements { try #require(result.total.upstreams.first) }

    @Test("A second host that is ejected within a second of the first gets requests for a second more")
    func mergedEjections() throws {
        for window in [1_000.0, 0] {
            let result = try run(
                at: every(5, 2_000), replicas: 4, events: [failing(1, at: 1_000), failing(2, at: 1_400)]
            ) {
                $0.outlierDetection = OutlierDetection(consecutive5xx: 1)
                $0.outlierDetection?.maxEjectionPercent = 100
                $0.updateMergeWindow = units(window)
            }
            // Within the second 200 requests go to three hosts, a third of them to the one that is ejected already.
            let found = Double(try result.line.statuses[500])
            #expect(window == 0 ? found == 2 : (66...70).contains(found), "\(window): \(found)")
            #expect(try upstream(result).ejections == 2)
        }
    }

    @Test("The time of a probe that nobody answers is not part of the interval")
    func silentProbes() throws {
        for (silent, least, most) in [(false, 2_000.0, 3_000.0), (true, 3_500, 4_500)] {
            let result = try run(at: every(10, 1_000), replicas: 2, events: [lost(1, at: 1_000, silent: silent)]) {
                $0.healthCheck = HealthCheck(interval: units(1_000), timeout: units(500), unhealthyThreshold: 3)
                $0.panicThreshold = 0
            }
            // Until then every second of the requests fails, one each 20 ms; silent ones never end.
            let failed = Double(try result.line.statuses[503] + result.unfinished) * 20
            #expect((least - 20...most + 20).contains(failed), "silent \(silent): \(failed) ms")
        }
    }

    @Test("A backend's first request meets what probes have found before")
    func probesBeforeTheFirstRequest() throws {
        func failed(from start: Double, silent: Bool) throws -> (failed: UInt64, unfinished: UInt64) {
            // A request for another backend comes first; the account of the cart's begins with the second.
            var trace = FixedTrace([0] + every(10, 100, from: start).map(units))
            trace.treatments = [[forward(to: [(payment, 1)], line: "other"), forward(to: [(cart, 1)])]]
            for index in 1...100 { trace.arrivals[index].shape = 1 }
            var gateway = GatewayModel(gateway: "infra/edge")
            gateway.policy.healthCheck = HealthCheck(interval: units(1_000), timeout: units(500))
            let backend = BackendModel(
                backend: cart, station: StationModel(replicas: 4, serviceTime: .distribution(try .constant(0))))
            let result = try Testbed.run(
                TestbedModel(
                    duration: units(20_000), sources: [trace.source()], backends: [backend], gateways: [gateway],
                    events: [lost(1, at: 2_000, silent: silent)]))
            return (result.total.lines.reduce(0) { $0 + $1.statuses[503] }, result.unfinished)
        }
        for silent in [false, true] {
            let late = try failed(from: 15_000, silent: silent)
            #expect(late.failed == 0 && late.unfinished == 0, "silent: \(silent)")
        }
        let soon = try failed(from: 2_100, silent: false)
        #expect(soon.failed == 25, "one that was lost a moment ago is not known to be")
    }

    @Test("A retry stays with the backend that the split has drawn")
    func retriesInASplit() throws {
        for governed in [false, true] {
            let result = try run(
                at: every(5, 1_000), replicas: 1, to: [(cart, 1), (payment, 1)],
                retry: Treatment.RetryPolicy(attempts: 2, codes: [503], backoff: 0), errors: [payment: 503]
            ) { if governed { $0.panicThreshold = 50 } }
            let (good, bad) = (try result.line.statuses[200], try result.line.statuses[503])
            #expect(good + bad == 1_000 && (430...570).contains(bad), "half of the requests fail: \(bad)")
            let attempts = try result.line.branches.map(\.requests)
            #expect(attempts == [good, 3 * bad], "and each of those is tried three times there")
        }
    }

    @Test("Where the dialect says so, a retry draws the split anew")
    func retriesThatDrawAnew() throws {
        var retry = Treatment.RetryPolicy(attempts: 1, codes: [503], backoff: 0)
        retry.redrawsSplit = true
        let result = try run(
            at: every(5, 2_000), replicas: 1, to: [(cart, 1), (payment, 1)], retry: retry, errors: [payment: 503]
        ) { _ in }
        let failed = Double(try result.line.statuses[503]) / 2_000
        #expect(abs(failed - 0.25) < 0.04, "twice the half that fails: \(failed)")
    }

    @Test("Where broken connections and timeouts are not tried again, connections that cannot be made still are")
    func brokenAttempts() throws {
        for (isBroken, tries) in [(true, UInt64(3)), (false, 1)] {
            var retry = Treatment.RetryPolicy(attempts: 2, codes: [500, 504], backoff: 0)
            retry.retriesBroken = isBroken
            let treatment = forward(to: [(cart, 1)], backendRequestTimeout: units(10), retry: retry)
            let backend = BackendModel(backend: cart, station: StationModel(serviceTime: try constant(100)))
            var model = TestbedModel(
                duration: units(1_000), sources: [FixedTrace([0], treatment).source()], backends: [backend])
            let late = try Testbed.run(model)
            #expect(try late.line.statuses[504] == 1)
            #expect(
                try late.line.branches.map(\.requests) == [tries], "504 among the codes is an answer's, not a timeout's"
            )
            model.events = [lost(1, at: 0)]
            let refused = try Testbed.run(model)
            #expect(try refused.line.statuses[503] == 1 && refused.line.branches.map(\.requests) == [3])
        }
    }

    @Test("A back-off that is a bound is waited for less than that, one that is the least at least that long")
    func bounds() throws {
        for (isLeast, range) in [(true, units(20)...units(40)), (false, 0...units(20))] {
            var retry = Treatment.RetryPolicy(attempts: 1, codes: [500], backoff: units(20))
            retry.backoffIsLeast = isLeast
            let result = try run(at: every(50, 300), replicas: 1, retry: retry, errors: [cart: 500]) { _ in }
            let latency = try result.line.latency
            let (shortest, longest) = (try #require(latency.min), try #require(latency.max))
            #expect(range.contains(shortest) && range.contains(longest) && longest - shortest > units(17))
        }
    }

    @Test("A retry avoids all hosts that were tried, not only the last")
    func triedHosts() throws {
        var tried = TriedHosts()
        #expect(!tried.contains(0))
        for host in [3, 5, 3, 7] as [UInt32] { tried.insert(host) }
        #expect([3, 5, 7].allSatisfy { tried.contains($0) } && !tried.contains(4))
        let result = try run(
            at: every(5, 2_000), replicas: 3, retry: Treatment.RetryPolicy(attempts: 2, codes: [500], backoff: 0),
            events: [failing(2, at: 0)]
        ) {
            $0.loadBalancing = .random
            $0.avoidsTriedReplica = true
        }
        // 2/3 × 1/2 get to both, and miss the third six times in a row with (2/3)^6.
        let failed = Double(try result.line.statuses[500]) / 2_000
        #expect(abs(failed - 0.0293) < 0.015, "\(failed)")
    }

    @Test("A connection is opened even for a request that will be turned away when it is there")
    func connectionsBeyondTheLimit() throws {
        for (version, opened) in [(ConnectionPolicy.Version.http1, UInt64(6)), (.http2, 1)] {
            let result = try run(at: every(10, 12), replicas: 1, service: 400) {
                $0.circuitBreaker = CircuitBreaker(maxRequests: 5)
                $0.connections = ConnectionPolicy(version: version)
            }
            #expect(try result.line.statuses[200] == 5 && result.line.statuses[503] == 7)
            #expect(try upstream(result).requestOverflows == 7 && upstream(result).pendingOverflows == 0)
            #expect(try upstream(result).connectionsOpened == opened, "\(version)")
        }
    }

    @Test("A host that is ejected loses its connections, those in use when they have done")
    func ejectedConnections() throws {
        // Eight requests at once make four connections to each of two hosts; then one at a time.
        let times = every(10, 8) + every(400, 10, from: 1_500)
        let result = try run(
            at: times, replicas: 2, service: 150, events: [failing(1, at: 1_400, for: 1_000)]
        ) {
            $0.connections = ConnectionPolicy()
            $0.panicThreshold = 0
            $0.outlierDetection = OutlierDetection(consecutive5xx: 1)
            $0.outlierDetection?.maxEjectionPercent = 50
            $0.outlierDetection?.interval = units(100)
            $0.outlierDetection?.baseEjectionTime = units(1_000)
        }
        #expect(try result.line.statuses[500] == 1)
        #expect(try upstream(result).connectionsOpened == 9, "one more, when the host is back")
    }

    @Test("The time of an attempt begins when it has its connection, that of the request when it comes")
    func timeWhileWaiting() throws {
        for (isAttempt, answered) in [(true, UInt64(5)), (false, 1)] {
            var gateway = GatewayModel(gateway: "infra/edge")
            gateway.policy.connections = ConnectionPolicy()
            gateway.policy.circuitBreaker = CircuitBreaker(maxConnections: 1)
            let treatment = forward(
                to: [(cart, 1)], requestTimeout: isAttempt ? nil : units(250),
                backendRequestTimeout: isAttempt ? units(250) : nil)
            let backend = BackendModel(backend: cart, station: StationModel(serviceTime: try constant(200)))
            let result = try Testbed.run(
                TestbedModel(
                    duration: units(5_000), sources: [FixedTrace(every(10, 5).map(units), treatment).source()],
                    backends: [backend], gateways: [gateway]))
            let (good, late) = (try result.line.statuses[200], try result.line.statuses[504])
            #expect(good == answered && late == 5 - answered, "attempt: \(isAttempt)")
        }
    }

    @Test("The session goes with the host that answers a retry")
    func sessionsFollowRetries() throws {
        var treatment = forward(to: [(cart, 1)], retry: Treatment.RetryPolicy(attempts: 3, codes: [500], backoff: 0))
        treatment.session = Treatment.SessionRule()
        var source = poisson(1, treatment)
        source.clients = 1
        var gateway = GatewayModel(gateway: "infra/edge")
        gateway.policy.avoidsTriedReplica = true
        let backend = BackendModel(backend: cart, station: StationModel(replicas: 3, serviceTime: try constant(0.1)))
        let model = TestbedModel(
            duration: units(1_000), sources: [source], backends: [backend], gateways: [gateway],
            events: [failing(2, at: 0)])
        let result = try Testbed.run(model)
        #expect(try result.line.statuses[500] == 0)
        let attempts = try result.line.branches.reduce(0) { $0 + $1.requests }
        #expect((result.requests...result.requests + 2).contains(attempts), "only the first request has to look around")
    }

    @Test("In slow start there is no least age of a second")
    func slowStartOfTheFirstSecond() {
        let slow = SlowStart(window: units(4_000), minimumWeight: 0.01)
        #expect(slow.factor(age: 0) == 0.01)
        #expect(slow.factor(age: units(400)) == 0.1)
        #expect(slow.factor(age: units(4_000)) == 1)
    }

    @Test("Least request chooses by schedule from a slow start on until hosts change")
    func scheduledAfterSlowStart() {
        var policy = UpstreamPolicy()
        policy.slowStart = SlowStart(window: units(1_000))
        var upstream = Upstream(
            policy: policy, loadBalancing: .leastRequest, station: 0, link: 0, balancer: 0, place: 0, proxies: [],
            entity: "test", seed: 1)
        func hosts(_ count: UInt32) -> [(ordinal: UInt32, host: Upstream.Host)] {
            (0..<count).map { ($0, Upstream.Host(replica: $0, joined: .min)) }
        }
        func counts(at time: Double) -> [Int] {
            var counts = [0, 0, 0, 0]
            for _ in 0..<400 {
                if case .host(let host, _) = upstream.choose(client: 0, tried: TriedHosts(), at: units(time)) {
                    counts[Int(host)] += 1
                }
            }
            return counts
        }
        _ = upstream.update(hosts(3), at: 0, isStart: true)
        _ = upstream.update(hosts(4), at: units(10_000), isStart: false)
        _ = counts(at: 10_500)
        _ = counts(at: 12_000)
        #expect(counts(at: 13_000).allSatisfy { (99...101).contains($0) }, "in turn, though the window is long over")
        _ = upstream.update(hosts(3), at: units(20_000), isStart: false)
        #expect(counts(at: 20_000)[0..<3].contains { !(132...135).contains($0) }, "by chance again")
    }
}
