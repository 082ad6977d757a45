/// The decisions that remain possible for a request of which something is not known.
public struct PartialDecision: Hashable, Sendable {
    /// At least one; one alone is certain.
    public var possible: [Decision]
    /// What would tell which it is, such as `host` or `headers.version`; sorted.
    public var missing: [String]
}

extension RoutingTable {
    /// Walks the canonical list with three values in place of two. It allocates, and its time grows with the list: `decide`
    /// is for requests of which everything is known.
    public func decidePartial(_ request: PartialRequest, port: PortIndex, serverName: String? = nil) -> PartialDecision
    {
        var walk = PartialWalk(table: self, request: request)
        if let host = request.host {
            walk.visit(
                host: EffectiveURI(host: host, target: request.target ?? "/").host, port: port, serverName: serverName)
        } else {
            walk.visitAnyHost(port: port)
        }
        return PartialDecision(possible: walk.possible, missing: walk.missing.sorted())
    }

    /// The listener of a port that serves a host: the most specific one.
    public func listener(of host: String, port: PortIndex) -> ListenerIndex? {
        let port = ports[port.place]
        let serving = listeners.indices.filter {
            listeners[$0].port == port.number && Port(listeners[$0]) == port && listeners[$0].hostname.matches(host)
        }
        return serving.min { listeners[$0].hostname < listeners[$1].hostname }.map(ListenerIndex.init(place:))
    }
}

private struct PartialWalk {
    let table: RoutingTable
    let request: PartialRequest
    let uri: EffectiveURI?
    var possible: [Decision] = []
    var missing: Set<String> = []

    init(table: RoutingTable, request: PartialRequest) {
        self.table = table
        self.request = request
        uri = request.target.map { EffectiveURI(host: request.host ?? "", target: $0) }
    }

    mutating func visit(host: String, port: PortIndex, serverName: String?) {
        let listener = table.listener(of: host, port: port)
        if let serverName {
            let byServerName = table.listener(of: serverName.lowercased(), port: port)
            guard let byServerName else { return add(Decision(.noListener)) }
            if listener != byServerName { return add(Decision(.misdirected, listener: byServerName)) }
        }
        guard let listener else { return add(Decision(.noListener)) }
        for virtualHost in table.virtualHosts
        where virtualHost.listener == listener && virtualHost.hostname.matches(host) {
            if visit(virtualHost) { return }
            if !table.dialect.fallsThroughHostnames { break }
        }
        add(Decision(.noRoute, listener: listener))
    }

    /// Any host may have been asked for, so every virtual host of the port may be the first to match.
    mutating func visitAnyHost(port: PortIndex) {
        missing.insert("host")
        let port = table.ports[port.place]
        for (place, listener) in table.listeners.enumerated()
        where RoutingTable.Port(listener) == port {
            let index = ListenerIndex(place: place)
            for virtualHost in table.virtualHosts where virtualHost.listener == index { _ = visit(virtualHost) }
            add(Decision(.noRoute, listener: index))
        }
        add(Decision(.noListener))
    }

    /// Adds the matches that may be the first one; true where one of them certainly matches, so that nothing after it counts.
    private mutating func visit(_ virtualHost: RoutingTable.VirtualHost) -> Bool {
        for match in table.entries[virtualHost.entries] {
            switch table.match(match).verdict(on: request, uri) {
            case .fails: continue
            case .unknown(let names):
                missing.formUnion(names)
                add(Decision(.matched, listener: virtualHost.listener, match: match))
            case .matches:
                add(Decision(.matched, listener: virtualHost.listener, match: match))
                return true
            }
        }
        return false
    }

    private mutating func add(_ decision: Decision) {
        if !possible.contains(decision) { possible.append(decision) }
    }
}
