internal import Routing

/// The entries that decide the hosts of a class, in the order in which they are asked, laid out by path: those that may take
/// a path are found without looking at the others.
final class EntryList {
    /// Places in the table's `entries`.
    let entries: [Int]
    /// The match of each.
    let matches: [RequestSolver.MatchID]
    private var exact: [String: [Int32]] = [:]
    private var segments: [String: [Int32]] = [:]
    private var expressions: [Int32] = []
    /// The paths and prefixes in the order of their bytes, so that those below a prefix stand side by side.
    private lazy var sorted: [(path: [UInt8], place: Int32)] = {
        var result: [(path: [UInt8], place: Int32)] = []
        for list in [exact, segments] {
            for (path, places) in list { result += places.map { (Array(path.utf8), $0) } }
        }
        return result.sorted { $0.path.lexicographicallyPrecedes($1.path) }
    }()

    init(_ entries: [Int], of table: RoutingTable, _ numbers: [RequestSolver.MatchID], _ solver: RequestSolver) {
        self.entries = entries
        matches = entries.map { numbers[table.entries[$0].place] }
        for (place, match) in matches.enumerated() {
            switch solver.match(match).path {
            case .exact(let path): exact[path, default: []].append(Int32(place))
            case .segments(let path): segments[path, default: []].append(Int32(place))
            case .expression: expressions.append(Int32(place))
            }
        }
    }

    /// Places in this list, before `end`, of the matches that may take a path, in no order.
    func taking(_ path: String, before end: Int) -> [Int] {
        var result: [Int] = []
        func add(_ places: [Int32]?) {
            for place in places ?? [] {
                guard place < end else { break }
                result.append(Int(place))
            }
        }
        add(exact[path])
        add(segments[""])
        var index = path.utf8.startIndex
        while index < path.utf8.endIndex {
            let next = path.utf8.index(after: index)
            if next == path.utf8.endIndex || path.utf8[next] == UInt8(ascii: "/") {
                if let key = String(path.utf8[..<next]), !key.isEmpty { add(segments[key]) }
            }
            index = next
        }
        add(expressions)
        return result
    }

    /// A request that satisfies `conditions` and is decided by the match at `place` of the list; at its end, by none.
    func request(
        decidedAt place: Int, and conditions: [RequestSolver.MatchID] = [], _ solver: RequestSolver
    ) -> RequestAnswer {
        let own = place < matches.count ? [matches[place]] + conditions : conditions
        if own.contains(where: { solver.match($0).isImpossible }) { return .empty }
        // A path that few others take settles most cases at once.
        guard let probes = solver.probes(own) else { return .empty }
        for probe in probes {
            let rivals = taking(probe, before: place).lazy.map { self.matches[$0] }
            let answer = solver.solve(own, at: probe, excluding: rivals)
            switch answer {
            case .witness: return answer
            case .empty where solver.pins(own): return answer
            default: break
            }
        }
        return solver.solve(own, excluding: rivals(before: place, of: own, solver))
    }

    /// Places before `place` of the matches that may meet the one there, in rank order: as `rivals`, but of matches that put
    /// the same on the path, or above it, and of expressions alone. Exact paths and longer prefixes within a prefix are
    /// left out: they are what prefixes are there for.
    func meeting(_ place: Int, _ solver: RequestSolver) -> [Int] {
        var result: [Int]
        switch solver.match(matches[place]).path {
        case .exact(let path): result = taking(path, before: place)
        case .segments(let path):
            result =
                path.isEmpty ? (segments[""] ?? []).map(Int.init).filter { $0 < place } : taking(path, before: place)
        case .expression: result = expressions.map(Int.init).filter { $0 < place }
        }
        result.removeAll { solver.evidentlyExclude(matches[place], matches[$0]) }
        return result.sorted()
    }

    /// Places of the matches that may take some of what `match` does, in rank order.
    func overlapping(_ match: RequestSolver.MatchID, _ solver: RequestSolver) -> [Int] {
        let places: [Int]
        switch solver.match(match).path {
        case .exact(let path): places = taking(path, before: matches.count).sorted()
        case .segments(let path) where !path.isEmpty:
            // What lies below the prefix, what it lies below, and expressions. Some paths are found twice.
            places = Set(taking(path, before: matches.count) + beginning(with: Array(path.utf8))).sorted()
        case .segments, .expression: places = Array(matches.indices)
        }
        return places.filter { !solver.evidentlyExclude(match, matches[$0]) }
    }

    private func beginning(with prefix: [UInt8]) -> [Int] {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].path.lexicographicallyPrecedes(prefix) { low = middle + 1 } else { high = middle }
        }
        var result: [Int] = []
        while low < sorted.count, sorted[low].path.starts(with: prefix) {
            result.append(Int(sorted[low].place))
            low += 1
        }
        return result
    }

    /// The matches before `end` that may take some of what all of `own` do.
    func rivals(
        before end: Int, of own: [RequestSolver.MatchID], _ solver: RequestSolver
    ) -> [RequestSolver.MatchID] {
        guard let first = own.first else { return Array(matches[..<end]) }
        return overlapping(first, solver).filter { place in
            place < end && own.dropFirst().allSatisfy { !solver.evidentlyExclude($0, matches[place]) }
        }.map { matches[$0] }
    }

    /// Places before `place` of matches that may take some of what the match at `place` does, in rank order.
    func rivals(of place: Int, _ solver: RequestSolver) -> [Int] {
        overlapping(matches[place], solver).filter { $0 < place }
    }
}

extension RequestSolver {
    /// Paths that all of these matches take: a short one and, where there are many, one among them. Nil where there is none;
    /// empty where that is not known.
    func probes(_ ids: [MatchID]) -> [String]? {
        let paths = ids.map { match($0).path }
        let text: String
        switch texts.path(reading.path, paths) {
        case .text(let found): text = found
        case .none: return nil
        case .unknown: return []
        }
        if pins(ids) { return [text] }
        let below = text.hasSuffix("/") ? text + "any/other" : text + "/any/other"
        let isTaken =
            paths.allSatisfy { $0.holds(below, dialect.conditions.expression) } && reading.path.contains(below)
        return isTaken ? [text, below] : [text]
    }

    /// Whether the matches leave one path alone.
    func pins(_ ids: [MatchID]) -> Bool {
        ids.contains { if case .exact = match($0).path { true } else { false } }
    }

    func solve(_ ids: [MatchID], at path: String, excluding excluded: some Sequence<MatchID>) -> RequestAnswer {
        let conditions =
            ids.flatMap { match($0).conditions.filter { $0.dimension != .path } }
            + [RequestCondition(dimension: .path, predicate: .exact(path))]
        var search = RequestSearch(solver: self, positives: conditions)
        for id in excluded where !match(id).isImpossible {
            guard search.exclude(match(id).conditions) else { return .empty }
        }
        return search.run()
    }
}
