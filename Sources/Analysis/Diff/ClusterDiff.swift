public import ControlPlane
internal import GatewayAPI
internal import Manifests
public import Routing
public import Validation

/// What changes between two inputs: for which requests, in which statuses, and by which edits.
public struct ClusterDiff: Sendable {
    /// What changes for requests.
    public let table: TableDiff
    /// For each region the edits that explain it.
    public let causes: [[FieldChange]]
    /// What changes in the statuses.
    public let statuses: StatusChanges

    /// Compares two clusters.
    ///
    /// - Parameter forgetsAge: the second one is the first without the ages of its objects: they are what explains changes.
    public init(
        from: (Inventory, ControlPlane), to: (Inventory, ControlPlane), forgetsAge: Bool = false
    ) {
        table = TableDiff(from: from.1.table, to: to.1.table)
        statuses = StatusChanges(from: from.1, to: to.1)
        var explanations = ChangeCauses(from: from.0, to: to.0, tables: (from.1.table, to.1.table))
        let routes = forgetsAge ? AgesOfRoutes(from.0) : nil
        causes = table.regions.map { region in
            let edits = explanations.causes(of: region)
            return edits.isEmpty ? routes?.causes(of: region) ?? [] : edits
        }
    }
}

/// Where the ages of routes are written.
private struct AgesOfRoutes {
    private var places: [RouteIdentity: FieldChange] = [:]

    init(_ inventory: Inventory) {
        for object in inventory.objects where object.name.kind.hasSuffix("Route") {
            guard let node = object.source.node.at("metadata", "creationTimestamp") else { continue }
            let name = object.name
            let route = RouteIdentity(kind: name.kind, namespace: name.namespace ?? "", name: name.name)
            places[route] = FieldChange(
                resource: name, path: "metadata.creationTimestamp", position: node.position, isRemoved: true,
                isInRule: false)
        }
    }

    func causes(of region: DiffRegion) -> [FieldChange] {
        [region.fromFacts.route, region.toFacts.route].compactMap { $0.flatMap { places[$0] } }
    }
}

extension ControlPlane {
    /// The cluster as it would be if all objects were of one age, as after a restore from files: what only the age of routes
    /// decides, their names decide then.
    public init(forgettingAgesOf inventory: Inventory, dialect: Dialect) {
        var resources = ResourceSet(inventory)
        func forget<Value: Resource>(_ list: inout [Value]) {
            for place in list.indices { list[place].metadata.creationTimestamp = nil }
        }
        forget(&resources.gateways)
        forget(&resources.listenerSets)
        forget(&resources.httpRoutes)
        forget(&resources.grpcRoutes)
        forget(&resources.tlsRoutes)
        forget(&resources.tcpRoutes)
        forget(&resources.udpRoutes)
        forget(&resources.backendTLSPolicies)
        self.init(resources, dialect: dialect)
    }
}
