import TestSupport
import Testing

@testable import Routing

@Suite("Header modifiers one after another")
struct HeaderModifierTests {
    private static let names = ["x-a", "X-A", "x-b", "x-c"]

    private static func fields(_ generator: inout SeededGenerator, upTo count: Int) -> [HeaderField] {
        (0..<Int.random(in: 0...count, using: &generator)).map { _ in
            HeaderField(
                names.randomElement(using: &generator) ?? "x-a",
                String(Int.random(in: 0...9, using: &generator)))
        }
    }

    private static func modifier(_ generator: inout SeededGenerator) -> HeaderModifier {
        HeaderModifier(
            set: fields(&generator, upTo: 2), add: fields(&generator, upTo: 2),
            remove: fields(&generator, upTo: 1).map(\.name))
    }

    /// The values of each name in their order: where fields of different names stand means nothing (RFC 9110, 5.3).
    private static func values(_ fields: [HeaderField]) -> [String: [String]] {
        Dictionary(grouping: fields) { $0.name.lowercased() }.mapValues { $0.map(\.value) }
    }

    @Test("joined to one they do what they do in turn, whatever they set, add and remove")
    func joined() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<5_000 {
            let fields = Self.fields(&generator, upTo: 4)
            let (first, second) = (Self.modifier(&generator), Self.modifier(&generator))
            var joined = first
            joined.append(second)
            guard Self.values(joined.apply(to: fields)) == Self.values(second.apply(to: first.apply(to: fields))) else {
                Issue.record("\(first) then \(second) on \(fields)")
                return
            }
        }
    }
}
