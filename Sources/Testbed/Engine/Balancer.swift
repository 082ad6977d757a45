import Simulation

/// How one replica of a gateway chooses among the replicas of one backend. It knows nothing of other gateway replicas.
struct Balancer: BitwiseCopyable {
    let loadBalancing: LoadBalancing
    /// The account of the backend's replicas, where a policy asks for one.
    var upstream = none
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
        let stretch = stations[station].candidates.indices
        let count = stretch.count
        guard count > 1 else { return count == 0 ? nil : candidates[stretch.lowerBound] }
        return candidates[stretch.lowerBound + choosePlace(below: count, station, balancer, client: client)]
    }

    private mutating func choosePlace(below count: Int, _ station: UInt32, _ balancer: UInt32, client: UInt64) -> Int {
        switch balancers[balancer].loadBalancing {
        case .roundRobin:
            if !balancers[balancer].hasStarted {
                balancers[balancer].hasStarted = true
                balancers[balancer].turn = balancers[balancer].stream.integer(below: UInt64(count))
            }
            let turn = balancers[balancer].turn
            balancers[balancer].turn = turn &+ 1
            // A division of 32 bits takes half the time of one of 64.
            return turn < 1 << 32
                ? Int(UInt32(truncatingIfNeeded: turn) % UInt32(truncatingIfNeeded: count)) : Int(turn % UInt64(count))
        case .random:
            return Int(balancers[balancer].stream.integer(below: UInt64(count)))
        case .leastRequest:
            let first = Int(balancers[balancer].stream.integer(below: UInt64(count)))
            let second = Int(balancers[balancer].stream.integer(below: UInt64(count)))
            return active(station, balancer, second) < active(station, balancer, first) ? second : first
        case .ringHash:
            return stationTables[Int(station)].ringPlace(of: client)
        case .maglev:
            return stationTables[Int(station)].maglevPlace(of: client)
        }
    }

    /// The balancer's own requests at a candidate.
    private func active(_ station: UInt32, _ balancer: UInt32, _ place: Int) -> Int32 {
        let replica = candidates[stations[station].candidates.indices.lowerBound + place]
        return activeRequests[Int(balancer)][Int(replicas[replica].ordinal)]
    }

    /// The replicas that requests may be sent to.
    func candidates(of station: UInt32) -> ArraySlice<UInt32> { candidates[stations[station].candidates.indices] }

    /// Takes note of which replicas of a station requests may be sent to.
    mutating func refreshCandidates(of station: UInt32) {
        let first = UInt32(candidates.count)
        for replica in stationReplicas[Int(station)]
        where replicas[replica].unlisted == 0 && !replicas[replica].isRetired {
            candidates.append(replica)
        }
        stations[station].candidates = Places(first, UInt32(candidates.count))
        for link in stationLinks[Int(station)] { refreshOnlyReplica(of: link) }
        if !upstreamsOfStation[Int(station)].isEmpty { updateUpstreams(of: station) }
        stationTables[Int(station)].reset(ordinals: candidates[Int(first)...].map { replicas[$0].ordinal })
    }

    /// Takes note of whether a way leads to one replica whatever the balancer does.
    mutating func refreshOnlyReplica(of link: UInt32) {
        let stretch = stations[links[link].station].candidates.indices
        links[link].onlyReplica = stretch.count == 1 ? candidates[stretch.lowerBound] : none
    }
}
