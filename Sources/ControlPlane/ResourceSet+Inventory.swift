public import GatewayAPI
public import Validation

extension ResourceSet {
    /// The resources that the API server holds after what was applied and deleted.
    public init(_ inventory: Inventory) {
        self.init()
        let resources = inventory.resources
        gatewayClasses = resources.gatewayClasses.map(\.value)
        gateways = resources.gateways.map(\.value)
        listenerSets = resources.listenerSets.map(\.value)
        httpRoutes = resources.httpRoutes.map(\.value)
        grpcRoutes = resources.grpcRoutes.map(\.value)
        tlsRoutes = resources.tlsRoutes.map(\.value)
        tcpRoutes = resources.tcpRoutes.map(\.value)
        udpRoutes = resources.udpRoutes.map(\.value)
        referenceGrants = resources.referenceGrants.map(\.value)
        backendTLSPolicies = resources.backendTLSPolicies.map(\.value)
        xBackendTrafficPolicies = resources.xBackendTrafficPolicies.map(\.value)
        xMeshes = resources.xMeshes.map(\.value)
        xBackends = resources.xBackends.map(\.value)
        services = resources.services.map(\.value)
        serviceImports = resources.serviceImports.map(\.value)
        endpointSlices = resources.endpointSlices.map(\.value)
        namespaces = resources.namespaces.map(\.value)
        secrets = resources.secrets.map(\.value)
        configMaps = resources.configMaps.map(\.value)
        deployments = resources.deployments.map(\.value)
        otherObjects = inventory.objects.filter { $0.fate == .unusedKind }.map(\.name)
    }
}
