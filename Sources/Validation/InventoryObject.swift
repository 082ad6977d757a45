public import GatewayAPI
public import Manifests

/// What identifies an object in a cluster: an object given later with the same key replaces it.
public struct ObjectKey: Hashable, Sendable {
    /// The API group; versions of one group are the same objects.
    public var group: String
    /// Kind, namespace and name.
    public var name: ResourceName

    /// Makes a key.
    public init(group: String, name: ResourceName) {
        self.group = group
        self.name = name
    }
}

/// One object of the input and what became of it.
public struct InventoryObject: Sendable {
    /// What becomes of an object of the input.
    public enum Fate: String, Hashable, Sendable, CaseIterable {
        /// It is a resource that weir uses.
        case used
        /// The API server would refuse it; it is left out.
        case refused
        /// Its kind is none that weir uses; it is counted and listed.
        case unusedKind
        /// The same object comes later in the input; that one stands.
        case superseded
    }

    /// As it stands in the input.
    public let source: ManifestObject
    /// Group, kind, namespace (defaulted) and name.
    public let key: ObjectKey
    /// What became of it.
    public internal(set) var fate: Fate
    /// With the defaults of the API server filled in; for objects that are not used, as in the input.
    public internal(set) var node: Node
    /// The typed resource, where the object is or was used.
    public internal(set) var resource: DecodedResource?
    /// What is wrong with it.
    public internal(set) var diagnostics: [Diagnostic]
    /// Where the schemas find nothing wrong and the decoder does: always empty, as tests see to.
    package internal(set) var decoderDisagreements: [Diagnostic] = []

    /// Kind, namespace and name.
    public var name: ResourceName { key.name }
    /// Where it begins.
    public var position: SourcePosition { source.position }
}

/// A resource with the node that it was decoded from.
public struct Stored<Value: Resource>: Sendable {
    /// The typed resource.
    public var value: Value
    /// The whole object with the defaults of the API server filled in, as `weir status` prints it.
    public var node: Node
}

/// A kind that weir does not use, and how often it occurs in the input.
public struct UnusedKind: Hashable, Sendable {
    /// API group; empty for the core group.
    public var group: String
    /// The kind.
    public var kind: String
    /// How many objects of it there are.
    public var count: Int
    /// The first of them.
    public var position: SourcePosition
}
