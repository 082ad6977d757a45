import Foundation
@testable import Reports
import Scenario
import Testing

/// Compares with a file of `Fixtures`; UPDATE_GOLDEN=1 writes it anew.
func expectGolden(_ actual: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let url = Small.folder.deletingLastPathComponent().appending(path: name)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
        return try Data(actual.utf8).write(to: url)
    }
    #expect(actual == (try String(contentsOf: url, encoding: .utf8)), "\(name) differs", sourceLocation: sourceLocation)
}

@Suite("Reports of a run")
struct GoldenReportTests {
    @Test("The report for people")
    func text() throws {
        let result = try CompiledScenario(path: Small.folder.path).run()
        let lines = RunReport(result).lines()
        try expectGolden(lines.joined(separator: "\n") + "\n", "small.report.txt")
        #expect(lines.allSatisfy { $0.count <= 100 && !$0.hasSuffix(" ") && !$0.contains("\u{1B}") })
    }

    @Test("The report for programs")
    func jsonReport() throws {
        let text = json(try CompiledScenario(path: Small.folder.path).run())
        // A member a line, so that a difference can be read.
        try expectGolden(text.replacing(",\"", with: ",\n\"") + "\n", "small.report.json")
        let parsed = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(
            Set(parsed.keys).isSuperset(of: [
                "scenario", "seed", "dialect", "duration", "warmup", "requests", "unfinished", "events", "routes",
                "unrouted",
                "backends",
                "gateways", "intervals", "expectations", "notModelled",
            ]))
        let routes = try #require(parsed["routes"] as? [[String: Any]])
        let unrouted = try #require(parsed["unrouted"] as? [[String: Any]])
        let counted = (routes + unrouted).compactMap { $0["requests"] as? Int }.reduce(0, +)
        #expect(parsed["requests"] as? Int == counted + (parsed["unfinished"] as? Int ?? 0))
    }

    @Test("More intervals than fit into a line go on below, every event with what was before it")
    func manyIntervals() throws {
        let events = (1...14).map { "  - {at: \($0 * 2)s, service: store/cart-v1, scale: {replicas: \(2 + $0 % 2)}}\n" }
        let folder = try Small.copy(replacing: "  events:\n", with: "  events:\n" + events.joined())
        let lines = RunReport(try run(folder)).lines()
        #expect(lines.allSatisfy { $0.count <= 100 })
        let parts = lines.filter { $0.hasPrefix("  from ") }.map { line in
            line.split(separator: " ").dropFirst().map(String.init)
        }
        #expect(parts.count > 1)
        for (part, next) in zip(parts, parts.dropFirst()) { #expect(part.last == next.first) }
        #expect(Set(parts.joined()).count == parts.joined().count - (parts.count - 1))
        #expect(parts.last?.last == "28s")
    }

    @Test(
        "An event that changes nothing is marked nowhere, whatever chance does", arguments: [1, 2, 3, 4, 5] as [UInt64])
    func noFalseMarks(_ seed: UInt64) throws {
        let events = ["  - {at: 10s, apply: [manifests.yaml]}\n", "  - {at: 20s, apply: [manifests.yaml]}\n"].joined()
        let scenario = try Small.text("scenario.yaml")
        let start = try #require(scenario.firstRange(of: "  - {at: 10s")?.lowerBound)
        let end = try #require(scenario.firstRange(of: "  expect:")?.lowerBound)
        let folder = try Small.copy(["scenario.yaml": scenario[..<start] + events + scenario[end...]])
        let lines = RunReport(try run(folder, seed: seed)).lines().drop { !$0.hasPrefix("  from ") }
        #expect(lines.count > 5)
        #expect(lines.allSatisfy { !$0.contains("▲") && !$0.contains("▼") }, "\(lines)")
    }

    @Test("Colours change no column")
    func colours() throws {
        let result = try CompiledScenario(path: Small.folder.path).run()
        let coloured = RunReport(result).lines(style: TextStyle(isColoured: true)).map { line in
            line.replacing(#/\u{1B}\[[0-9]+m/#, with: "")
        }
        #expect(coloured == RunReport(result).lines())
    }
}
