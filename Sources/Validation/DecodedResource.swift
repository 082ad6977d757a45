public import GatewayAPI

/// A resource of one of the kinds that weir uses.
public enum DecodedResource: Hashable, Sendable {
    /// `GatewayClass`
    case gatewayClass(GatewayClass)
    /// `Gateway`
    case gateway(Gateway)
    /// `ListenerSet`, or `XListenerSet`
    case listenerSet(ListenerSet)
    /// `HTTPRoute`
    case httpRoute(HTTPRoute)
    /// `GRPCRoute`
    case grpcRoute(GRPCRoute)
    /// `TLSRoute`
    case tlsRoute(TLSRoute)
    /// `TCPRoute`
    case tcpRoute(TCPRoute)
    /// `UDPRoute`
    case udpRoute(UDPRoute)
    /// `ReferenceGrant`
    case referenceGrant(ReferenceGrant)
    /// `BackendTLSPolicy`
    case backendTLSPolicy(BackendTLSPolicy)
    /// `XBackendTrafficPolicy`
    case xBackendTrafficPolicy(XBackendTrafficPolicy)
    /// `XMesh`
    case xMesh(XMesh)
    /// `XBackend`
    case xBackend(XBackend)
    /// `Service`
    case service(Service)
    /// `ServiceImport`
    case serviceImport(ServiceImport)
    /// `EndpointSlice`
    case endpointSlice(EndpointSlice)
    /// `Namespace`
    case namespace(Namespace)
    /// `Secret`
    case secret(Secret)
    /// `ConfigMap`
    case configMap(ConfigMap)
    /// `Deployment`
    case deployment(Deployment)

    /// What every resource has.
    public var metadata: ObjectMetadata {
        switch self {
        case .gatewayClass(let resource): resource.metadata
        case .gateway(let resource): resource.metadata
        case .listenerSet(let resource): resource.metadata
        case .httpRoute(let resource): resource.metadata
        case .grpcRoute(let resource): resource.metadata
        case .tlsRoute(let resource): resource.metadata
        case .tcpRoute(let resource): resource.metadata
        case .udpRoute(let resource): resource.metadata
        case .referenceGrant(let resource): resource.metadata
        case .backendTLSPolicy(let resource): resource.metadata
        case .xBackendTrafficPolicy(let resource): resource.metadata
        case .xMesh(let resource): resource.metadata
        case .xBackend(let resource): resource.metadata
        case .service(let resource): resource.metadata
        case .serviceImport(let resource): resource.metadata
        case .endpointSlice(let resource): resource.metadata
        case .namespace(let resource): resource.metadata
        case .secret(let resource): resource.metadata
        case .configMap(let resource): resource.metadata
        case .deployment(let resource): resource.metadata
        }
    }
}
