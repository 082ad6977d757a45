@testable import Routing
import Testing

/// What a decision may cost is bounded by the table's shape, not by its length: docs/performance.md has the list. Counted
/// here, not timed.
@Suite("The work of a decision")
struct BoundTests {
    private func table(_ matches: [Match], hostnames: [HostnamePattern] = []) -> RoutingTable {
        let rules = stride(from: 0, to: matches.count, by: 64).map {
            Rule(matches: Array(matches[$0..<min(matches.count, $0 + 64)]))
        }
        return RoutingTable(
            listeners: [Listener(gateway: "n/g", name: "l", port: 80, routes: [RouteIndex(raw: 0)])],
            routes: [Route(namespace: "n", name: "r", hostnames: hostnames, rules: rules)], backends: [])
    }

    @Test(
        "on one path is a look-up for each different set of names, for a route with all 1,024 matches that the API allows"
    )
    func setsOfNames() {
        let names = [["a"], ["b"], ["a", "b"]]
        let matches = (0..<1024).map { place in
            Match(
                path: .prefix("/x"),
                headers: names[place % 3].map { FieldPredicate(name: $0, value: .exact("\(place)")) },
                method: place % 2 == 0 ? "GET" : nil)
        }
        let buckets = table(matches).index.buckets
        #expect(buckets.buckets.count == 1)
        #expect(buckets.groups.count == 6)
        #expect(buckets.cells.allSatisfy { $0.entriesEnd - $0.entriesStart == 1 })
    }

    @Test("on a long path is a look-up for each segment of the deepest prefix, and no more")
    func segments() {
        let table = table([Match(path: .prefix("/a/b/c")), Match(path: .prefix("/")), Match(path: .exact("/a"))])
        var scratch = Scratch()
        table.prepare(
            Request(host: "a.test", target: String(repeating: "/x", count: 4000)), into: &scratch)
        #expect(scratch.boundaries.count <= 4)
        #expect(table.decide(&scratch, port: PortIndex(raw: 0)).match == MatchIndex(raw: 1))
    }

    @Test("on a deep host is a look-up for each label")
    func labels() {
        let deep = String(repeating: "a.", count: 120) + "test"
        let table = table(
            [Match()], hostnames: (1..<120).map { HostnamePattern("*." + String(repeating: "a.", count: $0) + "test") })
        var scratch = Scratch()
        table.prepare(Request(host: deep, target: "/"), into: &scratch)
        #expect(scratch.host.suffixes.count == 120)
        let decision = table.decide(&scratch, port: PortIndex(raw: 0))
        #expect(decision.outcome == .matched)
    }

    @Test("is no longer for entries that an entry without conditions outranks: they are not in the index at all")
    func outranked() {
        let matches = [Match(path: .exact("/x"))] + (0..<500).map { _ in Match(path: .exact("/x")) }
        let buckets = table(matches).index.buckets
        #expect(buckets.groups.isEmpty && buckets.cells.isEmpty)
    }
}
