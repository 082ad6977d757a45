import Manifests

/// Evaluates the rules of one object.
///
/// Errors are values, as CEL has it: `&&`, `||`, `all` and `exists` pass over them where the rest decides.
final class CELEvaluator {
    /// The most steps of one rule, and of all rules of one object. Source: Kubernetes' limits for one call and one object.
    static let ruleStepsMax = 1_000_000
    static let objectStepsMax = 10_000_000

    let arena: NodeArena
    /// Why the last value was `error`.
    var problem = ""
    private(set) var stepsLeft = objectStepsMax
    private var ruleStepsLeft = 0
    private(set) var isExhausted = false
    private var locals: [CELValue] = []

    init(_ arena: NodeArena) { self.arena = arena }

    /// The value of a rule for a value of the object.
    func evaluate(_ program: CELProgram, _ index: NodeIndex, _ schema: Schema) -> CELValue {
        locals.removeAll(keepingCapacity: true)
        locals.append(value(index, Unmanaged.passUnretained(schema)))
        locals.append(.optional(nil))
        while locals.count < program.localCount { locals.append(.null) }
        ruleStepsLeft = min(Self.ruleStepsMax, stepsLeft)
        let before = ruleStepsLeft
        let result = program.expressions.withUnsafeBufferPointer { run(program.root, program, $0) }
        stepsLeft -= before - max(0, ruleStepsLeft)
        if ruleStepsLeft < 0 { isExhausted = true }
        return isExhausted ? .error : result
    }

    func fail(_ problem: String) -> CELValue {
        self.problem = problem
        return .error
    }

    func spend(_ steps: Int) -> Bool {
        ruleStepsLeft -= steps
        if ruleStepsLeft < 0 {
            problem = "it takes more steps than the API server allows"
            return false
        }
        return true
    }

    /// What a rule sees of a node.
    func value(_ index: NodeIndex, _ schema: Unmanaged<Schema>) -> CELValue {
        switch arena.kind(index) {
        case .mapping, .sequence: return .node(index, schema)
        case .null: return .null
        case .boolean: return .bool(arena.boolean(index) ?? false)
        case .string: return string(index, schema)
        case .integer, .float:
            let isNumber = schema._withUnsafeGuaranteedRef { $0.type == .number }
            if !isNumber, let whole = arena.integer(index) { return .int(whole) }
            return .double(arena.double(index) ?? 0)
        }
    }

    private func string(_ index: NodeIndex, _ schema: Unmanaged<Schema>) -> CELValue {
        switch schema._withUnsafeGuaranteedRef({ $0.format }) {
        case .dateTime: Timestamp.nanoseconds(arena.text(index)).map(CELValue.timestamp) ?? .text(index)
        case .date:
            Timestamp.nanoseconds(arena.text(index) + "T00:00:00Z").map(CELValue.timestamp) ?? .text(index)
        case .duration: CELDuration.parseFormat(arena.text(index)).map(CELValue.duration) ?? .text(index)
        case .byte: Base64.decode(arena.text(index).utf8).map(CELValue.bytes) ?? .text(index)
        default: .text(index)
        }
    }

