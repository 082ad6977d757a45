import Simulation

/// What is kept of a fault that is in force.
struct ActiveFault {
    var fault: Fault
    var replicas: [UInt32] = []
    /// Whether its replicas have been taken off the endpoints.
    var isNoticed = false
}

/// Faults beyond a replica that fails at once and for all to see.
extension Engine {
    mutating func beginFault(_ event: UInt32, _ fault: Fault) {
        var active = ActiveFault(fault: fault, replicas: replicas(hitBy: fault))
        let stations = Set(active.replicas.map { replicas[$0].station }).sorted()
        switch fault.effect {
        case .lost(let isSilent, let noticed):
            active.isNoticed = noticed == 0
            for replica in active.replicas {
                replicas[replica].isSilent = isSilent
                fail(replica, isNoticed: active.isNoticed)
            }
            for station in stations { refreshCandidates(of: station) }
            for replica in active.replicas {
                loseAll(at: replica)
                loseFlows(at: replica)
                disconnect(replica)
            }
            if let noticed, noticed > 0 { schedule(Control(kind: .notice, subject: event), after: noticed) }
            faults[event] = active
        case .slow:
            faults[event] = active
            for replica in active.replicas { updateSlowness(of: replica) }
        case .errors:
            faults[event] = active
            hasErrorFaults = true
        case .network:
            faults[event] = active
            refreshNetwork()
        }
    }

    mutating func endFault(_ event: UInt32) {
        guard let active = faults.removeValue(forKey: event) else { return }
        switch active.fault.effect {
        case .lost:
            for replica in active.replicas { recover(replica, wasNoticed: active.isNoticed) }
            for station in Set(active.replicas.map { replicas[$0].station }).sorted() {
                refreshCandidates(of: station)
            }
        case .slow: for replica in active.replicas { updateSlowness(of: replica) }
        case .errors:
            hasErrorFaults = faults.values.contains { if case .errors = $0.fault.effect { true } else { false } }
        case .network: refreshNetwork()
        }
    }

    /// The replicas of a fault are taken off the endpoints.
    mutating func notice(_ control: Control) {
        guard var active = faults[control.subject], !active.isNoticed else { return }
        active.isNoticed = true
        faults[control.subject] = active
        for replica in active.replicas { replicas[replica].unlisted += 1 }
        for station in Set(active.replicas.map { replicas[$0].station }).sorted() { refreshCandidates(of: station) }
    }

    private func replicas(hitBy fault: Fault) -> [UInt32] {
        switch fault.target {
        case .backend(let backend, let count):
            guard let station = indexOfStation[backend.service] else { return [] }
            let alive = stationReplicas[Int(station)].filter { !replicas[$0].isRetired && replicas[$0].isUp }
            return Array(alive.prefix(count))
        case .place(let name):
            return (0..<UInt32(replicas.peak)).filter { replica in
                !replicas[replica].isRetired && places[Int(replicas[replica].place)].isIn(name)
            }
        case .network: return []
        }
    }

    /// How many times slower a replica is.
    func slownessByFaults(of replica: UInt32) -> Double {
        var slowness = 1.0
        for (_, active) in faults.sorted(by: { $0.key < $1.key }) {
            if case .slow(let factor) = active.fault.effect, active.replicas.contains(replica) { slowness *= factor }
        }
        return slowness
    }

    /// The status of a served request where a fault makes it fail.
    mutating func statusByFaults(at replica: UInt32, _ station: UInt32) -> UInt16? {
        for (_, active) in faults.sorted(by: { $0.key < $1.key }) {
            guard case .errors(let ratio, let status) = active.fault.effect, active.replicas.contains(replica) else {
                continue
            }
            if stations[station].errors.happens(ratio) { return status }
        }
        return nil
    }

    /// A request is at a replica of which nothing is heard: it waits for its timeout, or for the replica to come back and
    /// reset the connection.
    mutating func strand(_ request: UInt32) { requests[request].place = .stranded }

    /// The replica is back and knows nothing of the connections that it had.
    mutating func loseStranded(at replica: UInt32) {
        let stranded = requests.slotsInUse().filter {
            requests[$0].place == .stranded && requests[$0].replica == replica
        }
        for request in stranded { lose(request) }
    }
}
