import Foundation
import GatewayAPI
import JSON
import Reports
import Testing

@testable import Expectations

@Suite("Reports of tests")
struct ReportTests {
    private static let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    /// One of each: a case and an invariant that fail, others that hold, names that formats have to escape.
    private static let spec = """
        gateway: infra/edge
          cases:
          - {name: "holds # & <so>", request: "GET http://shop.test/old", expect: {status: 301}}
          - name: 'the cart is "one"'
            hosts: [shop.test]
            paths: [/cart, /images]
            expect: {backend: shop/cart-v1, forwarded: {path: /cart}}
            not: {route: shop/cart}
          invariants:
          - {name: nothing leaves shop, where: {hosts: [shop.test]}, always: {namespaces: [shop]}}
        """

    private func report(hasCoverage: Bool = false) throws -> (report: TestReport, folder: TestFolder) {
        let folder = try TestFolder(["gateway.yaml": Shop.manifests, "test.yaml": Shop.test(Self.spec)])
        let suite = try TestSuite([folder.path("test.yaml")])
        var results = suite.run()
        let coverage = suite.coverage()
        if hasCoverage { results.append(TestSuite.check(coverage, isAtLeast: 0.99)) }
        return (TestReport(results, coverage: hasCoverage ? coverage : nil), folder)
    }

    private func expect(_ text: String, is name: String, in folder: TestFolder) throws {
        let text = text.replacing(folder.path(""), with: "").replacing(
            folder.path("").replacing("/", with: "\\/"), with: "")
        let file = Self.golden.appending(path: name)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try text.write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(text == (try String(contentsOf: file, encoding: .utf8)))
        }
    }

    @Test("text: what fails, with expected and actual side by side, and the coverage")
    func text() throws {
        let (report, folder) = try report(hasCoverage: true)
        try expect(report.lines().joined(separator: "\n") + "\n", is: "report.txt", in: folder)
        #expect(!report.holds)
    }

    @Test("JSON: an object for each check, then the summary")
    func json() throws {
        let (report, folder) = try report(hasCoverage: true)
        var writer = JSONWriter()
        report.writeLines(to: &writer)
        for line in writer.text.split(separator: "\n") {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
        try expect(writer.text, is: "report.ndjson", in: folder)
    }

    @Test("JUnit: well-formed XML whose counts are right")
    func junit() throws {
        let (report, folder) = try report()
        try expect(report.junitLines.joined(separator: "\n") + "\n", is: "report.xml", in: folder)
    }

    @Test("TAP: a plan, a line for each check, and what fails as YAML")
    func tap() throws {
        let (report, folder) = try report()
        try expect(report.tapLines.joined(separator: "\n") + "\n", is: "report.tap", in: folder)
    }

    @Test("GitHub: an annotation where the expectation is written")
    func github() throws {
        let (report, folder) = try report()
        try expect(report.annotations.joined(separator: "\n") + "\n", is: "report.github", in: folder)
    }
}
