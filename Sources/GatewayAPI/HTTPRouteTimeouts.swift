/// How long a request may take, in nanoseconds; zero switches a timeout off.
public struct HTTPRouteTimeouts: Hashable, Sendable {
    /// From the arrival of the request to the end of its response.
    public var request: Int64?
    /// One attempt at a backend.
    public var backendRequest: Int64?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        request: Int64? = nil, backendRequest: Int64? = nil, position: SourcePosition
    ) {
        self.request = request
        self.backendRequest = backendRequest
        self.position = position
    }
}

/// Which failures are tried again.
public struct HTTPRouteRetry: Hashable, Sendable {
    /// Statuses from 400 to 599 that are tried again.
    public var codes: [Int]
    /// How often beyond the first try.
    public var attempts: Int?
    /// Nanoseconds to wait at least before trying again.
    public var backoff: Int64?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        codes: [Int] = [], attempts: Int? = nil, backoff: Int64? = nil, position: SourcePosition
    ) {
        self.codes = codes
        self.attempts = attempts
        self.backoff = backoff
        self.position = position
    }
}

/// Whether later requests of a session go to the same backend.
public struct SessionPersistence: Hashable, Sendable {
    /// What marks the session.
    public var type: Kind
    /// Of the cookie or header.
    public var sessionName: String?
    /// Nanoseconds after which a session ends.
    public var absoluteTimeout: Int64?
    /// For cookies that say so.
    public var lifetimeType: CookieLifetime?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        type: Kind = .cookie, sessionName: String? = nil, absoluteTimeout: Int64? = nil,
        lifetimeType: CookieLifetime? = nil, position: SourcePosition
    ) {
        self.type = type
        self.sessionName = sessionName
        self.absoluteTimeout = absoluteTimeout
        self.lifetimeType = lifetimeType
        self.position = position
    }

    /// What marks a session.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A cookie.
        case cookie = "Cookie"
        /// A header.
        case header = "Header"
    }

    /// How long a cookie lives.
    public enum CookieLifetime: String, Hashable, Sendable, CaseIterable {
        /// Until the client ends its session.
        case session = "Session"
        /// Until `absoluteTimeout` is over.
        case permanent = "Permanent"
    }
}
