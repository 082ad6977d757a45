import GatewayAPI
import JSON
import Manifests
import TestSupport
import Testing

/// Bytes that mean something in YAML or JSON.
private let telling = Array("{}[]:,-&*!|>'\"%@`#? \n\t\r\0<~\u{FEFF}\\".utf8)

@Suite struct ManifestFuzzTests {
    private static let seeds = [
        """
        # comment
        apiVersion: v1
        kind: List
        items:
        - &a {kind: X, metadata: {name: a, labels: {<<: {b: 1}}}, text: "é\\u00e9\\n"}
        - *a
        - kind: Y
          block: |
            line
              line
          folded: >-
            text
        ---
        ? key
        : value
        kind: Z
        ...
        """,
        #"{"kind": "X", "list": [1, -2.5e3, true, null, "\ud83d\ude00"], "o": {"a": {}}} {"kind": "Y"}"#,
    ]

    @Test func noBytesTrapOrHangTheReader() {
        for (number, text) in Self.seeds.enumerated() {
            var generator = SeededGenerator(seed: UInt64(number))
            for round in 0..<3000 {
                let bytes = generator.mutate(Array(text.utf8), telling: telling)
                let input = ManifestParser.parse(bytes, file: "fuzz.yaml")
                for object in input.objects where !object.kind.hasSuffix("List") {
                    var writer = JSONWriter()
                    object.node.write(to: &writer)
                    let again = ManifestParser.parse(writer.bytes, file: "again.json")
                    #expect(
                        again.objects.first?.node == object.node,
                        "text \(number), round \(round): the JSON of an object reads as the object")
                }
                let lines = UInt32(bytes.count + 1)
                for diagnostic in input.diagnostics {
                    #expect(
                        diagnostic.position.map { $0.line >= 1 && $0.line <= lines } ?? false,
                        "text \(number), round \(round)")
                }
            }
        }
    }
}
