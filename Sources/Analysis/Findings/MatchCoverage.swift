public import Routing
public import Traffic

/// Whether a match decides any request.
public enum MatchCoverage: Sendable {
    /// It decides this one.
    case decides(RequestRecord)
    /// No request gets to it: others, of a higher rank, take all that it would. In rank order; where one is enough, that one.
    case covered(by: [MatchIndex])
    /// No request can satisfy it, whatever else there is: this part of it.
    case impossible(String)
    /// It stands in no list of any port: its route is attached nowhere, or no host gets there.
    case notReached
    /// It could not be worked out.
    case unknown(String)
}

/// A match that decides no request.
public struct DeadMatch: Sendable {
    /// The match.
    public var match: MatchIndex
    /// Why; never `decides`.
    public var coverage: MatchCoverage
    /// Whether no other match of its rule decides any either.
    public var isRuleDead: Bool
}

extension DecisionSpace {
    /// All matches that decide no request, or of which it could not be worked out, in the order of the table. Those of routes
    /// that are attached nowhere are left out: their statuses say so.
    public func deadMatches() -> [DeadMatch] {
        let places = appearances()
        var dead: [DeadMatch] = []
        var living: Set<RuleIndex> = []
        for place in table.matches.indices {
            let match = MatchIndex(place: place)
            guard let own = places[match] else { continue }
            let coverage = coverage(match, own)
            switch coverage {
            case .decides: living.insert(table.matches[place].rule)
            case .unknown:
                living.insert(table.matches[place].rule)
                dead.append(DeadMatch(match: match, coverage: coverage, isRuleDead: false))
            case .covered, .impossible, .notReached:
                dead.append(DeadMatch(match: match, coverage: coverage, isRuleDead: true))
            }
        }
        for place in dead.indices where living.contains(table.matches[dead[place].match.place].rule) {
            dead[place].isRuleDead = false
        }
        return dead
    }

    /// Whether a match decides any request: one that it does decide, or why there is none.
    public func coverage(of match: MatchIndex) -> MatchCoverage {
        appearances()[match].map { coverage(match, $0) } ?? .notReached
    }

    /// Where a match stands: a virtual host that a port asks.
    struct Appearance {
        var port: PortIndex
        var virtualHost: Int
        var entry: Int
        /// Of the virtual host.
        var firstEntry: Int
    }

    private func appearances() -> [MatchIndex: [Appearance]] {
        if let known = knownAppearances { return known }
        var ports: [ListenerIndex: [PortIndex]] = [:]
        for (place, port) in self.ports.enumerated() {
            for scope in port.scopesInOrder { ports[scope, default: []].append(PortIndex(place: place)) }
        }
        var result: [MatchIndex: [Appearance]] = [:]
        for (place, host) in table.virtualHosts.enumerated() {
            for port in ports[host.listener] ?? [] {
                for entry in host.entries {
                    result[table.entries[entry], default: []].append(
                        Appearance(port: port, virtualHost: place, entry: entry, firstEntry: host.entries.lowerBound))
                }
            }
        }
        knownAppearances = result
        return result
    }

    private func coverage(_ match: MatchIndex, _ places: [Appearance]) -> MatchCoverage {
        let own = numbers[match.place]
        if let condition = solver.match(own).conditions.first(where: solver.reading.isImpossible) {
            return .impossible(condition.description)
        }
        var unknown: String?
        var blockers: [MatchIndex] = []
        var isReached = false
        for place in places {
            for hosts in classes(reaching: place) {
                isReached = true
                let isFirst = ports[place.port.place].virtualHosts(hosts).first == place.virtualHost
                let list = isFirst ? firstList(hosts, at: place.port) : list(hosts, at: place.port)
                guard let position = list.position(ofEntry: place.entry, inHostFrom: place.firstEntry) else { continue }
                switch list.request(decidedAt: position, solver) {
                case .witness(let witness): return .decides(record(witness, hosts, place.port))
                case .unknown(let why): unknown = why
                case .empty: blockers += self.blockers(list, position).filter { !blockers.contains($0) }
                }
            }
        }
        if let unknown { return .unknown(unknown) }
        guard isReached else { return .notReached }
        return .covered(by: blockers)
    }

    /// The classes of hosts in which a match of a virtual host may decide. Where the hostname has a class of its own, nothing
    /// is asked before the virtual host there, so that no other class need be looked at.
    private func classes(reaching place: Appearance) -> [HostClass] {
        let hostname = table.virtualHosts[place.virtualHost].hostname
        let side = ports[place.port.place]
        let reaching = { (hosts: HostClass) in side.virtualHosts(hosts).contains(place.virtualHost) }
        if let own = hostClass(hostname, at: place.port), reaching(own) { return [own] }
        return hostClasses(at: place.port).filter { $0.lineage.contains(hostname) && reaching($0) }
    }

    /// A few matches that together take all that the one at `position` would.
    private func blockers(_ list: EntryList, _ position: Int) -> [MatchIndex] {
        let own = list.matches[position]
        let rivals = list.rivals(of: position, solver)
        if let one = rivals.first(where: { solver.evidentlyImplies(own, list.matches[$0]) }) {
            return [table.entries[list.entries[one]]]
        }
        var needed = rivals
        // A rival that the others do without is no blocker; with very many, all are named.
        if rivals.count <= 64 {
            for rival in rivals.reversed() {
                let others = needed.filter { $0 != rival }
                if case .empty = solver.solve([own], excluding: others.map { list.matches[$0] }) { needed = others }
            }
        }
        return needed.map { table.entries[list.entries[$0]] }
    }

}

extension EntryList {
    /// Where an entry of the table stands in the list.
    func position(ofEntry entry: Int, inHostFrom first: Int) -> Int? {
        // The entries of the most specific virtual host mostly come first, in their order.
        let guess = entry - first
        return guess < entries.count && entries[guess] == entry ? guess : entries.firstIndex(of: entry)
    }
}

extension RequestCondition: CustomStringConvertible {
    /// As a person would name it.
    var description: String {
        let value =
            switch predicate {
            case .exact(let text): "= \(text)"
            case .segments(let text): "below \(text)/"
            case .expression(let expression): "~ \(expression.pattern)"
            }
        switch dimension {
        case .path: return "path \(value)"
        case .method: return "method \(value)"
        case .header(let name): return "header \(name) \(value)"
        case .query(let name): return "query parameter \(name) \(value)"
        }
    }
}
