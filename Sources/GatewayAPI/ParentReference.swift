/// What a route asks to be attached to: a Gateway, a Service (for the mesh), or a section of one.
public struct ParentReference: Hashable, Sendable {
    /// API group; empty for the core group.
    public var group: String
    /// Kind of the parent.
    public var kind: String
    /// Nil for the namespace of the route.
    public var namespace: String?
    /// Name of the parent.
    public var name: String
    /// A listener of the Gateway, or a port name of the Service; nil for all.
    public var sectionName: String?
    /// Only listeners on this port; nil for all.
    public var port: UInt16?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        group: String = APIGroup.gateway, kind: String = "Gateway", namespace: String? = nil, name: String,
        sectionName: String? = nil, port: UInt16? = nil, position: SourcePosition
    ) {
        self.group = group
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.sectionName = sectionName
        self.port = port
        self.position = position
    }
}
