import Manifests

/// A structural schema, compiled: what the API server asks of a value of a custom resource, and what it fills in.
///
/// Source: Kubernetes, "Extend the Kubernetes API with CustomResourceDefinitions", section "Specifying a structural schema".
final class Schema: Sendable {
    /// What a value has to be.
    enum ValueType: String, Sendable {
        case object, array, string, integer, number, boolean
    }

    /// A member that an object may have.
    struct Property: Sendable {
        let name: String
        /// `NodeArena.hash` of the name.
        let hash: UInt32
        let schema: Schema
    }

    /// The members of an object that it does not name.
    enum Others: Sendable {
        /// There are none.
        case unknown
        /// They may be anything.
        case anything
        case values(Schema)
    }

    /// What tells the items of a list apart.
    enum ListType: Hashable, Sendable {
        case atomic
        case set
        case map(keys: [String])
    }

    /// A bound of a number.
    struct Bound: Hashable, Sendable {
        var value: Double
        var isExclusive = false
    }

    /// Nil where any type will do.
    let type: ValueType?
    let isNullable: Bool
    let preservesUnknownFields: Bool
    let isIntOrString: Bool
    let isEmbeddedResource: Bool
    let properties: [Property]
    let required: [String]
    let others: Others
    let items: Schema?
    let listType: ListType
    /// Characters of a string, items of a list or members of an object.
    let minimumLength: Int
    let maximumLength: Int
    let minimum: Bound?
    let maximum: Bound?
    let multipleOf: Double?
    let pattern: RegularExpression?
    let format: ValueFormat?
    let enumeration: [Node]
    let allOf: [Schema]
    let anyOf: [Schema]
    let oneOf: [Schema]
    let not: Schema?
    let defaultValue: Node?
    let rules: [ValidationRule]
    /// What a string is, in the words of a message: `a DNS label`.
    let words: String?
    /// Whether this schema or one below it has rules.
    let hasRules: Bool
    /// The properties that have a default.
    let defaulted: [Int]
    /// Whether there may be something to fill in or to remove in a value, or in one below it.
    let hasDefaults: Bool
    /// Whether there are value validations beyond those of the type.
    let hasJunctors: Bool

    init(_ draft: SchemaDraft) {
        type = draft.type
        isNullable = draft.isNullable
        preservesUnknownFields = draft.preservesUnknownFields
        isIntOrString = draft.isIntOrString
        isEmbeddedResource = draft.isEmbeddedResource
        properties = draft.properties.map { name, schema in
            Property(name: name, hash: NodeArena.hash(name.utf8), schema: schema)
        }
        required = draft.required
        others = draft.others
        items = draft.items
        listType = draft.listType
        minimumLength = draft.minimumLength
        maximumLength = draft.maximumLength
        minimum = draft.minimum
        maximum = draft.maximum
        multipleOf = draft.multipleOf
        pattern = draft.pattern
        format = draft.format
        enumeration = draft.enumeration
        allOf = draft.allOf
        anyOf = draft.anyOf
        oneOf = draft.oneOf
        not = draft.not
        defaultValue = draft.defaultValue
        rules = draft.rules
        words = draft.words
        var below = draft.items?.hasRules ?? false
        if case .values(let schema) = draft.others { below = below || schema.hasRules }
        hasRules = below || !draft.rules.isEmpty || draft.properties.contains { $0.schema.hasRules }
        defaulted = draft.properties.indices.filter { draft.properties[$0].schema.defaultValue != nil }
        // Any object may hold a null.
        var isComposite = !draft.properties.isEmpty || (draft.items?.hasDefaults ?? false)
        if case .values = draft.others { isComposite = true }
        hasDefaults = isComposite
        hasJunctors = !(draft.allOf.isEmpty && draft.anyOf.isEmpty && draft.oneOf.isEmpty) || draft.not != nil
    }

    /// The place of a member among the properties; nil where there is none of this name.
    func place(_ arena: borrowing NodeArena, _ key: NodeIndex) -> Int? {
        let hash = arena.textHash(key)
        for place in properties.indices where properties[place].hash == hash {
            if arena.matches(key, properties[place].name) { return place }
        }
        return nil
    }

    /// What a member has to be; nil where the schema does not say.
    func valueSchema(_ arena: borrowing NodeArena, _ key: NodeIndex) -> Schema? {
        if let place = place(arena, key) { return properties[place].schema }
        if case .values(let other) = others { return other }
        return nil
    }

    func property(_ name: String) -> Schema? {
        properties.first { $0.name == name }?.schema
    }

    /// A schema that says nothing.
    static let empty = Schema(SchemaDraft())
}

/// A schema in the making.
struct SchemaDraft {
    var type: Schema.ValueType?
    var isNullable = false
    var preservesUnknownFields = false
    var isIntOrString = false
    var isEmbeddedResource = false
    var properties: [(name: String, schema: Schema)] = []
    var required: [String] = []
    var others = Schema.Others.unknown
    var items: Schema?
    var listType = Schema.ListType.atomic
    var minimumLength = 0
    var maximumLength = Int.max
    var minimum: Schema.Bound?
    var maximum: Schema.Bound?
    var multipleOf: Double?
    var pattern: RegularExpression?
    var format: ValueFormat?
    var enumeration: [Node] = []
    var allOf: [Schema] = []
    var anyOf: [Schema] = []
    var oneOf: [Schema] = []
    var not: Schema?
    var defaultValue: Node?
    var rules: [ValidationRule] = []
    var words: String?
}
