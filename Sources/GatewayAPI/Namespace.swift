/// A namespace; its labels decide which routes listeners let in.
public struct Namespace: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata
    ) {
        self.metadata = metadata
    }
}

extension Namespace: Resource {
    /// The API group of the kind.
    public static let group = APIGroup.core
    /// The kind's name.
    public static let kind = "Namespace"
}
