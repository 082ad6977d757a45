internal import Routing
internal import Traffic

extension DiffSearch {
    /// Requests whose server name is another than their host: where the dialect wants both of one listener, they are misdirected
    /// or not by how hosts are divided among the listeners, whatever the routes say.
    mutating func compareServerNames(_ pair: PortPair) {
        guard to.dialect.hostnames.serverName == .mustAgreeWithHost, let before = pair.from, let after = pair.to,
            before.kind == .secure, after.kind == .secure
        else { return }
        var seen: [[ListenerIndex?]: HostClass] = [:]
        for hosts in HostClass.all(of: pair.patterns) {
            let key = [before.listener(hosts), after.listener(hosts)]
            if seen[key] == nil { seen[key] = hosts }
        }
        let groups = seen.sorted { $0.value.pattern < $1.value.pattern }
        for (one, hosts) in groups {
            for (other, names) in groups where one != other {
                // No listener for the name: the handshake ends on both sides, or that is a region of its own.
                guard other[0] != nil, other[1] != nil, (one[0] == other[0]) != (one[1] == other[1]) else { continue }
                addMisdirected(pair, hosts, serverName: names.host)
            }
        }
    }

    /// Of the requests to some hosts with another server name one stands for all: what they get hangs on the routes.
    private mutating func addMisdirected(_ pair: PortPair, _ hosts: HostClass, serverName: String) {
        let (before, after) = (
            sides.from.list(pair.from, pair.from?.reading(.secure(certificate: .valid), hosts), hosts, pair.port),
            sides.to.list(pair.to, pair.to?.reading(.secure(certificate: .valid), hosts), hosts, pair.port)
        )
        let agreesBefore = pair.from?.listener(hosts) == pair.from?.listener(HostClass(host: serverName))
        let side = agreesBefore ? before : after
        for place in 0...side.keys.count {
            let answer = side.list.request(decidedAt: place, solver)
            let entry = place < side.keys.count ? side.list.entries[place] : nil
            let match = entry.map { (agreesBefore ? from : to).entries[$0] }
            let part = DiffRegion.Part(hosts: hosts, from: agreesBefore ? match : nil, to: agreesBefore ? nil : match)
            add(part, answer, pair, .secure(certificate: .valid), serverName: serverName)
        }
    }
}

extension HostClass {
    fileprivate init(host: String) { self.init(pattern: .exact(host), host: host) }
}
