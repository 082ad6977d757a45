/// The way from an object to one of its fields, written as `spec.rules[0].matches[1].path.value`.
package struct FieldPath {
    private enum Element {
        case field(String)
        case index(Int)
    }

    private var elements: [Element] = []

    package mutating func push(_ field: String) { elements.append(.field(field)) }
    package mutating func push(_ index: Int) { elements.append(.index(index)) }
    package mutating func pop() { elements.removeLast() }

    /// The path, with one more field where it is given.
    package func text(_ field: String? = nil) -> String {
        var text = ""
        for element in elements {
            switch element {
            case .field(let name): Self.append(name, to: &text)
            case .index(let index): text += "[\(index)]"
            }
        }
        if let field { Self.append(field, to: &text) }
        return text
    }

    /// A name that holds a dot, such as that of a label, is quoted: `metadata.labels["app.kubernetes.io/name"]`.
    private static func append(_ name: String, to text: inout String) {
        if name.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") }) {
            text += "[\"\(name)\"]"
        } else {
            text += text.isEmpty ? name : ".\(name)"
        }
    }
}
