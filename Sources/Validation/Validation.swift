import GatewayAPI
public import Manifests

/// The API server's part: objects of the input are checked one by one, completed by defaults, and become resources.
public enum Validation {
    /// Checks the objects of an input, in order, as an API server does that has the Gateway API of a channel installed.
    public static func validate(_ objects: [ManifestObject], channel: ReleaseChannel = .experimental) -> Inventory {
        var input = ManifestInput()
        input.objects = objects
        return validate(input, channel: channel)
    }

    /// Checks the objects of an input; what the reader had to say of their text comes first.
    ///
    /// `customResourceDefinitions` are what is installed beside it, and so are those in the input itself: they say what is
    /// right of the kinds that they define, in the place of weir's own rules where these know the kind as well. Without a
    /// `channel` it is that of the definitions of the Gateway API among `customResourceDefinitions`, else the experimental one.
    public static func validate(
        _ input: ManifestInput, channel: ReleaseChannel? = nil, customResourceDefinitions: [ManifestObject] = []
    ) -> Inventory {
        var installed = InstalledKinds(channel: channel, customResourceDefinitions: customResourceDefinitions)
        let remarks = installed.add(customResourceDefinitions) + installed.add(input.objects)
        var inventory = Inventory(textDiagnostics: input.diagnostics + remarks, installed: installed)
        inventory.add(validate(input.objects, installed))
        return inventory
    }

    /// Checks one object by itself.
    public static func validate(_ object: ManifestObject, _ installed: InstalledKinds = InstalledKinds())
        -> InventoryObject
    {
        let key = installed.key(of: object)
        let context = DecodingContext(object.node.arena, resource: key.name)
        var result = InventoryObject(
            source: object, key: key, fate: .unusedKind, node: object.node, resource: nil, diagnostics: [])
        YAMLTrap.warn(object.node.index, context)
        if checkKind(object, installed, context) {
            if let name = installed.generatedName(of: object), let metadata = object.node["metadata"]?.index {
                let node = context.arena.addString(name, at: context.arena.position(metadata))
                context.arena.setMember(of: metadata, "name", to: node)
            }
            let version = KnownKinds.split(object.apiVersion).version
            if let kind = installed.find(group: key.group, kind: object.kind), let found = kind.version(version) {
                SchemaValidator.validate(
                    object.node.index, context, found.schema, dropsStatus: found.hasStatus,
                    MetadataRules(isNamespaced: kind.isNamespaced))
                // What is right by its schema is right: the decoder only makes a resource of it.
                context.reportsErrors = false
            }
            if !context.hasErrors, let decoder = KindDecoders.find(group: key.group, kind: object.kind) {
                let resource = ObjectDecoder.decode(object.node.index, context) { fields in
                    fields.accept("apiVersion", "kind")
                    return decoder(&fields, version)
                }
                if !context.hasErrors {
                    result.resource = resource
                    result.fate = .used
                }
            }
            if !context.hasErrors { result.node = Node(context.arena.compacted, object.node.index) }
        }
        if context.hasErrors { result.fate = .refused }
        result.diagnostics = context.diagnostics
        result.decoderDisagreements = context.suppressed
        return result
    }

    /// What identifies an object: a missing namespace is `default`, and a kind without namespaces has none.
    public static func key(of object: ManifestObject) -> ObjectKey { InstalledKinds().key(of: object) }
}
