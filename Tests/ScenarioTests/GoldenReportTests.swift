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
                "scenario", "seed", "duration", "warmup", "requests", "unfinished", "events", "routes", "unrouted",
                "backends",
                "gateways", "intervals", "expectations", "notModelled",
            ]))
        let routes = try #require(parsed["routes"] as? [[String: Any]])
        let unrouted = try #require(parsed["unrouted"] as? [[String: Any]])
        let counted = (routes + unrouted).compactMap { $0["requests"] as? Int }.reduce(0, +)
        #expect(parsed["requests"] as? Int == counted + (parsed["unfinished"] as? Int ?? 0))
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
