public import Routing

/// A backend as decisions name it, wherever it stands in a table.
public struct BackendIdentity: Hashable, Sendable {
    /// Such as `Service`.
    public var kind: String
    /// The namespace.
    public var namespace: String
    /// The name.
    public var name: String
    /// The port; nil for kinds without ports.
    public var port: UInt16?

    /// Names a backend of a table.
    public init(_ backend: Backend) {
        kind = backend.kind
        namespace = backend.namespace
        name = backend.name
        port = backend.port
    }
}

extension BackendIdentity: Comparable {
    /// By namespace, name, port and kind.
    public static func < (left: BackendIdentity, right: BackendIdentity) -> Bool {
        (left.namespace, left.name, left.port ?? 0, left.kind) < (
            right.namespace, right.name, right.port ?? 0, right.kind
        )
    }
}

/// A route as decisions name it.
public struct RouteIdentity: Hashable, Sendable {
    /// Such as `HTTPRoute`.
    public var kind: String
    /// The namespace.
    public var namespace: String
    /// The name.
    public var name: String

    /// Names a route.
    public init(kind: String, namespace: String, name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// Names a route of a table.
    public init(_ route: Route) {
        kind = route.kind
        namespace = route.namespace
        name = route.name
    }
}
