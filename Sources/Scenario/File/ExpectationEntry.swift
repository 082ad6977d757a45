public import GatewayAPI

/// An entry of `spec.expect`.
public struct ExpectationEntry: Sendable {
    /// What it is about.
    public enum Subject: Sendable {
        /// What one request gets.
        case request(RequestExpectation)
        /// What was measured.
        case metric(MetricExpectation)
    }

    /// What it is about.
    public var subject: Subject
    /// Where the entry begins.
    public var position: SourcePosition
}

/// What a request has to get by the table that is in force at a time. What is nil is not asked for.
public struct RequestExpectation: Sendable {
    /// The request.
    public var request: RequestLine
    /// Nil for before any event.
    public var time: Int64?
    /// Where it is sent to; nil for any Gateway that listens on the port.
    public var gateway: Located<NamespacedName>?
    /// The route that takes it.
    public var route: Located<NamespacedName>?
    /// The rule that takes it, by its name or its place.
    public var rule: RuleReference?
    /// The only backend with a share.
    public var backend: Located<BackendReferenceText>?
    /// All shares; those not named are zero.
    public var shares: [ShareExpectation]?
    /// The status that the gateway answers with.
    public var status: UInt16?
    /// The Location of a redirect.
    public var location: String?
}

/// A share that a backend has to have.
public struct ShareExpectation: Hashable, Sendable {
    /// Which backend.
    public var backend: Located<BackendReferenceText>
    /// From 0 to 1.
    public var share: Double

    /// Joins both.
    package init(backend: Located<BackendReferenceText>, share: Double) {
        self.backend = backend
        self.share = share
    }
}

/// A rule by its name or its place in the route.
public enum RuleReference: Hashable, Sendable {
    /// `rules[].name`.
    case name(String)
    /// From 0.
    case place(Int)

    /// As it is written.
    public var description: String {
        switch self {
        case .name(let name): name
        case .place(let place): "#\(place)"
        }
    }
}

/// A backend as an expectation names it: `namespace/name` or `namespace/name:port`.
public struct BackendReferenceText: Hashable, Sendable, CustomStringConvertible {
    /// The Service.
    public var key: NamespacedName
    /// Nil for any port.
    public var port: UInt16?

    /// Reads `namespace/name` or `namespace/name:port`.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let key = NamespacedName(String(parts[0])) else { return nil }
        self.key = key
        if parts.count > 1 {
            guard let port = UInt16(parts[1]), port > 0 else { return nil }
            self.port = port
        }
    }

    /// As it is written.
    public var description: String { port.map { "\(key):\($0)" } ?? key.description }
}

/// What a measured value has to be.
public struct MetricExpectation: Sendable {
    /// What is measured.
    public var metric: Metric
    /// Of which route's requests.
    public var route: Located<NamespacedName>?
    /// Of which rule of it.
    public var rule: RuleReference?
    /// Of which backend.
    public var backend: Located<NamespacedName>?
    /// Of which gateway.
    public var gateway: Located<NamespacedName>?
    /// As the clients of which source saw it.
    public var traffic: Located<String>?
    /// From when on; nil for the end of the warm-up.
    public var since: Int64?
    /// Until when; nil for the end of the run.
    public var until: Int64?
    /// What it has to be, each of them: times in nanoseconds, everything else as it is.
    public var bounds: [Bound]

    /// A condition on a value.
    public enum Bound: Hashable, Sendable {
        /// Less than.
        case below(Double)
        /// More than.
        case above(Double)
        /// Not outside, the ends included.
        case between(Double, Double)

        /// Whether a value satisfies it.
        public func holds(_ value: Double) -> Bool {
            switch self {
            case .below(let limit): value < limit
            case .above(let limit): value > limit
            case .between(let low, let high): value >= low && value <= high
            }
        }
    }
}