    func run(
        _ place: Int32, _ program: borrowing CELProgram,
        _ expressions: UnsafeBufferPointer<CELProgram.Expression>
    ) -> CELValue {
        let expression = expressions[Int(place)]
        guard spend(1) else { return .error }
        switch expression.operation {
        case .constant: return program.constants[Int(expression.a)]
        case .local: return locals[Int(expression.a)]
        case .select, .has, .optionalSelect:
            let operand = run(expression.a, program, expressions)
            return select(operand, program.names[Int(expression.b)], expression.operation)
        case .index, .optionalIndex:
            let operand = run(expression.a, program, expressions)
            let index = run(expression.b, program, expressions)
            return element(operand, index, isOptional: expression.operation == .optionalIndex)
        case .not:
            switch run(expression.a, program, expressions) {
            case .bool(let value): return .bool(!value)
            case .error: return .error
            default: return fail("! wants true or false")
            }
        case .negate: return negated(run(expression.a, program, expressions))
        case .and, .or:
            let decisive = expression.operation == .or
            var hasError = false
            for part in Int(expression.a)..<Int(expression.a) + Int(expression.b) {
                switch run(program.parts[part], program, expressions) {
                case .bool(decisive): return .bool(decisive)
                case .bool: break
                case .error: hasError = true
                default:
                    hasError = true
                    problem = "&& and || want true or false"
                }
            }
            return hasError ? .error : .bool(!decisive)
        case .conditional:
            switch run(expression.a, program, expressions) {
            case .bool(true): return run(expression.b, program, expressions)
            case .bool(false): return run(expression.c, program, expressions)
            case .error: return .error
            default: return fail("? wants true or false before it")
            }
        case .equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual, .in, .add, .subtract, .multiply, .divide,
            .remainder:
            let left = run(expression.a, program, expressions)
            if case .error = left { return .error }
            let right = run(expression.b, program, expressions)
            if case .error = right { return .error }
            return binary(expression.operation, left, right)
        case .list:
            guard spend(10) else { return .error }
            var values: [CELValue] = []
            for part in Int(expression.a)..<Int(expression.a) + Int(expression.b) {
                let value = run(program.parts[part], program, expressions)
                if case .error = value { return .error }
                values.append(value)
            }
            return .list(values)
        case .map: return map(expression, program, expressions)
        case .call:
            let first = Int(expression.a)
            let function = program.functions[Int(expression.c)]
            let one = expression.b > 0 ? run(program.parts[first], program, expressions) : .null
            if case .error = one { return .error }
            if expression.b <= 1 { return call(function, one, []) }
            var others: [CELValue] = []
            for part in first + 1..<first + Int(expression.b) {
                let value = run(program.parts[part], program, expressions)
                if case .error = value { return .error }
                others.append(value)
            }
            return call(function, one, others)
        case .all, .exists, .existsOne, .filter, .transform:
            let range = run(expression.a, program, expressions)
            if case .error = range { return .error }
            return comprehension(expression, range, program, expressions)
        }
    }

    private func map(
        _ expression: CELProgram.Expression, _ program: borrowing CELProgram,
        _ expressions: UnsafeBufferPointer<CELProgram.Expression>
    ) -> CELValue {
        guard spend(30) else { return .error }
        var entries: [(key: CELValue, value: CELValue)] = []
        for entry in 0..<Int(expression.b) {
            let key = run(program.parts[Int(expression.a) + 2 * entry], program, expressions)
            if case .error = key { return .error }
            let value = run(program.parts[Int(expression.a) + 2 * entry + 1], program, expressions)
            if case .error = value { return .error }
            if entries.contains(where: { areEqual($0.key, key) }) { return fail("a key of a map is given twice") }
            entries.append((key, value))
        }
        return .map(entries)
    }

    private func comprehension(
        _ expression: CELProgram.Expression, _ range: CELValue, _ program: borrowing CELProgram,
        _ expressions: UnsafeBufferPointer<CELProgram.Expression>
    ) -> CELValue {
        guard let count = elementCount(range) else { return fail("a macro wants a list or a map") }
        var hasError = false
        var found = 0
        var kept: [CELValue] = []
        for place in 0..<count {
            guard spend(3) else { return .error }
            let item = elementOrKey(range, place)
            locals[Int(expression.b)] = item
            let value = run(expression.c, program, expressions)
            switch (expression.operation, value) {
            case (.all, .bool(false)): return .bool(false)
            case (.exists, .bool(true)): return .bool(true)
            case (.existsOne, .bool(true)): found += 1
            case (.filter, .bool(true)): kept.append(item)
            case (.transform, .bool(let keeps)) where expression.d >= 0:
                guard keeps else { break }
                let result = run(expression.d, program, expressions)
                if case .error = result { return .error }
                kept.append(result)
            case (_, .error):
                hasError = true
                if expression.operation != .all, expression.operation != .exists { return .error }
            case (.transform, _) where expression.d < 0: kept.append(value)
            case (_, .bool): break
            default: return fail("a macro wants true or false")
            }
        }
        switch expression.operation {
        case .all: return hasError ? .error : .bool(true)
        case .exists: return hasError ? .error : .bool(false)
        case .existsOne: return .bool(found == 1)
        default: return .list(kept)
        }
    }
}
