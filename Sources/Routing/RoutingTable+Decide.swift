/// What a table says of a request: a place in its canonical list, or why there is none. A small plain value.
public struct Decision: Hashable, Sendable, BitwiseCopyable {
    /// How it went.
    public enum Outcome: UInt8, Sendable, BitwiseCopyable {
        /// A match was found.
        case matched
        /// No listener of the port serves the host.
        case noListener
        /// The listener has no route that matches.
        case noRoute
        /// Over TLS, the listener of the host is another than that of the connection's server name: 421.
        case misdirected
        /// A match was found, and another one of the same rank: which of them wins is not known of the dialect.
        case ambiguous
        /// The request is malformed: 400.
        case badRequest
        /// The path has encoded slashes: 307 to the one without.
        case redirectedToSlashes
        /// The target is no path: 404.
        case notFound
        /// The request is about the server as a whole: 200.
        case serverOptions
    }

    /// How it went.
    public var outcome: Outcome
    private var listenerPlace: UInt32
    private var matchPlace: UInt32

    init(_ outcome: Outcome, listener: ListenerIndex? = nil, match: MatchIndex? = nil) {
        self.outcome = outcome
        listenerPlace = listener?.raw ?? .max
        matchPlace = match?.raw ?? .max
    }

    /// The listener; nil where none was found.
    public var listener: ListenerIndex? { listenerPlace == .max ? nil : ListenerIndex(raw: listenerPlace) }
    /// The match; nil where none was found.
    public var match: MatchIndex? { matchPlace == .max ? nil : MatchIndex(raw: matchPlace) }

    /// What `prepare` answered by itself; nil where it did not.
    init?(own answer: OwnAnswer, listener: ListenerIndex?) {
        switch answer {
        case .none: return nil
        case .badRequest: self.init(Outcome.badRequest, listener: listener)
        case .redirectedToSlashes: self.init(Outcome.redirectedToSlashes, listener: listener)
        case .notFound: self.init(Outcome.notFound, listener: listener)
        case .serverOptions: self.init(Outcome.serverOptions, listener: listener)
        }
    }
}

extension RoutingTable {
    /// Decides a prepared request that arrived at `port`. Allocates nothing once `scratch` has grown, and takes no lock;
    /// regular expressions are the exception (RE2 keeps a cache of its own).
    ///
    /// The listener is the most specific one for the host, and no other is asked: listener isolation, Gateway API v1.6,
    /// `Listener.hostname`; unless the dialect says otherwise.
    public func decide(_ scratch: inout Scratch, port: PortIndex) -> Decision {
        guard index.reading.isPlain, scratch.answer == .none else { return decideShared(&scratch, port: port) }
        let byHost = listener(of: scratch.host, scratch.bytes.span, port: port)
        if scratch.isOverTLS {
            let byServerName = listener(of: scratch.serverName, scratch.bytes.span, port: port)
            guard let byServerName else { return Decision(.noListener) }
            if byHost != byServerName { return Decision(.misdirected, listener: byServerName) }
        }
        guard let byHost else { return Decision(.noListener) }
        var best = Index.none
        let bytes = scratch.bytes
        index.virtualHostsOfScopes.visit(scratch.host, in: bytes.span, owner: byHost.raw) { host in
            best = least(in: host, from: 0, &scratch)
            return best == Index.none && index.reading.fallsThrough
        }
        guard best != Index.none else { return Decision(.noRoute, listener: byHost) }
        return Decision(.matched, listener: byHost, match: entries[Int(best)])
    }

    /// The same for dialects in which requests are answered before they are matched, listeners share their routes, server
    /// names mean something else, points decide, or it may be unknown what wins. It stands apart for the sake of the others'
    /// speed.
    @inline(never)
    private func decideShared(_ scratch: inout Scratch, port: PortIndex) -> Decision {
        let reading = index.reading
        var listener = listener(of: scratch.host, scratch.bytes.span, port: port)
        if scratch.isOverTLS, reading.serverName != .ignored {
            let byServerName = self.listener(of: scratch.serverName, scratch.bytes.span, port: port)
            guard let byServerName else { return Decision(.noListener) }
            if reading.serverName == .mustAgreeWithHost, listener != byServerName {
                return Decision(.misdirected, listener: byServerName)
            }
            listener = byServerName
        }
        if scratch.answer != .none, let answer = Decision(own: scratch.answer, listener: listener) { return answer }
        let scope = sharedScope(of: listener, port: port)
        guard scope != Index.none else { return Decision(.noListener) }
        let best = best(in: scope, &scratch)
        guard best != Index.none else {
            // Over TLS no listener means no connection, which is not so where server names are ignored.
            let isReached = listener != nil || scratch.isOverTLS
            return Decision(isReached ? .noRoute : .noListener, listener: listener)
        }
        let isAmbiguous = reading.hasRivals && hasRival(best, in: scope, &scratch)
        return Decision(
            isAmbiguous ? .ambiguous : .matched, listener: self.listener(ofEntry: Int(best)) ?? listener,
            match: entries[Int(best)])
    }

    /// The first of the listeners whose routes decide together with those of `listener`.
    private func sharedScope(of listener: ListenerIndex?, port: PortIndex) -> UInt32 {
        let scopeOfPort = index.scopesOfPorts[port.place]
        guard scopeOfPort == Index.none else { return scopeOfPort }
        return listener.map { index.scopes[$0.place] } ?? Index.none
    }

