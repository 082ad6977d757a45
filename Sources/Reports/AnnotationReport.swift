public import GatewayAPI

/// Writes diagnostics as workflow commands of GitHub Actions, which show them beside the lines of a pull request.
///
/// Source: GitHub's documentation of workflow commands, "Setting an error message" and "Escaping".
public enum AnnotationReport {
    /// `::error file=routes.yaml,line=12,col=5,title=dead-rule::…`
    public static func line(_ diagnostic: Diagnostic) -> String {
        let command =
            switch diagnostic.severity {
            case .error: "error"
            case .warning: "warning"
            case .info: "notice"
            }
        var properties: [String] = []
        if let position = diagnostic.position {
            properties.append("file=\(property(position.file))")
            properties.append("line=\(position.line)")
            properties.append("col=\(position.column)")
        }
        properties.append("title=\(property(diagnostic.code))")
        let subject = [diagnostic.resource?.description, diagnostic.path].compactMap(\.self).map { "\($0): " }.joined()
        let hint = diagnostic.hint.map { "\nhint: \($0)" } ?? ""
        return "::\(command) \(properties.joined(separator: ","))::\(data(subject + diagnostic.message + hint))"
    }

    private static func data(_ text: String) -> String {
        text.map { character in
            switch character {
            case "%": "%25"
            case "\r": "%0D"
            case "\n": "%0A"
            case "\r\n": "%0D%0A"
            default: String(character)
            }
        }.joined()
    }

    private static func property(_ text: String) -> String {
        data(text).map { character in
            switch character {
            case ":": "%3A"
            case ",": "%2C"
            default: String(character)
            }
        }.joined()
    }
}
