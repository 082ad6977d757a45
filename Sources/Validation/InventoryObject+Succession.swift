import GatewayAPI
import Manifests

extension InventoryObject {
    /// Takes over what an object keeps when it is applied again: creationTimestamp and status, and a generation that
    /// grows by one where the `spec` changed.
    mutating func succeed(_ earlier: InventoryObject) {
        guard fate == .used, earlier.fate == .used, let old = earlier.resource?.metadata else { return }
        let isChanged = node["spec"] != earlier.node["spec"]
        let generation = old.generation &+ (isChanged ? 1 : 0)
        var arena = node.arena
        guard let metadata = node["metadata"] else { return }
        if earlier.node.at("metadata", "generation") != nil {
            arena.setMember(of: metadata.index, "generation", to: arena.addInteger(generation, at: metadata.position))
        }
        let inherited = resource?.metadata.creationTimestamp == nil ? old.creationTimestamp : nil
        if inherited != nil, let timestamp = earlier.node.at("metadata", "creationTimestamp") {
            arena.setMember(of: metadata.index, "creationTimestamp", to: arena.addCopy(of: timestamp))
        }
        let status = node["status"] == nil ? earlier.node["status"] : nil
        if let status { arena.setMember(of: node.index, "status", to: arena.addCopy(of: status)) }
        node = Node(arena, node.index)
        resource?.updateMetadata { metadata in
            metadata.generation = generation
            metadata.creationTimestamp = metadata.creationTimestamp ?? inherited
        }
        if status != nil, let earlier = earlier.resource { resource?.takeStatus(of: earlier) }
    }
}

extension DecodedResource {
    /// Takes over what an earlier form of the resource read from its status.
    fileprivate mutating func takeStatus(of earlier: DecodedResource) {
        switch (self, earlier) {
        case (.gateway(var resource), .gateway(let earlier)):
            resource.statusAddresses = earlier.statusAddresses
            self = .gateway(resource)
        case (.serviceImport(var resource), .serviceImport(let earlier)):
            resource.clusters = earlier.clusters
            self = .serviceImport(resource)
        default: break
        }
    }

    /// Changes the metadata in place.
    mutating func updateMetadata(_ change: (inout ObjectMetadata) -> Void) {
        func changed<Value: Resource>(_ resource: Value) -> Value {
            var resource = resource
            change(&resource.metadata)
            return resource
        }
        switch self {
        case .gatewayClass(let resource): self = .gatewayClass(changed(resource))
        case .gateway(let resource): self = .gateway(changed(resource))
        case .listenerSet(let resource): self = .listenerSet(changed(resource))
        case .httpRoute(let resource): self = .httpRoute(changed(resource))
        case .grpcRoute(let resource): self = .grpcRoute(changed(resource))
        case .tlsRoute(let resource): self = .tlsRoute(changed(resource))
        case .tcpRoute(let resource): self = .tcpRoute(changed(resource))
        case .udpRoute(let resource): self = .udpRoute(changed(resource))
        case .referenceGrant(let resource): self = .referenceGrant(changed(resource))
        case .backendTLSPolicy(let resource): self = .backendTLSPolicy(changed(resource))
        case .xBackendTrafficPolicy(let resource): self = .xBackendTrafficPolicy(changed(resource))
        case .xMesh(let resource): self = .xMesh(changed(resource))
        case .xBackend(let resource): self = .xBackend(changed(resource))
        case .service(let resource): self = .service(changed(resource))
        case .serviceImport(let resource): self = .serviceImport(changed(resource))
        case .endpointSlice(let resource): self = .endpointSlice(changed(resource))
        case .namespace(let resource): self = .namespace(changed(resource))
        case .secret(let resource): self = .secret(changed(resource))
        case .configMap(let resource): self = .configMap(changed(resource))
        case .deployment(let resource): self = .deployment(changed(resource))
        }
    }
}
