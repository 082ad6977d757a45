/// A table of cells, the first column to the left, those of numbers to the right.
struct RunTable {
    /// How a cell looks on a terminal.
    enum Emphasis { case plain, bold, dim, good, bad, doubtful }

    /// A text with its look.
    struct Cell {
        var text: String
        var emphasis: Emphasis

        init(_ text: String, _ emphasis: Emphasis = .plain) {
            self.text = text
            self.emphasis = emphasis
        }
    }

    /// How many columns, after the first, hold numbers.
    private let numbers: Int
    private var rows: [[Cell]] = []

    init(numbers: Int) { self.numbers = numbers }

    var isEmpty: Bool { rows.isEmpty }

    mutating func add(_ cells: [Cell]) { rows.append(cells) }

    mutating func add(_ texts: [String], _ emphasis: Emphasis = .plain) {
        rows.append(texts.map { Cell($0, emphasis) })
    }

    func lines(indent: String = "", style: TextStyle) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            // A row of one cell is a heading, and makes no column wider.
            rows.filter { $0.count > max(column, 1) }.map { $0[column].text.count }.max() ?? 0
        }
        return rows.map { row in
            var line = indent
            for (column, cell) in row.enumerated() {
                let missing = max(0, widths[column] - cell.text.count)
                let padding = String(repeating: " ", count: missing)
                if column > 0 { line += "  " }
                let isNumber = column > 0 && column <= numbers
                let isLast = column == row.count - 1
                line += isNumber ? padding : ""
                let text = isLast ? cell.text.trimmingBlanksAtEnd : cell.text
                line += style.emphasised(text, cell.emphasis)
                line += isNumber || isLast ? "" : padding
            }
            return line.trimmingBlanksAtEnd
        }
    }
}

extension TextStyle {
    func emphasised(_ text: String, _ emphasis: RunTable.Emphasis) -> String {
        guard !text.isEmpty else { return text }
        return switch emphasis {
        case .plain: text
        case .bold: bold(text)
        case .dim: dim(text)
        case .good: good(text)
        case .bad: bad(text)
        case .doubtful: doubtful(text)
        }
    }
}

extension String {
    fileprivate var trimmingBlanksAtEnd: String {
        var text = self
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }
}

/// Numbers as tables show them.
enum RunText {
    /// `1,234,567`.
    static func count(_ value: some BinaryInteger) -> String {
        let digits = String(value)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }

    /// Lines of at most so many characters, broken between words.
    static func wrapped(_ text: String, first: String, indent: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = first
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = indent
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        lines.append(line)
        return lines
    }
}
