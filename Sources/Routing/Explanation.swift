/// How a decision came about: every match of the hostnames that serve the request, in rank order, and what became of it.
public struct Explanation: Sendable {
    /// What became of a match.
    public enum Fate: Hashable, Sendable {
        /// It decided the request.
        case wins
        /// It matches too, but another is preferred, by this criterion.
        case loses(Precedence.Criterion)
        /// It does not match.
        case fails(Mismatch)
        /// It hangs on what is not known, of the request or of the dialect.
        case unknown([String])
    }

    /// A match that was looked at.
    public struct Candidate: Sendable {
        /// The match.
        public var match: MatchIndex
        /// The hostname by which its route serves the request.
        public var hostname: HostnamePattern
        /// What became of it.
        public var fate: Fate
    }

    /// The listener that was asked; nil where none serves the host.
    public var listener: ListenerIndex?
    /// The listeners of the port that serve the host too, but less specifically: they are never asked.
    public var isolatedListeners: [ListenerIndex]
    /// In rank order. Empty where the request is answered before any match is looked at.
    public var candidates: [Candidate]
}

extension RoutingTable {
    /// Explains what `decide` says of a request, from the canonical list alone.
    public func explain(_ request: PartialRequest, port: PortIndex, serverName: String? = nil) -> Explanation {
        let read = ReadPartialRequest(request, dialect: dialect)
        let host = read.host ?? ""
        var explanation = Explanation(listener: listener(of: host, port: port), isolatedListeners: [], candidates: [])
        if let serverName, dialect.hostnames.serverName == .choosesListener {
            explanation.listener = listener(of: serverName.lowercased(), port: port)
        }
        guard let scope = scope(of: explanation.listener, port: port) else { return explanation }
        if let listener = explanation.listener { explanation.isolatedListeners = isolated(from: listener, host) }
        var winner: (entry: Int, candidate: Explanation.Candidate)?
        for (entry, virtualHost) in candidates(for: host, in: scope) {
            var candidate = Explanation.Candidate(
                match: entries[entry], hostname: virtualHosts[virtualHost].hostname, fate: .wins)
            switch match(candidate.match).verdict(on: read) {
            case .fails(let mismatch): candidate.fate = .fails(mismatch)
            case .unknown(let names): candidate.fate = .unknown(names)
            case .matches:
                if let winner {
                    candidate.fate = fate(of: entry, candidate, beatenBy: winner.entry, winner.candidate)
                } else {
                    winner = (entry, candidate)
                }
            }
            explanation.candidates.append(candidate)
        }
        return explanation
    }

    /// The listeners of the same port that serve a host, and are not asked.
    private func isolated(from listener: ListenerIndex, _ host: String) -> [ListenerIndex] {
        let chosen = listeners[listener.place]
        return listeners.indices.map(ListenerIndex.init(place:)).filter {
            let other = listeners[$0.place]
            return index.scopes[$0.place] != index.scopes[listener.place] && Port(other) == Port(chosen)
                && dialect.hostnames.matches(other.hostname, host)
        }
    }

    private func fate(
        of entry: Int, _ loser: Explanation.Candidate, beatenBy winnerEntry: Int, _ winner: Explanation.Candidate
    ) -> Explanation.Fate {
        if !standings.groups.isEmpty, standings.groups[entry] == standings.groups[winnerEntry],
            standings.areRivals(winner.match, loser.match, matches)
        {
            return .unknown([Dialect.Field.equalRank.rawValue])
        }
        if standings.points.isEmpty {
            if winner.hostname != loser.hostname { return .loses(.hostname) }
        } else if standings.points[entry] != standings.points[winnerEntry] {
            return .loses(.score)
        }
        let (one, two) = (precedence(winner.match), precedence(loser.match))
        let criterion = one.criterion(against: two, by: dialect.ranking.criteria) ?? one.tieBreaker(against: two)
        return .loses(criterion ?? .routeName)
    }
}
