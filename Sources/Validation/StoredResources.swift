public import GatewayAPI
import Manifests

/// The resources of an input by kind, each list in the order of the input.
public struct StoredResources: Sendable {
    /// `GatewayClass` resources.
    public private(set) var gatewayClasses: [Stored<GatewayClass>] = []
    /// `Gateway` resources.
    public private(set) var gateways: [Stored<Gateway>] = []
    /// `ListenerSet` resources, and `XListenerSet` ones.
    public private(set) var listenerSets: [Stored<ListenerSet>] = []
    /// `HTTPRoute` resources.
    public private(set) var httpRoutes: [Stored<HTTPRoute>] = []
    /// `GRPCRoute` resources.
    public private(set) var grpcRoutes: [Stored<GRPCRoute>] = []
    /// `TLSRoute` resources.
    public private(set) var tlsRoutes: [Stored<TLSRoute>] = []
    /// `TCPRoute` resources.
    public private(set) var tcpRoutes: [Stored<TCPRoute>] = []
    /// `UDPRoute` resources.
    public private(set) var udpRoutes: [Stored<UDPRoute>] = []
    /// `ReferenceGrant` resources.
    public private(set) var referenceGrants: [Stored<ReferenceGrant>] = []
    /// `BackendTLSPolicy` resources.
    public private(set) var backendTLSPolicies: [Stored<BackendTLSPolicy>] = []
    /// `XBackendTrafficPolicy` resources.
    public private(set) var xBackendTrafficPolicies: [Stored<XBackendTrafficPolicy>] = []
    /// `XMesh` resources.
    public private(set) var xMeshes: [Stored<XMesh>] = []
    /// `XBackend` resources.
    public private(set) var xBackends: [Stored<XBackend>] = []
    /// `Service` resources.
    public private(set) var services: [Stored<Service>] = []
    /// `ServiceImport` resources.
    public private(set) var serviceImports: [Stored<ServiceImport>] = []
    /// `EndpointSlice` resources.
    public private(set) var endpointSlices: [Stored<EndpointSlice>] = []
    /// `Namespace` resources.
    public private(set) var namespaces: [Stored<Namespace>] = []
    /// `Secret` resources.
    public private(set) var secrets: [Stored<Secret>] = []
    /// `ConfigMap` resources.
    public private(set) var configMaps: [Stored<ConfigMap>] = []
    /// `Deployment` resources.
    public private(set) var deployments: [Stored<Deployment>] = []

    mutating func append(_ resource: DecodedResource, _ node: Node) {
        switch resource {
        case .gatewayClass(let value): gatewayClasses.append(Stored(value: value, node: node))
        case .gateway(let value): gateways.append(Stored(value: value, node: node))
        case .listenerSet(let value): listenerSets.append(Stored(value: value, node: node))
        case .httpRoute(let value): httpRoutes.append(Stored(value: value, node: node))
        case .grpcRoute(let value): grpcRoutes.append(Stored(value: value, node: node))
        case .tlsRoute(let value): tlsRoutes.append(Stored(value: value, node: node))
        case .tcpRoute(let value): tcpRoutes.append(Stored(value: value, node: node))
        case .udpRoute(let value): udpRoutes.append(Stored(value: value, node: node))
        case .referenceGrant(let value): referenceGrants.append(Stored(value: value, node: node))
        case .backendTLSPolicy(let value): backendTLSPolicies.append(Stored(value: value, node: node))
        case .xBackendTrafficPolicy(let value): xBackendTrafficPolicies.append(Stored(value: value, node: node))
        case .xMesh(let value): xMeshes.append(Stored(value: value, node: node))
        case .xBackend(let value): xBackends.append(Stored(value: value, node: node))
        case .service(let value): services.append(Stored(value: value, node: node))
        case .serviceImport(let value): serviceImports.append(Stored(value: value, node: node))
        case .endpointSlice(let value): endpointSlices.append(Stored(value: value, node: node))
        case .namespace(let value): namespaces.append(Stored(value: value, node: node))
        case .secret(let value): secrets.append(Stored(value: value, node: node))
        case .configMap(let value): configMaps.append(Stored(value: value, node: node))
        case .deployment(let value): deployments.append(Stored(value: value, node: node))
        }
    }
}
