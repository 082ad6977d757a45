internal import Routing
internal import Traffic

/// A port of one or both of two tables, as one kind of client sees it.
struct PortPair {
    var port: RoutingTable.Port
    /// In the mesh: a namespace that has no entrance of its own on either side.
    var clients: String?
    var from: TablePort?
    var to: TablePort?

    /// All ports of two tables. In the mesh a client's own namespace may have an entrance of its own on one side, where the
    /// other has the one for all.
    static func all(_ from: [TablePort], _ to: [TablePort]) -> [PortPair] {
        var order: [RoutingTable.Port] = []
        var known: Set<RoutingTable.Port> = []
        for side in from + to where known.insert(side.port).inserted { order.append(side.port) }
        let first = Dictionary(from.map { ($0.port, $0) }) { one, _ in one }
        let second = Dictionary(to.map { ($0.port, $0) }) { one, _ in one }
        return order.map { port in
            var pair = PortPair(port: port, from: first[port], to: second[port])
            guard case .mesh(let service, let clients) = port.entrance else { return pair }
            if clients == nil {
                pair.clients = "any-namespace"
            } else {
                var common = port
                common.entrance = .mesh(service: service, clients: nil)
                pair.from = pair.from ?? first[common]
                pair.to = pair.to ?? second[common]
            }
            return pair
        }
    }

    var patterns: Set<HostnamePattern> { (from?.patterns ?? []).union(to?.patterns ?? []) }

    /// The ways in which clients come to the hosts of a class that one of the sides understands.
    func approaches(_ hosts: HostClass) -> [Approach] {
        var result: [Approach] = []
        for side in [from, to] {
            guard let side else { continue }
            for approach in side.approaches(hosts) where !result.contains(approach) { result.append(approach) }
        }
        return result
    }
}

extension TablePort {
    fileprivate func approaches(_ hosts: HostClass) -> [Approach] {
        let listener = listener(hosts).map { table.listeners[$0.place] }
        let secure: [Approach] =
            listener?.demandsClientCertificate == true
            ? [.secure(certificate: .valid), .secure(certificate: .absent)] : [.secure(certificate: .absent)]
        switch kind {
        case .plain: return [.plain]
        case .secure: return secure
        case .hello: return listener?.scheme == .https ? secure : [.hello]
        // Of a connection whose content is not read there is no host.
        case .opaque: return hosts.pattern == .any ? [.opaque] : []
        }
    }

    /// What a client gets that comes to the hosts of a class in some way.
    enum Reading {
        /// The entries decide.
        case entries(otherwise: SideList.Fallback)
        /// All get the same.
        case all(SideList.Fallback)
        case unknown(String)
    }

    func reading(_ approach: Approach, _ hosts: HostClass) -> Reading {
        let index = listener(hosts)
        let listener = index.map { table.listeners[$0.place] }
        let refused: SideList.Fallback = port.isDatagram ? .dropped : .refused
        switch (kind, approach) {
        case (.plain, .plain): return .entries(otherwise: .notFound)
        case (.opaque, .opaque): return .entries(otherwise: refused)
        case (.secure, .plain), (.hello, .plain): return .all(.refused)
        case (.plain, .secure), (.plain, .hello):
            return port.entrance.meshService == nil
                ? .all(.refused) : .unknown("what a Service in the mesh makes of TLS at a port for HTTP")
        case (.hello, .hello):
            guard listener?.scheme != .https else { return .unknown("what requests are inside of TLS") }
            return .entries(otherwise: .refused)
        case (.secure, .secure(let certificate)), (.hello, .secure(let certificate)):
            guard let listener else { return .all(.refused) }
            if listener.demandsClientCertificate, certificate != .valid { return .all(.certificateRejected) }
            return .entries(otherwise: listener.scheme == .https ? .notFound : .refused)
        default: return .unknown("what becomes of a client that speaks another protocol than the port's")
        }
    }
}
