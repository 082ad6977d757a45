/// Something that containers of a pod can mount.
public struct Volume: Hashable, Sendable {
    /// Unique within the pod.
    public var name: String
    /// What it shows: several where it is projected, none where it is neither Secret nor ConfigMap.
    public var sources: [VolumeSource]
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        name: String, sources: [VolumeSource], position: SourcePosition
    ) {
        self.name = name
        self.sources = sources
        self.position = position
    }
}

/// A Secret or a ConfigMap in a volume.
public struct VolumeSource: Hashable, Sendable {
    /// Which of the two.
    public var kind: Kind
    /// Its name, in the namespace of the pod; `secretName` in a volume of its own.
    public var name: String
    /// Which members are seen, under which paths; empty for all, under their names.
    public var items: [VolumeItem]
    /// Whether pods start without it.
    public var isOptional: Bool
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        kind: Kind, name: String, items: [VolumeItem] = [], isOptional: Bool = false, position: SourcePosition
    ) {
        self.kind = kind
        self.name = name
        self.items = items
        self.isOptional = isOptional
        self.position = position
    }

    /// What can be shown as files.
    public enum Kind: Hashable, Sendable {
        /// A Secret.
        case secret
        /// A ConfigMap.
        case configMap
    }

    /// The path below the mount at which a member is seen; nil where it is not.
    public func path(of key: String) -> String? {
        items.isEmpty ? key : items.first { $0.key == key }?.path
    }
}

/// A member of a Secret or ConfigMap in a volume.
public struct VolumeItem: Hashable, Sendable {
    /// Its name.
    public var key: String
    /// The path below the mount.
    public var path: String
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        key: String, path: String, position: SourcePosition
    ) {
        self.key = key
        self.path = path
        self.position = position
    }
}
