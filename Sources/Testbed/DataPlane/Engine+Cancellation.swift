import Simulation

/// Requests that were cancelled at the gateway and go on at a replica: what makes a storm of retries feed itself.
extension Engine {
    /// Whether a replica would not notice that a request is taken away.
    func isIgnored(_ request: UInt32, _ place: RequestState.Place) -> Bool {
        guard requests[request].link != none else { return false }
        switch place {
        case .outbound, .waiting, .serving, .calling:
            return stations[links[requests[request].link].station].ignoresCancel
        case .atGateway, .paused, .inbound, .pending, .stranded, .cancelled: return false
        }
    }

    /// Leaves what a replica goes on with in its slot, as a copy that nobody waits for, and takes the request to another
    /// slot, back at the gateway.
    mutating func abandon(_ request: UInt32) -> UInt32 {
        let place = requests[request].place
        let moved = leaveSlot(request)
        release(moved, .timedOut)
        requests[moved].timer = .none
        requests[request].place = place
        requests[request].timer = .none
        var traits: RequestState.Traits = [.copy, .abandoned]
        if requests[request].traits.contains(.detailed) {
            // Its observed time still counts; its timer and its user have gone with the request.
            traits.insert(.detailed)
            details[request].timer = .none
            details[request].user = none
            details[request].call = none
            details[request].attempt = none
        }
        requests[request].traits = traits
        if place != .outbound { stationCells[requests[request].stationCell].abandoned &+= 1 }
        return moved
    }
}
