import GatewayAPI

/// The kinds that an API server with the Gateway API v1.6 (experimental channel) knows, as far as weir has to.
enum KnownKinds {
    struct Kind {
        var group: String
        var kind: String
        /// The versions that are served, the one to use first.
        var versions: [String]
        var isNamespaced = true
    }

    static let gatewayAPI: [Kind] = [
        Kind(group: APIGroup.gateway, kind: "GatewayClass", versions: ["v1", "v1beta1"], isNamespaced: false),
        Kind(group: APIGroup.gateway, kind: "Gateway", versions: ["v1", "v1beta1"]),
        Kind(group: APIGroup.gateway, kind: "HTTPRoute", versions: ["v1", "v1beta1"]),
        Kind(group: APIGroup.gateway, kind: "GRPCRoute", versions: ["v1"]),
        Kind(group: APIGroup.gateway, kind: "TLSRoute", versions: ["v1", "v1alpha2", "v1alpha3"]),
        Kind(group: APIGroup.gateway, kind: "TCPRoute", versions: ["v1", "v1alpha2"]),
        Kind(group: APIGroup.gateway, kind: "UDPRoute", versions: ["v1", "v1alpha2"]),
        Kind(group: APIGroup.gateway, kind: "ListenerSet", versions: ["v1"]),
        Kind(group: APIGroup.gateway, kind: "BackendTLSPolicy", versions: ["v1", "v1alpha3"]),
        Kind(group: APIGroup.gateway, kind: "ReferenceGrant", versions: ["v1", "v1beta1"]),
        // Retired, but still to be found: the experimental form of ListenerSet.
        Kind(group: APIGroup.experimental, kind: ListenerSet.experimentalKind, versions: ["v1alpha1"]),
        Kind(group: APIGroup.experimental, kind: "XBackend", versions: ["v1alpha1"]),
        Kind(group: APIGroup.experimental, kind: "XBackendTrafficPolicy", versions: ["v1alpha1"]),
        Kind(group: APIGroup.experimental, kind: "XMesh", versions: ["v1alpha1"], isNamespaced: false),
    ]

    /// Kinds of Kubernetes itself, of which weir uses some and has to know that others have no namespace.
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

    static func find(group: String, kind: String) -> Kind? {
        gatewayAPI.first { $0.group == group && $0.kind == kind }
            ?? core.first { $0.group == group && $0.kind == kind }
    }

    /// Whether all kinds of the group are known, so that another one does not exist.
    static func isComplete(group: String) -> Bool { group == APIGroup.gateway || group == APIGroup.experimental }

    /// Group and version; `v1` alone is of the core group.
    static func split(_ apiVersion: String) -> (group: String, version: String) {
        guard let slash = apiVersion.lastIndex(of: "/") else { return (APIGroup.core, apiVersion) }
        return (String(apiVersion[..<slash]), String(apiVersion[apiVersion.index(after: slash)...]))
    }
}
