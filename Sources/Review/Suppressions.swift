internal import GatewayAPI
internal import Manifests
internal import Validation

/// The findings that resources keep quiet by an annotation: `weir.dev/ignore: dead-rule, unused-grant`.
///
/// Of a resource that is given twice the one that stands counts. An error is the API server's verdict: no annotation
/// changes that.
struct Suppressions {
    static let annotation = "weir.dev/ignore"

    private var codes: [ResourceName: Set<String>] = [:]

    init(_ inventory: Inventory) {
        for object in inventory.objects where object.fate == .used || object.fate == .unusedKind {
            guard let text = object.node["metadata"]?["annotations"]?[Self.annotation]?.string else { continue }
            codes[object.name] = Set(text.split { $0 == "," || $0.isWhitespace }.map(String.init))
        }
    }

    func cover(_ finding: Diagnostic) -> Bool {
        guard finding.severity != .error, let resource = finding.resource else { return false }
        return codes[resource]?.contains(finding.code) ?? false
    }
}
