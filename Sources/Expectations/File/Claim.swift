public import Routing
public import Scenario

/// One thing that an expectation says of a decision.
public enum Claim: Hashable, Sendable {
    /// The Gateway as `namespace/name`.
    case gateway(NamespacedName)
    /// The listener's name.
    case listener(String)
    /// The route that decides; nil for none.
    case route(RouteReference?)
    /// The rule that decides.
    case rule(RuleReference)
    /// What the gateway does; nil where it says what no gateway does.
    case action(Plan.Action)
    /// The only backend with a share.
    case backend(BackendReferenceText)
    /// All shares; those not named are zero.
    case shares([ShareExpectation])
    /// The status that the gateway answers with.
    case status(UInt16)
    /// What a gRPC client makes of it.
    case grpcStatus(UInt8)
    /// The word for why.
    case reason(Plan.Reason)
    /// The whole Location of a redirect.
    case location(String)
    /// The method that the backend sees.
    case forwardedMethod(String)
    /// The host that the backend sees.
    case forwardedHost(String)
    /// Path and query that the backend sees.
    case forwardedPath(String)
    /// The values of a header field that the backend sees, in order; none where the backend must not see it.
    case forwardedHeader(String, [String])
    /// A field that the gateway sets in the response.
    case responseSet(String, String)
    /// A field that the gateway adds to the response.
    case responseAdd(String, String)
    /// A field that the gateway takes out of the response.
    case responseRemove(String)
    /// All copies, each with its share; nil for any.
    case mirrors([MirrorExpectation])
    /// In nanoseconds; nil: not set.
    case requestTimeout(Int64?)
    /// In nanoseconds; nil: not set.
    case backendRequestTimeout(Int64?)
    /// Whether there is a retry policy.
    case retried(Bool)
    /// How often at most.
    case retryAttempts(Int)
    /// After which statuses.
    case retryCodes([UInt16])
    /// In nanoseconds.
    case retryBackoff(Int64)
    /// The namespaces that the route, the backends and the mirrors are all of; what no route takes is in every one.
    case namespaces([String])
    /// The decision hangs on what is not known.
    case undetermined

    /// As the file names it.
    public var key: String {
        switch self {
        case .gateway: "gateway"
        case .listener: "listener"
        case .route: "route"
        case .rule: "rule"
        case .action: "action"
        case .backend: "backend"
        case .shares: "shares"
        case .status: "status"
        case .grpcStatus: "grpcStatus"
        case .reason: "reason"
        case .location: "location"
        case .forwardedMethod: "forwarded.method"
        case .forwardedHost: "forwarded.host"
        case .forwardedPath: "forwarded.path"
        case .forwardedHeader(let name, _): "forwarded.headers.\(name)"
        case .responseSet(let name, _): "responseHeaders.set.\(name)"
        case .responseAdd(let name, _): "responseHeaders.add.\(name)"
        case .responseRemove: "responseHeaders.remove"
        case .mirrors: "mirrors"
        case .requestTimeout: "timeouts.request"
        case .backendRequestTimeout: "timeouts.backendRequest"
        case .retried: "retry"
        case .retryAttempts: "retry.attempts"
        case .retryCodes: "retry.codes"
        case .retryBackoff: "retry.backoff"
        case .namespaces: "namespaces"
        case .undetermined: "undetermined"
        }
    }

    /// Whether it is the same for all requests that one match takes on one listener, so that one of them tells of all.
    var isSameForAMatch: Bool {
        switch self {
        case .gateway, .listener, .route, .rule, .action, .backend, .shares, .status, .reason, .mirrors,
            .requestTimeout, .backendRequestTimeout, .retried, .retryAttempts, .retryCodes, .retryBackoff, .namespaces:
            true
        case .grpcStatus, .location, .forwardedMethod, .forwardedHost, .forwardedPath, .forwardedHeader, .responseSet,
            .responseAdd, .responseRemove, .undetermined:
            false
        }
    }
}

/// A route as an expectation names it: `namespace/name`, with its kind before it where that is needed. The name `*` stands for
/// any route of the namespace.
public struct RouteReference: Hashable, Sendable, CustomStringConvertible {
    /// Nil for any.
    public var kind: String?
    /// The route.
    public var key: NamespacedName

    /// Names a route.
    public init(kind: String? = nil, key: NamespacedName) {
        self.kind = kind
        self.key = key
    }

    /// Reads `namespace/name` or `HTTPRoute namespace/name`.
    public init?(_ text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count <= 2, let last = words.last, let key = NamespacedName(String(last)) else { return nil }
        let kinds = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"]
        let kind = words.count == 2 ? String(words[0]) : nil
        guard kind.map(kinds.contains) ?? true else { return nil }
        self.init(kind: kind, key: key)
    }

    /// As it is written.
    public var description: String { kind.map { "\($0) \(key)" } ?? key.description }

    func names(_ route: Route) -> Bool {
        (kind == nil || kind == route.kind) && key.names(namespace: route.namespace, name: route.name)
    }
}

/// A copy that an expectation names.
public struct MirrorExpectation: Hashable, Sendable {
    /// Where to.
    public var backend: BackendReferenceText
    /// From 0 to 1; nil for any share.
    public var fraction: Double?
}

extension NamespacedName {
    /// Whether it names an object; `*` stands for any name.
    func names(namespace: String, name: String) -> Bool {
        self.namespace == namespace && (self.name == "*" || self.name == name)
    }
}

extension BackendReferenceText {
    func names(_ backend: Backend) -> Bool {
        key.names(namespace: backend.namespace, name: backend.name) && (port == nil || port == backend.port)
    }
}
