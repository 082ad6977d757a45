/// The resources of a cluster that bear on its gateways, as they stand at one moment. No two have one kind, namespace and name.
public struct ResourceSet: Sendable {
    /// In the order of the input, like all lists here.
    public var gatewayClasses: [GatewayClass] = []
    public var gateways: [Gateway] = []
    public var httpRoutes: [HTTPRoute] = []
    public var services: [Service] = []
    public var endpointSlices: [EndpointSlice] = []
    public var namespaces: [Namespace] = []
    public var referenceGrants: [ReferenceGrant] = []
    public var secrets: [Secret] = []

    /// No resources.
    public init() {}
}
