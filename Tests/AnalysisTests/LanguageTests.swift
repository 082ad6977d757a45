import Routing
import TestSupport
import Testing

@testable import Analysis

/// Random expressions over a small alphabet, held against RE2.
struct RandomExpressions {
    var generator: SeededGenerator

    mutating func expression(_ depth: Int = 3) -> String {
        let atoms = [
            "a", "b", "/", ".", "[ab]", "[^a]", "\\d", "\\w", "[a-c/]", "k", "é", "\\.", "[[:alpha:]]", "\\Qa.\\E",
            "\\x61", "[^/]",
            "(?i:k)", "(?i:[^s])", "(?s:.)", "\\x{e9}", "\\/", "-", "[\\d-]", "\\S", "{", "a{",
        ]
        guard depth > 0 else { return generator.pick(atoms) }
        switch Int.random(in: 0..<12, using: &generator) {
        case 0..<4: return expression(depth - 1) + expression(depth - 1)
        case 4: return "(" + expression(depth - 1) + "|" + expression(depth - 1) + ")"
        case 5: return "(?:" + expression(depth - 1) + ")*"
        case 6: return "(?P<n\(Int.random(in: 0..<100_000, using: &generator))>" + expression(depth - 1) + ")+?"
        case 7: return "(" + expression(depth - 1) + "){\(Int.random(in: 0...2, using: &generator)),3}"
        case 8: return "^" + expression(depth - 1)
        case 9: return expression(depth - 1) + "$"
        case 10: return "(?i)" + expression(depth - 1)
        default: return generator.pick(atoms)
        }
    }

    mutating func text() -> String {
        (0..<Int.random(in: 0...5, using: &generator)).map { _ in
            generator.pick([
                "a", "b", "/", "k", "K", "\u{212A}", "s", "ſ", "é", "1", ".", "-", "\n", "c", "A", "{", "漢",
            ])
        }.joined()
    }
}

@Suite("Languages of expressions")
struct LanguageTests {
    /// Whether an automaton takes a text: the product with the text alone is not empty.
    private func takes(_ automaton: Automaton, _ text: String) throws -> Bool {
        var product = LanguageProduct(in: [automaton, try Automaton(.literal(text))], notIn: [])
        return product.shortest() == .text(text)
    }

    @Test("an automaton takes the texts that RE2 takes", arguments: [true, false])
    func agreesWithRE2(isWhole: Bool) throws {
        var random = RandomExpressions(generator: SeededGenerator(seed: isWhole ? 1 : 2))
        var compared = 0
        var taken = 0
        for _ in 0..<150 {
            let text = random.expression()
            guard let expression = try? RegularExpression(text) else { continue }
            // Letters beyond ASCII that fold case are left to RE2.
            guard let automaton = try? Automaton(expression: text, isWhole: isWhole) else { continue }
            for _ in 0..<8 {
                let sample = random.text()
                let expected = expression.matches(sample, isWhole ? .whole : .part)
                #expect(try takes(automaton, sample) == expected, "\(text) on \(sample.debugDescription)")
                compared += 1
                if expected { taken += 1 }
            }
            var product = LanguageProduct(in: [automaton], notIn: [])
            if case .text(let witness) = product.shortest() {
                #expect(expression.matches(witness, isWhole ? .whole : .part), "\(text) takes \(witness)")
            }
        }
        #expect(compared > 600 && taken > 50)
    }

    @Test("what is in one expression and not in the others is found, or proven not to be there")
    func differences() throws {
        var random = RandomExpressions(generator: SeededGenerator(seed: 3))
        var proofs = 0
        for _ in 0..<120 {
            let texts = (0..<3).map { _ in random.expression(2) }
            let expressions = texts.compactMap { try? RegularExpression($0) }
            guard expressions.count == 3 else { continue }
            let automata = texts.compactMap { try? Automaton(expression: $0, isWhole: true) }
            guard automata.count == 3 else { continue }
            var product = LanguageProduct(in: [automata[0]], notIn: Array(automata[1...]))
            switch product.shortest() {
            case .text(let text):
                #expect(expressions[0].matches(text))
                #expect(!expressions[1].matches(text) && !expressions[2].matches(text))
            case .none:
                proofs += 1
                for _ in 0..<50 {
                    let sample = random.text()
                    #expect(
                        !expressions[0].matches(sample) || expressions[1].matches(sample)
                            || expressions[2].matches(sample))
                }
            case .unknown(let why): Issue.record("\(texts): \(why)")
            }
        }
        #expect(proofs > 8)
    }

    @Test(
        "what is not read is said to be unknown",
        arguments: ["\\bfoo", "\\pL", "(?i)é", "(?m)^a", "a{1000}{40}|b{900}{90}"])
    func unsupported(_ text: String) {
        #expect(throws: Automaton.Failure.self) { try Automaton(expression: text, isWhole: true) }
    }
}
