/// Names what receives requests: a port of a Service, or another kind of backend.
public struct BackendObjectReference: Hashable, Sendable {
    /// API group; empty for the core group.
    public var group: String
    /// Kind of the backend.
    public var kind: String
    /// Name of the backend.
    public var name: String
    /// Nil for the namespace of the route. Another one needs a ReferenceGrant.
    public var namespace: String?
    /// The port of the Service, not of its pods; nil for kinds without ports.
    public var port: UInt16?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        group: String = APIGroup.core, kind: String = "Service", name: String, namespace: String? = nil,
        port: UInt16? = nil, position: SourcePosition
    ) {
        self.group = group
        self.kind = kind
        self.name = name
        self.namespace = namespace
        self.port = port
        self.position = position
    }
}
