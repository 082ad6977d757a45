/// A class of Gateways, and the controller that serves it.
public struct GatewayClass: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// A domain-prefixed path such as `example.com/controller`.
    public var controllerName: Located<String>
    /// An object with settings of the implementation.
    public var parametersRef: ParametersReference?
    /// For people; at most 64 characters.
    public var description: String?

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, controllerName: Located<String>, parametersRef: ParametersReference? = nil,
        description: String? = nil
    ) {
        self.metadata = metadata
        self.controllerName = controllerName
        self.parametersRef = parametersRef
        self.description = description
    }
}

extension GatewayClass: Resource {
    /// The API group of the kind.
    public static let group = APIGroup.gateway
    /// The kind's name.
    public static let kind = "GatewayClass"
}

/// Names an object that holds settings of the implementation.
public struct ParametersReference: Hashable, Sendable {
    /// API group; empty for the core group.
    public var group: String
    /// Kind of the object.
    public var kind: String
    /// Name of the object.
    public var name: String
    /// Needed for kinds that have namespaces.
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
