import Simulation

/// How one replica of a gateway chooses among the replicas of one backend. It knows nothing of other gateway replicas.
struct Balancer: BitwiseCopyable {
    let loadBalancing: LoadBalancing
    var stream: RandomStream
    /// Of round robin: whose turn it is, from a random start.
    var turn: UInt64 = 0
    var hasStarted = false

    init(loadBalancing: LoadBalancing, stream: RandomStream) {
        self.loadBalancing = loadBalancing
        self.stream = stream
    }
}

extension LoadBalancing: BitwiseCopyable {}

extension Engine {
    /// The replica that a balancer gives a request; nil where none is up.
    mutating func chooseReplica(of station: UInt32, _ balancer: UInt32, client: UInt64) -> UInt32? {
        let count = candidates[Int(station)].count
        guard count > 1 else { return candidates[Int(station)].first }
        switch balancers[balancer].loadBalancing {
        case .roundRobin:
            if !balancers[balancer].hasStarted {
                balancers[balancer].hasStarted = true
                balancers[balancer].turn = balancers[balancer].stream.integer(below: UInt64(count))
            }
            let turn = balancers[balancer].turn
            balancers[balancer].turn = turn &+ 1
            return candidates[Int(station)][Int(turn % UInt64(count))]
        case .random:
            return candidates[Int(station)][Int(balancers[balancer].stream.integer(below: UInt64(count)))]
        case .leastRequest:
            let first = candidates[Int(station)][Int(balancers[balancer].stream.integer(below: UInt64(count)))]
            let second = candidates[Int(station)][Int(balancers[balancer].stream.integer(below: UInt64(count)))]
            let active = activeRequests[Int(balancer)]
            return active[Int(replicas[second].ordinal)] < active[Int(replicas[first].ordinal)] ? second : first
        case .ringHash:
            return candidates[Int(station)][stationTables[Int(station)].ringPlace(of: client)]
        case .maglev:
            return candidates[Int(station)][stationTables[Int(station)].maglevPlace(of: client)]
        }
    }

    /// Takes note of which replicas of a station requests may be sent to.
    mutating func refreshCandidates(of station: UInt32) {
        candidates[Int(station)] = stationReplicas[Int(station)].filter { replicas[$0].isUp && !replicas[$0].isRetired }
        stationTables[Int(station)].reset(ordinals: candidates[Int(station)].map { replicas[$0].ordinal })
    }
}
