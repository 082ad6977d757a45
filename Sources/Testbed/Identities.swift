/// A backend as routes name it: usually a Service and its port.
public struct BackendIdentity: Hashable, Sendable, Comparable {
    /// Its kind, such as `Service`.
    public var kind: String
    /// Its namespace.
    public var namespace: String
    /// Its name.
    public var name: String
    /// The port that routes refer to; nil where that does not matter or there are several.
    public var port: UInt16?

    /// A backend with its parts.
    public init(kind: String = "Service", namespace: String, name: String, port: UInt16? = nil) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.port = port
    }

    /// The backend whatever its port: replicas are the same for all ports of a Service.
    public var service: BackendIdentity { BackendIdentity(kind: kind, namespace: namespace, name: name) }

    /// `namespace/name`, with the kind in front where it is not a Service.
    public var description: String { (kind == "Service" ? "" : "\(kind) ") + "\(namespace)/\(name)" }

    /// Orders by namespace, name, kind and port.
    public static func < (left: BackendIdentity, right: BackendIdentity) -> Bool {
        (left.namespace, left.name, left.kind, left.port ?? 0) < (
            right.namespace, right.name, right.kind, right.port ?? 0
        )
    }
}

/// A rule of a route, and what makes it the same rule after the route was changed.
public struct RuleIdentity: Hashable, Sendable {
    /// The route's kind, such as `HTTPRoute`.
    public var kind: String
    /// The route's namespace.
    public var namespace: String
    /// The route's name.
    public var name: String
    /// The rule's place in the route.
    public var rule: Int
    /// The rule's name, where it has one.
    public var ruleName: String?
    /// What stays the same while the route is edited: the rule's name, else a text of its matches.
    public var key: String

    /// A rule with its parts.
    public init(kind: String = "HTTPRoute", namespace: String, name: String, rule: Int, ruleName: String?, key: String)
    {
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.rule = rule
        self.ruleName = ruleName
        self.key = key
    }

    /// The text by which two rules are the same line of a result, and after which the rule's random streams are named.
    var lineName: String { "\(kind)/\(namespace)/\(name)/\(ruleName.map { "name \($0)" } ?? "matches \(key)")" }
}

/// What a line of a result is about: a rule, or requests that no rule took.
public enum LineIdentity: Hashable, Sendable {
    /// Requests that a rule took.
    case rule(RuleIdentity)
    /// Requests for a host that no rule took, and why.
    case unrouted(reason: String, host: String)

    /// Equal names are one line.
    var lineName: String {
        switch self {
        case .rule(let rule): "rule \(rule.lineName)"
        case .unrouted(let reason, let host): "unrouted \(reason) \(host)"
        }
    }
}
