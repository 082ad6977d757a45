import Foundation
import Testing

@Suite("What the documentation shows is what the program prints")
struct DocumentationTests {
    /// The text between the first fence behind `marker` and the one that closes it.
    private func block(
        _ file: String, after marker: String, fence: String = "```\n"
    ) throws -> (text: String, whole: String, range: Range<String.Index>) {
        let whole = try String(contentsOf: packageFolder.appending(path: file), encoding: .utf8)
        let start = try #require(whole.range(of: marker))
        let open = try #require(whole.range(of: fence, range: start.upperBound..<whole.endIndex))
        let close = try #require(whole.range(of: "```", range: open.upperBound..<whole.endIndex))
        return (String(whole[open.upperBound..<close.lowerBound]), whole, open.upperBound..<close.lowerBound)
    }

    @Test("docs/demo.md holds the demo's whole output, and the README a part of it; the expectations hold")
    func demo() throws {
        let result = try Program.run("run", "scenarios/storefront-canary", in: packageFolder)
        #expect(result.status == 0, "\(result.errors)")
        let shown = try block("docs/demo.md", after: "# The demo")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try shown.whole.replacingOccurrences(of: shown.text, with: result.output)
                .write(to: packageFolder.appending(path: "docs/demo.md"), atomically: true, encoding: .utf8)
        } else {
            #expect(shown.text == result.output)
        }
        let lines = Set(result.output.split(separator: "\n"))
        for line in try block("README.md", after: "make demo").text.split(separator: "\n") {
            #expect(lines.contains(line), "README.md shows \"\(line)\"")
        }
    }

    @Test(
        "The pages about storms, herds and slow starts hold the whole output of their scenarios",
        arguments: [
            ("retry-storms", "retry-storm"), ("retry-storms", "retry-storm/with-budget.yaml"),
            ("retry-storms", "retry-storm/impatient-clients.yaml"),
            ("retry-storms", "retry-storm/with-adaptive-concurrency.yaml"),
            ("thundering-herds", "thundering-herd"), ("thundering-herds", "thundering-herd/with-breaker.yaml"),
            ("slow-starts", "slow-start"), ("slow-starts", "slow-start/with-slow-start.yaml"),
        ])
    func phenomena(_ page: String, _ scenario: String) throws {
        let result = try Program.run("run", "scenarios/\(scenario)", in: packageFolder)
        #expect(result.status == 0, "\(result.errors)")
        let file = "docs/\(page).md"
        let shown = try block(file, after: "    weir run scenarios/\(scenario)\n")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try shown.whole.replacingOccurrences(of: shown.text, with: result.output)
                .write(to: packageFolder.appending(path: file), atomically: true, encoding: .utf8)
        } else {
            #expect(shown.text == result.output)
        }
    }

    @Test("the README's explained request is what weir route says")
    func explainedRequest() throws {
        let result = try Program.run(
            "route", "-f", "manifests/", "-H", "version: two", "http://store.example.com:8080/cart", "--explain",
            in: packageFolder.appending(path: "scenarios/storefront-canary"))
        #expect(try block("README.md", after: "What would this request get, and why?").text == result.output)
    }

    @Test("docs/testing.md shows what weir test says of a test that fails, and of what is not covered")
    func testing() throws {
        let file = "docs/testing.md"
        let workspace = try Workspace()
        let manifests = packageFolder.appending(path: "scenarios/storefront-canary/manifests").path
        let test = try block(file, after: "Suppose that somebody", fence: "```yaml\n").text
        try workspace.write("wrong.yaml", test.replacing("manifests/", with: manifests))
        let wrong = try workspace.run("test wrong.yaml")
        #expect(wrong.status == 1)
        try show(wrong.output, in: file, after: "`weir test wrong.yaml` ends")
        let arguments = "test scenarios/storefront-canary/routing-test.yaml --coverage"
        let coverage = try Program.run(arguments.split(separator: " ").map(String.init), in: packageFolder)
        try show(coverage.output, in: file, after: "routing-test.yaml --coverage`:")
    }

    /// Compares a block with what was printed, or rewrites it.
    private func show(_ output: String, in file: String, after marker: String) throws {
        let shown = try block(file, after: marker)
        guard ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil else {
            #expect(shown.text == output)
            return
        }
        var whole = shown.whole
        whole.replaceSubrange(shown.range, with: output)
        try whole.write(to: packageFolder.appending(path: file), atomically: true, encoding: .utf8)
    }

    @Test("every command has help that says what it does")
    func help() throws {
        for command in [["status"], ["route"], ["run"], ["test"], ["trace", "info"], ["trace", "convert"]] {
            let result = try Program.run(command + ["--help"])
            #expect(result.status == 0)
            #expect(result.output.contains("USAGE: weir \(command.joined(separator: " "))"))
        }
    }
}
