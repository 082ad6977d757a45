internal import Routing

/// Which requests a region is about, as far as a few words can say: requests that higher matches take are not in it, whatever
/// the words say.
public struct RegionExtent: Hashable, Sendable {
    /// Hostnames as manifests write them; `*` for all others.
    public var hosts: [String] = []
    /// `/cart` for a path, `/cart/*` for those below, `~…` for an expression.
    public var paths: [String] = []
    /// `*` for all.
    public var methods: [String] = []
    /// Conditions that all parts of the region have, as `version=two` or `version~t.*`.
    public var headers: [String] = []
    /// Conditions that all parts of the region have.
    public var query: [String] = []
}

extension TableDiff {
    /// Which requests a region is about.
    public func extent(of region: DiffRegion) -> RegionExtent {
        extent(of: region.parts)
    }

    /// Which requests are unknown.
    public func extent(of unknown: DiffUnknown) -> RegionExtent {
        extent(of: [
            DiffRegion.Part(hosts: HostClass(pattern: unknown.hosts, host: ""), from: unknown.from, to: unknown.to)
        ])
    }

    private func extent(of parts: [DiffRegion.Part]) -> RegionExtent {
        var extent = RegionExtent()
        var headers: [[String]] = []
        var query: [[String]] = []
        for part in parts {
            let matches = [part.from.map(from.match), part.to.map(to.match)].compactMap { $0 }
            extent.hosts.appendNew([part.hosts.pattern.description])
            extent.paths.appendNew(paths(matches.map(\.path)))
            extent.methods.appendNew([matches.lazy.compactMap(\.method).first ?? "*"])
            headers.append(matches.flatMap(\.headers).map(\.description))
            query.append(matches.flatMap(\.queryParameters).map(\.description))
        }
        if extent.methods.contains("*") { extent.methods = ["*"] }
        extent.headers.appendNew((headers.first ?? []).filter { entry in headers.allSatisfy { $0.contains(entry) } })
        extent.query.appendNew((query.first ?? []).filter { entry in query.allSatisfy { $0.contains(entry) } })
        return extent
    }

    /// The narrowest of some conditions on the path; several where none lies in the others.
    private func paths(_ predicates: [PathPredicate]) -> [String] {
        let extent = to.dialect.conditions.expression
        let unique = predicates.reduce(into: [PathPredicate]()) { if !$0.contains($1) { $0.append($1) } }
        let narrow = unique.filter { one in
            !unique.contains { other in
                other != one && TextPredicate(other).relation(to: TextPredicate(one), extent) == .implies
                    && TextPredicate(one).relation(to: TextPredicate(other), extent) != .implies
            }
        }
        return narrow.isEmpty ? ["/*"] : narrow.flatMap(\.words)
    }
}

extension PathPredicate {
    fileprivate var words: [String] {
        switch self {
        case .exact(let path): return [path]
        case .prefix(let path):
            let segments = path.hasSuffix("/") ? String(path.dropLast()) : path
            return segments.isEmpty ? ["/*"] : [segments, "\(segments)/*"]
        case .regularExpression(let expression): return ["~\(expression.pattern)"]
        }
    }
}

extension [String] {
    fileprivate mutating func appendNew(_ others: [String]) {
        for other in others where !contains(other) { append(other) }
    }
}
