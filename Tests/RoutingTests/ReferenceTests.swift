import Routing
import Testing

@Suite("The core and the specification's text")
struct ReferenceTests {
    private func answer(_ decision: Decision, _ table: RoutingTable) -> NaiveGateway.Answer {
        switch decision.outcome {
        case .noListener, .misdirected: return .noListener
        case .noRoute: return .noRoute(listener: decision.listener?.place ?? -1)
        case .matched:
            guard let match = decision.match, let listener = decision.listener else { return .noListener }
            let place = table.matches[match.place]
            let rule = table.rules[place.rule.place]
            return .found(
                .init(listener: listener.place, route: rule.route.place, rule: Int(rule.rule), match: Int(place.match)))
        }
    }

    @Test("agree on random tables and requests", arguments: 0..<40)
    func agreement(_ seed: Int) throws {
        var scratch = Scratch()
        var random = RandomTables(generator: SeededGenerator(state: UInt64(seed) &* 7919))
        for _ in 0..<25 {
            let routes = try random.routes()
            let listeners = random.listeners(routes)
            let table = RoutingTable(listeners: listeners, routes: routes, backends: [])
            let naive = NaiveGateway(listeners: listeners, routes: routes)
            for _ in 0..<40 {
                let request = random.request()
                for gateway in ["infra/one", "infra/two"] {
                    guard let port = table.port(gateway: gateway, number: 80) else { continue }
                    table.prepare(request, into: &scratch)
                    let decision = table.decide(&scratch, port: port)
                    let expected = naive.answer(request, gateway: gateway, port: 80)
                    #expect(answer(decision, table) == expected, "seed \(seed): \(request) at \(gateway)")
                    let partial = table.decidePartial(PartialRequest(request), port: port)
                    #expect(partial.possible == [decision] && partial.missing.isEmpty, "seed \(seed): \(request)")
                    expectExplained(decision, table.explain(PartialRequest(request), port: port), seed)
                }
            }
        }
    }

    private func expectExplained(_ decision: Decision, _ explanation: Explanation, _ seed: Int) {
        #expect(explanation.listener == decision.listener, "seed \(seed)")
        #expect(explanation.candidates.first { $0.fate == .wins }?.match == decision.match, "seed \(seed)")
    }

    @Test("what is unknown of a request never rules out what it would have got", arguments: 0..<20)
    func partialKeepsTheTruth(_ seed: Int) throws {
        var scratch = Scratch()
        var random = RandomTables(generator: SeededGenerator(state: UInt64(seed) &* 104_729 &+ 1))
        for _ in 0..<15 {
            let routes = try random.routes()
            let table = RoutingTable(listeners: random.listeners(routes), routes: routes, backends: [])
            guard !table.ports.isEmpty else { continue }
            let port = PortIndex(raw: 0)
            for _ in 0..<30 {
                let request = random.request()
                table.prepare(request, into: &scratch)
                let decision = table.decide(&scratch, port: port)
                var partial = PartialRequest(request)
                if random.generator.chance(30) { partial.method = nil }
                if random.generator.chance(30) { partial.host = nil }
                if random.generator.chance(20) { partial.target = nil }
                if random.generator.chance(40) {
                    let lost = ["x-a", "x-b", "x-c"].filter { _ in random.generator.chance(50) }
                    partial.headers.removeAll { lost.contains($0.name.lowercased()) }
                    partial.headersComplete = false
                }
                let answer = table.decidePartial(partial, port: port)
                #expect(answer.possible.contains(decision), "seed \(seed): \(partial) of \(request)")
                #expect(answer.possible.count == 1 || !answer.missing.isEmpty, "seed \(seed): \(partial)")
            }
        }
    }
}
