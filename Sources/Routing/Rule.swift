/// Where in the input something was written.
public struct Origin: Hashable, Sendable {
    /// The file as the user named it; empty where the table was not built from a file.
    public var file: String
    /// From 1; 0 where there is no file.
    public var line: UInt32
    /// From 1; 0 where there is no file.
    public var column: UInt32

    /// Names a place.
    public init(file: String = "", line: UInt32 = 0, column: UInt32 = 0) {
        self.file = file
        self.line = line
        self.column = column
    }
}

/// A Service port (or another kind of backend) that rules refer to.
public struct Backend: Hashable, Sendable {
    /// Such as `Service`.
    public var kind: String
    /// The namespace that the reference resolved to.
    public var namespace: String
    /// The name.
    public var name: String
    /// The port of the Service, not of its pods; nil for kinds without ports.
    public var port: UInt16?
    /// Whether at least one endpoint is ready. "When a HTTPBackendRef refers to a Service that has no ready endpoints,
    /// implementations SHOULD return a 503 for requests to that backend instead."
    public var hasReadyEndpoints: Bool
    /// How a gateway that originates TLS reaches it; nil without TLS.
    public var tls: BackendTLS?

    /// Names a backend.
    public init(
        kind: String = "Service", namespace: String, name: String, port: UInt16?, hasReadyEndpoints: Bool = true,
        tls: BackendTLS? = nil
    ) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.port = port
        self.hasReadyEndpoints = hasReadyEndpoints
        self.tls = tls
    }
}

/// An entry of a rule's `backendRefs`.
public struct BackendReference: Hashable, Sendable {
    /// Nil where the reference is not valid: "500 status codes MUST be returned for requests that would have otherwise been
    /// routed to an invalid backend".
    public var backend: BackendIndex?
    /// 0 to 1,000,000.
    public var weight: UInt32
    /// Applied only where the request goes to this backend, after those of the rule.
    public var filters: [Filter]

    /// Makes a reference.
    public init(backend: BackendIndex?, weight: UInt32 = 1, filters: [Filter] = []) {
        self.backend = backend
        self.weight = weight
        self.filters = filters
    }
}

/// Gateway API v1.6, `HTTPRouteTimeouts`, in nanoseconds. Nil is not set, 0 is off.
public struct Timeouts: Hashable, Sendable {
    /// All of the client's transaction, every attempt and wait included.
    public var request: Int64?
    /// One attempt.
    public var backendRequest: Int64?

    /// Makes timeouts.
    public init(request: Int64? = nil, backendRequest: Int64? = nil) {
        self.request = request
        self.backendRequest = backendRequest
    }
}

/// Gateway API v1.6, `HTTPRouteRetry`.
public struct Retry: Hashable, Sendable {
    /// Retries, not tries. Nil is not set: an implementation's own number.
    public var attempts: Int?
    /// The statuses that are tried again.
    public var codes: [UInt16]
    /// The least time between tries, in nanoseconds. Nil is not set.
    public var backoff: Int64?

    /// Makes a retry policy.
    public init(attempts: Int? = nil, codes: [UInt16] = [], backoff: Int64? = nil) {
        self.attempts = attempts
        self.codes = codes
        self.backoff = backoff
    }
}

/// A rule of a route: what it matches and what becomes of the request.
public struct Rule: Hashable, Sendable {
    /// `rules[].name`
    public var name: String?
    /// Any of them makes the rule match.
    public var matches: [Match]
    /// In the order in which they are written.
    public var filters: [Filter]
    /// In the order in which they are written.
    public var backends: [BackendReference]
    /// How long a request may take.
    public var timeouts: Timeouts
    /// When it is tried again.
    public var retry: Retry?
    /// Where it was written.
    public var origin: Origin
    /// Where each of `matches` was written; may be empty.
    public var matchOrigins: [Origin]

    /// Makes a rule.
    public init(
        name: String? = nil, matches: [Match] = [Match()], filters: [Filter] = [], backends: [BackendReference] = [],
        timeouts: Timeouts = Timeouts(), retry: Retry? = nil, origin: Origin = Origin(),
        matchOrigins: [Origin] = []
    ) {
        self.name = name
        self.matches = matches
        self.filters = filters
        self.backends = backends
        self.timeouts = timeouts
        self.retry = retry
        self.origin = origin
        self.matchOrigins = matchOrigins
    }
}

/// A route with the rules that it brings.
public struct Route: Hashable, Sendable {
    /// Such as `HTTPRoute`.
    public var kind: String
    /// The namespace.
    public var namespace: String
    /// The name.
    public var name: String
    /// `metadata.creationTimestamp` in seconds since 1970. Nil for one that no cluster has seen yet: it is newer than all others.
    public var created: Int64?
    /// Empty is every host.
    public var hostnames: [HostnamePattern]
    /// In the order in which they are written.
    public var rules: [Rule]
    /// Where it was written.
    public var origin: Origin

    /// Makes a route.
    public init(
        kind: String = "HTTPRoute", namespace: String, name: String, created: Int64? = nil,
        hostnames: [HostnamePattern] = [],
        rules: [Rule], origin: Origin = Origin()
    ) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.created = created
        self.hostnames = hostnames
        self.rules = rules
        self.origin = origin
    }
}
