/// Which routes may attach to a listener.
public struct AllowedRoutes: Hashable, Sendable {
    /// Where the routes may live.
    public var namespaces: RouteNamespaces
    /// Which kinds; empty for all that fit the protocol.
    public var kinds: [RouteGroupKind]
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        namespaces: RouteNamespaces, kinds: [RouteGroupKind] = [], position: SourcePosition
    ) {
        self.namespaces = namespaces
        self.kinds = kinds
        self.position = position
    }
}

/// The namespaces from which routes may attach to a listener.
public struct RouteNamespaces: Hashable, Sendable {
    /// How they are chosen.
    public var from: FromNamespaces
    /// For `.selector`: the labels of the namespaces.
    public var selector: LabelSelector?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        from: FromNamespaces = .same, selector: LabelSelector? = nil, position: SourcePosition
    ) {
        self.from = from
        self.selector = selector
        self.position = position
    }
}

/// How the namespaces are chosen from which routes may attach.
public enum FromNamespaces: String, Hashable, Sendable, CaseIterable {
    /// Every namespace.
    case all = "All"
    /// Those whose labels match.
    case selector = "Selector"
    /// The namespace of the Gateway.
    case same = "Same"
    /// No namespace; for `allowedListeners` alone.
    case none = "None"
}

/// A kind of route.
public struct RouteGroupKind: Hashable, Sendable {
    /// API group of the kind.
    public var group: String
    /// Such as `HTTPRoute`.
    public var kind: String
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        group: String = APIGroup.gateway, kind: String, position: SourcePosition
    ) {
        self.group = group
        self.kind = kind
        self.position = position
    }
}
