extension Dialect {
    /// What a proxy makes of a rule's `retry`. It says nothing of single decisions; `weir run` goes by it.
    public struct Retries: Hashable, Sendable {
        /// What `backoff` is.
        public enum Backoff: Hashable, Sendable {
            /// The least wait, as `HTTPRouteRetry.backoff` says; the jitter comes on top.
            case least
            /// The bound of the first wait, which is anything below.
            case bound
        }

        /// Retries where `attempts` is left open. Specification: "implementation-specific"; one is Envoy's. Envoy: two (T:
        /// `retryDefaultNumRetries`).
        public var attempts: Int
        /// Statuses that are tried again where `codes` names none. Envoy: 503 (T: `retryDefaultRetriableStatusCode`).
        public var codes: [UInt16]
        /// Whether connections that break while a request is under way, and attempts whose time is up, are tried again, and
        /// not only connections that cannot be made. Specification: GEP-1731, a SHOULD. Envoy: `reset` is not among what
        /// Envoy Gateway writes (T: `retryDefaultRetryOn`).
        public var broken: Bool
        /// Envoy: `base_interval`, below which waits are drawn (T: `processRouteRetry`; D: the waits themselves).
        public var backoff: Backoff
        /// Whether a retry draws the split anew. Specification: nothing; a weighted cluster of Envoy is drawn once for each
        /// request (D). Envoy Gateway makes one cluster of a rule's backends where none has filters of its own, and their
        /// weights those of localities, so that a retry may go to another (T: `buildXdsRouteAction`).
        public var redrawsSplit: Bool
    }
}

extension Dialect.Retries {
    /// The text, and where it is silent what Envoy does that is told nothing else. What Traefik does was not observed.
    static let specification = Dialect.Retries(
        attempts: 1, codes: [], broken: true, backoff: .least, redrawsSplit: false)
}
