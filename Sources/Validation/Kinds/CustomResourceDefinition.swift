import GatewayAPI
import Manifests

/// A CustomResourceDefinition: the kind that it makes, and what of it weir cannot use.
struct CustomResourceDefinition {
    private(set) var kind: CustomKind?
    private(set) var diagnostics: [Diagnostic] = []

    static func isOne(_ object: ManifestObject) -> Bool {
        object.kind == "CustomResourceDefinition" && KnownKinds.split(object.apiVersion).group == "apiextensions.k8s.io"
    }

    init(_ object: ManifestObject) {
        let name = ResourceName(kind: object.kind, namespace: nil, name: object.name)
        guard object.apiVersion == "apiextensions.k8s.io/v1" else { return }
        let spec = object.node["spec"]
        guard let spec, let group = spec["group"]?.string, let kind = spec.at("names", "kind")?.string,
            let versions = spec["versions"], versions.kind == .sequence
        else {
            diagnostics.append(
                Diagnostic(
                    .warning, code: DiagnosticCode.unappliedRule.rawValue,
                    "a CustomResourceDefinition without group, names.kind or versions is passed over",
                    position: object.position, resource: name, path: "spec"))
            return
        }
        var read: [CustomKind.Version] = []
        for (place, version) in versions.elements.enumerated() {
            guard let versionName = version["name"]?.string else { continue }
            var reader = SchemaReader(object.node.arena, resource: name)
            let isServed = version["served"]?.boolean ?? false
            var schema = Schema.empty
            if isServed, let root = version.at("schema", "openAPIV3Schema") {
                schema = reader.readRoot(root.index)
            } else if isServed {
                diagnostics.append(
                    Diagnostic(
                        .warning, code: DiagnosticCode.unappliedRule.rawValue,
                        "version \(versionName) has no schema: nothing is known of its objects",
                        position: version.position, resource: name, path: "spec.versions[\(place)].schema"))
                var draft = SchemaDraft()
                draft.preservesUnknownFields = true
                schema = Schema(draft)
            }
            // The versions of one kind mostly repeat each other, and what is to be said of them with it.
            if read.isEmpty || diagnostics.isEmpty { diagnostics += reader.diagnostics }
            read.append(
                CustomKind.Version(
                    name: versionName, schema: schema,
                    hasStatus: version.at("subresources", "status").map { $0.kind != .null } ?? false,
                    isServed: isServed))
        }
        self.kind = CustomKind(
            group: group, kind: kind, isNamespaced: spec["scope"]?.string != "Cluster", versions: read)
    }
}
