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
    let schema: Schema
    /// Whether the status is no part of what is created.
    let dropsStatus: Bool
    var findings: [Finding] = []
    /// Nulls that said nothing, and what they stood in: a field that is missing in truth stands there.
    private var removedNulls: [(parent: NodeIndex, key: NodeIndex, value: NodeIndex)] = []
    /// Of alternatives: nothing is filled in, and only values are looked at.
    var isTrying = false
    /// How many members fitted, while trying.
    var fitting = 0

    init(_ context: DecodingContext, _ schema: Schema, dropsStatus: Bool) {
        self.context = context
        self.schema = schema
        self.dropsStatus = dropsStatus
    }

    var arena: NodeArena { context.arena }

    /// Checks the object at `root`, and completes it where it is right.
    func validate(_ root: NodeIndex, _ metadata: MetadataRules) {
        checkUnknownFields(root, schema, isRoot: true)
        guard findings.isEmpty else { return flush() }
        metadata.check(root, context)
        // Names that are wrong do not keep the API server from evaluating the rules.
        let blocking: Set<DiagnosticCode> = [.wrongType, .missingField]
        let metadataBlocks = context.diagnostics.contains { blocking.contains(DiagnosticCode(rawValue: $0.code) ?? .notFound) }
        checkRoot(root, metadataIsRight: !metadataBlocks)
        let blocks = findings.contains(where: \.blocksRules) || metadataBlocks
        flush()
        if !blocks, schema.hasRules { checkRules(root) }
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
        fillIn(root, schema, skipping: dropsStatus ? "status" : nil)
        for name in schema.required where arena.member(root, name) == nil && !(dropsStatus && name == "status") {
            reportMissing(name, in: root, schema)
        }
        for place in 0..<arena.count(root) {
            let member = arena.member(root, at: place)
            if dropsStatus, arena.matches(member.key, "status") { continue }
            guard let property = schema.property(arena, member.key) else { continue }
            // Its types have been looked at with its rules; what the schema says of the names is left.
            if property.name == "metadata", !metadataIsRight { continue }
            if RootSchema.names.contains(property.name), arena.kind(member.value) == .null { continue }
            context.path.push(property.name)
            check(member.value, property.schema)
            context.path.pop()
        }
        checkJunctors(root, schema)
    }
}

extension SchemaValidator {
    /// Removes nulls that say nothing and adds what is left out, in one object.
    func fillIn(_ index: NodeIndex, _ schema: Schema, skipping skipped: String? = nil) {
        guard !isTrying, arena.kind(index) == .mapping else { return }
        var place = 0
        while place < arena.count(index) {
            let member = arena.member(index, at: place)
            guard arena.kind(member.value) == .null, let known = valueSchema(schema, member.key), !known.isNullable,
                !arena.matches(member.key, skipped ?? "")
            else {
                place += 1
                continue
            }
            removedNulls.append((index, member.key, member.value))
            context.arena.removeMember(of: index, at: place)
        }
        for property in schema.properties {
            guard let value = property.schema.defaultValue, property.name != skipped,
                arena.member(index, property.name) == nil
            else { continue }
            let copy = context.arena.addCopy(of: value, at: index)
            context.arena.setMember(of: index, property.name, to: copy)
        }
    }

    /// What a member has to be; nil where the schema does not say.
    func valueSchema(_ schema: Schema, _ key: NodeIndex) -> Schema? {
        if let property = schema.property(arena, key) { return property.schema }
        if case .values(let other) = schema.others { return other }
        return nil
    }

    func reportMissing(_ name: String, in index: NodeIndex, _ schema: Schema) {
        let words = schema.property(name)?.expectation
        let null = removedNulls.first { $0.parent == index && arena.matches($0.key, name) }?.value
        report(
            .missingField, "\(name) is missing" + (words.map { ": expected \($0)" } ?? ""), at: null ?? index, field: name,
            blocksRules: true)
    }
}
