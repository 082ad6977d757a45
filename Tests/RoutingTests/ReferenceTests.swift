import Routing
import TestSupport
import Testing

@Suite("The core and the specification's text")
struct ReferenceTests {
    private func answer(_ decision: Decision, _ table: RoutingTable) -> NaiveGateway.Answer {
        switch decision.outcome {
        case .noListener, .misdirected, .ambiguous, .badRequest, .redirectedToSlashes, .notFound, .serverOptions:
            return .noListener
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
        var random = RandomTables(generator: SeededGenerator(seed: UInt64(seed) &* 7919))
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

    private func answer(_ decision: Decision, _ partial: PartialDecision, _ table: RoutingTable) -> NaiveProxies.Answer
    {
        func found(_ match: MatchIndex) -> NaiveProxies.Found {
            let place = table.matches[match.place]
            let rule = table.rules[place.rule.place]
            return .init(route: rule.route.place, rule: Int(rule.rule), match: Int(place.match))
        }
        guard let match = decision.match else { return .none }
        return decision.outcome == .matched
            ? .found(found(match)) : .oneOf(partial.possible.compactMap { $0.match.map(found) })
    }

    @Test("agree with the naive reading of each proxy on random tables and requests", arguments: 0..<40)
    func proxies(_ seed: Int) throws {
        var scratch = Scratch()
        var random = RandomTables(generator: SeededGenerator(seed: UInt64(seed) &* 6_700_417 &+ 3))
        for _ in 0..<20 {
            let routes = try random.routes()
            let listeners = random.listeners(routes)
            let naive = NaiveProxies(gateway: NaiveGateway(listeners: listeners, routes: routes))
            let tables = [Dialect.envoy, .traefik].map {
                RoutingTable(dialect: $0, listeners: listeners, routes: routes, backends: [])
            }
            for _ in 0..<40 {
                let request = random.request()
                for (table, gateway) in zip(tables + tables, ["infra/one", "infra/one", "infra/two", "infra/two"]) {
                    guard let port = table.port(gateway: gateway, number: 80) else { continue }
                    table.prepare(request, into: &scratch)
                    let decision = table.decide(&scratch, port: port)
                    let partial = table.decidePartial(PartialRequest(request), port: port)
                    let expected =
                        table.dialect == .envoy
                        ? naive.envoy(request, gateway: gateway, port: 80)
                        : naive.traefik(request, gateway: gateway, port: 80)
                    let place = "seed \(seed), \(table.dialect.name): \(request) at \(gateway)"
                    expectSame(answer(decision, partial, table), expected, place)
                    expectConsistent(decision, partial, table.explain(PartialRequest(request), port: port), place)
                }
            }
        }
    }

    private func expectSame(_ one: NaiveProxies.Answer, _ two: NaiveProxies.Answer, _ place: String) {
        guard case .oneOf(let left) = one, case .oneOf(let right) = two else {
            #expect(one == two, "\(place)")
            return
        }
        let isSame = left.allSatisfy(right.contains) && right.allSatisfy(left.contains)
        #expect(isSame, "\(place): \(left) and \(right)")
    }

    private func expectConsistent(
        _ decision: Decision, _ partial: PartialDecision, _ explanation: Explanation, _ place: String
    ) {
        if decision.outcome == .ambiguous {
            #expect(partial.possible.count > 1 && partial.missing == ["dialect.ranking.equalRank"], "\(place)")
            #expect(partial.possible.contains { $0.match == decision.match }, "\(place)")
        } else {
            #expect(partial.possible == [decision] && partial.missing.isEmpty, "\(place)")
        }
        #expect(explanation.candidates.first { $0.fate == .wins }?.match == decision.match, "\(place)")
    }

    private func expectExplained(_ decision: Decision, _ explanation: Explanation, _ seed: Int) {
        #expect(explanation.listener == decision.listener, "seed \(seed)")
        #expect(explanation.candidates.first { $0.fate == .wins }?.match == decision.match, "seed \(seed)")
    }

    @Test(
        "what is unknown of a request never rules out what it would have got",
        arguments: Array(0..<20), Dialect.presets.map(\.name))
    func partialKeepsTheTruth(_ seed: Int, _ name: String) throws {
        let dialect = try #require(Dialect(named: name))
        var scratch = Scratch()
        var random = RandomTables(generator: SeededGenerator(seed: UInt64(seed) &* 104_729 &+ 1))
        for _ in 0..<15 {
            let routes = try random.routes()
            let table = RoutingTable(
                dialect: dialect, listeners: random.listeners(routes), routes: routes, backends: [])
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
                let isPossible = answer.possible.contains { possible in
                    possible.match == decision.match
                        && (possible.outcome == decision.outcome || decision.outcome == .ambiguous)
                }
                #expect(isPossible, "seed \(seed), \(name): \(partial) of \(request)")
                #expect(answer.possible.count == 1 || !answer.missing.isEmpty, "seed \(seed): \(partial)")
            }
        }
    }
}
