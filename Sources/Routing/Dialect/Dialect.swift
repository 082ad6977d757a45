/// What the specification leaves open, or real proxies do differently: named fields, compiled into the table or carried out
/// by `prepare`. `docs/dialects.md` has all of them in one table.
///
/// Evidence is given as **row n**: the rows of the project's observations of Envoy 1.40.0, configured as Envoy Gateway v1.9.0
/// configures it, and Traefik 3.7.15. For Envoy a letter says what a row rests on: **D** the data plane itself, **N** the
/// normalisation settings that Envoy Gateway turns on, **T** a reading of Envoy Gateway's translator. **Source** is a fact
/// read from the proxy's source and not observed.
public struct Dialect: Hashable, Sendable {
    /// What is known of a proxy's behaviour. A decision that hangs on an unknown field is undetermined, and names the field.
    public enum Value<Known: Hashable & Sendable>: Hashable, Sendable {
        case known(Known)
        /// There is no evidence, or the evidence says that it differs from start to start.
        case unknown
    }

    /// The fields that may be unknown, by the names that reports give them.
    public enum Field: String, Hashable, Sendable, CaseIterable {
        case equalRank = "dialect.ranking.equalRank"
        case cors = "dialect.filters.cors"
        case hostModifier = "dialect.filters.hostModifier"
        case percentInHeaderValue = "dialect.filters.percentInHeaderValue"
        case namesDifferingInCase = "dialect.filters.namesDifferingInCase"
    }

    /// The name by which commands and reports call it.
    public var name: String
    /// Listeners, hostnames and TLS server names.
    public var hostnames: Hostnames
    /// Which of several matches wins.
    public var ranking: Ranking
    /// What is made of the request target before anything is matched.
    public var target: Target
    /// What is held against the conditions on headers, query parameters and methods.
    public var conditions: Conditions
    /// What redirects, rewrites and header modifiers do.
    public var filters: Filters
    /// What is answered in place of backends.
    public var backends: Backends
    /// What is made of `retry`.
    public var retries: Retries

    /// All dialects that have a name.
    public static let presets: [Dialect] = [.specification, .envoy, .traefik]

    /// The preset of that name.
    public init?(named name: String) {
        guard let preset = Self.presets.first(where: { $0.name == name }) else { return nil }
        self = preset
    }

    init(
        name: String, hostnames: Hostnames, ranking: Ranking, target: Target, conditions: Conditions, filters: Filters,
        backends: Backends, retries: Retries
    ) {
        self.name = name
        self.hostnames = hostnames
        self.ranking = ranking
        self.target = target
        self.conditions = conditions
        self.filters = filters
        self.backends = backends
        self.retries = retries
    }
}

extension Dialect {
    /// Listeners, hostnames and TLS server names.
    public struct Hostnames: Hashable, Sendable {
        /// Which listeners of one port of a gateway share their routes, as if they were one.
        public enum Sharing: Hashable, Sendable {
            /// Each keeps its own: listener isolation, Gateway API v1.6, `Listener.hostname`.
            case none
            /// Those without TLS.
            case withoutTLS
            /// All of them.
            case all
        }

        /// What the name of the TLS handshake does.
        public enum ServerName: Hashable, Sendable, BitwiseCopyable {
            /// Host must belong to the listener that the server name belongs to; else 421.
            case mustAgreeWithHost
            /// It alone chooses the listener, and Host chooses among that one's routes.
            case choosesListener
            /// Nothing: Host alone counts, and a name that nobody has gets the default certificate.
            case ignored
        }

        /// Which hostname a route's matches are ranked by.
        public enum Compared: Hashable, Sendable {
            /// The one that the route states.
            case own
            /// What remains of it on the listener. Shared listeners always compare these.
            case intersection
        }

        /// What a dot at the end of Host does.
        public enum TrailingDot: Hashable, Sendable, BitwiseCopyable {
            /// It is part of the name.
            case kept
            /// Exact hostnames match as if it were not there; wildcards do not match.
            case ignoredByExactNames
        }

        /// Envoy: plain listeners of a port share one route configuration, so that the listener with the most specific
        /// hostname is closed to others only where it has a route (rows 3, 4; T); over TLS each has its own (rows 7, 8; T).
        /// Traefik: listeners of a port leak into each other (rows 3, 4, 7, 8).
        public var sharing: Sharing

        /// Specification: 421 is a SHOULD for a Host of another listener. Envoy: 404 or the connection's listener (rows 7, 8;
        /// T), the handshake fails for a name of no listener (row 9; D). Traefik: routes by Host (rows 7 to 9).
        public var serverName: ServerName

