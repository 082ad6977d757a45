public import JSON
public import Replay
internal import Traffic

/// Tells in what golden decisions differ from what is decided now.
public struct GoldenReport {
    private let file: String
    private let compared: [GoldenFile.Compared]
    private let isUpdated: Bool

    /// Reports on the comparison with a file. `isUpdated` says whether the file is rewritten.
    public init(file: String, compared: [GoldenFile.Compared], isUpdated: Bool) {
        self.file = file
        self.compared = compared
        self.isUpdated = isUpdated
    }

    private var changed: [GoldenFile.Compared] { compared.filter { $0.expected != nil && !$0.isSame } }
    private var new: [GoldenFile.Compared] { compared.filter { $0.expected == nil } }

    /// Whether everything is as the file says.
    public var isSame: Bool { changed.isEmpty && new.isEmpty }

    /// Writes one JSON object.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("file", file)
            writer.member("equal", isSame)
            writer.member("decisions", compared.count - new.count)
            writer.member("unchanged", compared.filter(\.isSame).count)
            writer.member("updated", isUpdated)
            writer.key("changed")
            writer.array { writer in for row in changed { write(row, to: &writer) } }
            writer.key("new")
            writer.array { writer in for row in new { write(row, to: &writer) } }
        }
    }

    private func write(_ row: GoldenFile.Compared, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("line", row.line)
            writer.key("request")
            row.request.write(to: &writer)
            writer.key("differences")
            writer.array { writer in
                for (name, expected, actual) in row.differences {
                    writer.object { writer in
                        writer.member("member", name)
                        writer.key("expected")
                        writer.raw(expected ?? "null")
                        writer.key("actual")
                        writer.raw(actual ?? "null")
                    }
                }
            }
            writer.key("actual")
            write(row.actual, to: &writer)
        }
    }

    private func write(_ decision: GoldenDecision, to writer: inout JSONWriter) {
        writer.object { writer in
            for (name, json) in decision.decision + decision.by {
                writer.key(name)
                writer.raw(json)
            }
        }
    }

    /// The differences for a person, expected and actual one below the other.
    public func lines(style: TextStyle = .plain) -> [String] {
        var lines: [String] = []
        for row in changed {
            lines.append("\(style.bad("changed"))  \(asked(row))  \(style.dim("(\(file):\(row.line ?? 0))"))")
            for (name, expected, actual) in row.differences {
                lines.append("  \(name)")
                lines.append("    expected  \(expected ?? "–")")
                lines.append("    actual    \(actual ?? "–")")
            }
            lines.append("")
        }
        for row in new {
            lines.append("\(style.doubtful("new"))  \(asked(row))")
            for (name, json) in row.actual.decision + row.actual.by { lines.append("    \(name)  \(json)") }
            lines.append("")
        }
        let same = compared.filter(\.isSame).count
        var parts = ["\(RunText.count(same)) of \(RunText.count(compared.count - new.count)) decisions as expected"]
        if !changed.isEmpty { parts.append("\(RunText.count(changed.count)) changed") }
        if !new.isEmpty { parts.append("\(RunText.count(new.count)) not in the file") }
        let text = parts.joined(separator: ", ") + (isUpdated ? "; \(file) is rewritten" : "")
        lines.append(isSame ? style.good(text) : text)
        return lines
    }

    private func asked(_ row: GoldenFile.Compared) -> String {
        let request = row.request
        let headers = (request.headers ?? []).map { " (\($0.name): \($0.value))" }.joined()
        return "\(request.method ?? "?") \(request.host ?? "?")\(request.path ?? "")\(headers)"
    }
}
