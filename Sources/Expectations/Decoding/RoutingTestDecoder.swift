import GatewayAPI
import Manifests
import Routing
import Scenario
import Validation

/// Reads objects of kind `RoutingTest`.
enum RoutingTestDecoder {
    static let kind = "RoutingTest"

    /// The test of an object, and what is to be said about it; nil where it is none.
    static func decode(_ object: ManifestObject, file: String) -> (test: RoutingTest?, diagnostics: [Diagnostic]) {
        let context = DecodingContext(object.node.arena, resource: nil)
        var name = ""
        let test = ObjectDecoder.decode(object.node.index, context) { root -> RoutingTest? in
            root.accept("apiVersion", "kind")
            name =
                root.requiredObject("metadata") { metadata in
                    metadata.accept("labels", "annotations", "namespace")
                    return metadata.requiredString("name")
                } ?? ""
            let position = root.position
            return root.requiredObject("spec") { spec(&$0, file: file, name: name, position) }
        }
        return (test ?? nil, context.diagnostics)
    }

    private static func spec(
        _ object: inout ObjectDecoder, file: String, name: String, _ position: SourcePosition
    ) -> RoutingTest {
        let manifests = object.strings("manifests", 1...10_000, .path)
        let names = Dialect.presets.map(\.name).joined(separator: ", ")
        let dialect = object.parsed("dialect", "one of \(names)", DialectName.init)?.value
        let gateway = object.namespacedName("gateway")
        let defaults = RequestDefaults(gateway: gateway?.value, port: object.port("port"))
        let cases = object.list("cases", 0...100_000) { TestCaseDecoder.entry(&$0, defaults) }.compactMap { $0 }
        let invariants = object.list("invariants", 0...10_000, InvariantDecoder.entry).compactMap { $0 }
        if cases.isEmpty, invariants.isEmpty, !object.context.hasErrors {
            object.report(.missingField, "nothing is expected: give cases or invariants")
        }
        var test = RoutingTest(
            file: file, name: name, manifests: manifests, dialect: dialect?.dialect, cases: cases,
            invariants: invariants, position: position)
        test.destinations =
            [gateway.map { TestDestination.located("Gateway", $0) }].compactMap(\.self)
            + cases.flatMap(\.destinations)
        return test
    }

    /// A dialect by its name.
    private struct DialectName: Hashable, Sendable {
        var name: String
        var dialect: Dialect? { Dialect(named: name) }

        init?(_ text: String) {
            guard Dialect(named: text) != nil else { return nil }
            name = text
        }
    }
}

extension TestDestination {
    static func located(_ kind: String, _ name: Located<NamespacedName>) -> Located<TestDestination> {
        Located(value: TestDestination(kind: kind, name: name.value), position: name.position)
    }
}

/// What the requests of a file have where they do not say otherwise.
struct RequestDefaults {
    var gateway: NamespacedName?
    var port: UInt16?
}
