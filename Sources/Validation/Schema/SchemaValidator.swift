import GatewayAPI
import Manifests

/// Checks one object against the schema of its kind as the API server does when it is created, and fills in defaults.
///
/// In this order: fields that are not known, which end it; nulls, defaults, types and limits of values, lists that are sets
/// or maps; and, unless one of these mistakes forbids it, the rules between fields.
/// Source: Kubernetes, apiextensions-apiserver, the strategy of custom resources.
final class SchemaValidator {
    /// Something wrong, before it is reported: that an alternative does not fit may be no mistake.
    struct Finding {
        var code: DiagnosticCode
        var message: String
        var hint: String?
        var node: NodeIndex
        var path: String
        /// Whether the API server leaves the rules unevaluated because of it.
        var blocksRules = false
    }

    let context: DecodingContext
    /// The nodes as they are now. A constant, so that looking at one counts no reference.
    let arena: NodeArena
    let schema: Schema
    /// Whether the status is no part of what is created.
    let dropsStatus: Bool
    let removedNulls: [DefaultFiller.RemovedNull]
    var findings: [Finding] = []
    /// Of alternatives: only values are looked at.
    var isTrying = false
    /// How many members fitted, while trying.
    var fitting = 0

    private init(
        _ context: DecodingContext, _ schema: Schema, dropsStatus: Bool, removedNulls: [DefaultFiller.RemovedNull] = []
    ) {
        self.context = context
        arena = context.arena
        self.schema = schema
        self.dropsStatus = dropsStatus
        self.removedNulls = removedNulls
    }

    /// Checks the object at `root`, and completes it.
    static func validate(
        _ root: NodeIndex, _ context: DecodingContext, _ schema: Schema, dropsStatus: Bool, _ metadata: MetadataRules
    ) {
        let names = SchemaValidator(context, schema, dropsStatus: dropsStatus)
        names.checkUnknownFields(root, schema, isRoot: true)
        guard names.findings.isEmpty else { return names.flush() }
        metadata.check(root, context)
        // Names that are wrong do not keep the API server from evaluating the rules.
        let blocking: Set<String> = [DiagnosticCode.wrongType.rawValue, DiagnosticCode.missingField.rawValue]
        let metadataBlocks = context.diagnostics.contains { blocking.contains($0.code) }
        var filler = DefaultFiller(skipping: dropsStatus ? "status" : nil)
        filler.fill(root, schema, &context.arena)
        let values = SchemaValidator(context, schema, dropsStatus: dropsStatus, removedNulls: filler.removedNulls)
        values.checkRoot(root, metadataIsRight: !metadataBlocks)
        let blocks = metadataBlocks || values.findings.contains(where: \.blocksRules)
        values.flush()
        if !blocks, schema.hasRules { values.checkRules(root) }
    }

    func flush() {
        for finding in findings {
            context.report(finding.code, finding.message, at: finding.node, path: finding.path, hint: finding.hint)
        }
        findings.removeAll(keepingCapacity: true)
    }

    func report(
        _ code: DiagnosticCode, _ message: String, at node: NodeIndex, field: String? = nil, hint: String? = nil,
        blocksRules: Bool = false
    ) {
        findings.append(
            Finding(
                code: code, message: message, hint: hint, node: node, path: context.path.text(field),
                blocksRules: blocksRules))
    }

    /// The members of the object, of which the metadata is checked elsewhere.
    private func checkRoot(_ root: NodeIndex, metadataIsRight: Bool) {
        for name in schema.required where arena.member(root, name) == nil && !(dropsStatus && name == "status") {
            reportMissing(name, in: root, schema)
        }
        for place in 0..<arena.count(root) {
            let member = arena.member(root, at: place)
            if dropsStatus, arena.matches(member.key, "status") { continue }
            guard let property = schema.place(arena, member.key).map({ schema.properties[$0] }) else { continue }
            // Its types have been looked at with its rules; what the schema says of the names is left.
            if property.name == "metadata", !metadataIsRight { continue }
            if RootSchema.names.contains(property.name), arena.kind(member.value) == .null { continue }
            context.path.push(property.name)
            check(member.value, property.schema)
            context.path.pop()
        }
        checkJunctors(root, schema)
    }

    func reportMissing(_ name: String, in index: NodeIndex, _ schema: Schema) {
        let words = schema.property(name)?.expectation
        let null = removedNulls.first { $0.parent == index && arena.matches($0.key, name) }?.value
        report(
            .missingField, "\(name) is missing" + (words.map { ": expected \($0)" } ?? ""), at: null ?? index,
            field: name,
            blocksRules: true)
    }
}
