import Simulation

/// A flow that is open.
struct FlowState: BitwiseCopyable {
    enum Outcome: UInt8, BitwiseCopyable { case completed, reset, dropped }

    var since: SimulationTime
    /// Its place in ``Engine/flowLines``, and the interval in which it began.
    var line: UInt32
    var interval: UInt32
    var replica: UInt32
    var bytes: UInt64
    var isDatagrams: Bool
    /// What it will end with.
    var outcome = Outcome.completed
    var hasEnded = false
}

/// What is counted of the flows of a line.
struct FlowLine {
    var line: UInt32
    var open = LevelStatistic()
    /// By interval.
    var cells: [FlowMeasurements]
}

/// Connections that last. They hold no server of a replica, only one of its places for connections.
extension Engine {
    mutating func beginFlow(from source: UInt32) throws {
        guard let mix = sourceParts[Int(source)].flows else { return }
        guard flows.count < mostRequests else {
            throw TestbedError.tooManyRequests(at: kernel.now.nanoseconds, count: flows.count)
        }
        let (kindIndex, plan) = drawFlow(source)
        let kind = mix.kinds[kindIndex]
        if plans[plan].cellInterval != interval { addCell(to: plan) }
        let line = flowLine(of: plans[plan].line)
        flowLines[Int(line)].cells[Int(interval)].flows += 1
        let duration = kind.duration.draw(&sources[source].contents)
        var state = FlowState(
            since: kernel.now, line: line, interval: interval, replica: none, bytes: kind.bytes,
            isDatagrams: kind.isDatagrams)
        guard let replica = boardFlow(plan, source) else {
            count(state, kind.isDatagrams ? .dropped : .reset)
            return
        }
        guard replicas[replica].isUp else {
            count(state, kind.isDatagrams || replicas[replica].isSilent ? .dropped : .reset)
            return
        }
        let station = replicas[replica].station
        if let most = flowLimits[station], Int(replicas[replica].flows) >= most {
            count(state, kind.isDatagrams ? .dropped : .reset)
            return
        }
        state.replica = replica
        var length = duration
        if let most = maxFlowDurations[plans[plan].gateway], most < duration {
            length = most
            state.outcome = kind.isDatagrams ? .dropped : .reset
        }
        replicas[replica].flows += 1
        flowLines[Int(line)].open.change(by: 1, at: kernel.now)
        schedule(Control(kind: .flowEnd, subject: flows.take(state)), after: length)
    }

    /// The replica that a flow is sent to; nil where it is refused.
    private mutating func boardFlow(_ plan: UInt32, _ source: UInt32) -> UInt32? {
        guard !plans[plan].traits.contains(.responds) else { return nil }
        let gateway = plans[plan].gateway
        let count = gateways[gateway].replicas
        let proxy =
            count > 1 ? UInt32(truncatingIfNeeded: gateways[gateway].choices.integer(below: UInt64(count))) : 0
        let place = drawBranch(plan, at: proxy)
        attempts[planCells[plans[plan].cell].firstAttempts &+ place] &+= 1
        let link = branches[plans[plan].firstBranch &+ place].link
        guard link != none else { return nil }
        let balancer = links[link].firstBalancer + proxy
        let client = sources[source].clients.next()
        guard links[link].group != none else {
            return chooseReplica(of: links[link].station, balancer, client: client)
        }
        let upstream = Int(balancers[balancer].upstream)
        switch upstreams[upstream].choose(client: client, tried: TriedHosts(), at: kernel.now.nanoseconds) {
        case .nobody: return nil
        case .host(let ordinal, _): return upstreams[upstream].hosts[Int(ordinal)].replica
        }
    }

    private mutating func drawFlow(_ source: UInt32) -> (kind: Int, plan: UInt32) {
        let first = sources[source].firstShape
        let shape = sources[source].shapeCount > 1 ? first &+ drawShape(source) : first
        let known = shapePlans[shape]
        return (Int(shape - first), known != none ? known : planNew(shape, source))
    }

    private mutating func flowLine(of line: UInt32) -> UInt32 {
        if let index = flowLines.firstIndex(where: { $0.line == line }) { return UInt32(index) }
        let cells = Array(
            repeating: FlowMeasurements(identity: catalogue.lines[Int(line)]), count: intervalCount)
        flowLines.append(FlowLine(line: line, cells: cells))
        return UInt32(flowLines.count - 1)
    }

    private mutating func count(_ flow: FlowState, _ outcome: FlowState.Outcome) {
        let (line, interval) = (Int(flow.line), Int(flow.interval))
        flowLines[line].cells[interval].duration.record(kernel.now - flow.since)
        switch outcome {
        case .completed:
            flowLines[line].cells[interval].completed += 1
            flowLines[line].cells[interval].bytes &+= flow.bytes
        case .reset: flowLines[line].cells[interval].reset += 1
        case .dropped: flowLines[line].cells[interval].dropped += 1
        }
    }

    mutating func flowEnded(_ control: Control) {
        let slot = control.subject
        if !flows[slot].hasEnded { close(slot, flows[slot].outcome) }
        flows.giveBack(slot)
    }

    private mutating func close(_ slot: UInt32, _ outcome: FlowState.Outcome) {
        let flow = flows[slot]
        flows[slot].hasEnded = true
        replicas[flow.replica].flows -= 1
        flowLines[Int(flow.line)].open.change(by: -1, at: kernel.now)
        count(flow, outcome)
    }

    /// A replica is gone. Its connections are reset at once, or when their clients notice that nothing is heard any more;
    /// datagrams go nowhere.
    mutating func loseFlows(at replica: UInt32) {
        guard replicas[replica].flows > 0 else { return }
        for slot in flows.slotsInUse() where flows[slot].replica == replica && !flows[slot].hasEnded {
            if flows[slot].isDatagrams {
                flows[slot].outcome = .dropped
            } else if replicas[replica].isSilent {
                flows[slot].outcome = .reset
            } else {
                close(slot, .reset)
            }
        }
    }

    mutating func closeFlowObservations() {
        for index in flowLines.indices {
            flowLines[index].cells[Int(interval)].open = flowLines[index].open.observation(until: kernel.now)
            flowLines[index].open.restart(at: kernel.now)
        }
    }

    func addFlows(_ intervals: [Int], to result: inout Measurements) {
        for line in flowLines {
            var measured = FlowMeasurements(identity: catalogue.lines[Int(line.line)])
            for interval in intervals { measured.merge(line.cells[interval]) }
            result.flows.append(measured)
        }
    }
}
