import ControlPlane
import Foundation
import GatewayAPI
import Manifests
import Reports
import Testing
import Validation

@testable import Review

@Suite("Each finding of weir check")
struct GoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    /// The codes that need more than two manifests to show, and the tests that have them.
    private static let elsewhere: [String: String] = [
        "file-passed-over": "ManifestsTests", "file-too-large": "ManifestsTests", "object-not-found": "ValidationTests",
        "too-many-ancestors": "ControlPlaneTests", "invalid-ca-certificate-ref": "ControlPlaneTests",
        "invalid-ca-certificate-kind": "ControlPlaneTests", "retired-kind": "ValidationTests",
    ]

    private static let codes = FindingCatalogue.all.map(\.code).filter { elsewhere[$0] == nil }

    /// The findings of a golden manifest beside a Gateway, a Service and its endpoints.
    private func findings(_ name: String) throws -> [Diagnostic] {
        var input = ManifestInput()
        for file in [name, "world.yaml"] {
            let bytes = try Data(contentsOf: Self.folder.appending(path: file))
            input.append(ManifestParser.parse(Array(bytes), file: file))
        }
        let inventory = Validation.validate(input)
        return Review(inventory, ControlPlane(ResourceSet(inventory))).diagnostics
    }

    @Test("is there where its manifest is odd, in these words", arguments: codes)
    func odd(_ code: String) throws {
        let found = try findings("\(code).odd.yaml").filter { $0.code == code }
        let text = found.flatMap { DiagnosticReport.lines($0) }.map { "\($0)\n" }.joined()
        let golden = Self.folder.appending(path: "\(code).txt")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try text.write(to: golden, atomically: true, encoding: .utf8)
        }
        #expect(!text.isEmpty)
        #expect(text == (try? String(contentsOf: golden, encoding: .utf8)))
    }

    @Test("is not there where the manifest is nearly the same, and fine", arguments: codes)
    func fine(_ code: String) throws {
        let found = try findings("\(code).fine.yaml")
        #expect(!found.contains { $0.code == code }, "\(found.filter { $0.code == code })")
        #expect(!found.contains { $0.severity == .error }, "\(found)")
    }

    @Test("has one explanation, and no other code is used")
    func catalogue() throws {
        let all = FindingCatalogue.all.map(\.code)
        #expect(Set(all).count == all.count)
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        where name.hasSuffix(".odd.yaml") {
            let found = try findings(name)
            for code in Set(found.map(\.code)) { #expect(FindingCatalogue.explanation(of: code) != nil, "\(code)") }
        }
    }
}
