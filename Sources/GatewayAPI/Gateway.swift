/// A place where traffic enters: listeners bound to addresses.
public struct Gateway: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// Names a GatewayClass.
    public var gatewayClassName: Located<String>
    /// In the order of the manifest; names are unique.
    public var listeners: [Listener]
    /// The addresses that are asked for.
    public var addresses: [GatewayAddress]
    /// The addresses that `status` of the input says were given.
    public var statusAddresses: [GatewayAddress]
    /// Which ListenerSets may add listeners; nil for none.
    public var allowedListeners: AllowedListeners?
    /// What is done about TLS on all listeners, and towards backends.
    public var tls: GatewayTLSConfig?
    /// What is said of the things that the implementation makes for it.
    public var infrastructure: GatewayInfrastructure?
    /// Whether routes that ask for the default Gateways attach to it. Experimental.
    public var defaultScope: GatewayDefaultScope?

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, gatewayClassName: Located<String>, listeners: [Listener],
        addresses: [GatewayAddress] = [], statusAddresses: [GatewayAddress] = [],
        allowedListeners: AllowedListeners? = nil, tls: GatewayTLSConfig? = nil,
        infrastructure: GatewayInfrastructure? = nil, defaultScope: GatewayDefaultScope? = nil
    ) {
        self.metadata = metadata
        self.gatewayClassName = gatewayClassName
        self.listeners = listeners
        self.addresses = addresses
        self.statusAddresses = statusAddresses
        self.allowedListeners = allowedListeners
        self.tls = tls
        self.infrastructure = infrastructure
        self.defaultScope = defaultScope
    }
}

extension Gateway: Resource {
    /// The API group of the kind.
    public static let group = APIGroup.gateway
    /// The kind's name.
    public static let kind = "Gateway"
}

/// An address of a Gateway.
public struct GatewayAddress: Hashable, Sendable {
    /// `IPAddress`, `Hostname`, or a domain-prefixed type of the implementation.
    public var type: String
    /// Nil where the implementation is to choose.
    public var value: String?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        type: String = "IPAddress", value: String? = nil, position: SourcePosition
    ) {
        self.type = type
        self.value = value
        self.position = position
    }
}
