import Foundation
import Scenario
import Simulation
import Testbed
import Testing

/// Queues whose behaviour is known exactly, written as scenario files.
@Suite("Scenarios agree with queueing theory")
struct QueueingTheoryTests {
    /// A model with a service time of 10 ms on average.
    struct Queue: Sendable, CustomTestStringConvertible {
        var name: String
        var servers: Int
        var load: Double
        var isConstant: Bool

        var testDescription: String { "\(name), \(servers) servers, load \(load)" }

        /// The mean wait in service times.
        var meanWait: Double {
            let offered = load * Double(servers)
            // Pollaczek (1930) and Khinchin (1932): λ E[S²] / 2 (1 − ρ).
            if isConstant { return load / (2 * (1 - load)) }
            return erlangC(offered) / (Double(servers) - offered)
        }

        /// The probability to wait with so much work offered (A. K. Erlang, 1917), by the recursion of Erlang B.
        private func erlangC(_ offered: Double) -> Double {
            var blocking = 1.0
            for server in 1...servers { blocking = offered * blocking / (Double(server) + offered * blocking) }
            return blocking / (1 - load * (1 - blocking))
        }

        var scenario: String {
            """
            apiVersion: weir.dev/v1alpha1
            kind: Scenario
            metadata: {name: queue}
            spec:
              seed: 11
              manifests: [manifests.yaml]
              duration: \(Int(400 / Double(servers).squareRoot()))s
              warmup: 20s
              traffic:
              - name: customers
                gateway: infra/edge
                arrivals: {process: poisson, rate: \(load * Double(servers) * 100)/s}
                requests: [{url: "http://store.example.com/cart"}]
              backends:
              - service: store/cart-v1
                replicas: 1
                concurrency: \(servers)
                serviceTime: {distribution: \(isConstant ? "constant, value" : "exponential, mean"): 10ms}
            """
        }
    }

    static let queues = [
        Queue(name: "M/M/1", servers: 1, load: 0.5, isConstant: false),
        Queue(name: "M/M/1", servers: 1, load: 0.7, isConstant: false),
        Queue(name: "M/M/c", servers: 4, load: 0.8, isConstant: false),
        Queue(name: "M/D/1", servers: 1, load: 0.7, isConstant: true),
    ]

    @Test("Mean wait, mean number waiting and utilisation lie in the confidence interval", arguments: queues)
    func agrees(_ queue: Queue) throws {
        let folder = try Small.copy(["scenario.yaml": queue.scenario])
        let compiled = try CompiledScenario(path: folder.path)
        let runs = try Testbed.replications(compiled.model, count: 12, threads: 2)
        let stations = try runs.map { run in try #require(run.total.backends.first?.station) }
        let wait = ConfidenceInterval(stations.compactMap { $0.wait.mean.map { $0 / 1e7 } }, confidence: 0.999)
        #expect(wait.contains(queue.meanWait), "\(wait) and \(queue.meanWait)")
        #expect(wait.halfWidth < 0.25 * queue.meanWait, "\(wait) says too little")
        // J. D. C. Little (1961): waiting requests are rate times wait.
        let waiting = ConfidenceInterval(stations.compactMap(\.waiting.mean), confidence: 0.999)
        let expected = queue.meanWait * queue.load * Double(queue.servers)
        #expect(waiting.contains(expected), "\(waiting) and \(expected)")
        let busy = ConfidenceInterval(stations.compactMap(\.utilization), confidence: 0.999)
        #expect(busy.contains(queue.load), "\(busy) and \(queue.load)")
    }

    static let reference = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/queueing/reference.json").standardized

    @Test(
        "The closed forms of this test are those of the reference",
        .enabled(if: FileManager.default.fileExists(atPath: reference.path), "the shared reference is not there"),
        arguments: queues)
    func closedForms(_ queue: Queue) throws {
        struct Row: Decodable {
            var model: String
            var metric: String
            var value: Double
            var parameters: [String: Parameter]
        }
        enum Parameter: Decodable {
            case number(Double), text(String), other
            init(from decoder: any Decoder) throws {
                let value = try decoder.singleValueContainer()
                if let number = try? value.decode(Double.self) {
                    self = .number(number)
                } else {
                    self = (try? value.decode(String.self)).map(Parameter.text) ?? .other
                }
            }
            var number: Double? { if case .number(let number) = self { number } else { nil } }
        }
        let rows = try JSONDecoder().decode([Row].self, from: Data(contentsOf: Self.reference))
        let row = rows.first { row in
            row.model == queue.name && row.metric == "mean_wait" && row.parameters["rho"]?.number == queue.load
                && (queue.servers == 1 || row.parameters["c"]?.number == Double(queue.servers))
        }
        let value = try #require(row?.value, "the reference has no \(queue.testDescription)")
        #expect(abs(value - queue.meanWait) < 1e-9)
    }
}
