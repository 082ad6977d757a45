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
}

extension RoutingTable {
    /// Decides a prepared request that arrived at `port`. Allocates nothing once `scratch` has grown, and takes no lock;
    /// regular expressions are the exception (RE2 keeps a cache of its own).
    ///
    /// The listener is the most specific one for the host, and no other is asked: listener isolation, Gateway API v1.6,
    /// `Listener.hostname`.
    public func decide(_ scratch: inout Scratch, port: PortIndex) -> Decision {
        let byHost = listener(of: scratch.host, scratch.bytes.span, port: port)
        if scratch.isOverTLS {
            let byServerName = listener(of: scratch.serverName, scratch.bytes.span, port: port)
            guard let byServerName else { return Decision(.noListener) }
            if byHost != byServerName { return Decision(.misdirected, listener: byServerName) }
        }
        guard let byHost else { return Decision(.noListener) }
        var best = Index.none
        let bytes = scratch.bytes
        index.virtualHostsOfListeners.visit(scratch.host, in: bytes.span, owner: byHost.raw) { host in
            best = least(in: host, &scratch)
            return best == Index.none && dialect.fallsThroughHostnames
        }
        guard best != Index.none else { return Decision(.noRoute, listener: byHost) }
        return Decision(.matched, listener: byHost, match: entries[Int(best)])
    }

    private func listener(of host: borrowing PreparedHost, _ bytes: Span<UInt8>, port: PortIndex) -> ListenerIndex? {
        var found: ListenerIndex?
        index.listenersOfPorts.visit(host, in: bytes, owner: port.raw) { listener in
            found = ListenerIndex(raw: listener)
            return false
        }
        return found
    }

    /// The least entry of a virtual host that the request satisfies.
    private func least(in host: UInt32, _ scratch: inout Scratch) -> UInt32 {
        var best = Index.none
        let bytes = scratch.bytes
        let exact = index.paths.find(bytes.span, scratch.path, hash: scratch.pathHash, owner: host * 2)
        if let exact { index.buckets.lower(&best, bucket: index.pathBuckets[exact], &scratch, index.matches, entries) }
        let virtualHost = index.virtualHosts[Int(host)]
        if virtualHost.expressions != Index.none, virtualHost.expressionsBest < best {
            lowerByExpressions(&best, virtualHost, &scratch)
        }
        var boundary = scratch.boundaries.count
        while boundary > 0 {
            boundary -= 1
            let prefix = scratch.boundaries[boundary]
            let range = scratch.path.lowerBound..<Int(prefix.end)
            guard let place = index.paths.find(bytes.span, range, hash: prefix.hash, owner: host * 2 + 1) else {
                continue
            }
            let bucket = index.pathBuckets[place]
            if index.buckets.buckets[Int(bucket)].best < best {
                index.buckets.lower(&best, bucket: bucket, &scratch, index.matches, entries)
            }
        }
        return best
    }

    private func lowerByExpressions(_ best: inout UInt32, _ host: Index.VirtualHost, _ scratch: inout Scratch) {
        let start = scratch.places.count
        let (bytes, path) = (scratch.bytes, scratch.path)
        index.patterns[Int(host.expressions)].append(matching: bytes.span, path, to: &scratch.places)
        let end = scratch.places.count
        for place in start..<end {
            let bucket = index.expressionBuckets[Int(host.expressionBuckets) + Int(scratch.places[place])]
            if index.buckets.buckets[Int(bucket)].best < best {
                index.buckets.lower(&best, bucket: bucket, &scratch, index.matches, entries)
            }
        }
        scratch.places.removeLast(end - start)
    }
}
