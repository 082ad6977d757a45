import GatewayAPI

/// The kinds that weir uses, each with its decoder.
enum KindDecoders {
    typealias Decoder = @Sendable (_ object: inout ObjectDecoder, _ version: String) -> DecodedResource

    static let all: [GroupKind: Decoder] = [
        groupKind(GatewayClass.self): { object, _ in .gatewayClass(GatewayClass.decode(&object)) },
        groupKind(Gateway.self): { object, _ in .gateway(Gateway.decode(&object)) },
        groupKind(ListenerSet.self): { object, _ in
            .listenerSet(ListenerSet.decode(&object, isExperimental: false))
        },
        GroupKind(group: APIGroup.experimental, kind: ListenerSet.experimentalKind): { object, _ in
            .listenerSet(ListenerSet.decode(&object, isExperimental: true))
        },
        groupKind(HTTPRoute.self): { object, _ in .httpRoute(HTTPRoute.decode(&object)) },
        groupKind(GRPCRoute.self): { object, _ in .grpcRoute(GRPCRoute.decode(&object)) },
        groupKind(TLSRoute.self): { .tlsRoute(TLSRoute.decode(&$0, version: $1)) },
        groupKind(TCPRoute.self): { .tcpRoute(TCPRoute.decode(&$0, version: $1)) },
        groupKind(UDPRoute.self): { .udpRoute(UDPRoute.decode(&$0, version: $1)) },
        groupKind(ReferenceGrant.self): { object, _ in .referenceGrant(ReferenceGrant.decode(&object)) },
        groupKind(BackendTLSPolicy.self): { object, _ in .backendTLSPolicy(BackendTLSPolicy.decode(&object)) },
        groupKind(XBackendTrafficPolicy.self): { object, _ in
            .xBackendTrafficPolicy(XBackendTrafficPolicy.decode(&object))
        },
        groupKind(XMesh.self): { object, _ in .xMesh(XMesh.decode(&object)) },
        groupKind(XBackend.self): { object, _ in .xBackend(XBackend.decode(&object)) },
        groupKind(Service.self): { object, _ in .service(Service.decode(&object)) },
        groupKind(ServiceImport.self): { object, _ in .serviceImport(ServiceImport.decode(&object)) },
        groupKind(EndpointSlice.self): { object, _ in .endpointSlice(EndpointSlice.decode(&object)) },
        groupKind(Namespace.self): { object, _ in .namespace(Namespace.decode(&object)) },
        groupKind(Secret.self): { object, _ in .secret(Secret.decode(&object)) },
        groupKind(ConfigMap.self): { object, _ in .configMap(ConfigMap.decode(&object)) },
        groupKind(Deployment.self): { object, _ in .deployment(Deployment.decode(&object)) },
    ]

    static func find(group: String, kind: String) -> Decoder? { all[GroupKind(group: group, kind: kind)] }

    private static func groupKind<Kind: Resource>(_: Kind.Type) -> GroupKind {
        GroupKind(group: Kind.group, kind: Kind.kind)
    }
}
