internal import Glibc

/// Colours for a terminal, or none.
public struct TextStyle: Sendable {
    /// Whether text is coloured.
    public let isColoured: Bool

    /// Plain text.
    public static let plain = TextStyle(isColoured: false)

    /// Colours where `descriptor` is a terminal and the environment does not ask for none (https://no-color.org).
    public static func forOutput(_ descriptor: Int32) -> TextStyle {
        let refused = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        return TextStyle(isColoured: isatty(descriptor) == 1 && !refused)
    }

    /// Emphasised text.
    public func bold(_ text: String) -> String { wrapped(text, "1") }
    /// Text of less importance.
    public func dim(_ text: String) -> String { wrapped(text, "2") }
    /// What is well.
    public func good(_ text: String) -> String { wrapped(text, "32") }
    /// What is not.
    public func bad(_ text: String) -> String { wrapped(text, "31") }
    /// What may not be.
    public func doubtful(_ text: String) -> String { wrapped(text, "33") }

    private func wrapped(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

/// Rows of cells with their columns aligned by spaces; the last column is left as it is.
struct AlignedRows {
    private var rows: [[String]] = []

    mutating func add(_ cells: String...) { rows.append(cells) }

    mutating func add(_ cells: [String]) { rows.append(cells) }

    func lines(indent: String = "") -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { column < $0.count - 1 ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            indent
                + row.enumerated().map { column, cell in
                    column == row.count - 1
                        ? cell : cell + String(repeating: " ", count: max(0, widths[column] - cell.count))
                }.joined(separator: "  ")
        }
    }
}
