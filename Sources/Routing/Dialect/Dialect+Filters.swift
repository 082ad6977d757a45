extension Dialect {
    /// What redirects, rewrites and header modifiers do.
    public struct Filters: Hashable, Sendable {
        /// Which port the Location of a redirect names.
        public enum RedirectPort: Hashable, Sendable {
            /// The filter's; else the scheme's own where the filter has a scheme; else the listener's. It is written where it is
            /// not the scheme's own.
            case listener
            /// As `listener`, but a port of 80 or 443 is not written, whatever the scheme, and then Host keeps its own.
            case listenerButWellKnown
            /// The filter's, always written; else none where the filter has a scheme; else Host's.
            case host
        }

        /// How the replacement of a prefix joins the rest of the path.
        public enum PrefixJoin: Hashable, Sendable {
            /// By whole segments: the table of `HTTPPathModifier.replacePrefixMatch`.
            case segments
            /// By whole segments, but an empty replacement leaves no slash before the rest.
            case segmentsWithoutRoot
            /// By text: the prefix without its trailing slash gives way to the replacement without its own. An empty or root
            /// replacement takes the slashes behind the prefix as it is written, and changes nothing where the path does not
            /// begin with that.
            case text
            /// As `text`, with the replacement's trailing slash kept.
            case textWithSlash
        }

        /// What a replacement of the whole path is.
        public enum FullPath: Hashable, Sendable {
            /// The path, as it is written.
            case verbatim
            /// Path and query: a question mark in it ends the path, and takes the place of the request's query.
            case pathAndQuery
            /// The replacement of a regular expression: one that names a group changes nothing.
            case substitution
            /// A path that is not yet encoded.
            case unencoded
        }

        /// In which order the three parts of a header modifier work.
        public enum ModifierOrder: Hashable, Sendable {
            case setAddRemove
            /// Removing comes first, and of several entries with one name the first counts, those of `add` before those of `set`.
            case removeAddSet
        }

        /// Whose header modifiers come last, and so prevail: the rule's or the backend's.
        public enum ModifierScope: Hashable, Sendable {
            case backendLast
            case ruleLast
        }

        /// What becomes of a filter.
        public enum Support: Hashable, Sendable {
            case carriedOut
            /// Requests that match the rule are answered with 500.
            case breaksRule
        }

        /// Which of several entries counts.
        public enum Repeated: Hashable, Sendable {
            case first
            case last
        }

        /// Rows 36 to 40 (T).
        public var redirectPort: RedirectPort
        /// Rows 44 to 48 (T); row 47 for Traefik.
        public var rewritePrefix: PrefixJoin
        /// Row 41 (T). Traefik writes a slash between host and path.
        public var redirectPrefix: PrefixJoin
        /// Row 49 (T).
        public var rewriteFullPath: FullPath
        /// Row 42 (D).
        public var redirectFullPath: FullPath
        /// Whether response header modifiers of a rule change its redirects: row 43 (D).
        public var modifiesRedirects: Bool
        /// Rows 50 and 51 (T, D).
        public var modifierOrder: ModifierOrder
        /// For requests: row 53 (D).
        public var modifierScope: ModifierScope
        /// For responses, which in both proxies pass the backend's first: found with random manifests.
        public var responseModifierScope: ModifierScope
        /// Which entry of `set` counts where names differ in case only: row 52 (T); Traefik's answer differs from start to
        /// start.
        public var namesDifferingInCase: Value<Repeated>
        /// Whether setting Host changes it: row 54. Envoy Gateway refuses such a rule, and what requests get then was not
        /// observed.
        public var hostModifier: Value<Bool>
        /// Whether a percent sign in a header value is plain text: row 55. To Envoy it begins a command, and what becomes of
        /// rules whose commands it does not know was not observed.
        public var percentInHeaderValue: Value<Bool>
        /// Row 58 (D).
        public var mirror: Support
        /// Neither proxy was observed.
        public var cors: Value<Support>
    }

    /// What is answered in place of backends.
    public struct Backends: Hashable, Sendable {
        /// Where all weights are 0: row 56 (T).
        public var statusOfZeroWeights: UInt16
        /// Where a rule without filters has no backend: row 57 (T).
        public var statusOfNone: UInt16
        /// Where a rule with filters has none: row 57 (T).
        public var statusOfNoneWithFilters: UInt16
        /// Whether clients of gRPC are answered in gRPC; else with a plain status, of which they make what they will. Row 64
        /// (D).
        public var speaksGRPC: Bool
    }
}
