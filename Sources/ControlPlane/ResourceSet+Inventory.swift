public import GatewayAPI
public import Validation

extension ResourceSet {
    /// The resources that the API server holds after what was applied and deleted.
    public init(_ inventory: Inventory) {
        self.init()
        gatewayClasses = inventory.gatewayClasses.map(\.value)
        gateways = inventory.gateways.map(\.value)
        httpRoutes = inventory.httpRoutes.map(\.value)
        services = inventory.services.map(\.value)
        endpointSlices = inventory.endpointSlices.map(\.value)
        namespaces = inventory.namespaces.map(\.value)
        referenceGrants = inventory.referenceGrants.map(\.value)
        secrets = inventory.secrets.map(\.value)
    }
}
