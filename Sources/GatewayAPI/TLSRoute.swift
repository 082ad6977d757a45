/// Sends TLS connections to backends by the server name of their hello (SNI).
public struct TLSRoute: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// Where the route asks to be attached.
    public var parentRefs: [ParentReference]
    /// Server names, or `*.` and a domain; `v1alpha2` allows none, for all that the listener takes.
    public var hostnames: [Located<String>]
    /// One; up to 16 in the versions before `v1`, of which the first takes all.
    public var rules: [ForwardingRule]
    /// Whether the route attaches to the default Gateways as well. Experimental.
    public var useDefaultGateways: GatewayDefaultScope?

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, parentRefs: [ParentReference] = [], hostnames: [Located<String>] = [],
        rules: [ForwardingRule], useDefaultGateways: GatewayDefaultScope? = nil
    ) {
        self.metadata = metadata
        self.parentRefs = parentRefs
        self.hostnames = hostnames
        self.rules = rules
        self.useDefaultGateways = useDefaultGateways
    }
}

extension TLSRoute: RouteResource {
    /// The API group of the kind.
    public static let group = APIGroup.gateway
    /// The kind's name.
    public static let kind = "TLSRoute"
}
