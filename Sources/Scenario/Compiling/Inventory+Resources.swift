import GatewayAPI
import Validation

extension Inventory {
    /// What the control plane reconciles.
    var resourceSet: ResourceSet {
        var resources = ResourceSet()
        resources.gatewayClasses = gatewayClasses.map(\.value)
        resources.gateways = gateways.map(\.value)
        resources.httpRoutes = httpRoutes.map(\.value)
        resources.services = services.map(\.value)
        resources.endpointSlices = endpointSlices.map(\.value)
        resources.namespaces = namespaces.map(\.value)
        resources.referenceGrants = referenceGrants.map(\.value)
        resources.secrets = secrets.map(\.value)
        return resources
    }
}
