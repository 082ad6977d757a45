internal import Routing

/// What one table does with the requests to one class of hosts: the entries in order, and what becomes of those that none
/// takes.
struct SideList {
    enum Fallback: Hashable {
        /// 404: no listener, or no route.
        case notFound
        /// The connection is refused or cut.
        case refused
        /// The datagram is not answered.
        case dropped
        /// The handshake ends.
        case certificateRejected
    }

    var list: EntryList
    /// The match and the treatment of each entry: equal ones take and treat the same requests alike.
    var keys: [UInt64]
    var fallback: Fallback

    func treatment(_ place: Int) -> UInt32 { UInt32(truncatingIfNeeded: keys[place]) }
}

/// Compares two lists: finds for which pairs of entries there are requests that the one decides before and the other after, and
/// that are treated differently.
///
/// A request that is treated differently is decided by a changed entry on one side at least. For if both deciding entries
/// were common to both lists, the one that comes first would decide on both sides. So what is unchanged costs nothing but
/// the comparison of its keys.
struct ListComparison {
    /// Places in the two lists; nil where no entry decides.
    struct Pair {
        var from: Int?
        var to: Int?
    }

    let from: SideList
    let to: SideList
    let solver: RequestSolver
    private let common: CommonEntries

    init(_ from: SideList, _ to: SideList, _ solver: RequestSolver) {
        self.from = from
        self.to = to
        self.solver = solver
        common = CommonEntries(from.keys, to.keys)
    }

    /// Visits every pair of entries of which a request is found that both decide, or of which it is unknown whether there is one.
    func visit(_ visit: (Pair, RequestAnswer) -> Void) {
        for place in from.keys.indices where common.inSecond[place] < 0 { visitDecided(byFrom: place, visit) }
        for place in to.keys.indices where common.inFirst[place] < 0 { visitDecided(byTo: place, visit) }
        if from.fallback != to.fallback { report(Pair(from: nil, to: nil), visit) }
    }

    /// Requests that a changed entry decides before.
    private func visitDecided(byFrom place: Int, _ visit: (Pair, RequestAnswer) -> Void) {
        let own = from.list.matches[place]
        for other in to.list.overlapping(own, solver) {
            // What a common entry takes that is asked earlier, this one does not decide.
            let partner = Int(common.inFirst[other])
            if partner >= 0, partner < place { continue }
            let theirs = to.list.matches[other]
            if from.treatment(place) != to.treatment(other) { report(Pair(from: place, to: other), visit) }
            if solver.evidentlyImplies(own, theirs) { return }
        }
        report(Pair(from: place, to: nil), visit)
    }

    /// Requests that a changed entry decides after, and a common one, or none, before.
    private func visitDecided(byTo place: Int, _ visit: (Pair, RequestAnswer) -> Void) {
        let own = to.list.matches[place]
        for other in from.list.overlapping(own, solver) {
            let partner = Int(common.inSecond[other])
            let theirs = from.list.matches[other]
            if partner > place, from.treatment(other) != to.treatment(place) {
                report(Pair(from: other, to: place), visit)
            }
            // Behind an entry that takes all of it nothing decides any of it, whichever entry that is.
            if solver.evidentlyImplies(own, theirs) { return }
        }
        report(Pair(from: nil, to: place), visit)
    }

    private func report(_ pair: Pair, _ visit: (Pair, RequestAnswer) -> Void) {
        let answer = request(pair)
        if answer != .empty { visit(pair, answer) }
    }

    /// A request that both entries of a pair decide.
    private func request(_ pair: Pair) -> RequestAnswer {
        let (fromEnd, toEnd) = (pair.from ?? from.keys.count, pair.to ?? to.keys.count)
        let own =
            (pair.from.map { [from.list.matches[$0]] } ?? []) + (pair.to.map { [to.list.matches[$0]] } ?? [])
        if own.contains(where: { solver.match($0).isImpossible }) { return .empty }
        guard let probes = solver.probes(own) else { return .empty }
        for probe in probes {
            let rivals =
                from.list.taking(probe, before: fromEnd).map { from.list.matches[$0] }
                + to.list.taking(probe, before: toEnd).map { to.list.matches[$0] }
            let answer = solver.solve(own, at: probe, excluding: rivals)
            switch answer {
            case .witness: return answer
            case .empty where solver.pins(own): return answer
            default: break
            }
        }
        let rivals =
            from.list.rivals(before: fromEnd, of: own, solver) + to.list.rivals(before: toEnd, of: own, solver)
        return solver.solve(own, excluding: rivals)
    }
}
