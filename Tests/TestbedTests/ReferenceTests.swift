import Foundation
import Simulation
import Testing

@testable import Testbed

/// A table of queueing results outside the package, where there is one.
private enum Reference {
    struct Record: Decodable {
        var model: String
        var metric: String
        var value: Double
        var kind: String
        var parameters: [String: Parameter]
    }

    enum Parameter: Decodable {
        case number(Double)
        case other

        init(from decoder: any Decoder) throws {
            self = (try? decoder.singleValueContainer().decode(Double.self)).map(Self.number) ?? .other
        }

        var number: Double? {
            if case .number(let value) = self { value } else { nil }
        }
    }

    static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/queueing/reference.json")

    static let isPresent = FileManager.default.fileExists(atPath: file.path)

    static func records(_ model: String) throws -> [Record] {
        try JSONDecoder().decode([Record].self, from: Data(contentsOf: file)).filter { $0.model == model }
    }
}

@Suite(.enabled(if: Reference.isPresent, "there is no shared/queueing/reference.json beside the package"))
struct ReferenceTests {
    /// Runs a model once for each set of parameters, and holds all metrics of that set against the runs.
    private func check(
        _ model: String, where isFeasible: ([String: Double]) -> Bool, customers: Double, precision: Double,
        station: ([String: Double]) throws -> (StationModel, rate: Double), loadBalancing: LoadBalancing = .roundRobin
    ) throws {
        var runs: [[String: Double]: [RunResult]] = [:]
        var checked = 0
        for record in try Reference.records(model) where record.kind == "exact" || record.kind == "numeric" {
            let parameters = record.parameters.compactMapValues(\.number)
            guard isFeasible(parameters), !Self.isJump(record), let metric = Self.metrics[record.metric] else {
                continue
            }
            if runs[parameters] == nil {
                let (station, rate) = try station(parameters)
                let model = TestbedModel(
                    seed: 7, duration: units(300 + customers / rate), warmup: units(300),
                    sources: [poisson(rate, forward(to: [(cart, 1)]))],
                    backends: [BackendModel(backend: cart, station: station)],
                    gateways: [GatewayModel(gateway: "infra/edge", loadBalancing: loadBalancing)])
                runs[parameters] = try Testbed.replications(model, count: 20, threads: 2)
            }
            let results = try #require(runs[parameters])
            let estimates = try results.map { result -> Double in
                try #require(metric(result.backend(cart), result.line))
            }
            expect(estimates, cover: record.value, precision: precision, "\(model) \(record.metric) \(parameters)")
            checked += 1
        }
        #expect(checked > 0)
    }

    /// Quantiles at which the distribution jumps cannot be estimated: half of the customers of M/D/1 at load ½ wait for
    /// nobody.
    private static func isJump(_ record: Reference.Record) -> Bool {
        record.value == 0 || (record.model == "M/D/1" && record.metric == "response_p50" && record.value == 1)
    }

    private typealias Metric = @Sendable (StationMeasurements, LineMeasurements) -> Double?

    private static let metrics: [String: Metric] = [
        "mean_response": { _, line in line.latency.mean.map { $0 / unit } },
        "mean_wait": { station, _ in station.wait.mean.map { $0 / unit } },
        "mean_in_system": { station, _ in station.inSystem.mean },
        "response_p50": { station, _ in station.latency.quantile(0.5).map { Double($0) / unit } },
        "response_p90": { station, _ in station.latency.quantile(0.9).map { Double($0) / unit } },
        "response_p99": { station, _ in station.latency.quantile(0.99).map { Double($0) / unit } },
        "wait_p90": { station, _ in station.wait.quantile(0.9).map { Double($0) / unit } },
        "wait_p99": { station, _ in station.wait.quantile(0.99).map { Double($0) / unit } },
        "blocking": { _, line in Double(line.statuses[503]) / Double(line.requests) },
        "mean_response_of_admitted": { station, _ in station.latency.mean.map { $0 / unit } },
        "mean_wait_of_admitted": { station, _ in station.wait.mean.map { $0 / unit } },
    ]

    @Test func oneServer() throws {
        try check("M/M/1", where: { ($0["rho"] ?? 1) <= 0.7 }, customers: 8_000, precision: 0.25) {
            (StationModel(concurrency: 1, serviceTime: try exponential()), try #require($0["lambda_"]))
        }
    }

    @Test func severalServers() throws {
        try check(
            "M/M/c", where: { ($0["rho"] ?? 1) <= 0.8 && ($0["c"] ?? 99) <= 4 }, customers: 8_000, precision: 0.5
        ) {
            (
                StationModel(concurrency: Int(try #require($0["c"])), serviceTime: try exponential()),
                try #require($0["lambda_"])
            )
        }
    }

    @Test func constantService() throws {
        try check("M/D/1", where: { ($0["rho"] ?? 1) <= 0.8 }, customers: 8_000, precision: 0.25) {
            (StationModel(concurrency: 1, serviceTime: try constant(1)), try #require($0["lambda_"]))
        }
    }

    @Test func lossSystems() throws {
        try check("M/M/c/K", where: { ($0["c"] ?? 99) <= 2 }, customers: 6_000, precision: 0.5) {
            let servers = Int(try #require($0["c"]))
            return (
                StationModel(
                    concurrency: servers, queue: Int(try #require($0["K"])) - servers, serviceTime: try exponential()),
                try #require($0["lambda_"])
            )
        }
    }

    @Test func gammaService() throws {
        try check(
            "M/Gamma/1", where: { ($0["rho"] ?? 1) <= 0.5 && ($0["service_scv"] ?? 9) <= 4 }, customers: 10_000,
            precision: 0.3
        ) {
            let cv = try #require($0["service_scv"]).squareRoot()
            return (
                StationModel(concurrency: 1, serviceTime: .distribution(try .gamma(mean: unit, cv: cv))),
                try #require($0["lambda_"])
            )
        }
    }

    @Test func dealtInTurn() throws {
        try check(
            "round robin", where: { ($0["rho"] ?? 1) <= 0.8 && ($0["n"] ?? 99) <= 4 }, customers: 8_000, precision: 0.3
        ) {
            let replicas = try #require($0["n"])
            return (
                StationModel(replicas: Int(replicas), concurrency: 1, serviceTime: try exponential()),
                try #require($0["rho"]) * replicas
            )
        }
    }

    @Test func theLesserOfTwoDrawn() throws {
        try check(
            "P2C with replacement", where: { ($0["rho"] ?? 1) <= 0.8 && ($0["n"] ?? 99) <= 4 }, customers: 8_000,
            precision: 0.3,
            station: {
                let replicas = try #require($0["n"])
                return (
                    StationModel(replicas: Int(replicas), concurrency: 1, serviceTime: try exponential()),
                    try #require($0["rho"]) * replicas
                )
            }, loadBalancing: .leastRequest)
    }
}
