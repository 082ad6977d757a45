import Foundation
import Replay
import Routing
import Testing
import Traffic

@Suite(
    "The observations of real proxies",
    .enabled(if: Observations.isPresent, "shared/dialects.md does not stand beside the project"))
struct ObservationTests {
    struct Comparison {
        var place: String
        var cell: String
        var answer: ObservedAnswer
        var agrees: Bool
    }

    /// Every cell of one column that weir can be asked about, with what it says.
    private func comparisons(_ dialect: Dialect, column: String) throws -> [Comparison] {
        var result: [Comparison] = []
        for observed in try Observations.cases() {
            let (table, refused) = CaseManifests(observed: observed).table(dialect)
            #expect(refused.isEmpty, "\(observed.name)")
            var decider = RequestDecider(
                table: table, addresses: [], defaultGateway: "app/gw", takesAbsentHeadersAsNone: true)
            for request in observed.requests {
                let cell = try #require(request.cells[column])
                guard let expected = ObservedAnswer(cell) else {
                    result.append(try refusedConfiguration(observed, request, cell, &decider, table))
                    continue
                }
                let record = try record(request.json)
                let answer = ObservedAnswer(decider.decide(record, at: 0), table)
                let agrees = expected.agrees(with: answer, sentPath: record.path ?? "", sentHost: record.host ?? "")
                let place = "\(observed.name) \(String((record.path ?? "").prefix(40)))"
                result.append(Comparison(place: place, cell: cell, answer: answer, agrees: agrees))
            }
        }
        return result
    }

    /// A configuration that the proxy refuses leaves it unknown what requests get.
    private func refusedConfiguration(
        _ observed: ObservedCase, _ request: ObservedCase.Request, _ cell: String, _ decider: inout RequestDecider,
        _ table: RoutingTable
    ) throws -> Comparison {
        let decided = decider.decide(try record(request.json), at: 0)
        return Comparison(
            place: observed.name, cell: cell, answer: ObservedAnswer(decided, table), agrees: decided.answer == nil)
    }

    private func record(_ json: String) throws -> RequestRecord {
        var reader = RequestRecordReader()
        var record = RequestRecord()
        // Records have a port; the observations leave out the usual one.
        let text =
            json.contains("\"port\"") ? json : json.replacing("{\"", with: "{\"port\": 80, \"", maxReplacements: 1)
        let long = text.replacing(/"path": "\/p+…?$/, with: { _ in "\"path\": \"\(AbridgedManifests.longPrefix)\"}" })
        try reader.read(long.utf8Span.span, into: &record)
        return record
    }

    @Test(
        "are what weir says in each dialect, but for the differences that are listed with their reasons",
        arguments: [("spec", "specification"), ("envoy", "envoy"), ("traefik", "traefik")])
    func agreement(_ column: String, _ name: String) throws {
        let dialect = try #require(Dialect(named: name))
        let all = try comparisons(dialect, column: column)
        var known = KnownDifference.all.filter { $0.column == column }
        for comparison in all where !comparison.agrees {
            let message = "\(comparison.place): observed \(comparison.cell), weir says \(comparison.answer)"
            guard let place = known.firstIndex(where: { $0.place == comparison.place }) else {
                Issue.record("\(message)")
                continue
            }
            known.remove(at: place)
        }
        #expect(known.isEmpty, "these agree now, and are no differences any more: \(known.map(\.place))")
        let agreeing = all.count { $0.agrees }
        print("\(name): \(agreeing) of \(all.count) observations agree")
        #expect(all.count > 200)
    }
}
