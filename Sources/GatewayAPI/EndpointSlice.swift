/// Some of the endpoints of a Service.
public struct EndpointSlice: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// The label `kubernetes.io/service-name`; the Service lives in the same namespace.
    public var serviceName: Located<String>?
    /// The label `multicluster.kubernetes.io/service-name`, of slices that hold the endpoints of a ServiceImport.
    public var serviceImportName: Located<String>?
    /// What the addresses are.
    public var addressType: AddressType
    /// At most 1000.
    public var endpoints: [Endpoint]
    /// Of every endpoint.
    public var ports: [EndpointPort]

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, serviceName: Located<String>? = nil, serviceImportName: Located<String>? = nil,
        addressType: AddressType, endpoints: [Endpoint] = [], ports: [EndpointPort] = []
    ) {
        self.metadata = metadata
        self.serviceName = serviceName
        self.serviceImportName = serviceImportName
        self.addressType = addressType
        self.endpoints = endpoints
        self.ports = ports
    }
}

extension EndpointSlice: Resource {
    /// The API group of the kind.
    public static let group = APIGroup.discovery
    /// The kind's name.
    public static let kind = "EndpointSlice"
}

/// What the addresses of an EndpointSlice are.
public enum AddressType: String, Hashable, Sendable, CaseIterable {
    /// IPv4 addresses.
    case ipv4 = "IPv4"
    /// IPv6 addresses.
    case ipv6 = "IPv6"
    /// DNS names.
    case fqdn = "FQDN"
}

/// One endpoint; its addresses are alternatives.
public struct Endpoint: Hashable, Sendable {
    /// At least one.
    public var addresses: [String]
    /// Whether it takes new requests; what is not said counts as ready.
    public var ready: Bool
    /// As `ready`, whether or not it terminates; where it is not said, as `ready`.
    public var serving: Bool
    /// Whether it is being shut down.
    public var terminating: Bool
    /// Unique within the Service.
    public var hostname: String?
    /// The node it runs on.
    public var nodeName: String?
    /// The zone it runs in.
    public var zone: String?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        addresses: [String], ready: Bool = true, serving: Bool = true, terminating: Bool = false,
        hostname: String? = nil, nodeName: String? = nil, zone: String? = nil, position: SourcePosition
    ) {
        self.addresses = addresses
        self.ready = ready
        self.serving = serving
        self.terminating = terminating
        self.hostname = hostname
        self.nodeName = nodeName
        self.zone = zone
        self.position = position
    }
}

/// A port of the endpoints.
public struct EndpointPort: Hashable, Sendable {
    /// The name of the ServicePort; nil and empty are the same.
    public var name: String?
    /// Nil for all ports.
    public var port: UInt16?
    /// `protocol` in the manifest.
    public var protocolType: String
    /// As in the Service.
    public var appProtocol: String?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        name: String? = nil, port: UInt16? = nil, protocolType: String = "TCP", appProtocol: String? = nil,
        position: SourcePosition
    ) {
        self.name = name
        self.port = port
        self.protocolType = protocolType
        self.appProtocol = appProtocol
        self.position = position
    }
}
