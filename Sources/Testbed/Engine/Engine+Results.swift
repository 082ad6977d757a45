import Simulation

/// What a run has measured.
extension Engine {
    /// Closes the observations of the interval before, and begins those of another.
    mutating func beginInterval(_ next: UInt32) {
        closeObservations()
        interval = next
        if next == firstMeasured { rememberServiceTimes() }
    }

    private mutating func closeObservations() {
        let now = kernel.now
        var levels: [StationLevels] = []
        for station in 0..<UInt32(stations.peak) {
            levels.append(
                StationLevels(
                    inSystem: stations[station].inSystem.observation(until: now),
                    waiting: stations[station].waiting.observation(until: now),
                    busy: stations[station].busy.observation(until: now),
                    servers: stations[station].servers.observation(until: now)))
            stations[station].inSystem.restart(at: now)
            stations[station].waiting.restart(at: now)
            stations[station].busy.restart(at: now)
            stations[station].servers.restart(at: now)
            stations[station].cell = none
        }
        stationLevels.append(levels)
        var inSystem: [LevelObservation] = []
        for gateway in 0..<UInt32(gateways.peak) {
            inSystem.append(gateways[gateway].inSystem.observation(until: now))
            gateways[gateway].inSystem.restart(at: now)
        }
        gatewayLevels.append(inSystem)
        closeUpstreamObservations()
        closeFlowObservations()
        if let last = stationLevels.last { carryScalers(last) }
    }

    mutating func finish() -> RunResult {
        closeObservations()
        let cells = CellsOfIntervals(self)
        var intervals: [IntervalMeasurements] = []
        for index in Int(firstMeasured)..<intervalCount {
            intervals.append(
                IntervalMeasurements(
                    from: cuts[index], until: cuts[index + 1], measurements: measurements([index], cells)))
        }
        // One interval is all: its histograms are shared, not made twice.
        let total =
            intervals.count == 1
            ? intervals[0].measurements : measurements(Array(Int(firstMeasured)..<intervalCount), cells)
        let ended = total.lines.reduce(0) { $0 + $1.requests }
        let requests = total.gateways.reduce(0) { $0 + $1.requests }
        var result = RunResult(
            seed: model.seed, duration: model.duration, warmup: model.warmup, requests: requests,
            unfinished: requests - ended, events: kernel.eventCount + timetable.taken, total: total,
            intervals: intervals, notModelled: notModelled())
        result.log = log
        result.calls = callCount
        result.deviations = deviations(total)
        return result
    }

    private func notModelled() -> [String] {
        var reached = Set<UInt32>()
        for cell in 0..<UInt32(stationCells.peak) { reached.insert(stationCells[cell].station) }
        var sentences: [String] = []
        for (index, backend) in stationBackends.enumerated() where !stations[UInt32(index)].isModelled {
            // One that only a share of zero names plays no part.
            guard let backend, reached.contains(UInt32(index)) else { continue }
            sentences.append("\(backend.description): no entry among the backends, so it answers at once")
        }
        if requestsWithoutObservation > 0 {
            sentences.append(
                "\(requestsWithoutObservation) requests without an observed time were served in no time at all")
        }
        for (source, parts) in zip(model.sources, sourceParts) {
            if let walk = parts.trace, walk.outOfOrder > 0 {
                sentences.append(
                    "\(walk.outOfOrder) requests of \(source.name) were out of order, and took the time of the one before"
                )
            }
        }
        return sentences
    }
}

/// Which cells belong to each interval, and the requests of each that have not ended.
struct CellsOfIntervals {
    fileprivate var plans: [[UInt32]]
    fileprivate var stations: [[UInt32]]
    fileprivate var unended: [UInt64]

    fileprivate init(_ engine: borrowing Engine) {
        plans = Array(repeating: [], count: engine.intervalCount)
        stations = plans
        unended = Array(repeating: 0, count: engine.planCells.peak)
        for cell in 0..<UInt32(engine.planCells.peak) { plans[Int(engine.planCells[cell].interval)].append(cell) }
        for cell in 0..<UInt32(engine.stationCells.peak) {
            stations[Int(engine.stationCells[cell].interval)].append(cell)
        }
        for slot in engine.requests.slotsInUse() {
            let request = engine.requests[slot]
            if request.place != .cancelled, !request.traits.contains(.copy) { unended[Int(request.cell)] += 1 }
        }
    }
}

