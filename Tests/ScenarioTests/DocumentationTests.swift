import Foundation
import Scenario
import Testing

@Suite("docs/scenario.md")
struct DocumentationTests {
    private static func text() throws -> String {
        try String(contentsOf: DemoTests.root.appending(path: "docs/scenario.md"), encoding: .utf8)
    }

    /// The blocks of YAML, by the file name in their first line.
    private static func files() throws -> [String: String] {
        var files: [String: String] = [:]
        for block in try text().split(separator: "```yaml\n").dropFirst() {
            guard let code = block.split(separator: "```").first, code.hasPrefix("# "),
                let name = code.dropFirst(2).split(separator: "\n").first
            else { continue }
            files[String(name)] = String(code)
        }
        return files
    }

    @Test("The example runs, without a warning, and its expectations hold")
    func example() throws {
        let files = try Self.files()
        #expect(files.keys.sorted() == ["scenario.yaml", "shop.yaml"])
        let folder = try TemporaryFolder(files)
        let compiled = try CompiledScenario(path: folder.path)
        #expect(compiled.warnings.isEmpty)
        let result = try compiled.run()
        #expect(result.isMet && result.expectations.count == 4, "\(result.expectations)")
        #expect(result.notModelled.isEmpty)
    }

    @Test("Every metric and every distribution is named")
    func isComplete() throws {
        let text = try Self.text()
        for name in Metric.names {
            let last = name.split(separator: ".").last.map(String.init) ?? name
            #expect(text.contains("`\(name)`") || text.contains("`.\(last)`"), "\(name)")
        }
    }
}
