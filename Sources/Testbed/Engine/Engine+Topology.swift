import Simulation

/// Gateways, stations and the ways between them. Those of the model come first; others are added when a treatment names
/// them.
extension Engine {
    mutating func addStation(_ backend: BackendModel) {
        let name = backend.backend.service
        let index = addStation(
            backend.station, backend: name, entity: "backend \(name.lineName)", isModelled: true,
            placement: backend.placement)
        stations[index].ignoresCancel = backend.ignoresCancel
        if backend.lifecycle != Lifecycle() { lifecycles[index] = backend.lifecycle }
        if let most = backend.maxFlows { flowLimits[index] = most }
        if let scaling = backend.autoscaling { startScaler(scaling, of: index) }
        stations[index].errorRatio = backend.errorRatio
        stations[index].errorStatus = backend.errorStatus
        if let overhead = backend.sidecar { stations[index].sidecar = place(of: overhead) }
        if let calls = backend.calls { addCalls(calls, to: index, entity: "backend \(name.lineName)") }
        indexOfStation[name] = index
    }

    /// The station of a backend; one that the model says nothing about answers at once.
    mutating func station(of backend: BackendIdentity) -> UInt32 {
        let name = backend.service
        if let index = indexOfStation[name] { return index }
        let index = addStation(.instant, backend: name, entity: "backend \(name.lineName)", isModelled: false)
        indexOfStation[name] = index
        return index
    }

    private mutating func addStation(
        _ station: StationModel, backend: BackendIdentity?, entity: String, isModelled: Bool,
        placement: [Placement] = []
    ) -> UInt32 {
        var serviceTime = none
        if case .distribution(let distribution) = station.serviceTime { serviceTime = place(of: distribution) }
        let index = stations.take(
            StationState(
                serviceTimes: RandomStream(seed: model.seed, entity: entity, purpose: "service time"),
                service: Sampler(serviceTime == none ? .unsampled : distributions[Int(serviceTime)]),
                serviceTime: serviceTime,
                errors: RandomStream(seed: model.seed, entity: entity, purpose: "errors"), errorRatio: 0,
                errorStatus: 500, isModelled: isModelled, isSharing: station.discipline == .processorSharing,
                concurrency: station.concurrency.map { Int32(clamping: $0) } ?? .max,
                queue: station.queue.map { Int32(clamping: $0) } ?? .max, firstReplica: UInt32(replicas.peak)))
        if stations[index].service.isSimple {
            stations[index].upcoming = stations[index].service.draw(&stations[index].serviceTimes)
        }
        stationBackends.append(backend)
        stationReplicas.append([])
        stationTables.append(HashTables(name: entity))
        stationLinks.append([])
        upstreamsOfStation.append([])
        placements.append(placement)
        startups.append(RandomStream(seed: model.seed, entity: entity, purpose: "startup"))
        for _ in 0..<station.replicas { addReplica(to: index) }
        refreshCandidates(of: index)
        return index
    }

    private mutating func place(of distribution: Distribution) -> UInt32 {
        distributions.append(distribution)
        return UInt32(distributions.count - 1)
    }

    /// The caller refreshes the candidates.
    mutating func addReplica(to station: UInt32) {
        let ordinal = UInt32(stationReplicas[Int(station)].count)
        let replica = replicas.take(
            Replica(
                station: station, ordinal: ordinal, concurrency: stations[station].concurrency,
                queue: stations[station].queue, isSharing: stations[station].isSharing))
        if !placements[Int(station)].isEmpty {
            replicas[replica].place = index(of: placements[Int(station)].place(ofReplica: Int(ordinal)))
        }
        shared.append(SharedReplica())
        stationReplicas[Int(station)].append(replica)
        let servers = stations[station].serversOfReplica
        stations[station].servers.change(by: servers, at: kernel.now)
        for link in stationLinks[Int(station)] {
            let first = links[link].firstBalancer
            for balancer in first..<first + gateways[links[link].gateway].replicas {
                activeRequests[Int(balancer)].append(0)
            }
        }
    }

