/// A mesh, and the controller that runs it. Experimental; source: GEP-3949.
public struct XMesh: Hashable, Sendable {
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

extension XMesh: Resource {
    /// The API group of the kind.
    public static let group = APIGroup.experimental
    /// The kind's name.
    public static let kind = "XMesh"
}