    /// The listener that an entry comes from, where listeners share their routes.
    public func listener(ofEntry entry: Int) -> ListenerIndex? {
        standings.listeners.isEmpty ? nil : standings.listeners[entry]
    }

    /// Whether the entries of several virtual hosts of a listener compete, so that their order is not that of the hostnames.
    public var ranksAcrossHostnames: Bool { !standings.points.isEmpty }

    /// Whether an entry is asked before one of another virtual host, where `ranksAcrossHostnames`.
    public func isPreferred(entry one: Int, to other: Int) -> Bool {
        standings.precedes(UInt32(one), UInt32(other))
    }

    private func listener(of host: borrowing PreparedHost, _ bytes: Span<UInt8>, port: PortIndex) -> ListenerIndex? {
        var found: ListenerIndex?
        index.listenersOfPorts.visit(host, in: bytes, owner: port.raw) { listener in
            found = ListenerIndex(raw: listener)
            return false
        }
        return found
    }

    /// The entry that decides, of all virtual hosts that the dialect asks.
    private func best(in scope: UInt32, _ scratch: inout Scratch) -> UInt32 {
        var best = Index.none
        let bytes = scratch.bytes
        let reading = index.reading
        index.virtualHostsOfScopes.visit(scratch.host, in: bytes.span, owner: scope) { host in
            let entry = least(in: host, from: 0, &scratch)
            if best == Index.none || entry != Index.none && standings.precedes(entry, best) { best = entry }
            return reading.isAcrossHostnames || best == Index.none && reading.fallsThrough
        }
        return best
    }

    /// Whether another match of the same rank as `best` matches too, and it is not known which of them wins.
    private func hasRival(_ best: UInt32, in scope: UInt32, _ scratch: inout Scratch) -> Bool {
        let group = standings.groups[Int(best)]
        guard standings.isAmbiguous[Int(best)] else { return false }
        var isFound = false
        let bytes = scratch.bytes
        index.virtualHostsOfScopes.visit(scratch.host, in: bytes.span, owner: scope) { host in
            let list = virtualHosts[Int(host)].entries
            var entry = best
            if !list.contains(Int(best)) {
                guard !standings.points.isEmpty else { return true }
                entry = firstEntry(in: list, ofPoints: standings.points[Int(best)])
                entry = least(in: host, from: entry, &scratch)
            }
            while entry != Index.none, standings.groups[Int(entry)] == group {
                if standings.areRivals(entries[Int(entry)], entries[Int(best)], matches) {
                    isFound = true
                    return false
                }
                entry = least(in: host, from: entry + 1, &scratch)
            }
            return true
        }
        return isFound
    }

    /// The first entry of a virtual host that has no more points than these.
    private func firstEntry(in list: Range<Int>, ofPoints points: Int64) -> UInt32 {
        var low = list.lowerBound
        var high = list.upperBound
        while low < high {
            let middle = (low + high) / 2
            if standings.points[middle] > points { low = middle + 1 } else { high = middle }
        }
        return UInt32(low)
    }

    /// The least entry of a virtual host, none below `floor`, that the request satisfies.
    private func least(in host: UInt32, from floor: UInt32, _ scratch: inout Scratch) -> UInt32 {
        var best = Index.none
        let exact = index.paths.find(scratch.bytes.span, scratch.path, hash: scratch.pathHash, owner: host * 2)
        if let exact {
            index.buckets.lower(
                &best, from: floor, bucket: index.pathBuckets[exact], &scratch, index.matches, entries)
        }
        let virtualHost = index.virtualHosts[Int(host)]
        if virtualHost.expressions != Index.none, virtualHost.expressionsBest < best {
            lowerByExpressions(&best, from: floor, virtualHost, &scratch)
        }
        var boundary = scratch.boundaries.count
        while boundary > 0 {
            boundary -= 1
            let prefix = scratch.boundaries[boundary]
            let range = scratch.path.lowerBound..<Int(prefix.end)
            let place = index.paths.find(scratch.bytes.span, range, hash: prefix.hash, owner: host * 2 + 1)
            guard let place else { continue }
            let bucket = index.pathBuckets[place]
            if index.buckets.buckets[Int(bucket)].best < best {
                index.buckets.lower(&best, from: floor, bucket: bucket, &scratch, index.matches, entries)
            }
        }
        return best
    }

    private func lowerByExpressions(
        _ best: inout UInt32, from floor: UInt32, _ host: Index.VirtualHost, _ scratch: inout Scratch
    ) {
        let start = scratch.places.count
        let (bytes, path) = (scratch.bytes, scratch.path)
        index.patterns[Int(host.expressions)].append(matching: bytes.span, path, to: &scratch.places)
        let end = scratch.places.count
        for place in start..<end {
            let bucket = index.expressionBuckets[Int(host.expressionBuckets) + Int(scratch.places[place])]
            if index.buckets.buckets[Int(bucket)].best < best {
                index.buckets.lower(&best, from: floor, bucket: bucket, &scratch, index.matches, entries)
            }
        }
        scratch.places.removeLast(end - start)
    }
}
