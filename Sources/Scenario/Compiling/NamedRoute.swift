import GatewayAPI

/// What all kinds of routes have for a reference to find.
struct NamedRoute {
    var kind: String
    var metadata: ObjectMetadata
    /// In the order of the rules.
    var ruleNames: [String?]
}

extension ResourceSet {
    /// The routes of every kind.
    var routes: [NamedRoute] {
        let http = httpRoutes.map { route in
            NamedRoute(kind: HTTPRoute.kind, metadata: route.metadata, ruleNames: route.rules.map(\.name?.value))
        }
        let grpc = grpcRoutes.map { route in
            NamedRoute(kind: GRPCRoute.kind, metadata: route.metadata, ruleNames: route.rules.map(\.name?.value))
        }
        let tls = tlsRoutes.map { route in
            NamedRoute(kind: TLSRoute.kind, metadata: route.metadata, ruleNames: route.rules.map(\.name?.value))
        }
        let tcp = tcpRoutes.map { route in
            NamedRoute(kind: TCPRoute.kind, metadata: route.metadata, ruleNames: route.rules.map(\.name?.value))
        }
        let udp = udpRoutes.map { route in
            NamedRoute(kind: UDPRoute.kind, metadata: route.metadata, ruleNames: route.rules.map(\.name?.value))
        }
        return http + grpc + tls + tcp + udp
    }
}
