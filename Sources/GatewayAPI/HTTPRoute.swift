/// Sends HTTP requests from listeners to backends.
public struct HTTPRoute: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// Where the route asks to be attached.
    public var parentRefs: [ParentReference]
    /// Hosts, or `*.` and a domain; empty for all that the listener takes.
    public var hostnames: [Located<String>]
    /// In the order of the manifest.
    public var rules: [HTTPRouteRule]
    /// Whether the route attaches to the default Gateways as well. Experimental.
    public var useDefaultGateways: GatewayDefaultScope?

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, parentRefs: [ParentReference] = [], hostnames: [Located<String>] = [],
        rules: [HTTPRouteRule], useDefaultGateways: GatewayDefaultScope? = nil
    ) {
        self.metadata = metadata
        self.parentRefs = parentRefs
        self.hostnames = hostnames
        self.rules = rules
        self.useDefaultGateways = useDefaultGateways
    }
}

extension HTTPRoute: RouteResource {
    /// The API group of the kind.
    public static let group = APIGroup.gateway
    /// The kind's name.
    public static let kind = "HTTPRoute"
}

/// Requests that any of `matches` accepts pass through the filters to one of the backends.
public struct HTTPRouteRule: Hashable, Sendable {
    /// Unique within the route.
    public var name: Located<String>?
    /// At least one after defaulting, unless the manifest says `matches: []`: then every request matches.
    public var matches: [HTTPRouteMatch]
    /// Applied to every request of the rule.
    public var filters: [HTTPRouteFilter]
    /// Chosen among by weight; empty for a rule that redirects or answers 500.
    public var backendRefs: [HTTPBackendRef]
    /// How long a request may take.
    public var timeouts: HTTPRouteTimeouts?
    /// Which failures are tried again.
    public var retry: HTTPRouteRetry?
    /// Whether later requests of a session go to the same backend.
    public var sessionPersistence: SessionPersistence?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        name: Located<String>? = nil, matches: [HTTPRouteMatch], filters: [HTTPRouteFilter] = [],
        backendRefs: [HTTPBackendRef] = [], timeouts: HTTPRouteTimeouts? = nil, retry: HTTPRouteRetry? = nil,
        sessionPersistence: SessionPersistence? = nil, position: SourcePosition
    ) {
        self.name = name
        self.matches = matches
        self.filters = filters
        self.backendRefs = backendRefs
        self.timeouts = timeouts
        self.retry = retry
        self.sessionPersistence = sessionPersistence
        self.position = position
    }
}
