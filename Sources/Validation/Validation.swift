import GatewayAPI
public import Manifests

/// The API server's part: objects of the input are checked one by one, completed by defaults, and become resources.
public enum Validation {
    /// Checks the objects of an input, in order.
    public static func validate(_ objects: [ManifestObject]) -> Inventory {
        var inventory = Inventory()
        inventory.add(objects.map(validate))
        return inventory
    }

    /// Checks the objects of an input; what the reader had to say of their text comes first.
    public static func validate(_ input: ManifestInput) -> Inventory {
        var inventory = Inventory(textDiagnostics: input.diagnostics)
        inventory.add(input.objects.map(validate))
        return inventory
    }

    /// Checks one object by itself.
    public static func validate(_ object: ManifestObject) -> InventoryObject {
        let key = key(of: object)
        let context = DecodingContext(object.node.arena, resource: key.name)
        var result = InventoryObject(
            source: object, key: key, fate: .unusedKind, node: object.node, resource: nil, diagnostics: [])
        if checkKind(object, context), let decoder = KindDecoders.find(group: key.group, kind: object.kind) {
            let version = KnownKinds.split(object.apiVersion).version
            let resource = ObjectDecoder.decode(object.node.index, context) { fields in
                fields.accept("apiVersion", "kind")
                return decoder(&fields, version)
            }
            if !context.hasErrors {
                result.resource = resource
                result.node = Node(context.arena, object.node.index)
                result.fate = .used
            }
        }
        if context.hasErrors { result.fate = .refused }
        result.diagnostics = context.diagnostics
        return result
    }

    /// What identifies an object: a missing namespace is `default`, and a kind without namespaces has none.
    public static func key(of object: ManifestObject) -> ObjectKey {
        let (group, _) = KnownKinds.split(object.apiVersion)
        let namespace = object.namespace.flatMap { $0.isEmpty ? nil : $0 }
        // Of a kind that is not known, a namespace in the manifest is the only sign that it has some.
        let isNamespaced = KnownKinds.find(group: group, kind: object.kind)?.isNamespaced ?? (namespace != nil)
        let name = ResourceName(
            kind: object.kind, namespace: isNamespaced ? namespace ?? "default" : nil, name: object.name)
        return ObjectKey(group: group, name: name)
    }

    /// Whether the API server knows the kind and serves the version; a kind of a group that is not known may exist.
    private static func checkKind(_ object: ManifestObject, _ context: DecodingContext) -> Bool {
        let (group, version) = KnownKinds.split(object.apiVersion)
        let known = KnownKinds.find(group: group, kind: object.kind)
        let root = object.node.index
        for (key, value) in [("apiVersion", object.apiVersion), ("kind", object.kind)] where value.isEmpty {
            if let member = object.node[key], member.kind != .null {
                context.report(
                    .wrongType, "expected a string, found \(context.description(member.index))", at: member.index,
                    field: key)
            } else {
                context.report(.missingField, "\(key) is missing", at: root, field: key)
            }
        }
        guard !context.hasErrors else { return false }
        if let known, !known.versions.contains(version) {
            let served = known.versions.map { group.isEmpty ? $0 : "\(group)/\($0)" }
            context.report(
                .versionNotServed,
                "\(object.apiVersion) is not served for \(object.kind), only \(served.joined(separator: ", "))",
                at: object.node["apiVersion"]?.index ?? root, field: "apiVersion", hint: "use \(served[0])")
            return false
        }
        guard known == nil, KnownKinds.isComplete(group: group) else { return true }
        let kinds = KnownKinds.gatewayAPI.map(\.kind)
        context.report(
            .unknownKind, "the API group \(group) has no kind \(object.kind)",
            at: object.node["kind"]?.index ?? root, field: "kind",
            hint: Suggestion.nearest(to: object.kind, among: kinds).map { "did you mean \($0)?" })
        return false
    }
}