    mutating func addGateway(_ gateway: GatewayModel) {
        let entity = "gateway \(gateway.gateway)"
        var station = none
        if let model = gateway.station {
            station = addStation(model, backend: nil, entity: entity, isModelled: true)
        }
        let index = gateways.take(
            GatewayState(
                replicas: UInt32(gateway.station?.replicas ?? gateway.replicas), station: station,
                overhead: gateway.overhead.map { place(of: $0) } ?? none,
                hop: gateway.hop.map { place(of: $0) } ?? none, loadBalancing: gateway.loadBalancing,
                overheads: RandomStream(seed: model.seed, entity: entity, purpose: "overhead"),
                choices: RandomStream(seed: model.seed, entity: entity, purpose: "replica")))
        gatewayNames.append(gateway.gateway)
        gatewayPlaces.append(
            gateway.placement.isEmpty
                ? [] : (0..<gateway.replicas).map { self.index(of: gateway.placement.place(ofReplica: $0)) })
        indexOfGateway[gateway.gateway] = index
        if let most = gateway.maxFlowDuration { maxFlowDurations[index] = most }
        addFilters(gateway, index: index)
    }

    /// The gateway of a name; one that the model says nothing about forwards without delay.
    mutating func gateway(named name: String) -> UInt32 {
        if let index = indexOfGateway[name] { return index }
        addGateway(GatewayModel(gateway: name))
        return UInt32(gateways.peak - 1)
    }

    /// The way from a gateway to a backend, with a balancer for each of the gateway's replicas.
    mutating func link(_ gateway: UInt32, _ station: UInt32) -> UInt32 {
        let key = UInt64(gateway) << 32 | UInt64(station)
        if let index = indexOfLink[key] { return index }
        let name = "\(gatewayNames[Int(gateway)]) to \(stationBackends[Int(station)]?.lineName ?? "")"
        let firstBalancer = UInt32(balancers.peak)
        let policy = policy(gateway: gateway, station: station)
        let loadBalancing = policy.loadBalancing ?? gateways[gateway].loadBalancing
        for replica in 0..<gateways[gateway].replicas {
            let stream = RandomStream(seed: model.seed, entity: "\(name) replica \(replica)", purpose: "balancing")
            _ = balancers.take(Balancer(loadBalancing: loadBalancing, stream: stream))
            activeRequests.append(Array(repeating: 0, count: stationReplicas[Int(station)].count))
        }
        let hop = gateways[gateway].hop
        let index = links.take(
            Link(
                gateway: gateway, station: station, hop: hop, onlyReplica: none, firstBalancer: firstBalancer,
                countsRequests: loadBalancing == .leastRequest || policy.isAccount,
                sampler: Sampler(hop == none ? .unsampled : distributions[Int(hop)]),
                hops: RandomStream(seed: model.seed, entity: name, purpose: "hop")))
        stationLinks[Int(station)].append(index)
        refreshOnlyReplica(of: index)
        links[index].isLong = isLong(index)
        indexOfLink[key] = index
        if policy.isAccount { govern(index, policy) }
        return index
    }
}

extension StationModel {
    /// Answers at once, however many there are.
    static let instant = StationModel(serviceTime: .distribution(.zero))
}

extension Distribution {
    /// No time at all. Neither this nor the next depends on any input: what is valid here is valid in every run.
    static let zero: Distribution = {
        guard let zero = try? Distribution.constant(0) else { preconditionFailure("zero is a duration") }
        return zero
    }()

    /// One that is never drawn from: its sampler is not simple.
    static let unsampled: Distribution = {
        guard let one = try? Distribution.empirical([0]) else { preconditionFailure("zero is a duration") }
        return one
    }()
}

extension BackendIdentity {
    /// After which random streams are named.
    var lineName: String { "\(kind) \(namespace)/\(name)" }
}
