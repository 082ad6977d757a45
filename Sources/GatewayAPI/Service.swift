/// A name for a set of endpoints.
public struct Service: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// How it is published.
    public var type: ServiceType
    /// `None` for a headless Service; nil where the input does not say.
    public var clusterIP: String?
    /// For `ExternalName`: the DNS name it stands for.
    public var externalName: String?
    /// Unique by name, and by port and protocol.
    public var ports: [ServicePort]
    /// Labels of the pods behind it; empty where endpoints are written by others.
    public var selector: [String: String]

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, type: ServiceType = .clusterIP, clusterIP: String? = nil,
        externalName: String? = nil, ports: [ServicePort] = [], selector: [String: String] = [:]
    ) {
        self.metadata = metadata
        self.type = type
        self.clusterIP = clusterIP
        self.externalName = externalName
        self.ports = ports
        self.selector = selector
    }

    /// Whether clients see the endpoints themselves instead of one address.
    public var isHeadless: Bool { clusterIP == "None" }
}

extension Service: Resource {
    /// The API group of the kind.
    public static let group = APIGroup.core
    /// The kind's name.
    public static let kind = "Service"
}

/// How a Service is published.
public enum ServiceType: String, Hashable, Sendable, CaseIterable {
    /// Inside the cluster.
    case clusterIP = "ClusterIP"
    /// On every node too.
    case nodePort = "NodePort"
    /// Through a load balancer too.
    case loadBalancer = "LoadBalancer"
    /// As an alias of a DNS name.
    case externalName = "ExternalName"
}

/// A port of a Service.
public struct ServicePort: Hashable, Sendable {
    /// Needed where there are several.
    public var name: String?
    /// What clients connect to, and backendRefs name.
    public var port: UInt16
    /// What the pods listen on.
    public var targetPort: TargetPort
    /// `protocol` in the manifest: `TCP`, `UDP` or `SCTP`.
    public var protocolType: String
    /// Such as `kubernetes.io/h2c`, `kubernetes.io/ws`, `https`.
    public var appProtocol: String?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        name: String? = nil, port: UInt16, targetPort: TargetPort, protocolType: String = "TCP",
        appProtocol: String? = nil, position: SourcePosition
    ) {
        self.name = name
        self.port = port
        self.targetPort = targetPort
        self.protocolType = protocolType
        self.appProtocol = appProtocol
        self.position = position
    }
}

/// The port that pods of a Service listen on.
public enum TargetPort: Hashable, Sendable {
    /// Its number.
    case number(UInt16)
    /// The name of a container's port.
    case name(String)
}
