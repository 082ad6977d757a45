import GatewayAPI
import JSON
import Manifests
import Testing

/// SplitMix64: the same seed gives the same mutations everywhere.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Replaces, inserts, removes and repeats some bytes.
    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        let telling = Array("{}[]:,-&*!|>'\"%@`#? \n\t\r\0<~\u{FEFF}\\".utf8)
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &self) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &self)
            switch Int.random(in: 0..<5, using: &self) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &self)
            case 1: bytes.insert(telling.randomElement(using: &self) ?? 0, at: place)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &self)))
            case 3: bytes[place] = telling.randomElement(using: &self) ?? 0
            default:
                let end = min(bytes.count, place + Int.random(in: 1...40, using: &self))
                bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &self))
            }
        }
        return bytes
    }
}

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
            var generator = SeededGenerator(state: UInt64(number))
            for round in 0..<3000 {
                let bytes = generator.mutate(Array(text.utf8))
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
