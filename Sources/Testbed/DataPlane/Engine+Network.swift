import Simulation

/// The network between places, and what goes wrong with it.
extension Engine {
    /// The number of a place.
    mutating func index(of place: Place) -> UInt16 {
        if let index = places.firstIndex(of: place) { return UInt16(index) }
        places.append(place)
        return UInt16(clamping: places.count - 1)
    }

    /// Takes note of which links have to ask for the network between their ends.
    mutating func refreshNetwork() {
        networkFaults = faults.sorted { $0.key < $1.key }.compactMap { _, active in
            guard case .network(let delay, let loss) = active.fault.effect,
                case .network(let from, let to) = active.fault.target
            else { return nil }
            return NetworkFault(from: from, to: to, delay: delay, loss: loss)
        }
        for link in 0..<UInt32(links.peak) { links[link].isLong = isLong(link) }
    }

    var crossesNetwork: Bool { !networkFaults.isEmpty || (!model.network.paths.isEmpty && places.count > 1) }

    /// Whether a hop by a link takes more than the gateway's own time.
    func isLong(_ link: UInt32) -> Bool { crossesNetwork || stations[links[link].station].sidecar != none }

    /// What the network, and on the way there the backend's sidecar, add to the hop of a request by its link, one way.
    mutating func delay(_ request: UInt32, _ link: UInt32, isRequest: Bool) -> Int64 {
        var delay = crossesNetwork ? networkDelay(request, link) : 0
        let sidecar = stations[links[link].station].sidecar
        if isRequest, sidecar != none { delay += distributions[Int(sidecar)].draw(&links[link].hops) }
        return delay
    }

    private mutating func networkDelay(_ request: UInt32, _ link: UInt32) -> Int64 {
        let gateway = links[link].gateway
        let from =
            gatewayPlaces[Int(gateway)].isEmpty
            ? 0 : gatewayPlaces[Int(gateway)][Int(requests[request].gatewayReplica) % gatewayPlaces[Int(gateway)].count]
        let to = replicas[requests[request].replica].place
        var delay: Int64 = 0
        if let path = path(from, to) {
            delay += path.latency?.draw(&links[link].hops) ?? 0
            delay += retransmissions(path.loss, link)
        }
        for fault in networkFaults where fault.hits(places[Int(from)], places[Int(to)]) {
            delay += fault.delay?.draw(&links[link].hops) ?? 0
            delay += retransmissions(fault.loss, link)
        }
        return delay
    }

    /// TCP sends again after 200 ms, and after twice as long each time more (Linux' least timeout; RFC 6298).
    private mutating func retransmissions(_ loss: Double, _ link: UInt32) -> Int64 {
        guard loss > 0 else { return 0 }
        var delay: Int64 = 0
        var wait: Int64 = 200_000_000
        while delay < 60_000_000_000, links[link].hops.happens(loss) {
            delay += wait
            wait *= 2
        }
        return delay
    }

    private func path(_ from: UInt16, _ to: UInt16) -> NetworkModel.Path? {
        guard from != to else { return nil }
        let (one, other) = (places[Int(from)], places[Int(to)])
        func fits(_ path: NetworkModel.Path, _ first: String?, _ second: String?) -> Bool {
            guard let first, let second, first != second else { return false }
            return path.ends == [first, second] || path.ends == [second, first]
        }
        return model.network.paths.first { fits($0, one.zone, other.zone) }
            ?? model.network.paths.first { fits($0, one.cluster, other.cluster) }
    }
}

/// A fault of the network that is in force.
struct NetworkFault {
    var from: String?
    var to: String?
    var delay: Distribution?
    var loss: Double

    /// Whether it hits messages between two places, whichever way.
    func hits(_ one: Place, _ other: Place) -> Bool {
        func fits(_ name: String?, _ place: Place) -> Bool { name.map { place.isIn($0) } ?? true }
        return fits(from, one) && fits(to, other) || fits(from, other) && fits(to, one)
    }
}
