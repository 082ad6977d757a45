import Simulation
import Testbed

/// Adds up the runs of a scenario, in the order of their seeds, and keeps what each of them says about every quantity.
/// Memory grows with the number of quantities, not with the requests.
struct ReplicationFold {
    /// All runs together.
    private(set) var merged: RunResult?
    private(set) var parts = 0
    private(set) var controls = Controls()
    private var lines: [String: EntityEstimates] = [:]
    private var shares: [String: [BackendIdentity?: EntityEstimates]] = [:]
    private var backends: [BackendIdentity: EntityEstimates] = [:]
    private var gateways: [String: EntityEstimates] = [:]

    /// What the parts say about each metric of something.
    struct EntityEstimates {
        var estimates: [Metric: ReplicatedEstimate] = [:]

        mutating func add(_ values: [MetricValue], part: Int) {
            for value in values {
                estimates[value.metric, default: ReplicatedEstimate()]
                    .add(value.value, weight: value.weight, part: part)
            }
        }
    }

    /// Adds a run as one part.
    mutating func add(_ result: RunResult) {
        add(result.total, seconds: Double(result.duration - result.warmup) * 1e-9)
        controls.add(result.deviations)
        merge(result)
    }

    /// Adds a run cut into the parts that begin at these times; the last ends with the run.
    mutating func add(_ result: RunResult, batchesFrom starts: [Int64]) {
        for (place, start) in starts.enumerated() {
            let end = place + 1 < starts.count ? starts[place + 1] : result.duration
            let inside = result.intervals.filter { $0.from >= start && $0.until <= end }
            guard var measured = inside.first?.measurements else { continue }
            for interval in inside.dropFirst() { measured.merge(interval.measurements) }
            add(measured, seconds: Double(end - start) * 1e-9)
        }
        merge(result)
    }

    /// Adds a run of which nothing but the sum is asked.
    mutating func merge(_ result: RunResult) {
        if merged == nil { merged = result } else { merged?.merge(result) }
    }

    private mutating func add(_ measured: Measurements, seconds: Double) {
        parts += 1
        for line in measured.lines {
            let key = line.identity.key
            lines[key, default: EntityEstimates()].add(line.metrics(seconds: seconds), part: parts)
            for branch in line.branches {
                guard let share = line.share(of: branch) else { continue }
                shares[key, default: [:]][branch.backend, default: EntityEstimates()].add([share], part: parts)
            }
        }
        for backend in measured.backends {
            backends[backend.backend, default: EntityEstimates()].add(
                backend.station.metrics(seconds: seconds), part: parts)
        }
        for gateway in measured.gateways {
            gateways[gateway.gateway, default: EntityEstimates()].add(
                gateway.metrics(seconds: seconds), part: parts)
        }
    }

    /// What the parts say about a metric of a line.
    func estimates(of line: LineIdentity) -> EntityEstimates { lines[line.key] ?? EntityEstimates() }

    /// What the parts say about the share of a branch.
    func estimates(of branch: BackendIdentity?, in line: LineIdentity) -> EntityEstimates {
        shares[line.key]?[branch] ?? EntityEstimates()
    }

    /// What the parts say about a backend.
    func estimates(of backend: BackendIdentity) -> EntityEstimates { backends[backend] ?? EntityEstimates() }

    /// What the parts say about a gateway.
    func estimates(ofGateway name: String) -> EntityEstimates { gateways[name] ?? EntityEstimates() }
}

extension LineIdentity {
    /// Equal for what is one line over events and replications: a rule keeps its line by its name, else by its matches.
    var key: String {
        switch self {
        case .rule(let rule):
            "rule \(rule.kind)/\(rule.namespace)/\(rule.name)/\(rule.ruleName.map { "name \($0)" } ?? "matches \(rule.key)")"
        case .unrouted(let reason, let host): "unrouted \(reason) \(host)"
        }
    }
}
