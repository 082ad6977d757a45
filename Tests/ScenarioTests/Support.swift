import Foundation
import GatewayAPI
import Scenario

/// A folder that is gone at the end.
final class TemporaryFolder {
    let url: URL

    init(_ files: [String: String] = [:]) throws {
        url = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for (name, text) in files { try write(name, text) }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var path: String { url.path }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: url.appending(path: name))
    }
}

/// The scenario of `Fixtures/small`, which tests change a word of.
enum Small {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/small")

    static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    /// A copy of the folder with some files in the place of its own.
    static func copy(_ changes: [String: String] = [:]) throws -> TemporaryFolder {
        var files: [String: String] = [:]
        for name in ["scenario.yaml", "manifests.yaml", "canary.yaml"] { files[name] = try text(name) }
        return try TemporaryFolder(files.merging(changes) { $1 })
    }

    /// A copy whose scenario has one text in the place of another.
    static func copy(replacing old: String, with new: String) throws -> TemporaryFolder {
        let scenario = try text("scenario.yaml")
        precondition(scenario.contains(old), "the fixture has no \(old)")
        return try copy(["scenario.yaml": scenario.replacing(old, with: new, maxReplacements: 1)])
    }

    /// A copy with other expectations.
    static func copy(expecting lines: String...) throws -> TemporaryFolder {
        let scenario = try text("scenario.yaml")
        let head = scenario.prefix(upTo: scenario.firstRange(of: "  expect:")?.lowerBound ?? scenario.endIndex)
        return try copy(["scenario.yaml": head + "  expect:\n" + lines.map { "  - \($0)\n" }.joined()])
    }
}

/// What is wrong with a scenario; empty where nothing is.
func errors(_ path: String) -> [Diagnostic] {
    do throws(InvalidScenario) {
        _ = try CompiledScenario(path: path)
        return []
    } catch {
        return error.diagnostics.filter { $0.severity == .error }
    }
}

/// The line, from 1, of a text that a file has once.
func line(of text: String, in file: String) -> UInt32? {
    let lines = file.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.firstIndex { $0.contains(text) }.map { UInt32($0 + 1) }
}
