extension Dialect {
    /// Which of several matches wins.
    public struct Ranking: Hashable, Sendable {
        /// How two matches are compared.
        public enum Order: Hashable, Sendable {
            /// The more specific hostname first; within one, the first criterion by which two matches differ. Where all are the
            /// same: the older route, the route first by `namespace/name`, the earlier rule, the earlier match.
            case criteria([Precedence.Criterion])
            /// The greater sum of points, the hostname's among them.
            case score(Score)
        }

        /// Which of two different matches wins that the order does not tell apart.
        public enum EqualRank: Hashable, Sendable {
            /// That of the older route, then of the route first by `namespace/name`.
            case olderRoute
        }

        /// Specification: `HTTPRouteRule.matches`, where a regular expression stands between exact paths and prefixes and a
        /// longer pattern, as it is written, goes first. Envoy: a method counts as one header, and exact values go before
        /// expressions (rows 21, 30 to 34; T). Traefik: points (rows 2, 21, 22, 30 to 35).
        public var order: Order

        /// What becomes of one match that several routes of the same hostnames have.
        public enum SameMatch: Hashable, Sendable {
            /// Each is ranked as others are.
            case ranked
            /// That of the older route, or of the one first by `namespace/name`, is the only one.
            case olderRouteAlone
        }

        /// Traefik: the older route's, though a rule's place would give another one more points. Found with random manifests.
        public var sameMatch: SameMatch

        /// For different matches of one rank Envoy keeps the
        /// order of the routes (row 34; T), Traefik's answer differs from start to start (row 34): unknown.
        public var equalRank: Value<EqualRank>
    }

    /// The points of a match. Row 22 (paths), rows 30 to 32 (conditions), row 35 (the rule's place), row 2 (hostnames).
    public struct Score: Hashable, Sendable {
        /// An exact path, whatever its length.
        public var exactPath: Int64
        /// The prefix `/`.
        public var rootPrefix: Int64
        /// Any other prefix, or an expression.
        public var pattern: Int64
        /// Each byte of it, as it is written.
        public var patternByte: Int64
        /// Asking for a method.
        public var method: Int64
        /// Each header.
        public var header: Int64
        /// Each query parameter.
        public var queryParameter: Int64
        /// Each byte of the longest hostname by which the route serves the listener, whichever of them the request has.
        public var hostnameByte: Int64
        /// Each rule of the route from the match's own to the last.
        public var ruleToTheEnd: Int64

        /// What a match earns by itself.
        func points(_ match: Match, ruleOrder: Int, ruleCount: Int) -> Int64 {
            var points = ruleToTheEnd * Int64(ruleCount - ruleOrder)
            switch match.path {
            case .exact: points += exactPath
            case .prefix("/"): points += rootPrefix
            case .prefix(let text): points += pattern + patternByte * Int64(text.utf8.count)
            case .regularExpression(let expression):
                points += pattern + patternByte * Int64(expression.pattern.utf8.count)
            }
            if match.method != nil { points += method }
            points += header * Int64(match.headers.count)
            points += queryParameter * Int64(match.queryParameters.count)
            return points
        }

        /// What all matches of a route earn on a listener where it serves these hostnames.
        func points(hostnames: [HostnamePattern]) -> Int64 {
            hostnameByte * Int64(hostnames.map { $0 == .any ? 0 : $0.description.utf8.count }.max() ?? 0)
        }
    }
}

extension Dialect.Ranking {
    /// The criteria by which matches of one hostname are compared; none where points are counted.
    public var criteria: [Precedence.Criterion] {
        if case .criteria(let criteria) = order { criteria } else { [] }
    }

    /// The points, where they are counted.
    var score: Dialect.Score? {
        if case .score(let score) = order { score } else { nil }
    }
}
