import Replay
import Routing
import TestSupport
import Testing
import Traffic

@testable import Analysis

extension NearMissManifests {
    /// One change such as people make; nil where there is nothing of the kind to change.
    mutating func edit(_ generator: inout SeededGenerator) {
        let route = Int.random(in: 0..<routes.count, using: &generator)
        let rule = Int.random(in: 0..<routes[route].rules.count, using: &generator)
        switch Int.random(in: 0..<14, using: &generator) {
        case 0: routes[route].rules[rule] = Self.rule(&generator)
        case 1: routes[route].hostnames = Self.route(0, &generator).hostnames
        case 2: routes[route].created = generator.chance(50) ? nil : generator.pick(Self.ages)
        case 3: routes.append(Self.route(20 + routes.count, &generator))
        case 4: if routes.count > 1 { routes.remove(at: route) }
        case 5: routes[route].rules.append(Self.rule(&generator))
        case 6: if routes[route].rules.count > 1 { routes[route].rules.remove(at: rule) }
        case 7: listeners[0].hostname = generator.chance(50) ? nil : generator.pick(Self.hostnames)
        case 8: grants = grants.isEmpty ? ["red"] : []
        case 9: routes[route].rules[rule].timeout = "9s"
        case 10:
            for place in routes[route].rules[rule].backends.indices {
                routes[route].rules[rule].backends[place].weight = Int.random(in: 0...4, using: &generator)
            }
        case 11:
            routes[route].rules[rule].matches.append(Self.match(&generator))
        case 12:
            guard !routes[route].rules[rule].matches.isEmpty else { return }
            routes[route].rules[rule].matches[0].headers = [Self.value("x-a", &generator)]
        default:
            guard !routes[route].rules[rule].matches.isEmpty else { return }
            routes[route].rules[rule].matches[0].path += routes[route].rules[rule].matches[0].path == "/" ? "a" : "/a"
        }
    }
}

@Suite("What changes between two tables")
struct TableDiffTests {
    private func facts(_ record: RequestRecord, _ cluster: Cluster) throws -> DecisionFacts {
        let decider = RequestDecider(table: cluster.table, addresses: [], takesAbsentHeadersAsNone: true)
        let request = decider.partialRequest(record).known
        return DecisionFacts(try #require(cluster.decide(record).answer), of: cluster.table, for: request)
    }

    @Test("every region is confirmed, and no random request changes outside of the regions")
    func exhaustive() throws {
        var generator = SeededGenerator(seed: 21)
        var (regions, changed, equal, unknown) = (0, 0, 0, 0)
        for _ in 0..<30 {
            let before = NearMissManifests.random(&generator)
            var after = before
            for _ in 0..<Int.random(in: 1...3, using: &generator) { after.edit(&generator) }
            let (one, other) = (before.cluster(), after.cluster())
            let diff = TableDiff(from: one.table, to: other.table)
            for region in diff.regions {
                #expect(try facts(region.witness, one) == region.fromFacts)
                #expect(try facts(region.witness, other) == region.toFacts)
                #expect(ChangeKind(from: region.fromFacts, to: region.toFacts) == region.change)
            }
            regions += diff.regions.count
            unknown += diff.unknown.count
            if diff.isEqual == true { equal += 1 }
            for entry in diff.unknown { #expect(entry.why.contains("written differently"), "\(entry)") }
            for _ in 0..<120 {
                let record = RequestRecord(
                    NearMissManifests.request(&generator), port: generator.chance(70) ? 80 : 8080)
                guard try facts(record, one) != facts(record, other) else { continue }
                changed += 1
                let (from, to) = (one.decide(record), other.decide(record))
                let isKnown =
                    diff.regions.contains { region in
                        region.port.number == record.port
                            && region.parts.contains {
                                $0.from == from.answer?.decision?.match && $0.to == to.answer?.decision?.match
                                    && $0.hosts.pattern.matches(record.host ?? "")
                            }
                    }
                    || diff.unknown.contains {
                        $0.from == from.answer?.decision?.match && $0.to == to.answer?.decision?.match
                    }
                #expect(isKnown, "\(record.method ?? "") \(record.host ?? "") \(record.path ?? "")")
            }
        }
        #expect(regions > 60 && changed > 200 && equal > 1)
        #expect(unknown * 20 < regions)
    }

    @Test("names of rules, the order of independent routes, scaled weights and a rule split in two change no request")
    func harmlessEdits() {
        var generator = SeededGenerator(seed: 22)
        for _ in 0..<15 {
            let before = NearMissManifests.random(&generator)
            var after = before
            after.routes.shuffle(using: &generator)
            for route in after.routes.indices {
                for rule in after.routes[route].rules.indices {
                    for backend in after.routes[route].rules[rule].backends.indices {
                        let weight = after.routes[route].rules[rule].backends[backend].weight ?? 1
                        after.routes[route].rules[rule].backends[backend].weight = weight * 7
                    }
                }
            }
            let diff = TableDiff(from: before.cluster().table, to: after.cluster().table)
            #expect(diff.isEqual == true, "\(diff.regions.map(\.change)) \(diff.unknown)")
        }
    }

    @Test("a match that nothing reaches comes and goes without any request that changes")
    func deadMatchesChangeNothing() {
        var generator = SeededGenerator(seed: 23)
        var removed = 0
        for _ in 0..<25 {
            let before = NearMissManifests.random(&generator)
            let table = before.cluster().table
            for dead in DecisionSpace(table).deadMatches() {
                let place = table.matches[dead.match.place]
                let rule = table.rules[place.rule.place]
                let route = table.routes[rule.route.place]
                guard let index = before.routes.firstIndex(where: { $0.name == route.name }),
                    before.routes[index].rules[Int(rule.rule)].matches.count > 1
                else { continue }
                var after = before
                after.routes[index].rules[Int(rule.rule)].matches.remove(at: Int(place.match))
                removed += 1
                #expect(TableDiff(from: table, to: after.cluster().table).isEqual == true)
            }
        }
        #expect(removed > 4)
    }
}
