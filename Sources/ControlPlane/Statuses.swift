public import GatewayAPI

/// `.status` of a GatewayClass, or of an XMesh, which is to the mesh what a class is to Gateways.
public struct GatewayClassStatus: Hashable, Sendable {
    /// The class or mesh.
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
    /// How many ListenerSets add listeners that are valid.
    public var attachedListenerSets: Int
    /// Accepted, Programmed; ResolvedRefs where the Gateway shows backends a certificate, InsecureFrontendValidationMode
    /// where it takes clients with certificates that nobody vouches for.
    public var conditions: [Condition]
}

/// `.status` of a ListenerSet.
public struct ListenerSetStatus: Hashable, Sendable {
    /// The ListenerSet.
    public var name: ResourceName
    /// In the order of the listeners; empty where the Gateway does not take the set.
    public var listeners: [ListenerStatus]
    /// Accepted, Programmed; none where the Gateway is not in the input.
    public var conditions: [Condition]
}

/// `.status.ancestors[]` of a policy.
public struct PolicyAncestorStatus: Hashable, Sendable {
    /// The Gateway on whose way to the target the policy counts.
    public var ancestorRef: ParentReference
    /// Who wrote this.
    public var controllerName: String
    /// Accepted, ResolvedRefs.
    public var conditions: [Condition]
}

/// `.status` of a policy.
public struct PolicyStatus: Hashable, Sendable {
    /// The policy.
    public var name: ResourceName
    /// The Gateways with a route to a target, at most 16.
    public var ancestors: [PolicyAncestorStatus]
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
    /// One for each parentRef that names a Gateway, ListenerSet or Service of the input.
    public var parents: [RouteParentStatus]
}
