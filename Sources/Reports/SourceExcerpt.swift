public import GatewayAPI
public import Manifests

/// A line of the input with a mark under the place that a finding is about, as compilers show it.
enum SourceExcerpt {
    /// The most characters of a line that are shown.
    private static let widthMax = 120

    static func lines(_ position: SourcePosition, text: String, style: TextStyle) -> [String] {
        let before = text.utf8.prefix(max(0, Int(position.column) - 1)).count
        let prefix = String(decoding: text.utf8.prefix(before), as: UTF8.self)
        guard prefix.count <= widthMax else { return [] }
        let number = String(position.line)
        let margin = String(repeating: " ", count: max(0, 5 - number.count))
        // A tab stays a tab, so that the mark stands where the text does whatever the terminal makes of it.
        let indent = String(prefix.map { $0 == "\t" ? "\t" : " " })
        let shown = text.count > widthMax ? text.prefix(widthMax - 1) + "…" : Substring(text)
        return [
            style.dim("\(margin)\(number) |") + " \(shown.filter { $0 == "\t" || !$0.isControl })",
            style.dim("\(String(repeating: " ", count: margin.count + number.count)) |") + " \(indent)"
                + style.good("^"),
        ]
    }
}

extension Character {
    fileprivate var isControl: Bool { unicodeScalars.contains { $0.properties.generalCategory == .control } }
}

extension DiagnosticReport {
    /// A diagnostic with the line that it is about, where `source` still has it.
    public static func lines(
        _ diagnostic: Diagnostic, source: inout SourceLines, style: TextStyle = .plain
    ) -> [String] {
        var all = lines(diagnostic, style: style)
        guard let position = diagnostic.position, let text = source.line(at: position) else { return all }
        all.insert(contentsOf: SourceExcerpt.lines(position, text: text, style: style), at: 1)
        return all
    }
}
