public import Routing

/// The hosts whose most specific pattern is this one, of all patterns that are looked at: no pattern tells them apart.
public struct HostClass: Hashable, Sendable {
    /// The pattern.
    public let pattern: HostnamePattern
    /// One of the hosts.
    public let host: String
    /// All patterns that the hosts match, the most specific first.
    let lineage: [HostnamePattern]

    init(pattern: HostnamePattern, host: String) {
        self.pattern = pattern
        self.host = host
        lineage = pattern.lineage
    }

    /// By pattern and host: the lineage follows from the pattern.
    public static func == (left: HostClass, right: HostClass) -> Bool {
        left.pattern == right.pattern && left.host == right.host
    }

    /// By the pattern.
    public func hash(into hasher: inout Hasher) { hasher.combine(pattern) }

    /// Divides all hosts by some patterns.
    public static func all(of patterns: some Sequence<HostnamePattern>) -> [HostClass] {
        let set = Set(patterns).union([.any])
        return set.sorted().map { HostClass(pattern: $0, host: $0.host(outside: set)) }
    }
}

extension HostnamePattern {
    /// The pattern and those that it lies in.
    var lineage: [HostnamePattern] {
        var result = [self]
        let text: String
        switch self {
        case .any: return result
        case .exact(let name): text = name
        case .wildcard(let suffix): text = String(suffix.dropFirst())
        }
        var rest = text[...]
        while let dot = rest.firstIndex(of: ".") {
            result.append(.wildcard(suffix: String(rest[dot...])))
            rest = rest[rest.index(after: dot)...]
        }
        return result + [.any]
    }

    /// A host of which this is the most specific pattern of the set.
    fileprivate func host(outside set: Set<HostnamePattern>) -> String {
        if case .exact(let name) = self { return name }
        for number in 0...set.count {
            let label = number == 0 ? "any" : "any\(number)"
            let host: String
            if case .wildcard(let suffix) = self {
                host = label + suffix
            } else {
                host = "\(label).\(label)-host.example"
            }
            if HostnamePattern.exact(host).lineage.first(where: set.contains) == self { return host }
        }
        return ""
    }
}
