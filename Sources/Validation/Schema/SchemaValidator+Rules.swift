import GatewayAPI
import Manifests

extension SchemaValidator {
    /// Evaluates the rules between fields, from the object inwards.
    func checkRules(_ root: NodeIndex) {
        let evaluator = CELEvaluator(arena)
        checkRules(root, schema, evaluator, isRoot: true)
    }

    private func checkRules(_ index: NodeIndex, _ schema: Schema, _ evaluator: CELEvaluator, isRoot: Bool = false) {
        guard arena.kind(index) != .null else { return }
        for rule in schema.rules where !rule.isTransition {
            guard !evaluator.isExhausted else { return }
            check(rule, index, schema, evaluator)
        }
        switch arena.kind(index) {
        case .mapping:
            for place in 0..<arena.count(index) {
                let member = arena.member(index, at: place)
                if isRoot, dropsStatus, arena.matches(member.key, "status") { continue }
                guard let inner = schema.valueSchema(arena, member.key), inner.hasRules else { continue }
                context.path.push(arena.text(member.key))
                checkRules(member.value, inner, evaluator)
                context.path.pop()
            }
        case .sequence:
            guard let items = schema.items, items.hasRules else { return }
            for place in 0..<arena.count(index) {
                context.path.push(place)
                checkRules(arena.element(index, place), items, evaluator)
                context.path.pop()
            }
        default: break
        }
    }

    private func check(_ rule: ValidationRule, _ index: NodeIndex, _ schema: Schema, _ evaluator: CELEvaluator) {
        switch evaluator.evaluate(rule.condition, index, schema) {
        case .bool(true): return
        case .bool(false): break
        default:
            let problem = evaluator.problem
            report(rule, "a rule cannot be evaluated: \(problem) (\(shortened(rule)))", index)
            return
        }
        var message = rule.message ?? "failed rule: \(shortened(rule))"
        if let expression = rule.messageExpression {
            let value = evaluator.evaluate(expression, index, schema)
            // Kubernetes falls back to the message where the expression gives none, or one that it would not print.
            if let text = evaluator.text(value), text.contains(where: { !$0.isWhitespace }), !text.contains("\n"),
                text.utf8.count <= 5 * 1024
            {
                message = text
            }
        }
        report(rule, message, index)
    }

    private func shortened(_ rule: ValidationRule) -> String {
        let source = rule.source.split { $0.isWhitespace }.joined(separator: " ")
        return source.count <= 100 ? source : source.prefix(97) + "..."
    }

    private func report(_ rule: ValidationRule, _ message: String, _ index: NodeIndex) {
        var node = index
        for step in rule.fieldPath {
            context.path.push(step)
            if let member = arena.member(node, step)?.value { node = member }
        }
        if let pointer = rule.pointer, let member = arena.member(node, pointer)?.value { node = member }
        context.report(rule.code, message, at: node, field: nil)
        for _ in rule.fieldPath { context.path.pop() }
    }
}
