import GatewayAPI
import Manifests

extension MetadataRules {
    /// The characters that the API server puts behind a `generateName`.
    private static let suffixLength = 5
    private static let generatedBaseMax = 63 - suffixLength
    private static let annotationBytesMax = 256 << 10

    func checkValues(_ metadata: NodeIndex, _ context: DecodingContext) {
        let arena = context.arena
        func text(_ key: String) -> (text: String, node: NodeIndex)? {
            arena.member(metadata, key).map { (arena.text($0.value), $0.value) }
        }
        func at(_ key: String, _ body: () -> Void) {
            context.path.push(key)
            body()
            context.path.pop()
        }
        let prefix = text("generateName").flatMap { $0.text.isEmpty ? nil : $0 }
        if !isEmbedded {
            if let prefix { at("generateName") { checkPrefix(prefix.text, prefix.node, context) } }
            if let given = text("name"), !given.text.isEmpty {
                at("name") { name.check(given.text, given.node, context) }
            } else if let prefix {
                // The API server makes a name of it, which then is looked at as well.
                let made = String(prefix.text.unicodeScalars.prefix(Self.generatedBaseMax)) + "x2x4z"
                at("name") { name.check(made, prefix.node, context) }
            } else {
                reportNameless(metadata, context)
            }
        }
        if isNamespaced, !isEmbedded, let namespace = text("namespace"), !namespace.text.isEmpty {
            at("namespace") { StringRule.namespace.check(namespace.text, namespace.node, context) }
        }
        if let labels = arena.member(metadata, "labels")?.value { at("labels") { checkLabels(labels, context) } }
        if let annotations = arena.member(metadata, "annotations")?.value {
            at("annotations") { checkAnnotations(annotations, context) }
        }
        if let finalizers = arena.member(metadata, "finalizers")?.value {
            at("finalizers") { checkFinalizers(finalizers, context) }
        }
        if let owners = arena.member(metadata, "ownerReferences")?.value {
            at("ownerReferences") { checkOwners(owners, context) }
        }
        // A generation and managed fields are the API server's own: what is written there is overwritten.
    }

    /// Of a name in the making a dash at the end may still be followed by something. Kubernetes looks past the character before
    /// it as well.
    private func checkPrefix(_ text: String, _ node: NodeIndex, _ context: DecodingContext) {
        let isOpen = text.utf8.count > 1 && text.hasSuffix("-")
        name.check(isOpen ? String(text.unicodeScalars.dropLast(2)) + "a" : text, node, context)
    }

    private func checkLabels(_ labels: NodeIndex, _ context: DecodingContext) {
        for place in 0..<context.arena.count(labels) {
            let member = context.arena.member(labels, at: place)
            StringRule.labelKey.check(context.arena.text(member.key), member.key, context)
            if context.arena.kind(member.value) == .null { continue }
            StringRule.labelValue.check(context.arena.text(member.value), member.value, context)
        }
    }

    private func checkAnnotations(_ annotations: NodeIndex, _ context: DecodingContext) {
        var bytes = 0
        for place in 0..<context.arena.count(annotations) {
            let member = context.arena.member(annotations, at: place)
            bytes += context.arena.textLength(member.key)
            if context.arena.kind(member.value) == .string { bytes += context.arena.textLength(member.value) }
            StringRule.labelKey.check(context.arena.text(member.key).lowercased(), member.key, context)
        }
        if bytes > Self.annotationBytesMax {
            context.report(
                .invalidLength, "found \(bytes) bytes of annotations, expected at most \(Self.annotationBytesMax)",
                at: annotations)
        }
    }

    private func checkFinalizers(_ finalizers: NodeIndex, _ context: DecodingContext) {
        var names: Set<String> = []
        for place in 0..<context.arena.count(finalizers) {
            let item = context.arena.element(finalizers, place)
            let text = context.arena.kind(item) == .null ? "" : context.arena.text(item)
            names.insert(text)
            StringRule.labelKey.check(text, item, context)
        }
        if names.isSuperset(of: ["orphan", "foregroundDeletion"]) {
            context.report(
                .conflictingFields, "orphan and foregroundDeletion cannot both be finalizers", at: finalizers)
        }
    }

    private func checkOwners(_ owners: NodeIndex, _ context: DecodingContext) {
        let arena = context.arena
        var controllers = 0
        for place in 0..<arena.count(owners) {
            let owner = arena.element(owners, place)
            context.path.push(place)
            for key in ["apiVersion", "kind", "name", "uid"] {
                let value = arena.member(owner, key)?.value
                if value.map({ arena.textLength($0) == 0 || arena.kind($0) == .null }) ?? true {
                    context.report(
                        .missingField, "\(key) is missing: expected that of the owner", at: value ?? owner, field: key)
                }
            }
            if let controller = arena.member(owner, "controller")?.value, arena.boolean(controller) == true {
                controllers += 1
            }
            context.path.pop()
        }
        if controllers > 1 {
            context.report(
                .conflictingFields, "\(controllers) owners are controllers, of which there is one", at: owners)
        }
    }
}
