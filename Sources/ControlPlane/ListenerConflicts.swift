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
        var kinds: [Place: Set<Transport>] = [:]
        var counts: [Name: Int] = [:]
        for listener in listeners {
            guard let transport = Self.transport(listener.protocolType) else { continue }
            let name = Self.name(listener, transport)
            kinds[name.place, default: []].insert(transport)
            counts[name, default: 0] += 1
        }
        let reasons = listeners.map { listener -> String? in
            guard let transport = Self.transport(listener.protocolType) else { return nil }
            let name = Self.name(listener, transport)
            if let other = transports[name.place], other != transport { return "ProtocolConflict" }
            if kinds[name.place, default: []].count > 1 { return "ProtocolConflict" }
            return counts[name, default: 0] > 1 || names.contains(name) ? "HostnameConflict" : nil
        }
        for (listener, reason) in zip(listeners, reasons) where reason == nil || keepsPlaces {
            guard let transport = Self.transport(listener.protocolType) else { continue }
            let name = Self.name(listener, transport)
            transports[name.place] = transports[name.place] ?? transport
            names.insert(name)
        }
        return reasons
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
