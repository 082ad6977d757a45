/// A rule of a TLSRoute, TCPRoute or UDPRoute: it matches everything that its listeners let through.
public struct ForwardingRule: Hashable, Sendable {
    /// Unique within the route.
    public var name: Located<String>?
    /// Chosen among by weight; at least one.
    public var backendRefs: [BackendRef]
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        name: Located<String>? = nil, backendRefs: [BackendRef], position: SourcePosition
    ) {
        self.name = name
        self.backendRefs = backendRefs
        self.position = position
    }
}

extension ForwardingRule: RouteRule {
    /// None: what is below HTTP passes unchanged.
    public var filters: [HTTPRouteFilter] { [] }
}
