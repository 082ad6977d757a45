public import GatewayAPI

/// `.status` of a GatewayClass.
public struct GatewayClassStatus: Hashable, Sendable {
    /// The class.
    public var name: ResourceName
    /// Accepted.
    public var conditions: [Condition]
}

/// An address at which a Gateway is reached.
public struct AssignedAddress: Hashable, Sendable {
    /// `IPAddress` or `Hostname`.
    public var type: String
    /// The address.
    public var value: String
}

/// `.status.listeners[]` of a Gateway.
public struct ListenerStatus: Hashable, Sendable {
    /// The listener.
    public var name: String
    /// The kinds of route that it takes.
    public var supportedKinds: [RouteKind]
    /// Routes that are accepted and attached here, whatever is wrong with the listener itself.
    public var attachedRoutes: Int
    /// Accepted, Conflicted, Programmed, ResolvedRefs.
    public var conditions: [Condition]
}

/// A kind of route by group and kind.
public struct RouteKind: Hashable, Sendable {
    /// API group.
    public var group: String
    /// Kind.
    public var kind: String
}

/// `.status` of a Gateway.
public struct GatewayStatus: Hashable, Sendable {
    /// The Gateway.
    public var name: ResourceName
    /// Where it is reached.
    public var addresses: [AssignedAddress]
    /// In the order of the listeners.
    public var listeners: [ListenerStatus]
    /// Accepted, Programmed.
    public var conditions: [Condition]
}

/// `.status.parents[]` of a route.
public struct RouteParentStatus: Hashable, Sendable {
    /// The reference as the route has it, defaults filled in.
    public var parentRef: ParentReference
    /// Who wrote this.
    public var controllerName: String
    /// Accepted, ResolvedRefs, and PartiallyInvalid where rules were dropped.
    public var conditions: [Condition]
}

/// `.status` of a route.
public struct RouteStatus: Hashable, Sendable {
    /// The route.
    public var name: ResourceName
    /// One for each parentRef that names a Gateway of the input.
    public var parents: [RouteParentStatus]
}
