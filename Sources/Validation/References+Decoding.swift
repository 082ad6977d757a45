import GatewayAPI
import Manifests

extension ParentReference {
    static func decode(_ fields: inout ObjectDecoder) -> ParentReference {
        ParentReference(
            group: fields.string("group", .group, default: APIGroup.gateway),
            kind: fields.string("kind", .kind, default: "Gateway"),
            namespace: fields.string("namespace", .namespace), name: fields.requiredString("name", .objectName),
            sectionName: fields.string("sectionName", .subdomain), port: fields.port("port"),
            position: fields.position)
    }

    /// Of several references to one parent, all or none name a section and all or none a port, and no two are the same.
    static func checkTogether(_ references: [ParentReference], _ fields: ObjectDecoder) {
        guard references.count > 1 else { return }
        func parent(_ reference: ParentReference) -> String {
            "\(reference.group)|\(reference.kind)|\(reference.namespace ?? "")|\(reference.name)"
        }
        fields.requireUnique(references, "parentRefs", "a parent with its section and port") {
            "\($0.kind) \($0.name)"
                + ($0.namespace.map { " in \($0)" } ?? "") + ($0.sectionName.map { ", section \($0)" } ?? "")
                + ($0.port.map { ", port \($0)" } ?? "") + ($0.group == APIGroup.gateway ? "" : " of \($0.group)")
        }
        var first: [String: ParentReference] = [:]
        for reference in references {
            guard let other = first[parent(reference)] else {
                first[parent(reference)] = reference
                continue
            }
            if (other.sectionName == nil) != (reference.sectionName == nil)
                || (other.port == nil) != (reference.port == nil)
            {
                return fields.report(
                    .conflictingFields,
                    "\(reference.kind) \(reference.name) is named several times, but not always with sectionName or port",
                    field: "parentRefs", hint: "give each of these parentRefs a sectionName, or each a port")
            }
        }
    }
}

extension BackendObjectReference {
    static func decode(_ fields: inout ObjectDecoder) -> BackendObjectReference {
        let reference = BackendObjectReference(
            group: fields.string("group", .group, default: APIGroup.core),
            kind: fields.string("kind", .kind, default: "Service"),
            name: fields.requiredString("name", .objectName), namespace: fields.string("namespace", .namespace),
            port: fields.port("port"), position: fields.position)
        if reference.group.isEmpty, reference.kind == "Service", !fields.has("port") {
            fields.reportMissing("port", "the port of Service \(reference.name)")
        }
        return reference
    }
}

extension SecretObjectReference {
    static func decode(_ fields: inout ObjectDecoder) -> SecretObjectReference {
        SecretObjectReference(
            group: fields.string("group", .group, default: APIGroup.core),
            kind: fields.string("kind", .kind, default: "Secret"),
            name: fields.requiredString("name", .objectName), namespace: fields.string("namespace", .namespace),
            position: fields.position)
    }
}

extension ObjectReference {
    static func decode(_ fields: inout ObjectDecoder) -> ObjectReference {
        ObjectReference(
            group: fields.requiredGroup("group"), kind: fields.requiredString("kind", .kind),
            name: fields.requiredString("name", .objectName), namespace: fields.string("namespace", .namespace),
            position: fields.position)
    }
}

extension LocalObjectReference {
    static func decode(_ fields: inout ObjectDecoder) -> LocalObjectReference {
        LocalObjectReference(
            group: fields.requiredGroup("group"), kind: fields.requiredString("kind", .kind),
            name: fields.requiredString("name", .objectName), position: fields.position)
    }
}

extension ObjectDecoder {
    /// A group that has no default. The core group is the empty string: it must be written.
    mutating func requiredGroup(_ key: String) -> String { requiredString(key, .group) }
}

extension LabelSelector {
    static func decode(_ fields: inout ObjectDecoder) -> LabelSelector {
        LabelSelector(
            matchLabels: fields.stringMap("matchLabels"),
            matchExpressions: fields.list("matchExpressions", 0...Int.max, LabelSelectorRequirement.decode),
            position: fields.position)
    }
}

extension LabelSelectorRequirement {
    static func decode(_ fields: inout ObjectDecoder) -> LabelSelectorRequirement {
        let key = fields.requiredString("key")
        let comparison: Comparison? = fields.choice("operator")
        if !fields.has("operator") { fields.reportMissing("operator", "one of In, NotIn, Exists, DoesNotExist") }
        let values = fields.strings("values", 0...Int.max).map(\.value)
        return LabelSelectorRequirement(
            key: key, comparison: comparison ?? .exists, values: values, position: fields.position)
    }
}
