/// The resources of a cluster that bear on its gateways, as they stand at one moment. No two have one kind, namespace and name.
public struct ResourceSet: Sendable {
    /// GatewayClasses, in the order of the input, as all lists here.
    public var gatewayClasses: [GatewayClass] = []
    /// Gateways.
    public var gateways: [Gateway] = []
    /// HTTPRoutes.
    public var httpRoutes: [HTTPRoute] = []
    /// GRPCRoutes.
    public var grpcRoutes: [GRPCRoute] = []
    /// TLSRoutes.
    public var tlsRoutes: [TLSRoute] = []
    /// TCPRoutes.
    public var tcpRoutes: [TCPRoute] = []
    /// UDPRoutes.
    public var udpRoutes: [UDPRoute] = []
    /// ListenerSets, and XListenerSets among them.
    public var listenerSets: [ListenerSet] = []
    /// BackendTLSPolicies.
    public var backendTLSPolicies: [BackendTLSPolicy] = []
    /// XBackendTrafficPolicies.
    public var xBackendTrafficPolicies: [XBackendTrafficPolicy] = []
    /// XMeshes.
    public var xMeshes: [XMesh] = []
    /// XBackends.
    public var xBackends: [XBackend] = []
    /// Services.
    public var services: [Service] = []
    /// ServiceImports.
    public var serviceImports: [ServiceImport] = []
    /// EndpointSlices.
    public var endpointSlices: [EndpointSlice] = []
    /// Namespaces.
    public var namespaces: [Namespace] = []
    /// ReferenceGrants.
    public var referenceGrants: [ReferenceGrant] = []
    /// Secrets.
    public var secrets: [Secret] = []
    /// ConfigMaps.
    public var configMaps: [ConfigMap] = []
    /// Deployments.
    public var deployments: [Deployment] = []
    /// Objects of kinds that have no type here, by name: references to them lead somewhere.
    public var otherObjects: [ResourceName] = []

    /// No resources.
    public init() {}
}
