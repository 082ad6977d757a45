/// The decisions that remain possible for a request of which something is not known.
public struct PartialDecision: Hashable, Sendable {
    /// At least one; one alone is certain.
    public var possible: [Decision]
    /// What would tell which it is: of the request, such as `host` or `headers.version`, or of the dialect, such as
    /// `dialect.ranking.equalRank`. Sorted.
    public var missing: [String]
}

extension RoutingTable {
    /// Walks the canonical list with three values in place of two. It allocates, and its time grows with the list: `decide`
    /// is for requests of which everything is known.
    public func decidePartial(_ request: PartialRequest, port: PortIndex, serverName: String? = nil) -> PartialDecision
    {
        var walk = PartialWalk(table: self, read: ReadPartialRequest(request, dialect: dialect))
        if let host = walk.read.host {
            walk.visit(host: host, port: port, serverName: serverName)
        } else {
            walk.visitAnyHost(port: port, serverName: serverName)
        }
        return PartialDecision(possible: walk.possible, missing: walk.missing.sorted())
    }

    /// The listener of a port that serves a host: the most specific one.
    public func listener(of host: String, port: PortIndex) -> ListenerIndex? {
        let serving = index.listenersByPort[port.place].filter {
            dialect.hostnames.matches(listeners[$0].hostname, host)
        }
        return serving.min { listeners[$0].hostname < listeners[$1].hostname }.map(ListenerIndex.init(place:))
    }

    /// The listener whose routes decide a request, the first of those that share them; nil where there is none. Nil, as a
    /// listener, stands for hosts that none serves.
    public func scope(of listener: ListenerIndex?, port: PortIndex) -> ListenerIndex? {
        let shared = index.scopesOfPorts[port.place]
        if shared != Index.none { return ListenerIndex(raw: shared) }
        return listener.map { ListenerIndex(raw: index.scopes[$0.place]) }
    }

    /// All entries that may decide a request for a host, the most preferred first, each with its virtual host.
    func candidates(for host: String, in scope: ListenerIndex) -> [(entry: Int, virtualHost: Int)] {
        var result: [(entry: Int, virtualHost: Int)] = []
        for (place, virtualHost) in virtualHosts.enumerated()
        where virtualHost.listener == scope && dialect.hostnames.matches(virtualHost.hostname, host) {
            result += virtualHost.entries.map { ($0, place) }
            if !dialect.hostnames.fallsThrough { break }
        }
        guard !standings.points.isEmpty else { return result }
        return result.sorted { standings.precedes(UInt32($0.entry), UInt32($1.entry)) }
    }
}

private struct PartialWalk {
    let table: RoutingTable
    let read: ReadPartialRequest
    var possible: [Decision] = []
    var missing: Set<String> = []

    mutating func visit(host: String, port: PortIndex, serverName: String?) {
        let byHost = table.listener(of: host, port: port)
        var listener = byHost
        if let serverName, table.dialect.hostnames.serverName != .ignored {
            let byServerName = table.listener(of: serverName.lowercased(), port: port)
            guard let byServerName else { return add(Decision(.noListener)) }
            if table.dialect.hostnames.serverName == .choosesListener {
                listener = byServerName
            } else if byHost != byServerName {
                return add(Decision(.misdirected, listener: byServerName))
            }
        }
        if addOwnAnswers(listener) { return }
        guard let scope = table.scope(of: listener, port: port) else { return add(Decision(.noListener)) }
        if visit(table.candidates(for: host, in: scope), listener) { return }
        add(Decision(listener != nil || serverName != nil ? .noRoute : .noListener, listener: listener))
    }

    /// Any host may have been asked for, so every virtual host of the port may be the first to match; where the server name
    /// is known, every one of the listener that it chooses.
    mutating func visitAnyHost(port portIndex: PortIndex, serverName: String?) {
        var chosen: ListenerIndex?
        if let serverName, table.dialect.hostnames.serverName != .ignored {
            chosen = table.listener(of: serverName.lowercased(), port: portIndex)
            guard let chosen else { return add(Decision(.noListener)) }
            if table.dialect.hostnames.serverName != .choosesListener {
                add(Decision(.misdirected, listener: chosen))
            }
        }
        missing.insert("host")
        if addOwnAnswers(nil) { return }
        for place in table.index.listenersByPort[portIndex.place] {
            let index = ListenerIndex(place: place)
            if let chosen, chosen != index { continue }
            for (hostPlace, virtualHost) in table.virtualHosts.enumerated() where virtualHost.listener == index {
                _ = visit(virtualHost.entries.map { ($0, hostPlace) }, index)
            }
            add(Decision(.noRoute, listener: index))
        }
        if chosen == nil { add(Decision(.noListener)) }
    }

    /// Adds what the gateway may answer by itself; true where it certainly does.
    private mutating func addOwnAnswers(_ listener: ListenerIndex?) -> Bool {
        if let answer = Decision(own: read.answer, listener: listener) {
            add(answer)
            return true
        }
        if read.request.target == nil, !table.dialect.target.keepsEverything {
            missing.insert("path")
            for answer in [OwnAnswer.badRequest, .redirectedToSlashes, .notFound, .serverOptions] {
                if let decision = Decision(own: answer, listener: listener) { add(decision) }
            }
        }
        if read.request.method == nil, table.dialect.conditions.unknownMethod == .refused {
            missing.insert("method")
            add(Decision(.badRequest, listener: listener))
        }
        return false
    }

    /// Adds the matches that may be the first one; true where one of them certainly matches, so that nothing of a lesser rank
    /// counts.
    private mutating func visit(_ candidates: [(entry: Int, virtualHost: Int)], _ listener: ListenerIndex?) -> Bool {
        var certain: Int?
        for candidate in candidates {
            let match = table.entries[candidate.entry]
            if let certain, !areEqual(candidate.entry, certain) { return true }
            let decision = Decision(
                .matched, listener: table.listener(ofEntry: candidate.entry) ?? listener, match: match)
            switch table.match(match).verdict(on: read) {
            case .fails: continue
            case .unknown(let names):
                if certain != nil, !isRival(match) { continue }
                missing.formUnion(names)
                add(decision)
            case .matches:
                if certain != nil {
                    guard isRival(match) else { continue }
                    missing.insert(Dialect.Field.equalRank.rawValue)
                }
                add(decision)
                if table.standings.groups.isEmpty { return true }
                certain = certain ?? candidate.entry
            }
        }
        return certain != nil
    }

    /// Whether two entries are of one rank, and it is not known which of such wins.
    private func areEqual(_ one: Int, _ two: Int) -> Bool {
        let groups = table.standings.groups
        return !groups.isEmpty && groups[one] == groups[two]
    }

    /// Whether it matters that a match may win over those that were found.
    private func isRival(_ match: MatchIndex) -> Bool {
        possible.contains { decision in
            decision.match.map { table.standings.areRivals($0, match, table.matches) } ?? false
        }
    }

    private mutating func add(_ decision: Decision) {
        if !possible.contains(decision) { possible.append(decision) }
    }
}
