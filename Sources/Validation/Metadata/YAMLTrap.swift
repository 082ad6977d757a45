import GatewayAPI
import Manifests

/// What YAML 1.1 makes of words that look like something else.
enum YAMLTrap {
    /// A key such as `on` or `y` is a boolean, and its name in the end is `true` or `false`.
    static func hint(forKey key: NodeIndex, of arena: NodeArena) -> String? {
        guard arena.isPlain(key), arena.matches(key, "true") || arena.matches(key, "false") else { return nil }
        return "YAML reads on, off, yes, no, y and n as booleans, also as keys: put the key in quotation marks"
    }

    /// Warns about what is right as it stands, and likely not what was meant.
    static func warn(_ root: NodeIndex, _ context: DecodingContext) {
        for index in context.arena.surprises {
            guard let path = path(to: index, from: root, context.arena) else { continue }
            let text = context.arena.text(index)
            let isNumber = context.arena.kind(index) == .integer
            context.warn(
                isNumber ? .yamlOctal : .yamlBooleanKey,
                isNumber
                    ? "\(text) is the number \(context.arena.integer(index) ?? 0): a zero in front makes it octal"
                    : "the key is read as the boolean \(text)",
                at: index, path: path,
                hint: isNumber
                    ? "leave out the zero, or put it in quotation marks" : hint(forKey: index, of: context.arena))
        }
    }

    /// The way from the root to a node; nil where it is in no value that stands.
    private static func path(to target: NodeIndex, from root: NodeIndex, _ arena: NodeArena) -> String? {
        var path = FieldPath()
        func find(_ index: NodeIndex) -> Bool {
            if index == target { return true }
            for place in 0..<arena.count(index) {
                if arena.kind(index) == .mapping {
                    let member = arena.member(index, at: place)
                    path.push(arena.text(member.key))
                    if member.key == target || find(member.value) { return true }
                } else {
                    path.push(place)
                    if find(arena.element(index, place)) { return true }
                }
                path.pop()
            }
            return false
        }
        return find(root) ? path.text() : nil
    }
}
