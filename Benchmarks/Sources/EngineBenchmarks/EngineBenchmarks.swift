import Foundation

/// Runs the loads in interleaved rounds and prints the median rate of each beside the baseline's.
@main
struct EngineBenchmarks {
    struct Load: Sendable {
        var name: String
        var baseline: [String]
        var timeout: Double?
        var run: @Sendable () -> Measurement
    }

    static let loads = [
        Load(name: "M/M/1, load 0.9", baseline: ["mm1", "1000000"]) {
            queue(arrivals: 1_000_000, rate: 0.9, servers: 1)
        },
        Load(name: "M/M/16, load 0.8", baseline: ["mmc", "1000000"]) {
            queue(arrivals: 1_000_000, rate: 12.8, servers: 16)
        },
        Load(name: "hold, 10² pending", baseline: ["hold4", "4000000", "100"]) {
            hold(operations: 4_000_000, pending: 100)
        },
        Load(name: "hold, 10⁴ pending", baseline: ["hold4", "4000000", "10000"]) {
            hold(operations: 4_000_000, pending: 10_000)
        },
        Load(name: "hold, 10⁶ pending", baseline: ["hold4", "2000000", "1000000"]) {
            hold(operations: 2_000_000, pending: 1_000_000)
        },
        Load(name: "tandem, timers of 12 fire", baseline: ["tandemfifo", "300000"], timeout: 12) {
            var load = TandemLoad(timeout: 12)
            return load.run(arrivals: 300_000)
        },
        Load(name: "tandem, timers never fire", baseline: ["tandemfifo", "300000"], timeout: 15_000) {
            var load = TandemLoad(timeout: 15_000)
            return load.run(arrivals: 300_000)
        },
        Load(name: "testbed: M/M/1, load 0.9", baseline: ["mm1", "1000000"]) {
            TestbedLoad.queue(arrivals: 1_000_000, rate: 0.9, servers: 1)
        },
        Load(name: "testbed: M/M/16, load 0.8", baseline: ["mmc", "1000000"]) {
            TestbedLoad.queue(arrivals: 1_000_000, rate: 12.8, servers: 16)
        },
        Load(name: "testbed: 1 route, 1 backend of 10", baseline: []) {
            TestbedLoad.mix(arrivals: 1_000_000, routes: 1, backends: 1)
        },
        Load(name: "testbed: 1,000 routes, 100 backends of 10", baseline: []) {
            TestbedLoad.mix(arrivals: 1_000_000, routes: 1000, backends: 100)
        },
        Load(name: "testbed: tandem, timers of 12 fire", baseline: ["tandemfifo", "300000"], timeout: 12) {
            TestbedLoad.tandem(arrivals: 300_000, timeout: 12)
        },
        Load(name: "testbed: tandem, timers never fire", baseline: ["tandemfifo", "300000"], timeout: 15_000) {
            TestbedLoad.tandem(arrivals: 300_000, timeout: 15_000)
        },
    ]

    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        let baseline = arguments.first.flatMap { $0 == "-" ? nil : Baseline(program: $0) }
        let wanted = arguments.dropFirst().first ?? ""
        let rounds = 5
        print("load, events a second, the baseline's, ratio of times, mean, the baseline's")
        for load in loads where load.name.contains(wanted) || wanted.isEmpty {
            var own: [Measurement] = []
            var other: [Measurement] = []
            for _ in 0..<rounds {
                own.append(load.run())
                if !load.baseline.isEmpty, let result = baseline?.run(load.baseline, timeout: load.timeout) {
                    other.append(result)
                }
            }
            let median = own.sorted { $0.eventsPerSecond < $1.eventsPerSecond }[rounds / 2]
            var line = "\(load.name), \(millions(median.eventsPerSecond)), "
            if other.count == rounds {
                let ratios = zip(own, other).map { $1.eventsPerSecond / $0.eventsPerSecond }.sorted()
                let reference = other.sorted { $0.eventsPerSecond < $1.eventsPerSecond }[rounds / 2]
                line += "\(millions(reference.eventsPerSecond)), \(hundredths(ratios[rounds / 2])), "
                line += "\(hundredths(median.mean)), \(hundredths(reference.mean))"
            } else {
                line += "-, -, \(hundredths(median.mean)), -"
            }
            print(line)
        }
        if wanted.isEmpty { printSteadiness(rounds: rounds) }
    }

    /// The median over a few long runs, unless only some loads are wanted.
    private static func printSteadiness(rounds: Int) {
        let rates = (0..<rounds).map { _ in Steadiness.ofLongRun() }.sorted()
        let median = hundredths(rates[rounds / 2])
        print("testbed: rate in the last tenth of ten million requests against the first, \(median)")
    }

    static func millions(_ value: Double) -> String { String(format: "%.1f M", value / 1e6) }
    static func hundredths(_ value: Double) -> String { String(format: "%.2f", value) }
}
