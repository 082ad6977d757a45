/// What a policy holds for: an object of its own namespace, or a section of one.
public struct PolicyTargetReference: Hashable, Sendable {
    /// API group; empty for the core group.
    public var group: String
    /// Kind of the target.
    public var kind: String
    /// Name of the target, which lives in the namespace of the policy.
    public var name: String
    /// A port name of a Service, or a listener; nil for the whole object.
    public var sectionName: String?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        group: String, kind: String, name: String, sectionName: String? = nil, position: SourcePosition
    ) {
        self.group = group
        self.kind = kind
        self.name = name
        self.sectionName = sectionName
        self.position = position
    }
}
