internal import GatewayAPI
internal import Routing

/// The Services of the mesh, and the routes that have them as parents. GEP-1294.
///
/// A route in the namespace of its Service is a producer's: it counts for all clients. One in another namespace is a
/// consumer's: it counts for the clients of that namespace alone, and for them in place of the producer's.
struct MeshState {
    /// What attached to a port for the clients of one namespace, or of all.
    struct Attached {
        var kind: String
        var first: ResourceName
        var routes: [RouteIndex]
    }

    struct Port {
        let port: ServicePort
        /// For all clients.
        var producer: Attached?
        /// By the clients' namespace.
        var consumers: [String: Attached] = [:]
    }

    private let places: [String: Int]
    let services: [Service]
    var ports: [[Port]]

    init(_ services: [Service]) {
        self.services = services
        places = Dictionary(services.enumerated().map { ($1.key, $0) }) { $1 }
        ports = services.map { $0.ports.map { Port(port: $0) } }
    }

    func place(_ key: String) -> Int? { places[key] }

    /// "The most specific protocol" has a port to itself: GRPCRoutes come before HTTPRoutes, these before TLSRoutes, these
    /// before TCPRoutes. GEP-1294, "Route types".
    static func rank(_ kind: String) -> Int {
        [GRPCRoute.kind, HTTPRoute.kind, TLSRoute.kind, TCPRoute.kind, UDPRoute.kind].firstIndex(of: kind) ?? .max
    }

    /// Attaches a route to the ports of a Service, where the parentRef and the port let it.
    mutating func attach(_ route: AttachingRoute, _ parentRef: ParentReference, to place: Int) -> [Attachment] {
        let service = services[place]
        return ports[place].indices.map { portPlace in
            let port = ports[place][portPlace].port
            return Attachment(
                route: route.name, parentRefPosition: parentRef.position, parent: service.resourceName,
                listener: port.name ?? String(port.port),
                verdict: attach(route, parentRef, to: &ports[place][portPlace], of: service))
        }
    }

    private func attach(
        _ route: AttachingRoute, _ parentRef: ParentReference, to port: inout Port, of service: Service
    ) -> Attachment.Verdict {
        if let section = parentRef.sectionName, section != port.port.name { return .otherSection(section) }
        if let number = parentRef.port, number != port.port.port { return .otherPort(number) }
        let isDatagram = port.port.protocolType == "UDP"
        guard isDatagram == (route.name.kind == UDPRoute.kind), port.port.protocolType != "SCTP" else {
            return .kindNotAllowed
        }
        let clients = route.name.namespace ?? ""
        let isProducer = clients == service.metadata.namespace ?? ""
        var attached =
            (isProducer ? port.producer : port.consumers[clients])
            ?? Attached(kind: route.name.kind, first: route.name, routes: [])
        guard attached.kind == route.name.kind else { return .conflicts(with: attached.first) }
        if attached.routes.last != route.index { attached.routes.append(route.index) }
        if isProducer { port.producer = attached } else { port.consumers[clients] = attached }
        return .attached(hostnames: [])
    }
}

extension Reconciliation {
    /// Every port of every Service is an entrance of the mesh; one without routes sends to its own endpoints.
    mutating func addMeshListeners() {
        for (place, service) in mesh.services.enumerated() {
            for port in mesh.ports[place] {
                let entrances =
                    [(clients: String?.none, attached: port.producer)]
                    + port.consumers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
                for (clients, attached) in entrances {
                    tableListeners.append(
                        Routing.Listener(
                            entrance: .mesh(service: service.key, clients: clients),
                            name: port.port.name ?? String(port.port.port), port: port.port.port,
                            scheme: Self.scheme(port.port, attached?.kind),
                            routes: attached?.routes ?? [ownRoute(service, port.port)],
                            origin: Origin(port.port.position)))
                }
            }
        }
    }

    private static func scheme(_ port: ServicePort, _ kind: String?) -> Routing.Listener.Scheme {
        if port.protocolType == "UDP" { return .udp }
        return kind == TLSRoute.kind ? .passthrough : kind == TCPRoute.kind ? .tcp : .http
    }

    /// What a Service without routes does with what comes to it, as a route of the Service itself.
    private mutating func ownRoute(_ service: Service, _ port: ServicePort) -> RouteIndex {
        let index = RouteIndex(place: tableRoutes.count)
        let origin = Origin(port.position)
        tableRoutes.append(
            Routing.Route(
                kind: Service.kind, namespace: service.metadata.namespace ?? "", name: service.metadata.name,
                created: service.metadata.creationTimestamp,
                rules: [
                    Rule(backends: [BackendReference(backend: resolver.index(service, port))], origin: origin)
                ], origin: Origin(service.metadata.position)))
        return index
    }
}
