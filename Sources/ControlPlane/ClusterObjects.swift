internal import GatewayAPI

/// The objects that references name, found by `namespace/name`.
struct ClusterObjects {
    let services: [String: Service]
    let serviceImports: [String: ServiceImport]
    let xBackends: [String: XBackend]
    let secrets: [String: Secret]
    let configMaps: [String: ConfigMap]
    let namespaces: [String: Namespace]
    let deploymentsByNamespace: [String: [Deployment]]
    /// Kinds that weir gives no meaning to.
    let others: Set<ResourceName>

    init(_ resources: ResourceSet) {
        services = Self.byKey(resources.services)
        serviceImports = Self.byKey(resources.serviceImports)
        xBackends = Self.byKey(resources.xBackends)
        secrets = Self.byKey(resources.secrets)
        configMaps = Self.byKey(resources.configMaps)
        namespaces = Dictionary(resources.namespaces.map { ($0.metadata.name, $0) }) { $1 }
        deploymentsByNamespace = Dictionary(grouping: resources.deployments) { $0.metadata.namespace ?? "" }
        others = Set(resources.otherObjects)
    }

    /// Whether an object with settings of an implementation is in the input. What it says means nothing to weir.
    func holdsParameters(kind: String, namespace: String?, name: String) -> Bool {
        if kind == ConfigMap.kind { return configMaps["\(namespace ?? "")/\(name)"] != nil }
        return others.contains(ResourceName(kind: kind, namespace: namespace, name: name))
            || others.contains(ResourceName(kind: kind, namespace: nil, name: name))
    }

    /// An API server puts this label on every namespace, so a namespace that is not in the input has it too.
    func labels(ofNamespace name: String) -> [String: String] {
        namespaces[name]?.metadata.labels ?? ["kubernetes.io/metadata.name": name]
    }

    private static func byKey<Object: Resource>(_ objects: [Object]) -> [String: Object] {
        Dictionary(objects.map { ($0.key, $0) }) { $1 }
    }
}

extension Resource {
    /// `namespace/name`
    var key: String { "\(metadata.namespace ?? "")/\(metadata.name)" }
}

/// "The oldest based on creation timestamp", then "first in alphabetical order by `{namespace}/{name}`": who wins where two
/// objects want the same. What no cluster has seen yet is newer than all that one has.
struct Seniority: Comparable {
    var created: Int64
    var name: String

    init(_ metadata: ObjectMetadata) {
        created = metadata.creationTimestamp ?? .max
        name = "\(metadata.namespace ?? "")/\(metadata.name)"
    }

    static func < (left: Seniority, right: Seniority) -> Bool {
        left.created != right.created
            ? left.created < right.created : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }
}
