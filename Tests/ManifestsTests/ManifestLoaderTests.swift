import Foundation
import GatewayAPI
import Manifests
import Testing

@Suite struct ManifestLoaderTests {
    private func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        try body(folder.path)
    }

    @Test func aFolderGivesItsOwnManifestsByName() throws {
        let files = [
            "b.yml": "kind: B\n", "a.yaml": "kind: A\n", "c.json": "{\"kind\":\"C\"}", "README.md": "x",
            "deep/d.yaml": "kind: D\n",
        ]
        try withFolder(files) { folder in
            let input = try ManifestLoader.load([folder])
            #expect(input.objects.map(\.kind) == ["A", "B", "C"])
            #expect(input.files == ["a.yaml", "b.yml", "c.json"].map { "\(folder)/\($0)" })
            #expect(input.diagnostics.map(\.code) == ["file-passed-over", "file-passed-over"])
            #expect(input.diagnostics.allSatisfy { $0.severity == .info })
            #expect(input.diagnostics.map(\.position?.file) == ["\(folder)/README.md", "\(folder)/deep"])
        }
    }

    @Test func whatCannotBeReadIsNamed() throws {
        #expect(throws: ManifestLoadError(path: "/no/such.yaml", reason: "No such file or directory")) {
            try ManifestLoader.load(["/no/such.yaml"])
        }
        try withFolder(["README.md": "x"]) { folder in
            #expect(
                throws: ManifestLoadError(path: folder, reason: "the folder holds no .yaml, .yml or .json file")
            ) { try ManifestLoader.load([folder]) }
        }
    }

    @Test func aFileMayHaveAnyName() throws {
        try withFolder(["manifest.txt": "kind: A\n"]) { folder in
            let input = try ManifestLoader.load([folder + "/manifest.txt"])
            #expect(input.objects.map(\.kind) == ["A"])
        }
    }
}
