/// Writes HTML that is well-formed XML too, so that any parser reads it. Every text is escaped; attributes are in double
/// quotes.
public struct HTMLWriter: Sendable {
    /// What was written.
    public private(set) var text = ""

    /// A writer of an empty text.
    public init() {}

    /// An attribute of an element; names are the program's, values anybody's.
    public typealias Attribute = (name: StaticString, value: String)

    /// Writes an element and what `content` writes inside.
    public mutating func element(
        _ name: StaticString, _ attributes: Attribute..., content: (inout HTMLWriter) -> Void
    ) {
        open(name, attributes)
        text += ">"
        content(&self)
        text += "</\(name)>"
    }

    /// Writes an element that holds a text.
    public mutating func element(_ name: StaticString, _ attributes: Attribute..., text content: String) {
        open(name, attributes)
        text += ">"
        write(content)
        text += "</\(name)>"
    }

    /// Writes an element that holds nothing, such as `meta` or `line`.
    public mutating func empty(_ name: StaticString, _ attributes: Attribute...) {
        open(name, attributes)
        text += "/>"
    }

    /// Writes a text.
    public mutating func write(_ content: String) { text += Self.escaped(content) }

    /// Begins a line, for people who read the source.
    public mutating func line() { text += "\n" }

    /// Writes markup as it is: the program's own, never anything that came from input.
    public mutating func raw(_ markup: StaticString) { text += "\(markup)" }

    private mutating func open(_ name: StaticString, _ attributes: [Attribute]) {
        text += "<\(name)"
        for (attribute, value) in attributes { text += " \(attribute)=\"\(Self.escaped(value))\"" }
    }

    /// A text that means itself between tags and in quotes. Characters that XML does not allow become U+FFFD.
    public static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n": result.unicodeScalars.append(scalar)
            case "\u{00}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
