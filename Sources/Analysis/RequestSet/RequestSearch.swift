internal import Routing

/// One search for a request: conditions that must hold, and clauses of conditions of which one at least must not.
struct RequestSearch {
    private struct Field {
        var positives: [TextPredicate] = []
        var negatives: Set<TextPredicate> = []
    }

    /// What is found of one place of the request.
    private enum Values {
        case values([String])
        case none
        case unknown(String)
    }

    private let solver: RequestSolver
    private var fields: [Dimension: Field] = [:]
    private var clauses: [[RequestCondition]] = []
    private var budget = 2_000

    init(solver: RequestSolver, positives: [RequestCondition]) {
        self.solver = solver
        for condition in positives {
            if fields[condition.dimension, default: Field()].positives.contains(condition.predicate) { continue }
            fields[condition.dimension, default: Field()].positives.append(condition.predicate)
        }
    }

    private var extent: Dialect.Conditions.Expression { solver.dialect.conditions.expression }

    /// Excludes what satisfies all of `conditions`; false where nothing is left then.
    mutating func exclude(_ conditions: [RequestCondition]) -> Bool {
        var open: [RequestCondition] = []
        for condition in conditions.reversed() {
            switch relation(to: condition) {
            case .implies: continue
            case .excludes: return true
            case .open: open.append(condition)
            }
        }
        if open.count == 1 {
            fields[open[0].dimension, default: Field()].negatives.insert(open[0].predicate)
        } else if !open.isEmpty {
            clauses.append(open)
        }
        return !open.isEmpty
    }

    private func relation(to condition: RequestCondition) -> TextPredicate.Relation {
        guard let field = fields[condition.dimension] else { return .open }
        var result = TextPredicate.Relation.open
        for positive in field.positives {
            switch positive.relation(to: condition.predicate, extent) {
            case .implies: return .implies
            case .excludes: result = .excludes
            case .open: break
            }
        }
        // Another value may satisfy what this one does not.
        return solver.reading.multiplicity(condition.dimension) == .several && result == .excludes ? .open : result
    }

    mutating func run() -> RequestAnswer {
        clauses.removeAll { clause in
            clause.contains { fields[$0.dimension]?.negatives.contains($0.predicate) ?? false }
        }
        var found: [Dimension: [String]] = [:]
        // A value that no clause asks for satisfies all clauses that ask something of its place, whatever the others get.
        var open: [Dimension: [TextPredicate]] = [:]
        for clause in clauses {
            for condition in clause { open[condition.dimension, default: []].append(condition.predicate) }
        }
        let inOrder = open.keys.sorted { $0.order < $1.order }
        for dimension in inOrder where clauses.contains(where: { $0.contains { $0.dimension == dimension } }) {
            var field = fields[dimension] ?? Field()
            field.negatives.formUnion(open[dimension] ?? [])
            guard case .values(let values) = self.values(dimension, field) else { continue }
            found[dimension] = values
            fields[dimension] = field
            clauses.removeAll { $0.contains { $0.dimension == dimension } }
        }
        return branch(clauses, fields, found)
    }

    /// Takes the shortest clause apart: each of its conditions fails in turn.
    private mutating func branch(
        _ clauses: [[RequestCondition]], _ fields: [Dimension: Field], _ found: [Dimension: [String]]
    ) -> RequestAnswer {
        budget -= 1
        guard budget > 0 else { return .unknown("more cases than are told apart") }
        guard let clause = clauses.min(by: { $0.count < $1.count }) else { return witness(fields, found) }
        var unknown: String?
        for condition in clause {
            var fields = fields
            fields[condition.dimension, default: Field()].negatives.insert(condition.predicate)
            switch values(condition.dimension, fields[condition.dimension] ?? Field()) {
            case .none: continue
            case .unknown(let why): unknown = why
            case .values:
                let rest = clauses.filter { !$0.contains(condition) }
                switch branch(rest, fields, found) {
                case .witness(let witness): return .witness(witness)
                case .unknown(let why): unknown = why
                case .empty: continue
                }
            }
        }
        return unknown.map(RequestAnswer.unknown) ?? .empty
    }

    /// The values of one place, given all that is asked of it.
    private func values(_ dimension: Dimension, _ field: Field) -> Values {
        if let obstacle = solver.reading.obstacle(dimension) { return .unknown(obstacle) }
        let multiplicity = solver.reading.multiplicity(dimension)
        if field.positives.isEmpty, multiplicity != .one { return .values([]) }
        if dimension == .method { return method(field) }
        let groups = multiplicity == .several ? field.positives.map { [$0] } : [field.positives]
        var values: [String] = []
        for group in groups {
            let answer = solver.texts.solve(
                solver.reading.domain(dimension), group, not: Array(field.negatives), isPath: dimension == .path)
            switch answer {
            case .text(let text): if !values.contains(text) { values.append(text) }
            case .none: return .none
            case .unknown(let why): return .unknown(why)
            }
        }
        return .values(values)
    }

    private func method(_ field: Field) -> Values {
        let wanted = field.positives.compactMap { if case .exact(let text) = $0 { text } else { nil } }
        if let first = wanted.first {
            let holds = wanted.allSatisfy { $0 == first } && !field.negatives.contains(.exact(first))
            return holds ? .values([first]) : .none
        }
        let usual = [
            "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "REPORT", "SEARCH",
        ]
        // Methods are any tokens, so that there is always another one.
        let free = usual.first { !field.negatives.contains(.exact($0)) } ?? "OTHER\(field.negatives.count)"
        return .values([free])
    }

    private func witness(_ fields: [Dimension: Field], _ found: [Dimension: [String]]) -> RequestAnswer {
        var fields = fields
        for dimension in [Dimension.path, .method] where fields[dimension] == nil { fields[dimension] = Field() }
        var values = found
        var unknown: String?
        for (dimension, field) in fields where values[dimension] == nil {
            switch self.values(dimension, field) {
            case .values(let list): values[dimension] = list
            case .none: return .empty
            case .unknown(let why): unknown = why
            }
        }
        if let unknown { return .unknown(unknown) }
        var witness = RequestWitness(
            method: values[.method]?.first ?? "GET", target: values[.path]?.first ?? "/", headers: [])
        var parameters: [String] = []
        for (dimension, list) in values.sorted(by: { $0.key.order < $1.key.order }) {
            switch dimension {
            case .header(let name): witness.headers += list.map { HeaderField(name, $0) }
            case .query(let name): parameters += list.map { "\(sent(name))=\(sent($0))" }
            case .path, .method: break
            }
        }
        if !parameters.isEmpty { witness.target += "?" + parameters.joined(separator: "&") }
        return .witness(witness)
    }

    /// A name or value of a parameter as it has to be sent.
    private func sent(_ text: String) -> String {
        guard solver.dialect.conditions.parameterDecoding == .form else { return text }
        var result = ""
        for byte in text.utf8 {
            let isPlain =
                (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2D || byte == 0x2E || byte == 0x5F
            let hexadecimal = String(byte, radix: 16, uppercase: true)
            result += isPlain ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + hexadecimal
        }
        return result
    }
}

extension Dimension {
    /// Methods, headers and parameters before paths: what is told apart by them is told apart more easily.
    fileprivate var order: String {
        switch self {
        case .method: "0"
        case .header(let name): "1\(name)"
        case .query(let name): "2\(name)"
        case .path: "3"
        }
    }
}