        /// Where the routes of the most specific hostname have no match for a request, whether those of less specific
        /// hostnames are asked.
        ///
        /// The text of `HTTPRouteSpec.hostnames` gives an order, so the others stay reachable: true. Envoy makes a closed
        /// virtual host of each hostname: 404 (row 1; T). Traefik falls through (row 1).
        public var fallsThrough: Bool

        /// The text ("characters in a matching non-wildcard hostname") is read as the route's own hostname. Envoy and Traefik
        /// know nothing but the intersection (row 5; T).
        public var compared: Compared

        /// The text is silent; Envoy finds no such host (row 6; D); Traefik matches (row 6), exact names only (source).
        public var trailingDot: TrailingDot

        /// Where an HTTPRoute and a GRPCRoute have a hostname in common on a listener, whether both serve it. The text: the
        /// older alone is accepted ("Hostname conflicts", `GRPCRoute`). Envoy: both work together (row 63; T). Traefik: as the
        /// text says (row 63).
        public var isSharedBetweenKinds: Bool

        /// Whether a TLS connection that is passed through, and whose server name no route has, is decrypted all the same and
        /// answered with 404. The text: it is rejected. Envoy: reset (row 10; D). Traefik: 404 (row 10).
        public var answersUnroutedConnections: Bool
    }

    /// What is held against the conditions on headers, query parameters and methods.
    public struct Conditions: Hashable, Sendable {
        /// How much of a text an expression must match.
        public enum Expression: Hashable, Sendable {
            case whole
            case part
        }

        /// What a header that stands in the request several times is compared by.
        public enum RepeatedHeader: Hashable, Sendable {
            /// All values, joined with a comma: RFC 9110, 5.2.
            case joined
            /// Any of the values.
            case anyValue
        }

        /// What a query parameter that stands in the request several times is compared by.
        public enum RepeatedParameter: Hashable, Sendable {
            case firstValue
            case anyValue
        }

        /// In which form names and values of query parameters are compared.
        public enum ParameterDecoding: Hashable, Sendable {
            /// As they were sent.
            case none
            /// As HTML forms are: percent-encoding and plus signs decoded; a parameter that cannot be decoded is left out.
            case form
        }

        /// What an entry of a match counts whose header name an earlier entry of it has, in another case.
        public enum RepeatedEntry: Hashable, Sendable {
            /// Nothing: "only the first entry with an equivalent name MUST be considered".
            case ignored
            /// It must hold too.
            case mustHold
        }

        /// What a condition on the header Host is held against.
        public enum HostHeader: Hashable, Sendable {
            /// Nothing: it never holds.
            case absent
            /// The authority as it was sent.
            case authority
        }

        /// What the service and method of a gRPC match are.
        public enum GRPCMethod: Hashable, Sendable {
            /// Names, each ranked by its length.
            case names
            /// A path, ranked as other paths are: exact, a prefix or an expression; a method alone is one of the prefixes.
            case path
            /// Always an expression on the path.
            case expression
        }

        /// What becomes of a method that RFCs do not know, or that is written in another case.
        public enum UnknownMethod: Hashable, Sendable {
            /// It is one like any other.
            case ordinary
            /// 400.
            case refused
        }

        /// The text is silent on anchoring. Envoy: all of it (rows 19, 20; D). Traefik: any part (rows 19, 20).
        public var expression: Expression
        /// The text recommends joining. Envoy and Traefik: any value (row 23; D).
        public var repeatedHeader: RepeatedHeader
        /// The text recommends the first value. Envoy: the first (row 26; D). Traefik: any (row 26).
        public var repeatedParameter: RepeatedParameter
        /// The text is silent. Envoy never decodes (row 27; D), Traefik does (row 27).
        public var parameterDecoding: ParameterDecoding
        /// Whether a semicolon divides parameters as an ampersand does, and is forwarded as one. The text is silent; Envoy: no
        /// (row 28; D); Traefik: yes (row 28).
        public var semicolonDivides: Bool
        /// Envoy and Traefik: both entries must hold (row 24; T).
        public var repeatedEntry: RepeatedEntry
        /// The text is silent. Envoy: the authority (row 25; D). Traefik: never matches (row 25).
        public var hostHeader: HostHeader
        /// Envoy refuses (row 29; D), Traefik takes it as a method that no match asks for (row 29).
        public var unknownMethod: UnknownMethod
        /// The text ranks by the characters of the service, then of the method, and is silent on paths that are no gRPC
        /// method's (row 60). Envoy: exact ones before expressions before services or methods alone, these by length
        /// (observed beside row 59; T). Traefik:
        /// one expression, so that the longer one wins and a part of the path will do (rows 59, 61).
        public var grpcMethod: GRPCMethod
    }
}
