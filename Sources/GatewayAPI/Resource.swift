/// A resource that weir reads: metadata and a typed `spec`, as the API server would store it, defaults filled in.
public protocol Resource: Hashable, Sendable {
    /// Such as `gateway.networking.k8s.io`; empty for the core kinds.
    static var group: String { get }
    /// Such as `HTTPRoute`.
    static var kind: String { get }
    /// Name, namespace, labels and where the object begins.
    var metadata: ObjectMetadata { get set }
    /// Kind, namespace and name.
    var resourceName: ResourceName { get }
}

extension Resource {
    /// Kind, namespace and name.
    public var resourceName: ResourceName {
        ResourceName(kind: Self.kind, namespace: metadata.namespace, name: metadata.name)
    }
}

/// The API groups that weir's kinds belong to.
public enum APIGroup {
    /// Services, Namespaces, Secrets and ConfigMaps.
    public static let core = ""
    /// EndpointSlices.
    public static let discovery = "discovery.k8s.io"
    /// The Gateway API.
    public static let gateway = "gateway.networking.k8s.io"
    /// Kinds of the Gateway API that are experiments.
    public static let experimental = "gateway.networking.x-k8s.io"
    /// The Multi-Cluster Services API.
    public static let multicluster = "multicluster.x-k8s.io"
    /// Deployments.
    public static let apps = "apps"
}
