/// A hostname of a listener or a route: exact, a wildcard, or none, which stands for every host.
///
/// Gateway API v1.6, `HTTPRouteSpec.hostnames`: a hostname that begins with `*.` is a suffix match over any number of
/// labels: `*.example.com` matches `a.example.com` and `a.b.example.com`, but not `example.com`.
public enum HostnamePattern: Hashable, Sendable {
    /// Every host, and no host at all.
    case any
    /// One host, in lower case.
    case exact(String)
    /// What follows the asterisk, in lower case, dot included: `.example.com`.
    case wildcard(suffix: String)

    /// Reads a hostname as it is written in a manifest; nil or the empty text is every host.
    public init(_ text: String?) {
        guard let text, !text.isEmpty else {
            self = .any
            return
        }
        let lower = text.lowercased()
        self = lower.hasPrefix("*.") ? .wildcard(suffix: String(lower.dropFirst())) : .exact(lower)
    }

    /// Whether a request for `host` (lower case, no port) is meant.
    public func matches(_ host: String) -> Bool {
        switch self {
        case .any: true
        case .exact(let name): name == host
        case .wildcard(let suffix): host.utf8.count > suffix.utf8.count && host.hasSuffix(suffix)
        }
    }

    /// Whether some host matches both patterns: what lets a route attach to a listener.
    public func intersects(_ other: HostnamePattern) -> Bool { intersection(other) != nil }

    /// The hosts that match both patterns: always one of the two, or none at all.
    public func intersection(_ other: HostnamePattern) -> HostnamePattern? {
        switch (self, other) {
        case (.any, _): other
        case (_, .any): self
        case (.exact(let name), _): other.matches(name) ? self : nil
        case (_, .exact(let name)): matches(name) ? other : nil
        case (.wildcard(let one), .wildcard(let two)):
            if one.hasSuffix(two) { self } else if two.hasSuffix(one) { other } else { nil }
        }
    }
}

extension HostnamePattern: Comparable {
    /// The more specific pattern first: "the largest number of characters in a matching non-wildcard hostname", then "in a
    /// matching hostname", then none. Patterns of one rank are ordered by their text, so that lists come out the same.
    public static func < (left: HostnamePattern, right: HostnamePattern) -> Bool {
        let (one, two) = (left.specificity, right.specificity)
        return one != two ? one > two : left.description < right.description
    }

    private var specificity: (Int, Int) {
        switch self {
        case .exact(let name): (2, name.utf8.count)
        case .wildcard(let suffix): (1, suffix.utf8.count)
        case .any: (0, 0)
        }
    }
}

extension HostnamePattern: CustomStringConvertible {
    /// As a manifest writes it; `*` for every host.
    public var description: String {
        switch self {
        case .any: "*"
        case .exact(let name): name
        case .wildcard(let suffix): "*" + suffix
        }
    }
}
