/// What is said of the things that an implementation makes for a Gateway.
public struct GatewayInfrastructure: Hashable, Sendable {
    /// Put on each of them.
    public var labels: [String: String]
    /// Put on each of them.
    public var annotations: [String: String]
    /// An object with settings of the implementation, in the namespace of the Gateway.
    public var parametersRef: LocalObjectReference?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        labels: [String: String] = [:], annotations: [String: String] = [:],
        parametersRef: LocalObjectReference? = nil, position: SourcePosition
    ) {
        self.labels = labels
        self.annotations = annotations
        self.parametersRef = parametersRef
        self.position = position
    }
}

/// Which ListenerSets may add listeners to a Gateway.
public struct AllowedListeners: Hashable, Sendable {
    /// Where they may live; by default nowhere.
    public var namespaces: RouteNamespaces
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        namespaces: RouteNamespaces, position: SourcePosition
    ) {
        self.namespaces = namespaces
        self.position = position
    }
}

/// Whether a Gateway or a route takes part in default attachment. Experimental; source: GEP-3793.
public enum GatewayDefaultScope: String, Hashable, Sendable, CaseIterable {
    /// A Gateway for every route that asks for the defaults; a route that asks.
    case all = "All"
    /// Neither.
    case none = "None"
}
