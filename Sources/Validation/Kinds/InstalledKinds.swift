import GatewayAPI
public import Manifests

/// The kinds that an API server knows: those of Kubernetes, those of the Gateway API in one of its channels, and those of the
/// CustomResourceDefinitions that are given, which take the place of weir's own where they are of the same kind.
public struct InstalledKinds: Sendable {
    /// The channel of the Gateway API.
    public let channel: ReleaseChannel
    private var builtIn: BuiltInKinds
    /// Those of the definitions given so far, and the definitions.
    private var given: [GroupKind: CustomKind] = [:]
    private var definitions: [ManifestObject] = []

    /// What an API server knows with the Gateway API of a channel.
    public init(channel: ReleaseChannel = .experimental) {
        self.channel = channel
        builtIn = BuiltInKinds.shared(channel)
    }

    /// The same kinds, their schemas read again.
    func readAnew() -> InstalledKinds {
        var copy = self
        copy.builtIn = BuiltInKinds(channel)
        copy.given = [:]
        copy.definitions = []
        _ = copy.add(definitions)
        return copy
    }

    /// What an API server knows where these CustomResourceDefinitions are applied as well. Without a channel it is the one
    /// that the definitions of the Gateway API among them name in their annotations, and else the experimental one.
    public init(channel: ReleaseChannel?, customResourceDefinitions: [ManifestObject]) {
        let annotated = customResourceDefinitions.lazy.compactMap { definition in
            definition.node.at("metadata", "annotations", "gateway.networking.k8s.io/channel")?.string
                .flatMap(ReleaseChannel.init)
        }
        self.init(channel: channel ?? annotated.first ?? .experimental)
        _ = add(customResourceDefinitions)
    }

    /// Adds the definitions among `objects`, and returns what is to be said of each that was read.
    mutating func add(_ objects: [ManifestObject]) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        for object in objects where CustomResourceDefinition.isOne(object) {
            let definition = CustomResourceDefinition(object)
            diagnostics += definition.diagnostics
            guard let kind = definition.kind else { continue }
            let key = GroupKind(group: kind.group, kind: kind.kind)
            given[key] = kind
            definitions.append(object)
        }
        return diagnostics
    }

    /// All kinds with schemas. That reads every schema: for tests.
    var kinds: [GroupKind: CustomKind] {
        var kinds = given
        for key in builtIn.keys where kinds[key] == nil { kinds[key] = builtIn.find(key) }
        return kinds
    }

    func find(group: String, kind: String) -> CustomKind? {
        let key = GroupKind(group: group, kind: kind)
        return given[key] ?? builtIn.find(key)
    }

    /// The kinds that a version of a group has, sorted.
    func kinds(in group: String, version: String) -> [String] {
        let own = builtIn.kinds(in: group, version: version)
            .filter { given[GroupKind(group: group, kind: $0)] == nil }
        let others = given.values.filter { $0.group == group && $0.version(version) != nil }.map(\.kind)
        return (own + others).sorted()
    }

    /// Whether all kinds of the group are known, so that another one does not exist.
    func isComplete(group: String) -> Bool { group == APIGroup.gateway || group == APIGroup.experimental }

    /// What identifies an object: a missing namespace is `default`, and a kind without namespaces has none.
    public func key(of object: ManifestObject) -> ObjectKey {
        let (group, _) = KnownKinds.split(object.apiVersion)
        let namespace = object.namespace.flatMap { $0.isEmpty ? nil : $0 }
        // Of a kind that is not known, a namespace in the manifest is the only sign that it has some.
        let isNamespaced =
            find(group: group, kind: object.kind)?.isNamespaced
            ?? KnownKinds.find(group: group, kind: object.kind)?.isNamespaced ?? (namespace != nil)
        let name = ResourceName(
            kind: object.kind, namespace: isNamespaced ? namespace ?? "default" : nil,
            name: generatedName(of: object) ?? object.name)
        return ObjectKey(group: group, name: name)
    }

    /// The name of an object that has a `generateName` alone. The API server draws its end; here the place of the object in
    /// its file gives it, so that it is the same on every run and no other object's.
    func generatedName(of object: ManifestObject) -> String? {
        guard object.name.isEmpty, let metadata = object.node["metadata"],
            let prefix = metadata["generateName"]?.string, !prefix.isEmpty,
            metadata["name"].map({ $0.kind == .null || $0.kind == .string }) ?? true
        else { return nil }
        let letters = Array("bcdfghjklmnpqrstvwxz2456789")
        var hash = NodeArena.hash("\(object.position)".utf8)
        var suffix = ""
        for _ in 0..<5 {
            suffix.append(letters[Int(hash % UInt32(letters.count))])
            hash /= UInt32(letters.count)
        }
        return String(prefix.unicodeScalars.prefix(58)) + suffix
    }
}
