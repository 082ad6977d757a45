internal import Routing

/// The entries that decide the hosts of a class, in the order in which they are asked, laid out by path: those that may take
/// a path are found without looking at the others.
struct EntryList {
    /// Places in the table's `entries`.
    let entries: [Int]
    /// The match of each.
    let matches: [RequestSolver.MatchID]
    private var exact: [String: [Int32]] = [:]
    private var segments: [String: [Int32]] = [:]
    private var expressions: [Int32] = []

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
    private func taking(_ path: String, before end: Int) -> [Int] {
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
        if let probe = solver.probe(own) {
            let rivals = taking(probe, before: place).lazy.map { matches[$0] }
            let answer = solver.solve(own, at: probe, excluding: rivals)
            switch answer {
            case .witness: return answer
            case .empty where solver.pins(own): return answer
            default: break
            }
        }
        return solver.solve(own, excluding: matches[..<place])
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

    /// Places before `place` of matches that may take some of what the match at `place` does, in rank order.
    func rivals(of place: Int, _ solver: RequestSolver) -> [Int] {
        (0..<place).filter { !solver.evidentlyExclude(matches[place], matches[$0]) }
    }
}

extension RequestSolver {
    /// A path that all of these matches take, one among many where there are many.
    func probe(_ ids: [MatchID]) -> String? {
        let paths = ids.map { match($0).path }
        let answer = texts.solve(reading.path, paths, not: [], isPath: true)
        guard case .text(let text) = answer else { return nil }
        guard !paths.contains(where: { if case .exact = $0 { true } else { false } }) else { return text }
        let below = text.hasSuffix("/") ? text + "any/other" : text + "/any/other"
        return paths.allSatisfy { $0.holds(below, dialect.conditions.expression) } && reading.path.contains(below)
            ? below : text
    }

    /// Whether the matches leave one path alone.
    func pins(_ ids: [MatchID]) -> Bool {
        ids.contains { if case .exact = match($0).path { true } else { false } }
    }

    func solve(_ ids: [MatchID], at path: String, excluding excluded: some Sequence<MatchID>) -> RequestAnswer {
        let conditions =
            ids.flatMap { match($0).conditions.filter { $0.dimension != .path } }
            + [Condition(dimension: .path, predicate: .exact(path))]
        var search = RequestSearch(solver: self, positives: conditions)
        for id in excluded where !match(id).isImpossible {
            guard search.exclude(match(id).conditions) else { return .empty }
        }
        return search.run()
    }
}
