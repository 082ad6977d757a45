/// A Service of the cluster set, as this cluster sees it. Source: the Multi-Cluster Services API (KEP-1645).
public struct ServiceImport: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// How clients reach it.
    public var type: ServiceImportType
    /// What clients connect to; `targetPort` means nothing here.
    public var ports: [ServicePort]
    /// Addresses of the cluster set.
    public var ips: [String]
    /// The clusters that `status` of the input says export it.
    public var clusters: [String]

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, type: ServiceImportType = .clusterSetIP, ports: [ServicePort] = [],
        ips: [String] = [], clusters: [String] = []
    ) {
        self.metadata = metadata
        self.type = type
        self.ports = ports
        self.ips = ips
        self.clusters = clusters
    }
}

extension ServiceImport: Resource {
    /// The API group of the kind.
    public static let group = APIGroup.multicluster
    /// The kind's name.
    public static let kind = "ServiceImport"
}

/// How clients reach a ServiceImport.
public enum ServiceImportType: String, Hashable, Sendable, CaseIterable {
    /// By one address.
    case clusterSetIP = "ClusterSetIP"
    /// By the addresses of its endpoints.
    case headless = "Headless"
}
