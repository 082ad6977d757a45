/// What becomes of every request of one shape under one routing table, before the split is drawn.
///
/// This is all that the testbed knows of routing: a treatment is asked for once for each distinct request and table, and
/// then remembered.
public struct Treatment: Hashable, Sendable {
    /// What the gateway does.
    public enum Action: Hashable, Sendable {
        /// It sends the request to one of `branches`.
        case forward
        /// It answers by itself.
        case respond(status: UInt16)
        /// It cuts the connection.
        case reset
    }

    /// Where a share of the requests goes.
    public enum Destination: Hashable, Sendable {
        /// To a backend.
        case backend(BackendIdentity)
        /// To none: the gateway answers with a status, since the reference is not valid or has no endpoints.
        case failure(BackendIdentity?, status: UInt16)
    }

    /// One of the alternatives of the weighted split.
    public struct Branch: Hashable, Sendable {
        /// Its weight.
        public var weight: UInt64
        /// Where the requests go.
        public var destination: Destination
        /// Mirrors of the requests that go there.
        public var mirrors: [MirrorBranch]
        /// Whether a client stays with the replica that it got there, where the rule itself says nothing; nil for no.
        public var session: SessionRule?

        /// An alternative with its weight.
        public init(weight: UInt64, destination: Destination, mirrors: [MirrorBranch] = []) {
            self.weight = weight
            self.destination = destination
            self.mirrors = mirrors
        }
    }

    /// A backend that gets copies of requests.
    public struct MirrorBranch: Hashable, Sendable {
        /// Who gets them.
        public var backend: BackendIdentity
        /// The share of requests that is copied, 0 … 1.
        public var fraction: Double

        /// A mirror with its parts.
        public init(backend: BackendIdentity, fraction: Double = 1) {
            self.backend = backend
            self.fraction = fraction
        }
    }

    /// When a failed attempt is tried again.
    public struct RetryPolicy: Hashable, Sendable {
        /// The most tries after the first.
        public var attempts: Int
        /// The statuses that are tried again. Connections that cannot be made are in any case.
        public var codes: [UInt16]
        /// The wait before a retry in nanoseconds; nil for Envoy's default, full jitter from a base of 25 ms.
        public var backoff: Int64?
        /// Whether `backoff` is the least wait, with the jitter on top; else the bound below which the first wait is drawn.
        public var backoffIsLeast = true
        /// Whether connections that break and attempts whose time is up are tried again, too.
        public var retriesBroken = true
        /// Whether a retry draws the split anew; else it stays with the backend that was drawn.
        public var redrawsSplit = false

        /// A policy with its parts.
        public init(attempts: Int, codes: [UInt16] = [], backoff: Int64? = nil) {
            self.attempts = attempts
            self.codes = codes
            self.backoff = backoff
        }
    }

    /// The gateway (`namespace/name`) that the request arrives at; for traffic inside the mesh a name for the client's
    /// proxy.
    public var gateway: String
    /// The line of the result that the request counts in.
    public var line: LineIdentity
    /// What the gateway does.
    public var action: Action
    /// The alternatives of the split, in the order of the rule.
    public var branches: [Branch]
    /// Backends that get copies, whichever branch is drawn.
    public var mirrors: [MirrorBranch]
    /// The longest that the whole request may take in nanoseconds; nil or 0 for no limit.
    public var requestTimeout: Int64?
    /// The longest that one attempt may take in nanoseconds; nil or 0 for no limit.
    public var backendRequestTimeout: Int64?
    /// When attempts are retried; nil for never.
    public var retry: RetryPolicy?
    /// Whether a client stays with the replica of its first request, whichever branch it is of; nil for no.
    public var session: SessionRule?
    /// What the request's client does when the answer is late or bad; nil for nothing.
    public var client: ClientBehavior?
    /// Whether the branches take turns by their weights; else each request draws its own.
    public var splitsInTurn = false
    /// Whether a client stays with a replica of any branch.
    var hasSession: Bool { session != nil || branches.contains { $0.session != nil } }

    /// How a client stays with a replica.
    public struct SessionRule: Hashable, Sendable {
        /// In nanoseconds from the first request on; nil for as long as the replica is there.
        public var lifetime: Int64?

        /// A rule with its lifetime.
        public init(lifetime: Int64? = nil) { self.lifetime = lifetime }
    }

    /// A treatment with its parts.
    public init(
        gateway: String, line: LineIdentity, action: Action, branches: [Branch] = [], mirrors: [MirrorBranch] = [],
        requestTimeout: Int64? = nil, backendRequestTimeout: Int64? = nil, retry: RetryPolicy? = nil
    ) {
        self.gateway = gateway
        self.line = line
        self.action = action
        self.branches = branches
        self.mirrors = mirrors
        self.requestTimeout = requestTimeout
        self.backendRequestTimeout = backendRequestTimeout
        self.retry = retry
    }
}
