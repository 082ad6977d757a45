import Simulation
import Testing

@testable import Testbed

/// A millisecond in nanoseconds: the unit of time of the queueing tests.
let unit = 1e6

func units(_ count: Double) -> Int64 { Int64(count * unit) }

let cart = BackendIdentity(namespace: "store", name: "cart", port: 8080)
let payment = BackendIdentity(namespace: "store", name: "payment", port: 8080)

func line(_ name: String) -> LineIdentity {
    .rule(RuleIdentity(namespace: "store", name: name, rule: 0, ruleName: nil, key: "/"))
}

/// A request that is forwarded to one backend.
func forward(
    to branches: [(BackendIdentity, UInt64)], line name: String = "shop", mirrors: [Treatment.MirrorBranch] = [],
    requestTimeout: Int64? = nil, backendRequestTimeout: Int64? = nil, retry: Treatment.RetryPolicy? = nil
) -> Treatment {
    Treatment(
        gateway: "infra/edge", line: line(name), action: .forward,
        branches: branches.map { Treatment.Branch(weight: $0.1, destination: .backend($0.0)) }, mirrors: mirrors,
        requestTimeout: requestTimeout, backendRequestTimeout: backendRequestTimeout, retry: retry)
}

/// Poisson traffic of a rate in requests for each unit of time, for a number of units, that gets one treatment.
func poisson(_ rate: Double, name: String = "clients", until: Double? = nil, _ treatment: Treatment...) -> TrafficSource
{
    var points = [RateProfile.Point(time: 0, rate: rate * 1e9 / unit)]
    if let until {
        points.append(RateProfile.Point(time: units(until), rate: rate * 1e9 / unit))
        points.append(RateProfile.Point(time: units(until) + 1, rate: 0))
    }
    guard let profile = RateProfile(points) else { preconditionFailure("a rate that cannot be") }
    return TrafficSource(
        name: name, content: .mix(arrivals: .poisson(profile), weights: [1], treatments: treatment.map { [$0] }))
}

/// Requests at given times in nanoseconds, all of one treatment; each may have an observed time.
struct FixedTrace: TraceFactory {
    var arrivals: [TraceArrival]
    var treatments: [[Treatment]]

    init(_ times: [Int64], observed: [Int64] = [], _ treatments: Treatment...) {
        arrivals = times.enumerated().map {
            TraceArrival(time: $1, shape: 0, observed: $0 < observed.count ? observed[$0] : -1)
        }
        self.treatments = treatments.map { [$0] }
    }

    func open() -> any TraceSource { Reader(self) }

    private final class Reader: TraceSource {
        let trace: FixedTrace
        var position = 0

        init(_ trace: FixedTrace) { self.trace = trace }

        func read(into batch: inout [TraceArrival]) {
            guard position < trace.arrivals.count else { return }
            batch.append(trace.arrivals[position])
            position += 1
        }

        func rewind() { position = 0 }

        func treatment(ofShape shape: UInt32, version: Int) -> Treatment { trace.treatments[version][Int(shape)] }
    }

    func source(name: String = "trace", speed: Double = 1, repeats: Bool = false) -> TrafficSource {
        TrafficSource(name: name, content: .trace(self, speed: speed, repeats: repeats))
    }
}

func exponential(_ mean: Double = 1) throws -> ServiceTime { .distribution(try .exponential(mean: mean * unit)) }
func constant(_ value: Double) throws -> ServiceTime { .distribution(try .constant(units(value))) }

extension RunResult {
    /// What was measured of a backend; fails the test where it is missing.
    func backend(_ backend: BackendIdentity) throws -> StationMeasurements {
        try #require(total.backends.first { $0.backend == backend.service }).station
    }

    var line: LineMeasurements {
        get throws { try #require(total.lines.first) }
    }

    /// The mean latency of all requests in units of time.
    var meanLatency: Double {
        get throws { try #require(total.lines.first?.latency.mean) / unit }
    }
}

/// Holds the mean of a quantity over replications against its exact value: the 99.9 % interval has to cover it, and has
/// to be narrower than the precision asked for, or a broken model would pass by being noisy.
func expect(
    _ estimates: [Double], cover value: Double, precision: Double, _ name: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let interval = ConfidenceInterval(estimates, confidence: 0.999)
    #expect(
        interval.contains(value), "\(name): \(interval.mean) ± \(interval.halfWidth), expected \(value)",
        sourceLocation: sourceLocation)
    #expect(
        interval.halfWidth <= precision * abs(value), "\(name): \(interval.mean) ± \(interval.halfWidth) is too wide",
        sourceLocation: sourceLocation)
}
