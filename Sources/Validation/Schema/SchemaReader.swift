import GatewayAPI
import Manifests

/// Reads a schema as CustomResourceDefinitions write it, in OpenAPI v3 with Kubernetes' additions.
struct SchemaReader {
    private let arena: NodeArena
    /// What of the schema weir cannot apply.
    private(set) var diagnostics: [Diagnostic] = []
    private let resource: ResourceName

    init(_ arena: NodeArena, resource: ResourceName) {
        self.arena = arena
        self.resource = resource
    }

    private mutating func warn(_ message: String, at index: NodeIndex, hint: String? = nil) {
        diagnostics.append(
            Diagnostic(
                .warning, code: DiagnosticCode.unappliedRule.rawValue, message, hint: hint,
                position: arena.position(index),
                resource: resource))
    }

    private func member(_ index: NodeIndex, _ key: String) -> NodeIndex? {
        arena.member(index, key).flatMap { arena.kind($0.value) == .null ? nil : $0.value }
    }

    private func text(_ index: NodeIndex, _ key: String) -> String? {
        member(index, key).flatMap { arena.kind($0) == .string ? arena.text($0) : nil }
    }

    private func flag(_ index: NodeIndex, _ key: String) -> Bool { member(index, key).flatMap(arena.boolean) ?? false }

    private func size(_ index: NodeIndex, _ keys: [String]) -> Int? {
        for key in keys {
            if let value = member(index, key).flatMap(arena.integer), value >= 0 { return Int(value) }
        }
        return nil
    }

    private func items(_ index: NodeIndex?) -> [NodeIndex] {
        guard let index, arena.kind(index) == .sequence else { return [] }
        return (0..<arena.count(index)).map { arena.element(index, $0) }
    }

    /// The schema of a whole object, whose metadata has rules of its own.
    mutating func readRoot(_ index: NodeIndex) -> Schema {
        var draft = self.draft(index)
        let declared = draft.properties.first { $0.name == "metadata" }?.schema
        draft.properties.removeAll { RootSchema.names.contains($0.name) }
        draft.properties += RootSchema.properties(metadata: declared)
        return Schema(draft)
    }

    mutating func read(_ index: NodeIndex) -> Schema { Schema(draft(index)) }

    private mutating func draft(_ index: NodeIndex) -> SchemaDraft {
        var draft = SchemaDraft()
        draft.type = text(index, "type").flatMap(Schema.ValueType.init)
        draft.isNullable = flag(index, "nullable")
        draft.preservesUnknownFields = flag(index, "x-kubernetes-preserve-unknown-fields")
        draft.isIntOrString = flag(index, "x-kubernetes-int-or-string")
        draft.isEmbeddedResource = flag(index, "x-kubernetes-embedded-resource")
        if let properties = member(index, "properties") {
            for place in 0..<arena.count(properties) where arena.kind(properties) == .mapping {
                let member = arena.member(properties, at: place)
                draft.properties.append((arena.text(member.key), read(member.value)))
            }
        }
        draft.required = items(member(index, "required")).map(arena.text)
        if let others = member(index, "additionalProperties") {
            if arena.kind(others) == .mapping {
                draft.others = .values(read(others))
            } else if arena.boolean(others) == true {
                draft.others = .anything
            }
        }
        draft.items = member(index, "items").map { read($0) }
        switch text(index, "x-kubernetes-list-type") {
        case "set": draft.listType = .set
        case "map": draft.listType = .map(keys: items(member(index, "x-kubernetes-list-map-keys")).map(arena.text))
        default: break
        }
        readLimits(index, &draft)
        draft.enumeration = items(member(index, "enum")).map { Node(arena, $0) }
        draft.allOf = items(member(index, "allOf")).map { read($0) }
        draft.anyOf = items(member(index, "anyOf")).map { read($0) }
        draft.oneOf = items(member(index, "oneOf")).map { read($0) }
        draft.not = member(index, "not").map { read($0) }
        draft.defaultValue = member(index, "default").map { Node(arena, $0) }
        for rule in items(member(index, "x-kubernetes-validations")) {
            if let rule = readRule(rule) { draft.rules.append(rule) }
        }
        return draft
    }