extension Engine {
    /// What was measured in several intervals together.
    private mutating func measurements(_ intervals: [Int], _ cells: CellsOfIntervals) -> Measurements {
        var result = Measurements()
        result.lines = catalogue.lines.map { LineMeasurements(identity: $0) }
        result.gateways = gatewayNames.map { name in
            var gateway = GatewayMeasurements(gateway: name)
            gateway.isSidecar = sidecars.contains(name)
            return gateway
        }
        var stationResults = Array(repeating: StationMeasurements(), count: stations.peak)
        var attemptsOfBranches = Array(repeating: UInt64(0), count: branches.peak)
        for interval in intervals {
            for cell in cells.plans[interval] { add(cell, unended: cells.unended[Int(cell)], to: &result) }
            for cell in cells.plans[interval] {
                let plan = plans[planCells[cell].plan]
                for place in 0..<plan.branchCount {
                    attemptsOfBranches[Int(plan.firstBranch + place)] +=
                        attempts[planCells[cell].firstAttempts + place]
                }
            }
            for cell in cells.stations[interval] { add(cell, to: &stationResults[Int(stationCells[cell].station)]) }
            for (station, levels) in stationLevels[interval].enumerated() {
                stationResults[station].inSystem.merge(levels.inSystem)
                stationResults[station].waiting.merge(levels.waiting)
                stationResults[station].busy.merge(levels.busy)
                stationResults[station].servers.merge(levels.servers)
            }
            for (gateway, level) in gatewayLevels[interval].enumerated() {
                result.gateways[gateway].inSystem.merge(level)
            }
        }
        addBranches(attemptsOfBranches, to: &result)
        addUpstreams(intervals, to: &result)
        addFlows(intervals, to: &result)
        addClients(intervals, to: &result)
        addFilterCounts(intervals, to: &result)
        for (station, backend) in stationBackends.enumerated() {
            guard let backend else { continue }
            result.backends.append(
                BackendMeasurements(
                    backend: backend, isModelled: stations[UInt32(station)].isModelled,
                    station: stationResults[station]))
        }
        for gateway in gatewayNames.indices {
            let station = gateways[UInt32(gateway)].station
            if station != none { result.gateways[gateway].station = stationResults[Int(station)] }
        }
        return result
    }

    /// Adds what a plan counted in an interval to its line and its gateway.
    private mutating func add(_ cell: UInt32, unended: UInt64, to result: inout Measurements) {
        let plan = plans[planCells[cell].plan]
        let line = Int(plan.line)
        let before = result.lines[line].latency.count
        planLatencies.add(cell, to: &result.lines[line].latency)
        let count = result.lines[line].latency.count - before
        var statuses = planStatuses[Int(cell)]
        statuses.add(200, count: count - statuses.total)
        result.lines[line].requests += count
        result.lines[line].statuses.merge(statuses)
        result.lines[line].retries += planRetries[Int(cell)]
        let gateway = Int(plan.gateway)
        result.gateways[gateway].requests += count + unended
        planLatencies.add(cell, to: &result.gateways[gateway].latency)
        result.gateways[gateway].statuses.merge(statuses)
    }

    private mutating func add(_ cell: UInt32, to result: inout StationMeasurements) {
        let counts = stationCells[cell]
        result.requests += counts.requests
        result.refused += counts.refused
        result.cancelled += counts.cancelled
        result.lost += counts.lost
        result.abandoned += counts.abandoned
        stationLatencies.add(cell * 2, to: &result.wait)
        let before = result.latency.count
        stationLatencies.add(cell * 2 + 1, to: &result.latency)
        var statuses = stationStatuses[Int(cell)]
        // A full queue's answers are no latencies.
        statuses.add(200, count: result.latency.count - before - (statuses.total - counts.refused))
        result.statuses.merge(statuses)
    }

    /// Of each line, what every backend got and what the weights in force at each attempt let expect.
    private func addBranches(_ attempts: [UInt64], to result: inout Measurements) {
        for index in 0..<UInt32(plans.peak) where !plans[index].traits.contains(.responds) {
            let plan = plans[index]
            let indices = Int(plan.firstBranch)..<Int(plan.firstBranch + plan.branchCount)
            let all = indices.reduce(UInt64(0)) { $0 + attempts[$1] }
            for branch in indices {
                let details = catalogue.branches[branch]
                let share = UInt128(details.weight) << 60 / UInt128(plan.weight)
                result.lines[Int(plan.line)].add(
                    BranchMeasurements(
                        backend: details.backend, requests: attempts[branch],
                        expectedFixedPoint: share * UInt128(all)))
            }
        }
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
