import Simulation
import Testbed

/// The loads of `QueueLoad` and `TandemLoad` as scenarios of the testbed: what its generality costs, histograms and
/// statistics included. Times are in units of a millisecond; events are counted as the bare programs count them.
enum TestbedLoad {
    private static let unit = 1e6

    static func queue(arrivals: Int, rate: Double, servers: Int) -> Measurement {
        run(arrivals: arrivals, rate: rate, split: [("a", 1)], eventsPerRequest: 2) {
            TestbedModel(
                duration: $0, sources: [$1],
                backends: [
                    BackendModel(
                        backend: backend("a"),
                        station: StationModel(concurrency: servers, serviceTime: try exponential(1)))
                ])
        }
    }

    static func tandem(arrivals: Int, timeout: Double, progress: ((Double) -> Void)? = nil) -> Measurement {
        run(
            arrivals: arrivals, rate: 1, split: [("a", 9), ("b", 1)], timeout: timeout, eventsPerRequest: 6.12,
            progress: progress
        ) {
            let service = StationModel(concurrency: 4, serviceTime: try exponential(3))
            return TestbedModel(
                duration: $0, sources: [$1],
                backends: ["a", "b"].map { BackendModel(backend: backend($0), station: service) },
                gateways: [
                    GatewayModel(
                        gateway: "infra/edge", station: StationModel(concurrency: 1, serviceTime: try exponential(0.5)),
                        hop: try .constant(Int64(0.1 * unit)))
                ])
        }
    }

    /// Routes to as many requests of equal weight, each split 90 to 10 between two of the backends, which have ten replicas
    /// of four servers each.
    static func mix(arrivals: Int, routes: Int, backends: Int) -> Measurement {
        let names = (0..<backends).map { "b\($0)" }
        let treatments = (0..<routes).map { index in
            treatment("r\(index)", [(names[index % backends], 9), (names[(index + 1) % backends], 1)])
        }
        return run(arrivals: arrivals, rate: 2, treatments, eventsPerRequest: 2) {
            let service = StationModel(replicas: 10, concurrency: 4, serviceTime: try exponential(1))
            return TestbedModel(
                duration: $0, sources: [$1],
                backends: names.map { BackendModel(backend: backend($0), station: service) })
        }
    }

    private static func backend(_ name: String) -> BackendIdentity { BackendIdentity(namespace: "store", name: name) }

    private static func exponential(_ mean: Double) throws -> ServiceTime {
        .distribution(try .exponential(mean: mean * unit))
    }

    private static func run(
        arrivals: Int, rate: Double, split: [(String, UInt64)], timeout: Double? = nil, eventsPerRequest: Double,
        progress: ((Double) -> Void)? = nil, _ model: (Int64, TrafficSource) throws -> TestbedModel
    ) -> Measurement {
        run(
            arrivals: arrivals, rate: rate, [treatment("shop", split, timeout: timeout)],
            eventsPerRequest: eventsPerRequest, progress: progress, model)
    }

    private static func treatment(_ route: String, _ split: [(String, UInt64)], timeout: Double? = nil) -> Treatment {
        Treatment(
            gateway: "infra/edge",
            line: .rule(RuleIdentity(namespace: "store", name: route, rule: 0, ruleName: nil, key: "/")),
            action: .forward,
            branches: split.map { Treatment.Branch(weight: $0.1, destination: .backend(backend($0.0))) },
            backendRequestTimeout: timeout.map { Int64($0 * unit) },
            retry: timeout.map { _ in Treatment.RetryPolicy(attempts: 1, backoff: 0) })
    }

    private static func run(
        arrivals: Int, rate: Double, _ treatments: [Treatment], eventsPerRequest: Double,
        progress: ((Double) -> Void)? = nil, _ model: (Int64, TrafficSource) throws -> TestbedModel
    ) -> Measurement {
        guard let profile = RateProfile(rate: rate * 1e9 / unit),
            let model = try? model(
                Int64(Double(arrivals) / rate * unit),
                TrafficSource(
                    name: "clients",
                    content: .mix(
                        arrivals: .poisson(profile), weights: Array(repeating: 1, count: treatments.count),
                        treatments: [treatments])))
        else { fatalError("the load is not valid") }
        let start = processSeconds()
        guard let result = try? Testbed.run(model, progress: progress) else { fatalError("the load cannot be run") }
        let seconds = processSeconds() - start
        return Measurement(
            events: Int(Double(result.requests) * eventsPerRequest), seconds: seconds,
            mean: (result.total.lines.first?.latency.mean ?? 0) / unit)
    }
}
