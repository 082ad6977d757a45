/// Allows objects of other namespaces to refer to objects of its own.
public struct ReferenceGrant: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// Who may refer: any of these.
    public var from: [ReferenceGrantFrom]
    /// To what: any of these.
    public var to: [ReferenceGrantTo]

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, from: [ReferenceGrantFrom], to: [ReferenceGrantTo]
    ) {
        self.metadata = metadata
        self.from = from
        self.to = to
    }
}

extension ReferenceGrant: Resource {
    /// The API group of the kind.
    public static let group = APIGroup.gateway
    /// The kind's name.
    public static let kind = "ReferenceGrant"
}

/// A kind of object in a namespace that may refer.
public struct ReferenceGrantFrom: Hashable, Sendable {
    /// API group; empty for the core group.
    public var group: String
    /// Kind of the referrer.
    public var kind: String
    /// Namespace of the referrer.
    public var namespace: String
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        group: String, kind: String, namespace: String, position: SourcePosition
    ) {
        self.group = group
        self.kind = kind
        self.namespace = namespace
        self.position = position
    }
}

/// A kind of object, or one object, that may be referred to.
public struct ReferenceGrantTo: Hashable, Sendable {
    /// API group; empty for the core group.
    public var group: String
    /// Kind of the object.
    public var kind: String
    /// Nil for all objects of the kind.
    public var name: String?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        group: String, kind: String, name: String? = nil, position: SourcePosition
    ) {
        self.group = group
        self.kind = kind
        self.name = name
        self.position = position
    }
}
