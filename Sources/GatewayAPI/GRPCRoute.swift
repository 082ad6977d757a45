/// Sends gRPC calls from listeners to backends.
public struct GRPCRoute: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// Where the route asks to be attached.
    public var parentRefs: [ParentReference]
    /// Hosts, or `*.` and a domain; empty for all that the listener takes.
    public var hostnames: [Located<String>]
    /// In the order of the manifest; a route without rules matches nothing.
    public var rules: [GRPCRouteRule]
    /// Whether the route attaches to the default Gateways as well. Experimental.
    public var useDefaultGateways: GatewayDefaultScope?

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, parentRefs: [ParentReference] = [], hostnames: [Located<String>] = [],
        rules: [GRPCRouteRule] = [], useDefaultGateways: GatewayDefaultScope? = nil
    ) {
        self.metadata = metadata
        self.parentRefs = parentRefs
        self.hostnames = hostnames
        self.rules = rules
        self.useDefaultGateways = useDefaultGateways
    }
}

extension GRPCRoute: RouteResource {
    /// The API group of the kind.
    public static let group = APIGroup.gateway
    /// The kind's name.
    public static let kind = "GRPCRoute"
}

/// Calls that any of `matches` accepts pass through the filters to one of the backends.
public struct GRPCRouteRule: Hashable, Sendable {
    /// Unique within the route.
    public var name: Located<String>?
    /// Empty for every call.
    public var matches: [GRPCRouteMatch]
    /// Applied to every call of the rule.
    public var filters: [GRPCRouteFilter]
    /// Chosen among by weight; with none, calls fail as `UNAVAILABLE`.
    public var backendRefs: [GRPCBackendRef]
    /// Whether later calls of a session go to the same backend.
    public var sessionPersistence: SessionPersistence?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        name: Located<String>? = nil, matches: [GRPCRouteMatch] = [], filters: [GRPCRouteFilter] = [],
        backendRefs: [GRPCBackendRef] = [], sessionPersistence: SessionPersistence? = nil, position: SourcePosition
    ) {
        self.name = name
        self.matches = matches
        self.filters = filters
        self.backendRefs = backendRefs
        self.sessionPersistence = sessionPersistence
        self.position = position
    }
}

extension GRPCRouteRule: RouteRule {}

/// A filter of a GRPCRoute: `RequestHeaderModifier`, `ResponseHeaderModifier`, `RequestMirror` or `ExtensionRef`.
public typealias GRPCRouteFilter = HTTPRouteFilter

/// A backend of a GRPCRoute, with its share and its filters.
public typealias GRPCBackendRef = HTTPBackendRef
