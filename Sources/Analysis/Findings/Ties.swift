public import Routing
public import Traffic

/// Two matches of different routes that the specification's criteria do not tell apart, and that some request satisfies both
/// of: the age or the name of the routes decides it, and rebuilding the cluster may decide it otherwise.
public struct Tie: Sendable {
    /// The match that wins.
    public var winner: MatchIndex
    /// The match that would win if the routes were of another age, or other names.
    public var loser: MatchIndex
    /// `routeAge` or `routeName`.
    public var criterion: Precedence.Criterion
    /// A request that the winner decides and the loser would.
    public var witness: RequestRecord
    /// Whether their routes are of different namespaces.
    public var isBetweenNamespaces: Bool
    /// Whether requests are treated the same by both, but for the route's name.
    public var isHarmless: Bool
}

/// Two matches of different routes of which neither takes all that the other does, though some request satisfies both.
public struct Overlap: Sendable {
    /// The match that wins.
    public var winner: MatchIndex
    /// The other one.
    public var loser: MatchIndex
    /// Why it loses.
    public var criterion: Precedence.Criterion
    /// A request that the winner decides and that satisfies the loser.
    public var witness: RequestRecord
}

extension DecisionSpace {
    /// All ties between routes, in the order of the table's virtual hosts, each pair once; at most `limit`.
    public func ties(limit: Int = 10_000) -> [Tie] {
        var ties: [Tie] = []
        visitPairs(limit: limit) { one, other, criterion, list, hosts, port in
            guard criterion == .routeAge || criterion == .routeName else { return false }
            guard let witness = self.witness(one, other, list, hosts, port) else { return false }
            let (winner, loser) = (match(one, list), match(other, list))
            let (left, right) = (route(winner), route(loser))
            ties.append(
                Tie(
                    winner: winner, loser: loser, criterion: criterion, witness: witness,
                    isBetweenNamespaces: left.namespace != right.namespace,
                    isHarmless: treatment(winner, hosts, port).isSame(as: treatment(loser, hosts, port))))
            return true
        }
        return ties
    }

    /// All partial overlaps between routes that are no ties, in the order of the table's virtual hosts, each pair once; at most
    /// `limit`. A route that states the whole of another more precisely is no overlap, but what both are there for.
    public func overlaps(limit: Int = 10_000) -> [Overlap] {
        var overlaps: [Overlap] = []
        visitPairs(limit: limit) { one, other, criterion, list, hosts, port in
            guard criterion != .routeAge, criterion != .routeName else { return false }
            let (left, right) = (list.matches[one], list.matches[other])
            guard !solver.evidentlyImplies(left, right), !solver.evidentlyImplies(right, left) else { return false }
            let (winner, loser) = (match(one, list), match(other, list))
            guard !treatment(winner, hosts, port).isSame(as: treatment(loser, hosts, port)) else { return false }
            guard let witness = self.witness(one, other, list, hosts, port) else { return false }
            overlaps.append(Overlap(winner: winner, loser: loser, criterion: criterion, witness: witness))
            return true
        }
        return overlaps
    }

    private func match(_ position: Int, _ list: EntryList) -> MatchIndex { table.entries[list.entries[position]] }

    private func route(_ match: MatchIndex) -> Route { table.route(of: table.matches[match.place].rule) }

    private func treatment(_ match: MatchIndex, _ hosts: HostClass, _ port: PortIndex) -> Treatment {
        let listener = ports[port.place].listener(hosts) ?? ListenerIndex(place: 0)
        return Treatment(table, match, on: table.listeners[listener.place])
    }

    private func witness(
        _ one: Int, _ other: Int, _ list: EntryList, _ hosts: HostClass, _ port: PortIndex
    ) -> RequestRecord? {
        guard case .witness(let witness) = list.request(decidedAt: one, and: [list.matches[other]], solver) else {
            return nil
        }
        return record(witness, hosts, port)
    }

    /// Visits the pairs of matches of different routes of one virtual host that may meet, the preferred one first, until
    /// `limit` of them were kept. Pairs that no form tells apart are as many as the squares of the lists' lengths in the
    /// worst case, so that each virtual host has a bound.
    private func visitPairs(
        limit: Int,
        _ keep: (Int, Int, Precedence.Criterion, EntryList, HostClass, PortIndex) -> Bool
    ) {
        var seen: Set<[MatchIndex]> = []
        var kept = 0
        for port in table.ports.indices.map(PortIndex.init(place:)) {
            for hosts in hostClasses(at: port) {
                guard let first = ports[port.place].virtualHosts(hosts).first,
                    table.virtualHosts[first].hostname == hosts.pattern
                else { continue }
                let own = table.virtualHosts[first].entries
                let list = firstList(hosts, at: port)
                let precedences = list.entries.map { table.precedence(table.entries[$0]) }
                for (other, entry) in list.entries.enumerated() where own.contains(entry) {
                    for one in list.meeting(other, solver) where own.contains(list.entries[one]) {
                        let pair = [match(one, list), match(other, list)]
                        guard
                            route(pair[0]).name != route(pair[1]).name
                                || route(pair[0]).namespace != route(pair[1]).namespace,
                            !seen.contains(pair)
                        else { continue }
                        let criteria = table.dialect.ranking.criteria
                        let criterion =
                            precedences[one].criterion(against: precedences[other], by: criteria)
                            ?? precedences[one].tieBreaker(against: precedences[other])
                        guard let criterion, keep(one, other, criterion, list, hosts, port) else { continue }
                        seen.insert(pair)
                        kept += 1
                        guard kept < limit else { return }
                    }
                }
            }
        }
    }
}
