/// Listeners that others than the owner of a Gateway add to it.
///
/// An XListenerSet, the kind in its experimental time, is one as well; `isExperimental` tells them apart.
public struct ListenerSet: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// The Gateway that they are for; without section and port.
    public var parentRef: ParentReference
    /// In the order of the manifest; names are unique within the set.
    public var listeners: [Listener]
    /// Whether the manifest says XListenerSet of `gateway.networking.x-k8s.io`, and so do the parentRefs of its routes.
    public var isExperimental: Bool

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, parentRef: ParentReference, listeners: [Listener], isExperimental: Bool = false
    ) {
        self.metadata = metadata
        self.parentRef = parentRef
        self.listeners = listeners
        self.isExperimental = isExperimental
    }
}

extension ListenerSet: Resource {
    /// The API group of the kind.
    public static let group = APIGroup.gateway
    /// The kind's name.
    public static let kind = "ListenerSet"
}

extension ListenerSet {
    /// The kind of the same thing in its experimental time.
    public static let experimentalKind = "XListenerSet"
    /// The API group that the manifest says; parentRefs name the set by it.
    public var objectGroup: String { isExperimental ? APIGroup.experimental : Self.group }
    /// The kind that the manifest says; parentRefs name the set by it.
    public var objectKind: String { isExperimental ? Self.experimentalKind : Self.kind }
    /// Kind, namespace and name.
    public var resourceName: ResourceName {
        ResourceName(kind: objectKind, namespace: metadata.namespace, name: metadata.name)
    }
}
