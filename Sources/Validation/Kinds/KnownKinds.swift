import GatewayAPI

/// The kinds of Kubernetes itself, as far as weir has to know them.
enum KnownKinds {
    struct Kind {
        var group: String
        var kind: String
        /// The versions that are served, the one to use first.
        var versions: [String]
        var isNamespaced = true
    }

    /// weir uses some, and has to know that others have no namespace.
    static let core: [Kind] = [
        Kind(group: APIGroup.core, kind: "Service", versions: ["v1"]),
        Kind(group: APIGroup.core, kind: "Namespace", versions: ["v1"], isNamespaced: false),
        Kind(group: APIGroup.core, kind: "Secret", versions: ["v1"]),
        Kind(group: APIGroup.core, kind: "ConfigMap", versions: ["v1"]),
        Kind(group: APIGroup.apps, kind: "Deployment", versions: ["v1"]),
        Kind(group: APIGroup.multicluster, kind: "ServiceImport", versions: ["v1alpha1", "v1beta1"]),
        Kind(group: APIGroup.discovery, kind: "EndpointSlice", versions: ["v1"]),
        Kind(group: APIGroup.core, kind: "Node", versions: ["v1"], isNamespaced: false),
        Kind(group: APIGroup.core, kind: "PersistentVolume", versions: ["v1"], isNamespaced: false),
        Kind(
            group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", versions: ["v1"], isNamespaced: false),
        Kind(group: "rbac.authorization.k8s.io", kind: "ClusterRole", versions: ["v1"], isNamespaced: false),
        Kind(group: "rbac.authorization.k8s.io", kind: "ClusterRoleBinding", versions: ["v1"], isNamespaced: false),
    ]

    static func find(group: String, kind: String) -> Kind? { core.first { $0.group == group && $0.kind == kind } }

    /// Groups of Kubernetes itself, which the Gateway API is not part of.
    static let coreGroups: Set<String> = [
        APIGroup.core, APIGroup.apps, APIGroup.discovery, "networking.k8s.io", "extensions", "batch", "policy",
    ]

    /// Group and version; `v1` alone is of the core group.
    static func split(_ apiVersion: String) -> (group: String, version: String) {
        guard let slash = apiVersion.lastIndex(of: "/") else { return (APIGroup.core, apiVersion) }
        return (String(apiVersion[..<slash]), String(apiVersion[apiVersion.index(after: slash)...]))
    }
}
