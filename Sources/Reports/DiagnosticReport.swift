public import GatewayAPI
public import JSON

/// Writes diagnostics: a line each for people, as compilers print them, and JSON.
public enum DiagnosticReport {
    /// `routes.yaml:12:5: error: HTTPRoute shop/cart: spec.rules[0]: … [code]`, and a line with the hint.
    public static func lines(_ diagnostic: Diagnostic, style: TextStyle = .plain) -> [String] {
        var line = diagnostic.position.map { style.bold(Excerpt.escaped("\($0):")) + " " } ?? ""
        switch diagnostic.severity {
        case .error: line += style.bad("error:")
        case .warning: line += style.doubtful("warning:")
        case .info: line += style.dim("info:")
        }
        if let resource = diagnostic.resource { line += " \(Excerpt.escaped("\(resource)")):" }
        if let path = diagnostic.path { line += " \(Excerpt.of(path, length: 200)):" }
        line += " \(Excerpt.escaped(diagnostic.message)) [\(diagnostic.code)]"
        return diagnostic.hint.map { [line, "    hint: \(Excerpt.escaped($0))"] } ?? [line]
    }

    /// Writes a diagnostic as one JSON object.
    public static func write(_ diagnostic: Diagnostic, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("severity", diagnostic.severity.rawValue)
            writer.member("code", diagnostic.code)
            writer.member("message", diagnostic.message)
            writer.member("hint", diagnostic.hint)
            writer.member("file", diagnostic.position?.file)
            writer.member("line", diagnostic.position?.line)
            writer.member("column", diagnostic.position?.column)
            writer.key("resource")
            if let resource = diagnostic.resource {
                writer.object { writer in
                    writer.member("kind", resource.kind)
                    writer.member("namespace", resource.namespace)
                    writer.member("name", resource.name)
                }
            } else {
                writer.null()
            }
            writer.member("path", diagnostic.path)
        }
    }
}
