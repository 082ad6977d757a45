/// The resources of a cluster that bear on its gateways, as they stand at one moment. No two have one kind, namespace and name.
public struct ResourceSet: Sendable {
    /// GatewayClasses, in the order of the input, as all lists here.
    public var gatewayClasses: [GatewayClass] = []
    /// Gateways.
    public var gateways: [Gateway] = []
    /// HTTPRoutes.
    public var httpRoutes: [HTTPRoute] = []
    /// Services.
    public var services: [Service] = []
    /// EndpointSlices.
    public var endpointSlices: [EndpointSlice] = []
    /// Namespaces.
    public var namespaces: [Namespace] = []
    /// ReferenceGrants.
    public var referenceGrants: [ReferenceGrant] = []
    /// Secrets.
    public var secrets: [Secret] = []

    /// No resources.
    public init() {}
}
