import Routing
import TestSupport
import Testing

@testable import Export

@Suite("Envoy's one virtual host for a request holds what the table decides by")
struct DomainTests {
    static let hostnames = ["", "a.test", "*.a.test", "b.a.test", "*.b.a.test", "*.test", "test", "*.example"]
    static let hosts = ["a.test", "b.a.test", "c.b.a.test", "test", "x.test", "ab.test", "y.example", "other", ""]

    @Test("for random listeners and routes, at every host", arguments: 0..<300)
    func sameDecision(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let table = Self.table(&generator)
        let domains = EnvoyDomains(table, listeners: table.listeners.indices.map { ListenerIndex(place: $0) }).domains
        #expect(Set(domains.map(\.pattern)).count == domains.count)
        for host in Self.hosts {
            for path in ["/", "/a", "/b"] {
                let request = Request(host: host, target: path)
                var scratch = Scratch()
                table.prepare(request, into: &scratch)
                let decision = table.decide(&scratch, port: PortIndex(raw: 0))
                // Domains are sorted: the first that matches is the most specific, which is the one that Envoy takes.
                let domain = domains.first { $0.pattern.matches(host) }
                let match = domain?.entries.first {
                    table.match($0).path == .everything || table.match($0).path == .exact(path)
                }
                #expect(domain?.listener == decision.listener, "seed \(seed), host \(host)")
                #expect(match == decision.match, "seed \(seed), host \(host), path \(path)")
            }
        }
    }

    private static func table(_ generator: inout SeededGenerator) -> RoutingTable {
        let routes = (0..<Int.random(in: 1...5, using: &generator)).map { number in
            let own = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                HostnamePattern(generator.pick(Array(hostnames.dropFirst())))
            }
            let path: PathPredicate = generator.chance(50) ? .everything : .exact(generator.pick(["/a", "/b"]))
            return Route(
                namespace: "n", name: "r\(number)", created: Int64.random(in: 0...2, using: &generator), hostnames: own,
                rules: [Rule(matches: [Match(path: path)])])
        }
        var listeners: [Listener] = []
        for number in 0..<Int.random(in: 1...4, using: &generator) {
            let hostname = HostnamePattern(generator.pick(hostnames))
            guard !listeners.contains(where: { $0.hostname == hostname }) else { continue }
            let attached = routes.indices.filter { place in
                let own = routes[place].hostnames
                return (own.isEmpty || own.contains { $0.intersects(hostname) }) && generator.chance(75)
            }
            listeners.append(
                Listener(
                    gateway: "n/gw", name: "l\(number)", port: 80, hostname: hostname,
                    routes: attached.map { RouteIndex(place: $0) }))
        }
        return RoutingTable(listeners: listeners, routes: routes, backends: [])
    }
}
