import Analysis
import Replay
import Routing
import TestSupport
import Testing
import Traffic

@Suite("Dead matches, ties and overlaps")
struct DeadMatchTests {
    @Test("a match is dead or has a request that it decides, and no random request contradicts")
    func agreesWithRequests() {
        var generator = SeededGenerator(seed: 11)
        var (dead, living) = (0, 0)
        for _ in 0..<25 {
            let cluster = NearMissManifests.random(&generator).cluster()
            let table = cluster.table
            let space = DecisionSpace(table)
            let found = space.deadMatches()
            for entry in found {
                if case .unknown(let why) = entry.coverage { Issue.record("unknown: \(why)") }
            }
            let deadMatches = Set(found.map(\.match))
            for match in Set(table.entries) where !deadMatches.contains(match) {
                guard case .decides(let witness) = space.coverage(of: match) else {
                    Issue.record("a match is neither dead nor does it decide")
                    continue
                }
                living += 1
                #expect(cluster.decide(witness).answer?.decision?.match == match)
            }
            dead += deadMatches.count
            for _ in 0..<150 {
                let record = RequestRecord(
                    NearMissManifests.request(&generator), port: generator.chance(70) ? 80 : 8080)
                guard let match = cluster.decide(record).answer?.decision?.match else { continue }
                #expect(!deadMatches.contains(match))
            }
        }
        #expect(dead > 10 && living > 80)
    }

    @Test("the blockers of a dead match take all that it would")
    func blockersCover() {
        var generator = SeededGenerator(seed: 12)
        var several = 0
        for _ in 0..<60 {
            let table = NearMissManifests.random(&generator).cluster().table
            let space = DecisionSpace(table)
            let solver = RequestSolver(dialect: table.dialect)
            for dead in space.deadMatches() {
                guard case .covered(let blockers) = dead.coverage else { continue }
                #expect(!blockers.isEmpty)
                if blockers.count > 1 { several += 1 }
                #expect(solver.solve([table.match(dead.match)], excluding: blockers.map(table.match)) == .empty)
            }
        }
        #expect(several > 0)
    }

    @Test("what a tie says is what is decided, and the other route would decide it if it were alone")
    func tiesAreReal() {
        var generator = SeededGenerator(seed: 13)
        var ties = 0
        for _ in 0..<20 {
            let cluster = NearMissManifests.random(&generator).cluster()
            let space = DecisionSpace(cluster.table)
            for tie in space.ties() {
                ties += 1
                #expect(cluster.decide(tie.witness).answer?.decision?.match == tie.winner)
            }
            for overlap in space.overlaps() {
                #expect(cluster.decide(overlap.witness).answer?.decision?.match == overlap.winner)
            }
        }
        #expect(ties > 1)
    }

    @Test("values that expressions leave over keep a rule alive; where they leave none it is dead by all of them")
    func unionOfExpressions() {
        let manifests = NearMissManifests(
            listeners: [.init(name: "http", port: 80)],
            routes: [
                .init(
                    namespace: "red", name: "r",
                    rules: [
                        .init(matches: [
                            .init(
                                path: "/a", headers: [.init(name: "v", value: "[0-4]", isExpression: true)],
                                method: "GET")
                        ]),
                        .init(matches: [
                            .init(
                                path: "/a", headers: [.init(name: "v", value: "[5-9]", isExpression: true)],
                                method: "GET")
                        ]),
                        .init(matches: [
                            .init(
                                path: "/a", headers: [.init(name: "v", value: "\\d", isExpression: true)], method: "GET"
                            )
                        ]),
                        .init(matches: [
                            .init(
                                path: "/a", headers: [.init(name: "v", value: "\\d\\d?", isExpression: true)],
                                method: "GET")
                        ]),
                    ])
            ])
        let table = manifests.cluster().table
        let dead = DecisionSpace(table).deadMatches()
        #expect(dead.map(\.match.place) == [2])
        guard case .covered(let blockers)? = dead.first?.coverage else {
            Issue.record("not covered")
            return
        }
        #expect(blockers.map(\.place) == [0, 1])
    }
}
