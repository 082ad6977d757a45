internal import GatewayAPI

/// Which references may cross namespaces. Gateway API v1.6, `ReferenceGrant`.
struct ReferenceGrants {
    private let byNamespace: [String: [ReferenceGrant]]

    init(_ grants: [ReferenceGrant]) {
        byNamespace = Dictionary(grouping: grants) { $0.metadata.namespace ?? "" }
    }

    /// Whether an object of `kind` in `namespace` may refer to `name` in another namespace. Within one namespace no grant is
    /// needed.
    func allow(
        from kind: String, in namespace: String, toGroup group: String, kind targetKind: String, name: String,
        in targetNamespace: String
    ) -> Bool {
        if namespace == targetNamespace { return true }
        return byNamespace[targetNamespace, default: []].contains { grant in
            grant.from.contains { $0.group == APIGroup.gateway && $0.kind == kind && $0.namespace == namespace }
                && grant.to.contains {
                    $0.group == group && $0.kind == targetKind && ($0.name == nil || $0.name == name)
                }
        }
    }
}
