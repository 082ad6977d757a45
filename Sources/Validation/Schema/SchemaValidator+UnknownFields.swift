import GatewayAPI
import Manifests

extension SchemaValidator {
    /// Reports the fields that no schema names, everywhere. Source: Kubernetes' pruning, whose walk this is: where the type
    /// is wrong too, the fields of a mapping are still unknown.
    func checkUnknownFields(_ index: NodeIndex, _ schema: Schema?, isRoot: Bool = false) {
        let isResource = isRoot || schema?.isEmbeddedResource ?? false
        switch arena.kind(index) {
        case .mapping:
            for place in 0..<arena.count(index) {
                let member = arena.member(index, at: place)
                if isResource {
                    if arena.matches(member.key, "apiVersion") || arena.matches(member.key, "kind") { continue }
                    if arena.matches(member.key, "metadata") {
                        MetadataRules.checkUnknownFields(member.value, self)
                        continue
                    }
                }
                let kind = arena.kind(member.value)
                if let schema, let found = schema.place(arena, member.key) {
                    guard kind == .mapping || kind == .sequence else { continue }
                    context.path.push(schema.properties[found].name)
                    checkUnknownFields(member.value, schema.properties[found].schema)
                    context.path.pop()
                    continue
                }
                switch schema?.others ?? .unknown {
                case .values(let other): checkNamed(member, other)
                case .anything: checkNamed(member, nil)
                case .unknown:
                    if !(schema?.preservesUnknownFields ?? false) { reportUnknown(member.key, schema, in: index) }
                }
            }
        case .sequence:
            for place in 0..<arena.count(index) {
                let element = arena.element(index, place)
                // What is preserved is preserved in its items too, as far as they are not described.
                if schema?.preservesUnknownFields ?? false, schema?.items == nil { continue }
                guard arena.kind(element) == .mapping || arena.kind(element) == .sequence else { continue }
                context.path.push(place)
                checkUnknownFields(element, schema?.items)
                context.path.pop()
            }
        default: break
        }
    }

    private func checkNamed(_ member: (key: NodeIndex, value: NodeIndex), _ schema: Schema?) {
        guard arena.kind(member.value) == .mapping || arena.kind(member.value) == .sequence else { return }
        context.path.push(arena.text(member.key))
        checkUnknownFields(member.value, schema)
        context.path.pop()
    }

    private func reportUnknown(_ key: NodeIndex, _ schema: Schema?, in parent: NodeIndex) {
        let name = arena.text(key)
        let names = schema?.properties.map(\.name) ?? []
        let hint =
            YAMLTrap.hint(forKey: key, of: arena)
            ?? Suggestion.nearest(to: name, among: names).map { "did you mean \($0)?" }
        report(.unknownField, "unknown field \"\(Excerpt.of(name))\"", at: key, field: name, hint: hint)
    }
}
