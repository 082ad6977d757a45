import Simulation

/// Gateways, stations and the ways between them. Those of the model come first; others are added when a treatment names
/// them.
extension Engine {
    mutating func addStation(_ backend: BackendModel) {
        let name = backend.backend.service
        let index = addStation(backend.station, backend: name, entity: "backend \(name.lineName)", isModelled: true)
        stations[index].errorRatio = backend.errorRatio
        stations[index].errorStatus = backend.errorStatus
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
        _ station: StationModel, backend: BackendIdentity?, entity: String, isModelled: Bool
    ) -> UInt32 {
        var serviceTime = none
        if case .distribution(let distribution) = station.serviceTime { serviceTime = place(of: distribution) }
        let index = stations.take(
            StationState(
                serviceTimes: RandomStream(seed: model.seed, entity: entity, purpose: "service time"),
                errors: RandomStream(seed: model.seed, entity: entity, purpose: "errors"),
                concurrency: station.concurrency.map(Int64.init) ?? .max,
                queue: station.queue.map(Int64.init) ?? .max,
                isSharing: station.discipline == .processorSharing, serviceTime: serviceTime, isModelled: isModelled,
                errorStatus: 500, errorRatio: 0, firstReplica: UInt32(replicas.peak)))
        stationBackends.append(backend)
        stationReplicas.append([])
        stationTables.append(HashTables(name: entity))
        stationCells.append(contentsOf: repeatElement(StationMeasurements(), count: intervalCount))
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
        let replica = replicas.take(Replica(station: station, ordinal: ordinal, isCounted: true))
        sharing.append(SharingHeap())
        stationReplicas[Int(station)].append(replica)
        stations[station].servers.change(by: stations[station].serversOfReplica, at: kernel.now)
        for link in 0..<UInt32(links.peak) where links[link].station == station {
            for balancer in links[link].firstBalancer..<links[link].firstBalancer
                + gateways[links[link].gateway].replicas
            {
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
                overheads: RandomStream(seed: model.seed, entity: entity, purpose: "overhead"),
                choices: RandomStream(seed: model.seed, entity: entity, purpose: "replica"),
                replicas: UInt32(gateway.station?.replicas ?? gateway.replicas), station: station,
                loadBalancing: gateway.loadBalancing, overhead: gateway.overhead.map { place(of: $0) } ?? none,
                hop: gateway.hop.map { place(of: $0) } ?? none))
        gatewayNames.append(gateway.gateway)
        gatewayCells.append(contentsOf: repeatElement(GatewayCell(), count: intervalCount))
        indexOfGateway[gateway.gateway] = index
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
        for replica in 0..<gateways[gateway].replicas {
            let stream = RandomStream(seed: model.seed, entity: "\(name) replica \(replica)", purpose: "balancing")
            _ = balancers.take(Balancer(loadBalancing: gateways[gateway].loadBalancing, stream: stream))
            activeRequests.append(Array(repeating: 0, count: stationReplicas[Int(station)].count))
        }
        let index = links.take(
            Link(
                gateway: gateway, station: station,
                hops: RandomStream(seed: model.seed, entity: name, purpose: "hop"), hop: gateways[gateway].hop,
                firstBalancer: firstBalancer))
        indexOfLink[key] = index
        return index
    }
}

extension StationModel {
    /// Answers at once, however many there are.
    static let instant = StationModel(serviceTime: .distribution(.zero))
}

extension Distribution {
    /// No time at all.
    static let zero: Distribution = {
        guard let zero = try? Distribution.constant(0) else { preconditionFailure("zero is a duration") }
        return zero
    }()
}

extension BackendIdentity {
    /// After which random streams are named.
    var lineName: String { "\(kind) \(namespace)/\(name)" }
}
