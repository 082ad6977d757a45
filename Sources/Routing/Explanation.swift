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
        /// It hangs on what is not known of the request.
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
    /// In rank order.
    public var candidates: [Candidate]
}

extension RoutingTable {
    /// Explains what `decide` says of a request, from the canonical list alone.
    public func explain(_ request: PartialRequest, port: PortIndex) -> Explanation {
        let uri = request.target.map { EffectiveURI(host: request.host ?? "", target: $0) }
        let host = uri?.host ?? EffectiveURI(host: request.host ?? "", target: "/").host
        var explanation = Explanation(listener: listener(of: host, port: port), isolatedListeners: [], candidates: [])
        guard let listener = explanation.listener else { return explanation }
        explanation.isolatedListeners = listeners.indices.map(ListenerIndex.init(place:)).filter {
            let other = listeners[$0.place]
            return $0 != listener && Port(other) == Port(listeners[listener.place]) && other.hostname.matches(host)
        }
        var winner: Explanation.Candidate?
        for virtualHost in virtualHosts where virtualHost.listener == listener && virtualHost.hostname.matches(host) {
            for index in entries[virtualHost.entries] {
                var candidate = Explanation.Candidate(match: index, hostname: virtualHost.hostname, fate: .wins)
                switch match(index).verdict(on: request, uri) {
                case .fails(let mismatch): candidate.fate = .fails(mismatch)
                case .unknown(let names): candidate.fate = .unknown(names)
                case .matches:
                    if let winner {
                        candidate.fate = .loses(criterion(winner, over: candidate))
                    } else {
                        winner = candidate
                    }
                }
                explanation.candidates.append(candidate)
            }
            if !dialect.fallsThroughHostnames { break }
        }
        return explanation
    }

    private func criterion(_ winner: Explanation.Candidate, over loser: Explanation.Candidate) -> Precedence.Criterion {
        if winner.hostname != loser.hostname { return .hostname }
        return precedence(winner.match).criterion(against: precedence(loser.match)) ?? .routeName
    }
}
