/// Names an object, perhaps in another namespace.
public struct ObjectReference: Hashable, Sendable {
    /// API group; empty for the core group.
    public var group: String
    /// Kind of the object.
    public var kind: String
    /// Name of the object.
    public var name: String
    /// Nil for the namespace of the referrer. Another one needs a ReferenceGrant.
    public var namespace: String?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        group: String, kind: String, name: String, namespace: String? = nil, position: SourcePosition
    ) {
        self.group = group
        self.kind = kind
        self.name = name
        self.namespace = namespace
        self.position = position
    }
}
