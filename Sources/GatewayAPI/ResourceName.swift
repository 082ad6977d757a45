/// Which object: kind, namespace and name, as messages and reports write it.
public struct ResourceName: Hashable, Sendable {
    /// Such as `HTTPRoute`.
    public var kind: String
    /// Nil for a kind that has no namespace.
    public var namespace: String?
    /// `metadata.name`
    public var name: String

    /// Names an object.
    public init(kind: String, namespace: String?, name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }
}

extension ResourceName: Comparable {
    /// By kind, namespace and name.
    public static func < (left: ResourceName, right: ResourceName) -> Bool {
        (left.kind, left.namespace ?? "", left.name) < (right.kind, right.namespace ?? "", right.name)
    }
}

extension ResourceName: CustomStringConvertible {
    /// `HTTPRoute shop/cart`, or `GatewayClass edge` for a kind without namespaces.
    public var description: String {
        if let namespace { "\(kind) \(namespace)/\(name)" } else { "\(kind) \(name)" }
    }
}
