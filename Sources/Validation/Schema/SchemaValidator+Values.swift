import GatewayAPI
import Manifests

extension SchemaValidator {
    /// Checks a value and everything in it.
    func check(_ index: NodeIndex, _ schema: Schema) {
        let kind = arena.kind(index)
        if kind == .null {
            // Alternatives say nothing of types; elsewhere a null is a value of its own type.
            if !schema.isNullable, schema.type != nil || schema.isIntOrString { reportType(index, schema) }
            return
        }
        guard hasType(index, kind, schema) else { return reportType(index, schema) }
        switch kind {
        case .mapping: checkObject(index, schema)
        case .sequence: checkList(index, schema)
        case .string: checkString(index, schema)
        case .integer, .float: checkNumber(index, schema)
        case .boolean, .null: break
        }
        if !schema.enumeration.isEmpty { checkEnumeration(index, schema) }
        if schema.hasJunctors { checkJunctors(index, schema) }
    }

    private func hasType(_ index: NodeIndex, _ kind: Node.Kind, _ schema: Schema) -> Bool {
        if schema.isIntOrString { return kind == .string || kind == .integer || arena.integer(index) != nil }
        switch schema.type {
        case nil: return true
        case .object: return kind == .mapping
        case .array: return kind == .sequence
        case .string: return kind == .string
        case .boolean: return kind == .boolean
        case .number: return kind == .integer || kind == .float
        case .integer:
            // Where a number is no whole one of 64 bits, JSON has it as a double; those count up to 2^53.
            return kind == .integer && arena.integer(index) != nil
                || kind == .float && arena.integer(index).map { abs($0) < 1 << 53 } ?? false
        }
    }

    private func reportType(_ index: NodeIndex, _ schema: Schema) {
        let expected = schema.typeExpectation
        report(
            .wrongType, "expected \(expected), found \(context.description(index))", at: index,
            hint: context.typeHint(index, expected: expected), blocksRules: true)
    }

    private func checkString(_ index: NodeIndex, _ schema: Schema) {
        let bytes = arena.textLength(index)
        if bytes < schema.minimumLength || bytes > schema.maximumLength {
            let count = arena.codePointCount(index)
            if count < schema.minimumLength {
                let expected = schema.words ?? "at least \(schema.minimumLength) characters"
                report(
                    .invalidLength,
                    count == 0
                        ? "found an empty string, expected \(expected)"
                        : "found \(count) characters, expected at least \(schema.minimumLength)",
                    at: index)
            } else if count > schema.maximumLength {
                report(
                    .invalidLength, "found \(count) characters, expected at most \(schema.maximumLength)", at: index,
                    blocksRules: true)
            }
            // An error of length says enough, and the pattern mostly repeats it.
            if count < schema.minimumLength, count == 0 { return checkPattern(index, schema, isSaid: true) }
        }
        checkPattern(index, schema, isSaid: false)
    }

    private func checkPattern(_ index: NodeIndex, _ schema: Schema, isSaid: Bool) {
        if let pattern = schema.pattern, !isSaid, !arena.withText(index, { pattern.matches($0) }) {
            let hint = schema.words == nil ? "it has to match \(pattern.pattern)" : nil
            report(
                .invalidFormat, "found \(context.description(index)), expected \(schema.words ?? "another form")",
                at: index,
                hint: hint)
        }
        // The API server counts a wrong format as a wrong type.
        if let format = schema.format, schema.type == .string || schema.type == nil, !format.accepts(arena.text(index))
        {
            report(
                .invalidFormat, "found \(context.description(index)), expected \(format.words)", at: index,
                blocksRules: true)
        }
    }

