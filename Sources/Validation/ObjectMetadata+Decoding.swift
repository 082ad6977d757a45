import GatewayAPI
import Manifests

/// What the decoder of metadata has to know of a kind.
struct KindTraits: Sendable {
    var isNamespaced = true
    /// Whether the API server counts the changes of its objects.
    var hasGeneration = true
    /// The form of the names of its objects.
    var name = StringRule.subdomain
}

extension ObjectMetadata {
    /// Decodes `metadata` of an object whose other fields `object` reads, and fills in what the API server would.
    static func decode(_ object: inout ObjectDecoder, _ traits: KindTraits) -> ObjectMetadata {
        let position = object.position
        var metadata = ObjectMetadata(name: "", namespace: traits.isNamespaced ? "default" : nil, position: position)
        guard object.has("metadata") else {
            _ = object.value("metadata")
            object.reportMissing("metadata", "a mapping with the object's name")
            return metadata
        }
        _ = object.object("metadata") { fields in
            metadata.name = fields.requiredString("name", traits.name)
            if traits.isNamespaced {
                metadata.namespace = namespace(&fields)
            } else {
                // The API server drops the namespace of an object whose kind has none.
                fields.accept("namespace")
                fields.context.arena.removeMember(of: fields.index, "namespace")
            }
            metadata.labels = fields.stringMap("labels", .labelValue, keys: .labelKey)
            metadata.annotations = fields.stringMap("annotations", keys: .labelKey)
            metadata.creationTimestamp = timestamp("creationTimestamp", &fields)
            metadata.generation =
                traits.hasGeneration
                ? fields.integer("generation", 0...Int64.max, default: 1)
                : fields.integer("generation", 0...Int64.max) ?? 1
            decodeServerFields(&fields)
        }
        return metadata
    }

    private static func namespace(_ fields: inout ObjectDecoder) -> String {
        // kubectl takes an empty namespace for none.
        if let value = fields.value("namespace"), fields.context.arena.matches(value, "") {
            fields.setDefault("namespace", "default")
            return "default"
        }
        return fields.string("namespace", .namespace, default: "default")
    }

    private static func timestamp(_ key: String, _ fields: inout ObjectDecoder) -> Int64? {
        guard let text = fields.string(key) else { return nil }
        let seconds = Timestamp.seconds(text)
        if seconds == nil {
            fields.report(
                .invalidFormat,
                "found \"\(Excerpt.of(text))\", expected a time such as 2025-01-31T12:00:00Z (RFC 3339)", field: key
            )
        }
        return seconds
    }

    /// What the API server manages is accepted as `kubectl get -o yaml` prints it.
    private static func decodeServerFields(_ fields: inout ObjectDecoder) {
        _ = fields.string("generateName")
        _ = fields.string("selfLink")
        _ = fields.string("uid")
        _ = fields.string("resourceVersion")
        _ = timestamp("deletionTimestamp", &fields)
        _ = fields.integer("deletionGracePeriodSeconds", 0...Int64.max)
        _ = fields.strings("finalizers", 0...Int.max, .labelKey)
        _ = fields.list("ownerReferences", 0...Int.max) { owner in
            for key in ["apiVersion", "kind", "name", "uid"] { _ = owner.requiredString(key) }
            _ = owner.boolean("controller")
            _ = owner.boolean("blockOwnerDeletion")
        }
        _ = fields.list("managedFields", 0...Int.max) { entry in
            for key in ["manager", "operation", "apiVersion", "time", "fieldsType", "subresource"] {
                _ = entry.string(key)
            }
            entry.accept("fieldsV1")
        }
    }
}
