internal import GatewayAPI
internal import Routing

/// The object that listeners are written in: a Gateway, or a ListenerSet that adds to one.
struct ListenerOwner {
    let name: ResourceName
    let generation: Int64
    var namespace: String { name.namespace ?? "" }

    init(_ gateway: Gateway) {
        name = gateway.resourceName
        generation = gateway.metadata.generation
    }

    init(_ set: ListenerSet) {
        name = set.resourceName
        generation = set.metadata.generation
    }
}

/// A listener with what was found of it and what attached to it.
struct ListenerState {
    let owner: ListenerOwner
    let listener: GatewayAPI.Listener
    var finding: ListenerCheck.Finding
    /// The routes attached, the oldest first.
    var attached: [RouteIndex] = []
    /// HTTPRoutes and GRPCRoutes may not share a hostname: those of each kind that attached, with their hostnames.
    var requestRoutes: [String: [(route: ResourceName, hostnames: [HostnamePattern])]] = [:]

    /// Whether connections are told apart by the name that the client asks for.
    var usesHostnames: Bool { ["HTTP", "HTTPS", "TLS"].contains(listener.protocolType) }

    /// Nil for protocols that no proxy serves.
    var scheme: Routing.Listener.Scheme? {
        switch listener.protocolType {
        case "HTTP": .http
        case "HTTPS": .https
        case "TLS": listener.tls?.mode == .passthrough ? .passthrough : .tls
        case "TCP": .tcp
        case "UDP": .udp
        default: nil
        }
    }

    /// "Implementations MUST enforce uniqueness of hostnames between GRPCRoutes and HTTPRoutes": the route of the other kind
    /// that is in the way. Gateway API v1.6, `GRPCRoute`.
    func rival(of route: AttachingRoute) -> ResourceName? {
        guard let otherKind = Self.otherRequestKind(route.name.kind) else { return nil }
        return requestRoutes[otherKind]?.first { other in
            if other.hostnames.isEmpty || route.hostnames.isEmpty { return true }
            return other.hostnames.contains { one in route.hostnames.contains { $0.intersects(one) } }
        }?.route
    }

    mutating func attach(_ route: AttachingRoute) {
        // The parentRefs of one route come one after the other, so a route that is there already is the last one.
        guard attached.last != route.index else { return }
        attached.append(route.index)
        if Self.otherRequestKind(route.name.kind) != nil {
            requestRoutes[route.name.kind, default: []].append((route.name, route.hostnames))
        }
    }

    private static func otherRequestKind(_ kind: String) -> String? {
        switch kind {
        case HTTPRoute.kind: GRPCRoute.kind
        case GRPCRoute.kind: HTTPRoute.kind
        default: nil
        }
    }
}

/// A Gateway with its listeners: its own first, then those of its ListenerSets in the order of precedence.
struct GatewayState {
    let gateway: Gateway
    let controllerName: String
    var listeners: [ListenerState]
    var sets: [ListenerSetState] = []
    /// Why `infrastructure.parametersRef` leads nowhere.
    var invalidParameters: ReferenceProblem?
    /// Why the certificate that backends are shown cannot be used.
    var invalidClientCertificate: ReferenceProblem?

    /// The Gateway's own.
    var ownListeners: Range<Int> { 0..<gateway.listeners.count }
    /// An address of a type that nobody assigns.
    var unsupportedAddress: GatewayAddress? {
        gateway.addresses.first { !["IPAddress", "Hostname"].contains($0.type) }
    }
    /// Whether the Gateway is one that can be carried out, whatever its listeners are.
    var isSupported: Bool { invalidParameters == nil && unsupportedAddress == nil }
    /// Whether it is accepted, and so served: "a Gateway with one good listener is".
    var isAccepted: Bool {
        let own = listeners[ownListeners]
        return isSupported && (own.isEmpty || own.contains(where: \.finding.isProgrammed))
    }
}

/// A ListenerSet that its Gateway takes, and where its listeners stand among the Gateway's.
struct ListenerSetState {
    let set: ListenerSet
    let listeners: Range<Int>
}
