internal import Routing

/// The hosts of a port, cut into Envoy's virtual hosts.
///
/// Envoy takes the one virtual host whose domain is the most specific for a request, and looks no further. So every
/// hostname at which the answer may change (each listener's, and each route's where it meets a listener's) becomes a domain,
/// and a domain holds all that a request for its hosts may meet: the virtual hosts of the one listener that serves it, from
/// the most to the least specific. Two patterns that match one host lie one within the other, so that the domain chosen for a
/// host lies within the pattern of everything that matches the host.
struct EnvoyDomains {
    struct Domain {
        var pattern: HostnamePattern
        /// The listener that serves its hosts.
        var listener: ListenerIndex
        /// The matches that its hosts may meet, in the order in which they are asked.
        var entries: [MatchIndex]
    }

    private(set) var domains: [Domain] = []

    init(_ table: RoutingTable, listeners: [ListenerIndex]) {
        guard table.dialect.hostnames.sharing == .none else {
            // Listeners that share their routes have one list for each hostname already.
            let shared = table.virtualHosts.filter { listeners.contains($0.listener) }
            domains = shared.map { host in
                Domain(pattern: host.hostname, listener: host.listener, entries: Array(table.entries[host.entries]))
            }
            return
        }
        var virtualHosts: [UInt32: [RoutingTable.VirtualHost]] = [:]
        for host in table.virtualHosts { virtualHosts[host.listener.raw, default: []].append(host) }
        var owners: [HostnamePattern: ListenerIndex] = [:]
        // The most specific listener first: it serves what lies within its hostname, whatever the others say.
        let byHostname = listeners.sorted { one, two in
            let (left, right) = (table.listeners[one.place].hostname, table.listeners[two.place].hostname)
            return left == right ? one < two : left < right
        }
        for index in byHostname {
            let own = table.listeners[index.place].hostname
            for pattern in [own] + (virtualHosts[index.raw] ?? []).compactMap({ $0.hostname.intersection(own) }) {
                let serving = byHostname.first { table.listeners[$0.place].hostname.covers(pattern) }
                if owners[pattern] == nil, serving == index { owners[pattern] = index }
            }
        }
        for (pattern, listener) in owners.sorted(by: { $0.key < $1.key }) {
            var entries: [MatchIndex] = []
            for host in virtualHosts[listener.raw] ?? [] where host.hostname.covers(pattern) {
                entries += table.entries[host.entries]
                if !table.dialect.hostnames.fallsThrough { break }
            }
            domains.append(Domain(pattern: pattern, listener: listener, entries: entries))
        }
    }
}

extension HostnamePattern {
    /// Whether every host of `other` is also one of this pattern's.
    func covers(_ other: HostnamePattern) -> Bool { intersection(other) == other }
}