    private func checkNumber(_ index: NodeIndex, _ schema: Schema) {
        guard let value = arena.double(index) else { return }
        let below = schema.minimum.map { value < $0.value || ($0.isExclusive && value == $0.value) } ?? false
        let above = schema.maximum.map { value > $0.value || ($0.isExclusive && value == $0.value) } ?? false
        let isOutside =
            schema.format?.range.map { range in
                !(arena.integer(index).map { range.contains($0) } ?? false)
            } ?? false
        if below || above || isOutside {
            let expected = below || above ? schema.typeExpectation : "a number of 32 bits"
            report(
                .outOfRange, "found \(Excerpt.of(arena.text(index))), expected \(expected)", at: index,
                blocksRules: isOutside)
        }
        if let step = schema.multipleOf, step > 0, value.remainder(dividingBy: step) != 0 {
            report(.outOfRange, "found \(Excerpt.of(arena.text(index))), expected a multiple of \(step)", at: index)
        }
    }

    private func checkEnumeration(_ index: NodeIndex, _ schema: Schema) {
        let isScalar = arena.count(index) == 0 && arena.kind(index) != .mapping && arena.kind(index) != .sequence
        let fits =
            isScalar
            ? schema.enumeration.contains { isSameScalar(index, $0) }
            : schema.enumeration.contains { $0 == Node(arena, index) }
        guard !fits else { return }
        let words = schema.enumeration.map { $0.kind == .string && $0.text.isEmpty ? "\"\"" : $0.text }
        let text = Excerpt.of(arena.text(index))
        let found = arena.kind(index) == .string ? "\"\(text)\"" : text
        report(
            .unsupportedValue, "found \(found), expected one of \(words.joined(separator: ", "))", at: index,
            hint: Suggestion.nearest(to: arena.text(index), among: words).map { "did you mean \($0)?" },
            blocksRules: true)
    }

    private func isSameScalar(_ index: NodeIndex, _ allowed: Node) -> Bool {
        switch (arena.kind(index), allowed.kind) {
        case (.string, .string): arena.matches(index, allowed.text)
        case (.boolean, .boolean): arena.boolean(index) == allowed.boolean
        case (.integer, .integer), (.integer, .float), (.float, .integer), (.float, .float):
            arena.double(index) == allowed.double
        case (.null, .null): true
        default: false
        }
    }

    /// Checks what is asked of a value beside its type: `allOf`, `anyOf`, `oneOf` and `not`.
    func checkJunctors(_ index: NodeIndex, _ schema: Schema) {
        guard schema.hasJunctors else { return }
        for part in schema.allOf { findings += tried(index, part).findings }
        if !schema.anyOf.isEmpty { checkAlternatives(index, schema.anyOf, allowsSeveral: true) }
        if !schema.oneOf.isEmpty { checkAlternatives(index, schema.oneOf, allowsSeveral: false) }
        if let not = schema.not, tried(index, not).findings.isEmpty {
            report(.noAlternative, "found \(context.description(index)), which is what it may not be", at: index)
        }
    }

    private func checkAlternatives(_ index: NodeIndex, _ alternatives: [Schema], allowsSeveral: Bool) {
        let results = alternatives.map { tried(index, $0) }
        let count = results.count { $0.findings.isEmpty }
        guard count == 0 || (count > 1 && !allowsSeveral) else { return }
        let found = "found \(context.description(index)), which fits"
        report(
            .noAlternative,
            count == 0
                ? "\(found) none of the forms that it may have"
                : "\(found) \(count) forms, of which it must have one alone",
            at: index)
        // What is missing to the one that fits best says most.
        let failed = results.filter { !$0.findings.isEmpty }
        if let best = failed.max(by: { $0.fitting < $1.fitting }) { findings += best.findings }
    }

    /// What would be wrong with a value if it had to be this.
    private func tried(_ index: NodeIndex, _ schema: Schema) -> (findings: [Finding], fitting: Int) {
        let outer = (findings, isTrying, fitting)
        findings = []
        isTrying = true
        fitting = 0
        check(index, schema)
        defer { (findings, isTrying, fitting) = outer }
        return (findings, fitting)
    }
}
