import GatewayAPI
import Manifests

/// What the API server asks of the metadata of every object.
///
/// Source: Kubernetes, apimachinery, the validation of ObjectMeta.
struct MetadataRules {
    var isNamespaced = true
    /// Whether the object stands inside of another one, where it needs no name.
    var isEmbedded = false
    /// The form of the names of the kind.
    var name = StringRule.subdomain

    enum FieldType {
        case string, integer, boolean, time, anything
        case strings
        case labels
        case objects([(String, FieldType)])
    }

    static let fields: [(String, FieldType)] = [
        ("name", .string), ("generateName", .string), ("namespace", .string), ("labels", .labels),
        ("annotations", .labels), ("finalizers", .strings), ("creationTimestamp", .time), ("deletionTimestamp", .time),
        ("deletionGracePeriodSeconds", .integer), ("generation", .integer), ("resourceVersion", .string),
        ("selfLink", .string), ("uid", .string),
        (
            "ownerReferences",
            .objects([
                ("apiVersion", .string), ("kind", .string), ("name", .string), ("uid", .string),
                ("controller", .boolean),
                ("blockOwnerDeletion", .boolean),
            ])
        ),
        (
            "managedFields",
            .objects([
                ("manager", .string), ("operation", .string), ("apiVersion", .string), ("time", .time),
                ("fieldsType", .string), ("fieldsV1", .anything), ("subresource", .string),
            ])
        ),
    ]

    /// Reports members of the metadata that it does not have.
    static func checkUnknownFields(_ metadata: NodeIndex, _ validator: SchemaValidator) {
        guard validator.arena.kind(metadata) == .mapping else { return }
        validator.context.path.push("metadata")
        defer { validator.context.path.pop() }
        checkUnknownFields(metadata, fields, validator)
    }

    private static func checkUnknownFields(
        _ index: NodeIndex, _ fields: [(String, FieldType)], _ validator: SchemaValidator
    ) {
        let arena = validator.arena
        for place in 0..<arena.count(index) {
            let member = arena.member(index, at: place)
            guard let field = fields.first(where: { arena.matches(member.key, $0.0) }) else {
                let name = arena.text(member.key)
                let hint =
                    YAMLTrap.hint(forKey: member.key, of: arena)
                    ?? Suggestion.nearest(to: name, among: fields.map(\.0)).map { "did you mean \($0)?" }
                validator.report(
                    .unknownField, "unknown field \"\(Excerpt.of(name))\"", at: member.key, field: name, hint: hint)
                continue
            }
            guard case .objects(let inner) = field.1, arena.kind(member.value) == .sequence else { continue }
            validator.context.path.push(field.0)
            for place in 0..<arena.count(member.value) {
                let item = arena.element(member.value, place)
                guard arena.kind(item) == .mapping else { continue }
                validator.context.path.push(place)
                checkUnknownFields(item, inner, validator)
                validator.context.path.pop()
            }
            validator.context.path.pop()
        }
    }

    /// Checks `metadata` of the object at `root`.
    func check(_ root: NodeIndex, _ context: DecodingContext) {
        guard let metadata = context.arena.member(root, "metadata")?.value, context.arena.kind(metadata) != .null else {
            if !isEmbedded { reportNameless(root, context, prefix: "metadata.") }
            return
        }
        context.path.push("metadata")
        defer { context.path.pop() }
        guard context.arena.kind(metadata) == .mapping else {
            return context.reportType(metadata, expected: "a mapping")
        }
        // Nulls in it are as good as nothing.
        for place in (0..<context.arena.count(metadata)).reversed()
        where context.arena.kind(context.arena.member(metadata, at: place).value) == .null {
            context.arena.removeMember(of: metadata, at: place)
        }
        if checkTypes(metadata, Self.fields, context) { checkValues(metadata, context) }
    }

    func reportNameless(_ index: NodeIndex, _ context: DecodingContext, prefix: String = "") {
        let path = prefix.isEmpty ? context.path.text("name") : prefix + "name"
        context.report(
            .missingField, "name is missing: expected \(name.expected ?? "a name"), or generateName", at: index,
            path: path,
            hint: nil)
    }

    /// Whether all values have the types that they must have.
    private func checkTypes(_ index: NodeIndex, _ fields: [(String, FieldType)], _ context: DecodingContext) -> Bool {
        var isRight = true
        for (name, type) in fields {
            guard let value = context.arena.member(index, name)?.value, context.arena.kind(value) != .null else {
                continue
            }
            context.path.push(name)
            if !checkType(value, type, context) { isRight = false }
            context.path.pop()
        }
        return isRight
    }

    private func checkType(_ value: NodeIndex, _ type: FieldType, _ context: DecodingContext) -> Bool {
        let kind = context.arena.kind(value)
        func wants(_ expected: String, at index: NodeIndex? = nil, _ isRight: Bool) -> Bool {
            if !isRight { context.reportType(index ?? value, expected: expected) }
            return isRight
        }
        switch type {
        case .anything: return true
        case .string: return wants("a string", kind == .string)
        case .integer: return wants("an integer", kind == .integer || context.arena.integer(value) != nil)
        case .boolean: return wants("true or false", kind == .boolean)
        case .time:
            guard wants("a time such as 2025-01-31T12:00:00Z (RFC 3339)", kind == .string) else { return false }
            guard Timestamp.seconds(context.arena.text(value)) == nil else { return true }
            context.report(
                .invalidFormat,
                "found \(context.description(value)), expected a time such as 2025-01-31T12:00:00Z (RFC 3339)",
                at: value)
            return false
        case .strings:
            guard wants("a list", kind == .sequence) else { return false }
            for place in 0..<context.arena.count(value) {
                let item = context.arena.element(value, place)
                // Kubernetes reads a null among strings as an empty one.
                let kind = context.arena.kind(item)
                guard wants("a string", at: item, kind == .string || kind == .null) else { return false }
            }
            return true
        case .labels:
            guard wants("a mapping", kind == .mapping) else { return false }
            for place in 0..<context.arena.count(value) {
                let item = context.arena.member(value, at: place).value
                let kind = context.arena.kind(item)
                guard wants("a string", at: item, kind == .string || kind == .null) else { return false }
            }
            return true
        case .objects(let fields):
            guard wants("a list", kind == .sequence) else { return false }
            var isRight = true
            for place in 0..<context.arena.count(value) {
                let item = context.arena.element(value, place)
                guard wants("a mapping", at: item, context.arena.kind(item) == .mapping) else { return false }
                context.path.push(place)
                if !checkTypes(item, fields, context) { isRight = false }
                context.path.pop()
            }
            return isRight
        }
    }
}
