internal import Routing
internal import Traffic

extension DiffSearch {
    /// Requests whose server name is another than their host: where the dialect wants both of one listener, they are misdirected
    /// or not by how hosts are divided among the listeners, whatever the routes say; where the server name chooses the listener,
    /// that one's routes decide.
    mutating func compareServerNames(_ pair: PortPair) {
        guard to.dialect.hostnames.serverName != .ignored else { return }
        guard let before = pair.from, let after = pair.to, before.kind.readsServerNames, after.kind.readsServerNames
        else {
            return compareMisdirected(pair)
        }
        var seen: [[ListenerIndex?]: HostClass] = [:]
        let classes = HostClass.all(of: pair.patterns)
        for hosts in classes {
            let key = [before.listener(hosts), after.listener(hosts)]
            if seen[key] == nil { seen[key] = hosts }
        }
        let groups = seen.sorted { $0.value.pattern < $1.value.pattern }
        for (other, names) in groups {
            // No listener for the name: the handshake ends on both sides, or that is a region of its own. So it is where the
            // listener reads no requests.
            guard let one = other[0], let two = other[1], from.listeners[one.place].scheme == .https,
                to.listeners[two.place].scheme == .https
            else { continue }
            if to.dialect.hostnames.serverName == .choosesListener {
                for hosts in classes where [before.listener(hosts), after.listener(hosts)] != other {
                    for approach in pair.approaches(names) { compare(pair, hosts, approach, names: names) }
                }
                continue
            }
            for (own, hosts) in groups where own != other && (own[0] == other[0]) != (own[1] == other[1]) {
                addMisdirected(pair, hosts, serverName: names.host)
            }
        }
    }

    /// Where one side alone reads server names: what is misdirected there is something else on the other.
    private mutating func compareMisdirected(_ pair: PortPair) {
        guard to.dialect.hostnames.serverName == .mustAgreeWithHost else { return }
        let isBefore = pair.from?.kind.readsServerNames ?? false
        guard let side = isBefore ? pair.from : pair.to, side.kind.readsServerNames else { return }
        let classes = HostClass.all(of: pair.patterns)
        for names in classes {
            guard let listener = side.listener(names), side.table.listeners[listener.place].scheme == .https,
                let hosts = classes.first(where: { side.listener($0) != listener })
            else { continue }
            let anything = RequestWitness(method: "GET", target: "/", headers: [])
            let certificate = side.table.listeners[listener.place].demandsClientCertificate
            return add(
                DiffRegion.Part(hosts: hosts, from: nil, to: nil), .witness(anything), pair,
                .secure(certificate: certificate ? .valid : .absent), serverName: names.host)
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

extension TablePort.Kind {
    fileprivate var readsServerNames: Bool { self == .secure || self == .hello }
}

extension HostClass {
    fileprivate init(host: String) { self.init(pattern: .exact(host), host: host) }
}
