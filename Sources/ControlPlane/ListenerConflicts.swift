internal import GatewayAPI

/// Which listeners of a Gateway and its ListenerSets cannot be told apart. Gateway API v1.6, `GatewaySpec.listeners` and
/// `ListenerSetSpec.listeners`.
///
/// Listeners of one object that conflict are all refused: "the implementation MUST NOT pick one conflicting Listener as the
/// winner". Between objects there is a precedence (the Gateway, the older ListenerSet, the first by name), and the later one
/// loses.
struct ListenerConflicts {
    /// What a listener takes of a port; two that take the same conflict.
    private enum Transport: Hashable { case http, tls, stream, datagrams }

    private struct Place: Hashable {
        var port: UInt16
        var isDatagram: Bool
    }

    private struct Name: Hashable {
        var place: Place
        /// Empty for every host, and for protocols without hosts.
        var hostname: String
    }

    private var transports: [Place: Transport] = [:]
    private var names: Set<Name> = []

    /// For each listener of each object, in the order of precedence, the reason of its Conflicted condition, or nil.
    static func find(_ objects: [[Listener]]) -> [[String?]] {
        var conflicts = ListenerConflicts()
        return objects.enumerated().map { place, listeners in conflicts.add(listeners, keepsPlaces: place == 0) }
    }

    /// - Parameter keepsPlaces: what is refused is in the way of later objects all the same.
    private mutating func add(_ listeners: [Listener], keepsPlaces: Bool) -> [String?] {
        let named = listeners.map { listener in
            Self.transport(listener.protocolType).map { (transport: $0, name: Self.name(listener, $0)) }
        }
        // What loses to an earlier object is out of the way of its own.
        var reasons = named.map { one in one.flatMap { lost($0.transport, $0.name) } }
        var kinds: [Place: Set<Transport>] = [:]
        var counts: [Name: Int] = [:]
        for (one, reason) in zip(named, reasons) where reason == nil {
            guard let one else { continue }
            kinds[one.name.place, default: []].insert(one.transport)
            counts[one.name, default: 0] += 1
        }
        for (place, one) in named.enumerated() where reasons[place] == nil {
            guard let one else { continue }
            if kinds[one.name.place, default: []].count > 1 {
                reasons[place] = "ProtocolConflict"
            } else if counts[one.name, default: 0] > 1 {
                reasons[place] = "HostnameConflict"
            }
        }
        for (one, reason) in zip(named, reasons) where reason == nil || keepsPlaces {
            guard let one else { continue }
            transports[one.name.place] = transports[one.name.place] ?? one.transport
            names.insert(one.name)
        }
        return reasons
    }

    /// How a listener loses to those of earlier objects.
    private func lost(_ transport: Transport, _ name: Name) -> String? {
        if let other = transports[name.place], other != transport { return "ProtocolConflict" }
        return names.contains(name) ? "HostnameConflict" : nil
    }

    private static func name(_ listener: Listener, _ transport: Transport) -> Name {
        let usesHostnames = transport == .http || transport == .tls
        return Name(
            place: Place(port: listener.port, isDatagram: transport == .datagrams),
            hostname: usesHostnames ? (listener.hostname?.value ?? "").lowercased() : "")
    }

    /// Protocols of one class can share a port, told apart by the name that the client asks for.
    private static func transport(_ name: String) -> Transport? {
        switch name {
        case "HTTP": .http
        case "HTTPS", "TLS": .tls
        case "TCP": .stream
        case "UDP": .datagrams
        default: nil
        }
    }
}
