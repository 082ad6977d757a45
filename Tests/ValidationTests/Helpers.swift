import Foundation
import GatewayAPI
import JSON
import Manifests
import Validation

/// Reads and checks a text as the file `a.yaml`.
func validate(_ text: String) -> Inventory {
    Validation.validate(ManifestParser.parse(Array(text.utf8), file: "a.yaml"))
}

/// Diagnostics as `line code path`.
func summary(_ inventory: Inventory) -> [String] {
    inventory.diagnostics.map { "\($0.position?.line ?? 0) \($0.code) \($0.path ?? "")" }
}

/// A node as JSON text.
func json(_ node: Node?) -> String {
    guard let node else { return "none" }
    var writer = JSONWriter()
    node.write(to: &writer)
    return writer.text
}

/// The folder beside the package that holds cases of the API server's verdicts; it is not part of the package.
let sharedFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared")

/// Whether the shared cases are there.
let hasSharedCases = FileManager.default.fileExists(atPath: sharedFolder.appending(path: "validation/valid").path)

/// The manifests below a shared folder, sorted by path.
func sharedManifests(_ folder: String) -> [String] {
    let root = sharedFolder.appending(path: folder).path
    let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(root)/\($0)" }
}

/// An HTTPRoute with this `spec`, whose first line is line 7.
func route(_ spec: String) -> String { object("gateway.networking.k8s.io/v1", "HTTPRoute", "shop", spec) }

/// An object in the namespace `web` with this `spec`, whose first line is line 7.
func object(_ apiVersion: String, _ kind: String, _ name: String, _ spec: String) -> String {
    let lines = spec.split(separator: "\n").map { "  \($0)\n" }.joined()
    return """
        apiVersion: \(apiVersion)
        kind: \(kind)
        metadata:
          name: \(name)
          namespace: web
        spec:
        \(lines)
        """
}
