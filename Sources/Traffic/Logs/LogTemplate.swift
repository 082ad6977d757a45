/// What a field of a log line can hold. It is what tells two readings of a line apart where a format does not escape
/// its own separators.
enum LogText: Sendable {
    /// No white space and no quotation mark.
    case word
    /// A number, or `-`.
    case number
    /// Words with separators between: the lists of upstreams.
    case list
    /// Anything.
    case any

    @inline(__always)
    func allows(_ byte: UInt8) -> Bool {
        switch self {
        case .word: byte > 0x20 && byte != UInt8(ascii: "\"")
        case .number: byte &- 0x30 < 10 || byte == 0x2E || byte == 0x2D || byte == 0x2B
        case .list: byte >= 0x20 && byte != UInt8(ascii: "\"")
        case .any: true
        }
    }
}

/// A format of lines: fixed text with fields between, as the format strings of proxies say it.
///
/// A line is read from the left, each field up to the first occurrence of the text that follows it. Where the rest then
/// does not fit, because a field that nobody escaped holds that text itself, the field is taken to its next occurrence:
/// the first reading in which every field is what it can be counts.
struct LogTemplate: Sendable {
    /// A field, and the fixed text after it.
    struct Element: Sendable {
        var slot: LogSlot
        var text: LogText
        var terminator: [UInt8]
        /// As the format calls it.
        var name: String
    }

    private(set) var leading: [UInt8] = []
    private(set) var elements: [Element] = []

    init() {}

    /// Adds fixed text.
    mutating func append(literal: some Sequence<UInt8>) {
        if elements.isEmpty {
            leading.append(contentsOf: literal)
        } else {
            elements[elements.count - 1].terminator.append(contentsOf: literal)
        }
    }

    /// Adds a field.
    mutating func append(_ slot: LogSlot, _ text: LogText, name: String) {
        elements.append(Element(slot: slot, text: text, terminator: [], name: name))
    }

    /// Whether any field is one that a record has.
    var tellsSomething: Bool {
        elements.contains { if case .ignored = $0.slot { false } else { true } }
    }

    /// The first two fields that nothing stands between, so that no line could be read.
    var touchingFields: (String, String)? {
        for (element, next) in zip(elements, elements.dropFirst()) where element.terminator.isEmpty {
            return (element.name, next.name)
        }
        return nil
    }

    /// Takes line breaks off the end, which are no part of a line.
    mutating func trimLineBreaks() {
        func trim(_ bytes: inout [UInt8]) {
            while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
        }
        if elements.isEmpty { trim(&leading) } else { trim(&elements[elements.count - 1].terminator) }
    }
}

/// Reads lines by templates, its memory used again.
struct LogMatcher: Sendable {
    /// Backward steps after which a line counts as one that does not fit.
    private static let stepsMax = 2000

    private var ends: [Int] = []
    private var starts: [Int] = []
    /// The element that the best reading so far failed at, and where its text begins.
    private(set) var failedElement = 0
    private(set) var failedAt = 0

    /// Reads a range of a line; false where it does not fit, and `row` is then not to be used.
    mutating func match(
        _ template: LogTemplate, _ range: Range<Int>, of line: Span<UInt8>, into row: inout LogRow,
        escaped: Bool = false
    ) -> Bool {
        failedElement = 0
        failedAt = range.lowerBound
        guard starts(with: template.leading, at: range.lowerBound, before: range.upperBound, line) else { return false }
        let count = template.elements.count
        if count == 0 { return range.count == template.leading.count }
        if ends.count < count {
            ends = [Int](repeating: 0, count: count)
            starts = ends
        }
        var element = 0
        var steps = 0
        starts[0] = range.lowerBound + template.leading.count
        var from = starts[0]
        while true {
            if let end = end(template.elements[element], element == count - 1, from, range.upperBound, line) {
                ends[element] = end
                element += 1
                if element == count { break }
                starts[element] = end + template.elements[element - 1].terminator.count
                from = starts[element]
                continue
            }
            if element >= failedElement {
                failedElement = element
                failedAt = starts[element]
            }
            // The field before may go on past the text that seemed to end it.
            steps += 1
            guard element > 0, steps < Self.stepsMax else { return false }
            element -= 1
            from = ends[element] + 1
        }
        for index in 0..<count {
            row.set(template.elements[index].slot, starts[index]..<ends[index], escaped: escaped)
        }
        return true
    }

    /// What is wrong with the line that was read last.
    func failure(_ template: LogTemplate) -> RecordError {
        guard failedElement < template.elements.count, !template.elements.isEmpty else {
            return RecordError(
                offset: failedAt,
                message: "expected a line that is “\(String(decoding: template.leading, as: UTF8.self))”")
        }
        let element = template.elements[failedElement]
        if failedElement == 0, failedAt == 0, !template.leading.isEmpty {
            let text = String(decoding: template.leading, as: UTF8.self)
            return RecordError(offset: 0, message: "expected “\(text)” and \(element.name)")
        }
        let after = String(decoding: element.terminator, as: UTF8.self)
        let follows = after.isEmpty ? "at the end of the line" : "followed by “\(after)”"
        return RecordError(offset: failedAt, message: "expected \(element.name), \(follows)")
    }

    /// Where a field ends that ends at `from` or later; nil where it cannot.
    private func end(
        _ element: LogTemplate.Element, _ isLast: Bool, _ from: Int, _ limit: Int, _ line: Span<UInt8>
    ) -> Int? {
        guard from <= limit else { return nil }
        let terminator = element.terminator
        if isLast {
            let end = limit - terminator.count
            guard end >= from, starts(with: terminator, at: end, before: limit, line),
                isAllowed(from..<end, element.text, line)
            else { return nil }
            return end
        }
        let first = terminator[0]
        var index = from
        while index + terminator.count <= limit {
            let byte = line[index]
            if byte == first, starts(with: terminator, at: index, before: limit, line),
                !isInList(element.text, index, limit, line)
            {
                return index
            }
            guard element.text.allows(byte) else { return nil }
            index += 1
        }
        return nil
    }

    /// Whether the blank at a place divides members of a list, which `, ` and ` : ` do.
    @inline(__always)
    private func isInList(_ text: LogText, _ index: Int, _ limit: Int, _ line: Span<UInt8>) -> Bool {
        guard case .list = text, line[index] == 0x20, index > 1 else { return false }
        if line[index - 1] == UInt8(ascii: ",") { return true }
        if line[index - 1] == UInt8(ascii: ":"), line[index - 2] == 0x20 { return true }
        return index + 2 < limit && line[index + 1] == UInt8(ascii: ":") && line[index + 2] == 0x20
    }

    private func isAllowed(_ range: Range<Int>, _ text: LogText, _ line: Span<UInt8>) -> Bool {
        if case .any = text { return true }
        for index in range where !text.allows(line[index]) { return false }
        return true
    }

    @inline(__always)
    private func starts(with text: [UInt8], at index: Int, before limit: Int, _ line: Span<UInt8>) -> Bool {
        guard index + text.count <= limit else { return false }
        for place in 0..<text.count where line[index + place] != text[place] { return false }
        return true
    }
}
