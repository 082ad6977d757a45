internal import Routing

/// Finds texts that some predicates all hold of and others do not. Keeps the automata that it made.
final class TextSolver {
    private struct Key: Hashable {
        var expression: String
        var isWhole: Bool
    }

    private var automata: [Key: Result<Automaton, Automaton.Failure>] = [:]
    private var samples: [RegularExpression: TextAnswer] = [:]
    private var pathsOfAll: [Set<TextPredicate>: TextAnswer] = [:]
    private let extent: Dialect.Conditions.Expression
    private var budget = LanguageProduct.Budget()

    init(extent: Dialect.Conditions.Expression) { self.extent = extent }

    /// A text of `domain` that satisfies all of `positives` and none of `negatives`. Nil, as a text, where there is none.
    func solve(
        _ domain: TextDomain, _ positives: [TextPredicate], not negatives: [TextPredicate], isPath: Bool
    ) -> TextAnswer {
        var base: String?
        for positive in positives {
            switch positive {
            case .exact(let text): return check(text, domain, positives, negatives) ? .text(text) : .none
            case .segments(let text):
                if let known = base, !text.isBelowOrAbove(known) { return .none }
                if base.map({ $0.utf8.count < text.utf8.count }) ?? true { base = text }
            case .expression: break
            }
        }
        for positive in positives {
            let covers = negatives.contains { positive.relation(to: $0, extent) == .implies }
            if covers { return .none }
        }
        if isPath, negatives.contains(.segments("")) { return .none }
        for candidate in candidates(positives, base ?? "", isPath: isPath)
        where check(candidate, domain, positives, negatives) {
            return .text(candidate)
        }
        let hasExpressions = positives.contains(where: \.isExpression) || negatives.contains(where: \.isExpression)
        if isPath, !hasExpressions, domain.contains((base ?? "") + "/") { return fresh(base ?? "", domain, negatives) }
        return walk(domain, positives, negatives)
    }

    /// A path that satisfies all of these; what was found is kept.
    func path(_ domain: TextDomain, _ positives: [TextPredicate]) -> TextAnswer {
        let key = Set(positives)
        guard key.contains(where: \.isExpression) else { return solve(domain, positives, not: [], isPath: true) }
        if let known = pathsOfAll[key] { return known }
        let answer = solve(domain, positives, not: [], isPath: true)
        pathsOfAll[key] = answer
        return answer
    }

    /// What all texts begin with that satisfy a predicate.
    func prefix(of predicate: TextPredicate) -> [UInt8] {
        switch predicate {
        case .exact(let text), .segments(let text): return Array(text.utf8)
        case .expression(let expression):
            guard extent == .whole, let pattern = try? PatternParser.parse(expression.pattern) else { return [] }
            return pattern.literalPrefix.bytes
        }
    }

    private func check(
        _ text: String, _ domain: TextDomain, _ positives: [TextPredicate], _ negatives: [TextPredicate]
    ) -> Bool {
        positives.allSatisfy { $0.holds(text, extent) } && !negatives.contains { $0.holds(text, extent) }
            && domain.contains(text)
    }

    /// Texts that are worth a try before anything is built.
    private func candidates(_ positives: [TextPredicate], _ base: String, isPath: Bool) -> [String] {
        var result =
            isPath ? [base.isEmpty ? "/" : base, base + "/any", base + "/", base + "/any/other"] : ["any", ""]
        for case .expression(let expression) in positives {
            if case .text(let sample) = sample(expression) { result.append(sample) }
        }
        return result
    }

    /// Below a prefix there are more segments than predicates without expressions can take away.
    private func fresh(_ base: String, _ domain: TextDomain, _ negatives: [TextPredicate]) -> TextAnswer {
        for number in 0...negatives.count {
            let text = "\(base)/other\(number)"
            if check(text, domain, [], negatives) { return .text(text) }
        }
        return .unknown("no path was found below \(base)/")
    }

    /// A shortest text that an expression matches.
    private func sample(_ expression: RegularExpression) -> TextAnswer {
        if let known = samples[expression] { return known }
        let answer: TextAnswer
        switch automaton(expression.pattern, isWhole: extent == .whole) {
        case .success(let automaton):
            var product = LanguageProduct(in: [automaton], notIn: [])
            answer = product.shortest(&budget)
        case .failure(let failure): answer = .unknown(failure.description)
        }
        samples[expression] = answer
        return answer
    }

    private func walk(
        _ domain: TextDomain, _ positives: [TextPredicate], _ negatives: [TextPredicate]
    ) -> TextAnswer {
        var wanted: [Automaton] = []
        var unwanted: [Automaton] = []
        do throws(Automaton.Failure) {
            for text in domain.wanted { wanted.append(try automaton(text, isWhole: true).get()) }
            for text in domain.unwanted { unwanted.append(try automaton(text, isWhole: true).get()) }
            for predicate in positives { wanted.append(try automaton(predicate).get()) }
            for predicate in negatives { unwanted.append(try automaton(predicate).get()) }
        } catch {
            return .unknown(error.description)
        }
        var product = LanguageProduct(in: wanted, notIn: unwanted)
        return product.shortest(&budget)
    }

    private func automaton(_ predicate: TextPredicate) -> Result<Automaton, Automaton.Failure> {
        switch predicate {
        case .exact(let text): return Self.make(.literal(text))
        case .segments(let text):
            let rest = Pattern.sequence([.literal("/"), .anything])
            return Self.make(.sequence([.literal(text), .repetition(rest, min: 0, max: 1)]))
        case .expression(let expression): return automaton(expression.pattern, isWhole: extent == .whole)
        }
    }

    private func automaton(_ expression: String, isWhole: Bool) -> Result<Automaton, Automaton.Failure> {
        let key = Key(expression: expression, isWhole: isWhole)
        if let known = automata[key] { return known }
        let result: Result<Automaton, Automaton.Failure>
        do throws(Automaton.Failure) {
            result = .success(try Automaton(expression: expression, isWhole: isWhole))
        } catch {
            result = .failure(error)
        }
        automata[key] = result
        return result
    }

    private static func make(_ pattern: Pattern) -> Result<Automaton, Automaton.Failure> {
        do throws(Automaton.Failure) {
            return .success(try Automaton(pattern))
        } catch {
            return .failure(error)
        }
    }
}

extension Automaton.Failure: CustomStringConvertible {
    var description: String {
        switch self {
        case .unsupported(let what): "an expression has \(what), whose language is not worked out"
        case .tooLarge: "an expression has more than \(Automaton.nodesMax) states"
        }
    }
}

extension TextPredicate {
    fileprivate var isExpression: Bool {
        if case .expression = self { true } else { false }
    }
}

extension String {
    fileprivate func isBelowOrAbove(_ other: String) -> Bool {
        TextPredicate.segments(other).holds(self, .whole) || TextPredicate.segments(self).holds(other, .whole)
    }
}
