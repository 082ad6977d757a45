public import GatewayAPI

/// A resource of one of the kinds that weir uses.
public enum DecodedResource: Hashable, Sendable {
    /// `GatewayClass`
    case gatewayClass(GatewayClass)
    /// `Gateway`
    case gateway(Gateway)
    /// `HTTPRoute`
    case httpRoute(HTTPRoute)
    /// `ReferenceGrant`
    case referenceGrant(ReferenceGrant)
    /// `Service`
    case service(Service)
    /// `EndpointSlice`
    case endpointSlice(EndpointSlice)
    /// `Namespace`
    case namespace(Namespace)
    /// `Secret`
    case secret(Secret)

    /// What every resource has.
    public var metadata: ObjectMetadata {
        switch self {
        case .gatewayClass(let resource): resource.metadata
        case .gateway(let resource): resource.metadata
        case .httpRoute(let resource): resource.metadata
        case .referenceGrant(let resource): resource.metadata
        case .service(let resource): resource.metadata
        case .endpointSlice(let resource): resource.metadata
        case .namespace(let resource): resource.metadata
        case .secret(let resource): resource.metadata
        }
    }

    /// The resource decoded from an object of a kind that weir uses; nil for other kinds.
    static func decode(_ object: inout ObjectDecoder, group: String, kind: String) -> DecodedResource? {
        switch (group, kind) {
        case (GatewayClass.group, GatewayClass.kind): .gatewayClass(GatewayClass.decode(&object))
        case (Gateway.group, Gateway.kind): .gateway(Gateway.decode(&object))
        case (HTTPRoute.group, HTTPRoute.kind): .httpRoute(HTTPRoute.decode(&object))
        case (ReferenceGrant.group, ReferenceGrant.kind): .referenceGrant(ReferenceGrant.decode(&object))
        case (Service.group, Service.kind): .service(Service.decode(&object))
        case (EndpointSlice.group, EndpointSlice.kind): .endpointSlice(EndpointSlice.decode(&object))
        case (Namespace.group, Namespace.kind): .namespace(Namespace.decode(&object))
        case (Secret.group, Secret.kind): .secret(Secret.decode(&object))
        default: nil
        }
    }

    /// Whether weir uses objects of this kind.
    static func isUsed(group: String, kind: String) -> Bool {
        switch group {
        case APIGroup.gateway: [GatewayClass.kind, Gateway.kind, HTTPRoute.kind, ReferenceGrant.kind].contains(kind)
        case APIGroup.core: [Service.kind, Namespace.kind, Secret.kind].contains(kind)
        case APIGroup.discovery: kind == EndpointSlice.kind
        default: false
        }
    }
}
