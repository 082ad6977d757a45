import Routing
import TestSupport
import Synchronization
import Testing

@Suite("A table shared by threads")
struct ConcurrencyTests {
    @Test("gives all of them the answers that it gives to one, expressions included", arguments: 0..<4)
    func sharedTable(_ seed: Int) async throws {
        var random = RandomTables(generator: SeededGenerator(seed: UInt64(seed) &+ 77))
        let routes = try random.routes()
        let table = RoutingTable(listeners: random.listeners(routes), routes: routes, backends: [])
        guard !table.ports.isEmpty else { return }
        let requests = (0..<200).map { _ in random.request() }
        let expected = decisions(table, requests)
        await withTaskGroup(of: [Decision].self) { group in
            for _ in 0..<4 { group.addTask { decisions(table, requests) } }
            for await found in group { #expect(found == expected, "seed \(seed)") }
        }
    }

    @Test("can be replaced while others decide: each decision is of one table or the other")
    func replacedTable() async throws {
        let tables = [1, 2].map { count in
            RoutingTable(
                listeners: [
                    Listener(
                        gateway: "n/g", name: "l", port: 80, routes: (0..<count).map { RouteIndex(raw: UInt32($0)) })
                ],
                routes: (0..<count).map {
                    Route(namespace: "n", name: "r\($0)", rules: [Rule(matches: [Match(path: .exact("/\($0)"))])])
                },
                backends: [])
        }
        let current = Current(tables[0])
        let request = Request(host: "a.test", target: "/1")
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for turn in 0..<2000 { current.table.withLock { $0 = tables[turn % 2] } } }
            group.addTask {
                for _ in 0..<2000 {
                    let table = current.table.withLock { $0 }
                    let decision = decisions(table, [request])[0]
                    #expect(decision.outcome == (table.routes.count == 2 ? .matched : .noRoute))
                }
            }
        }
    }
}

/// The table that a proxy routes by at this moment.
private final class Current: Sendable {
    let table: Mutex<RoutingTable>

    init(_ table: RoutingTable) { self.table = Mutex(table) }
}

private func decisions(_ table: RoutingTable, _ requests: [Request]) -> [Decision] {
    var scratch = Scratch()
    return requests.map { request in
        table.prepare(request, into: &scratch)
        return table.decide(&scratch, port: PortIndex(raw: 0))
    }
}