    private mutating func readLimits(_ index: NodeIndex, _ draft: inout SchemaDraft) {
        draft.minimumLength = size(index, ["minLength", "minItems", "minProperties"]) ?? 0
        draft.maximumLength = size(index, ["maxLength", "maxItems", "maxProperties"]) ?? Int.max
        draft.minimum = member(index, "minimum").flatMap(arena.double)
            .map { Schema.Bound(value: $0, isExclusive: flag(index, "exclusiveMinimum")) }
        draft.maximum = member(index, "maximum").flatMap(arena.double)
            .map { Schema.Bound(value: $0, isExclusive: flag(index, "exclusiveMaximum")) }
        draft.multipleOf = member(index, "multipleOf").flatMap(arena.double)
        if let pattern = member(index, "pattern") {
            do throws(PatternError) {
                draft.pattern = try RegularExpression(arena.text(pattern))
            } catch {
                warn("a pattern is not applied, because it is none: \(error.reason)", at: pattern)
            }
        }
        if let format = member(index, "format") {
            draft.format = ValueFormat(rawValue: arena.text(format))
            if ValueFormat.unchecked.contains(arena.text(format)) {
                warn("the format \(arena.text(format)) is not checked by weir", at: format)
            }
        }
    }

    private mutating func readRule(_ index: NodeIndex) -> ValidationRule? {
        guard let source = text(index, "rule") else { return nil }
        guard let condition = program(source, at: member(index, "rule") ?? index) else { return nil }
        let expression = text(index, "messageExpression")
        let fieldPath = text(index, "fieldPath")
        let path = fieldPath.flatMap(FieldPath.steps)
        if fieldPath != nil, path == nil {
            warn("a fieldPath that weir cannot read: the rule is reported at its own place", at: index)
        }
        let reason = text(index, "reason").flatMap(ValidationRule.Reason.init)
        return ValidationRule(
            source: source, condition: condition, message: text(index, "message"),
            messageExpression: expression.flatMap { program($0, at: member(index, "messageExpression") ?? index) },
            fieldPath: path ?? [], code: Self.code(reason), pointer: nil,
            isTransition: condition.usesOldSelf && !flag(index, "optionalOldSelf"))
    }

    static func code(_ reason: ValidationRule.Reason?) -> DiagnosticCode {
        switch reason {
        case .required: .missingField
        case .duplicate: .duplicateItem
        case .forbidden: .conflictingFields
        case .invalid, nil: .ruleViolated
        }
    }

    private mutating func program(_ source: String, at index: NodeIndex) -> CELProgram? {
        do throws(CELError) {
            return try CELParser.parse(source)
        } catch {
            warn(
                "a rule is not applied: \(error.message) (character \(error.offset + 1) of \(source.prefix(80)))",
                at: index, hint: "objects of this kind are checked without it; an API server may refuse some of them")
            return nil
        }
    }
}

/// What every object has beside its own fields.
enum RootSchema {
    static let names: Set<String> = ["apiVersion", "kind", "metadata"]

    /// As rules see them: of the metadata only the names. `declared` may say more of these.
    static func properties(metadata declared: Schema?) -> [(name: String, schema: Schema)] {
        var word = SchemaDraft()
        word.type = .string
        let string = Schema(word)
        var metadata = SchemaDraft()
        metadata.type = .object
        metadata.preservesUnknownFields = true
        metadata.properties = ["name", "generateName"].map { ($0, declared?.property($0) ?? string) }
        return [("apiVersion", string), ("kind", string), ("metadata", Schema(metadata))]
    }
}

extension FieldPath {
    /// The names in a path such as `.spec['a.b'].c`; nil where it is none.
    static func steps(_ text: String) -> [String]? {
        var steps: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            if rest.hasPrefix(".") {
                let name = rest.dropFirst().prefix { $0 != "." && $0 != "[" }
                guard !name.isEmpty else { return nil }
                steps.append(String(name))
                rest = rest.dropFirst(name.count + 1)
            } else if rest.hasPrefix("['") || rest.hasPrefix("[\"") {
                let quote = rest.dropFirst().first ?? "'"
                let name = rest.dropFirst(2).prefix { $0 != quote }
                rest = rest.dropFirst(name.count + 2)
                guard rest.hasPrefix("\(quote)]") else { return nil }
                rest = rest.dropFirst(2)
                steps.append(String(name))
            } else {
                return nil
            }
        }
        return steps
    }
}
