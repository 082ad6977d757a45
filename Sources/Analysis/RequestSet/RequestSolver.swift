public import Routing

/// Decides whether there are requests that some matches all take and others do not, by a dialect's reading of matches.
///
/// Exact: `.empty` is a proof, `.witness` an example. Where the conditions on one place leave a value that none of the
/// excluded matches asks for, that value is chosen and their number does not count; only where no such value is left are
/// the excluded matches told apart case by case, within a bound.
///
/// Not for use from several threads at once.
public final class RequestSolver {
    /// A match as the solver keeps it: matches that take the same requests by their form have the same number.
    struct MatchID: Hashable {
        var place: Int32
    }

    struct CompiledMatch {
        var conditions: [RequestCondition]
        /// Whether no request is taken, as the form of one condition tells.
        var isImpossible: Bool
        /// What is asked of the path.
        var path: TextPredicate
        /// What every path begins with that satisfies it.
        var pathPrefix: [UInt8]
    }

    /// Whose reading of matches.
    public let dialect: Dialect
    let reading: DimensionReading
    let texts: TextSolver
    private(set) var compiled: [CompiledMatch] = []
    private var numbers: [Set<RequestCondition>: MatchID] = [:]
    private var known: [Match: MatchID] = [:]

    /// A solver for tables of a dialect.
    public init(dialect: Dialect) {
        self.dialect = dialect
        reading = DimensionReading(dialect)
        texts = TextSolver(extent: dialect.conditions.expression)
    }

    /// A request that all of `matches` take and none of `excluded` does; hostnames are not looked at.
    public func solve(_ matches: [Match], excluding excluded: [Match]) -> RequestAnswer {
        solve(matches.map(number), excluding: excluded.map(number))
    }

    /// Whether every request that `match` takes is taken by `other` too, as far as their form tells: false says nothing.
    public func evidentlyImplies(_ match: Match, _ other: Match) -> Bool {
        evidentlyImplies(number(match), number(other))
    }

    /// Whether no request is taken by both, as far as their form tells: false says nothing.
    public func evidentlyExclude(_ match: Match, _ other: Match) -> Bool {
        evidentlyExclude(number(match), number(other))
    }

    /// The number of a match.
    func number(_ match: Match) -> MatchID {
        if let known = known[match] { return known }
        let conditions = match.conditions
        let key = Set(conditions)
        let id = numbers[key] ?? MatchID(place: Int32(compiled.count))
        if Int(id.place) == compiled.count {
            numbers[key] = id
            compiled.append(
                CompiledMatch(
                    conditions: conditions, isImpossible: conditions.contains(where: reading.isImpossible),
                    path: TextPredicate(match.path), pathPrefix: texts.prefix(of: TextPredicate(match.path))))
        }
        known[match] = id
        return id
    }

    func match(_ id: MatchID) -> CompiledMatch { compiled[Int(id.place)] }

    func evidentlyImplies(_ one: MatchID, _ other: MatchID) -> Bool {
        let (own, theirs) = (match(one), match(other))
        return !theirs.isImpossible
            && theirs.conditions.allSatisfy { wanted in
                own.conditions.contains {
                    $0.dimension == wanted.dimension
                        && $0.predicate.relation(to: wanted.predicate, dialect.conditions.expression) == .implies
                }
            }
    }

    func evidentlyExclude(_ one: MatchID, _ other: MatchID) -> Bool {
        let (own, theirs) = (match(one), match(other))
        if own.isImpossible || theirs.isImpossible { return true }
        if !own.pathPrefix.isPrefixOrLonger(than: theirs.pathPrefix) { return true }
        if own.path.relation(to: theirs.path, dialect.conditions.expression) == .excludes,
            theirs.path.relation(to: own.path, dialect.conditions.expression) == .excludes
        {
            return true
        }
        return theirs.conditions.contains { wanted in own.conditions.contains { exclude($0, wanted) } }
    }

    private func exclude(_ one: RequestCondition, _ other: RequestCondition) -> Bool {
        one.dimension == other.dimension && one.dimension != .path
            && reading.multiplicity(one.dimension) != .several
            && one.predicate.relation(to: other.predicate, dialect.conditions.expression) == .excludes
    }

    func solve(_ matches: [MatchID], excluding excluded: some Sequence<MatchID>) -> RequestAnswer {
        if matches.contains(where: { match($0).isImpossible }) { return .empty }
        var search = RequestSearch(solver: self, positives: matches.flatMap { match($0).conditions })
        for id in excluded where !match(id).isImpossible {
            guard search.exclude(match(id).conditions) else { return .empty }
        }
        return search.run()
    }
}

extension [UInt8] {
    /// Whether one of the two begins with the other.
    fileprivate func isPrefixOrLonger(than other: [UInt8]) -> Bool {
        let length = Swift.min(count, other.count)
        for place in 0..<length where self[place] != other[place] { return false }
        return true
    }
}
