extension Dialect {
    /// What is made of the path of a request before anything is matched, and of targets that are no path.
    public struct Target: Hashable, Sendable {
        /// What becomes of slashes that follow each other.
        public enum Slashes: Hashable, Sendable {
            case kept
            /// They are made one before `..` takes a segment away.
            case mergedBeforeDots
            /// They are made one after `..` took a segment away, which may be an empty one. A path of nothing but several of
            /// them keeps two.
            case mergedAfterDots
        }

        /// What becomes of the segments `.` and `..`, however their dots are encoded.
        public enum DotSegments: Hashable, Sendable {
            case kept
            /// They are resolved; a slash remains where the last segment was one.
            case resolved
            /// They are resolved; no slash remains where the last segment was one.
            case resolvedWithoutSlash
        }

        /// What becomes of a percent-encoded byte.
        public enum Encoded: Hashable, Sendable {
            case kept
            /// The unreserved characters of RFC 3986 are decoded.
            case unreservedDecoded
            /// They are decoded, and the others' digits are written in upper case.
            case unreservedDecodedOthersInUpperCase
        }

        /// What becomes of an encoded slash or backslash.
        public enum EncodedSlash: Hashable, Sendable {
            case kept
            /// The answer is 307 to the path with a slash in its place.
            case redirected
        }

        /// What becomes of a backslash.
        public enum Backslash: Hashable, Sendable {
            case kept
            case becomesSlash
            /// Like other bytes that may not stand in a path.
            case encoded
        }

        /// What becomes of bytes that may not stand in a path.
        public enum OtherBytes: Hashable, Sendable {
            case kept
            /// They are encoded; those outside ASCII are refused with 400.
            case encodedWithinASCII
            /// They are encoded, and so is all else in such a path, after it was decoded.
            case encodedAnew
        }

        /// In which form the path is held against rules.
        public enum Matched: Hashable, Sendable {
            /// As it is forwarded.
            case asForwarded
            /// Decoded, but for the reserved characters and the percent sign.
            case decoded
        }

        /// Where a number sign is refused with 400.
        public enum Fragment: Hashable, Sendable {
            case kept
            case refusedInPath
            case refused
        }

        /// What becomes of a target that is no path, nor a whole URI.
        public enum OtherForms: Hashable, Sendable {
            /// It is held against the rules as it is.
            case matched
            /// 400; `OPTIONS *` is answered with 404, and so is a whole URI with a query and no path.
            case refused
            /// 400; an asterisk is answered with 404, with the method OPTIONS by the proxy itself with 200.
            case refusedButAsterisk
        }

        /// Row 11: both merge (N). How that goes together with dot segments was found with random paths, as was all else that
        /// is said here of both proxies.
        public var slashes: Slashes
        /// Row 12: both resolve (N); `/foo/.` ends with a slash in Envoy alone.
        public var dotSegments: DotSegments
        /// Rows 12, 13: both decode (N); Traefik writes `%2F` for `%2f` (case percent).
        public var encoded: Encoded
        /// Row 14 (N).
        public var encodedSlash: EncodedSlash
        /// Row 15 (N).
        public var backslash: Backslash
        /// Row 18 and case odd-characters (N, D). That Traefik encodes the rest anew is from its source.
        public var otherBytes: OtherBytes
        /// Whether a percent sign without two digits behind it is refused with 400: row 18 (N).
        public var refusesBrokenEncoding: Bool
        /// Whether `%00` is refused with 400: row 18 (D).
        public var refusesEncodedZero: Bool
        /// Row 17: a rule with an encoded byte matches in Envoy (D) and never in Traefik. Row 16 follows from `encoded`.
        public var matched: Matched
        /// Cases odd-characters and query-decoding-plain (D).
        public var fragment: Fragment
        /// Case odd-characters (D); that `GET *` is 400 for Envoy and 404 for Traefik was observed too.
        public var otherForms: OtherForms

        /// Whether a path is held against rules, and forwarded, as it was sent.
        var keepsEverything: Bool { self == .asSent }

        static let asSent = Target(
            slashes: .kept, dotSegments: .kept, encoded: .kept, encodedSlash: .kept, backslash: .kept,
            otherBytes: .kept, refusesBrokenEncoding: false, refusesEncodedZero: false, matched: .asForwarded,
            fragment: .kept, otherForms: .matched)
    }
}
