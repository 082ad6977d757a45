/// Sends the TCP connections of a port to backends.
public struct TCPRoute: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// Where the route asks to be attached.
    public var parentRefs: [ParentReference]
    /// One; up to 16 in the versions before `v1`, of which the first takes all.
    public var rules: [ForwardingRule]
    /// Whether the route attaches to the default Gateways as well. Experimental.
    public var useDefaultGateways: GatewayDefaultScope?

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, parentRefs: [ParentReference] = [], rules: [ForwardingRule],
        useDefaultGateways: GatewayDefaultScope? = nil
    ) {
        self.metadata = metadata
        self.parentRefs = parentRefs
        self.rules = rules
        self.useDefaultGateways = useDefaultGateways
    }

    /// None: the protocol names no host.
    public var hostnames: [Located<String>] { [] }
}

extension TCPRoute: RouteResource {
    /// The API group of the kind.
    public static let group = APIGroup.gateway
    /// The kind's name.
    public static let kind = "TCPRoute"
}
