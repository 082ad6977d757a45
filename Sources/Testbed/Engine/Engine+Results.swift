import Simulation

/// What a run has measured.
extension Engine {
    /// Closes the observations of the interval before, and begins those of another.
    mutating func beginInterval(_ next: UInt32) {
        closeObservations()
        interval = next
    }

    private mutating func closeObservations() {
        let now = kernel.now
        for station in 0..<UInt32(stations.peak) {
            let cell = Int(station) * intervalCount + Int(interval)
            stationCells[cell].inSystem = stations[station].inSystem.observation(until: now)
            stationCells[cell].waiting = stations[station].waiting.observation(until: now)
            stationCells[cell].busy = stations[station].busy.observation(until: now)
            stationCells[cell].servers = stations[station].servers.observation(until: now)
            stations[station].inSystem.restart(at: now)
            stations[station].waiting.restart(at: now)
            stations[station].busy.restart(at: now)
            stations[station].servers.restart(at: now)
        }
        for gateway in 0..<UInt32(gateways.peak) {
            gatewayCells[Int(gateway) * intervalCount + Int(interval)].inSystem =
                gateways[gateway].inSystem.observation(until: now)
            gateways[gateway].inSystem.restart(at: now)
        }
    }

    mutating func finish() -> RunResult {
        closeObservations()
        var intervals: [IntervalMeasurements] = []
        for index in Int(firstMeasured)..<intervalCount {
            intervals.append(
                IntervalMeasurements(from: cuts[index], until: cuts[index + 1], measurements: measurements(of: index)))
        }
        var total = intervals.first?.measurements ?? Measurements()
        for interval in intervals.dropFirst() { total.merge(interval.measurements) }
        return RunResult(
            seed: model.seed, duration: model.duration, warmup: model.warmup, requests: requestsMeasured,
            unfinished: requestsMeasured - requestsEnded, events: kernel.eventCount, total: total, intervals: intervals,
            notModelled: notModelled())
    }

    private func measurements(of interval: Int) -> Measurements {
        var result = Measurements()
        for (line, identity) in treatments.lines.enumerated() {
            let cell = lineCells[line * intervalCount + interval]
            result.lines.append(
                LineMeasurements(
                    identity: identity, requests: cell.requests, statuses: cell.statuses, latency: cell.latency))
        }
        addBranches(to: &result, interval)
        for station in stationBackends.indices {
            guard let backend = stationBackends[station] else { continue }
            result.backends.append(
                BackendMeasurements(
                    backend: backend, isModelled: stations[UInt32(station)].isModelled,
                    station: stationCells[station * intervalCount + interval]))
        }
        for (gateway, name) in gatewayNames.enumerated() {
            let cell = gatewayCells[gateway * intervalCount + interval]
            let station = gateways[UInt32(gateway)].station
            result.gateways.append(
                GatewayMeasurements(
                    gateway: name, requests: cell.requests.requests, statuses: cell.requests.statuses,
                    latency: cell.requests.latency, inSystem: cell.inSystem,
                    station: station == none ? nil : stationCells[Int(station) * intervalCount + interval]))
        }
        return result
    }

    /// Of each line, what every backend got and what the weights in force at each attempt let expect.
    private func addBranches(to result: inout Measurements, _ interval: Int) {
        for treatment in treatments.treatments where treatment.action == .forward {
            let indices = Int(treatment.firstBranch)..<Int(treatment.firstBranch + treatment.branchCount)
            let attempts = indices.reduce(UInt64(0)) { $0 + branchCells[$1 * intervalCount + interval] }
            for index in indices {
                let requests = branchCells[index * intervalCount + interval]
                let share = UInt128(treatments.branches[index].weight) << 60 / UInt128(treatment.weight)
                result.lines[Int(treatment.line)].add(
                    BranchMeasurements(
                        backend: treatments.branchBackends[index], requests: requests,
                        expectedFixedPoint: share * UInt128(attempts)))
            }
        }
    }

    private func notModelled() -> [String] {
        var sentences: [String] = []
        for (index, backend) in stationBackends.enumerated() where !stations[UInt32(index)].isModelled {
            // One that only a share of zero names plays no part.
            guard let backend,
                (0..<intervalCount).contains(where: { stationCells[index * intervalCount + $0].requests > 0 })
            else { continue }
            sentences.append("\(backend.description): no entry among the backends, so it answers at once")
        }
        if requestsWithoutObservation > 0 {
            sentences.append(
                "\(requestsWithoutObservation) requests without an observed time were served in no time at all")
        }
        for (source, state) in zip(model.sources, sources) {
            if let walk = state.trace, walk.outOfOrder > 0 {
                sentences.append(
                    "\(walk.outOfOrder) requests of \(source.name) were out of order, and took the time of the one before"
                )
            }
        }
        return sentences
    }
}

extension LineMeasurements {
    mutating func add(_ branch: BranchMeasurements) {
        if let index = branches.firstIndex(where: { $0.backend == branch.backend }) {
            branches[index].requests += branch.requests
            branches[index].expectedFixedPoint += branch.expectedFixedPoint
        } else {
            branches.append(branch)
        }
    }
}
