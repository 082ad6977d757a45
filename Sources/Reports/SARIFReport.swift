public import GatewayAPI
public import JSON

/// Writes diagnostics as a SARIF log, which code scanning services read.
///
/// Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
public struct SARIFReport {
    /// What a service shows about a code.
    public struct Rule {
        /// Such as `dead-rule`.
        public var code: String
        /// One sentence.
        public var summary: String
        /// What it means and how to mend it.
        public var help: String

        /// Describes a code.
        public init(code: String, summary: String, help: String) {
            self.code = code
            self.summary = summary
            self.help = help
        }
    }

    private let version: String
    private let rules: [Rule]

    /// A report of weir `version`, whose codes are described by `rules`.
    public init(version: String, rules: [Rule]) {
        self.version = version
        self.rules = rules
    }

    /// Writes one log with one run.
    public func write(_ diagnostics: [Diagnostic], to writer: inout JSONWriter) {
        let used = Set(diagnostics.map(\.code))
        var described = rules.filter { used.contains($0.code) }
        let known = Set(described.map(\.code))
        described += used.subtracting(known).sorted().map { Rule(code: $0, summary: $0, help: $0) }
        let places = Dictionary(described.enumerated().map { ($1.code, $0) }, uniquingKeysWith: { first, _ in first })
        writer.object { writer in
            writer.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
            writer.member("version", "2.1.0")
            writer.key("runs")
            writer.array { writer in
                writer.object { writer in
                    writer.key("tool")
                    writer.object { writer in
                        writer.key("driver")
                        writer.object { writer in
                            writer.member("name", "weir")
                            writer.member("version", version)
                            writer.key("rules")
                            writer.array { writer in
                                for rule in described { write(rule, to: &writer) }
                            }
                        }
                    }
                    writer.member("columnKind", "unicodeCodePoints")
                    writer.key("results")
                    writer.array { writer in
                        for diagnostic in diagnostics {
                            write(diagnostic, rule: places[diagnostic.code] ?? 0, to: &writer)
                        }
                    }
                }
            }
        }
    }

    private func write(_ rule: Rule, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", rule.code)
            writer.key("shortDescription")
            writer.object { $0.member("text", rule.summary) }
            writer.key("help")
            writer.object { $0.member("text", rule.help) }
        }
    }

    private func write(_ diagnostic: Diagnostic, rule: Int, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("ruleId", diagnostic.code)
            writer.member("ruleIndex", rule)
            writer.member("level", Self.level(diagnostic.severity))
            writer.key("message")
            let subject = [diagnostic.resource?.description, diagnostic.path].compactMap(\.self).map { "\($0): " }
            let hint = diagnostic.hint.map { " (hint: \($0))" } ?? ""
            writer.object { $0.member("text", subject.joined() + diagnostic.message + hint) }
            if let position = diagnostic.position {
                writer.key("locations")
                writer.array { writer in write(position, diagnostic.resource, diagnostic.path, to: &writer) }
            }
        }
    }

    private func write(
        _ position: SourcePosition, _ resource: ResourceName?, _ path: String?, to writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.key("physicalLocation")
            writer.object { writer in
                writer.key("artifactLocation")
                writer.object { $0.member("uri", Self.uri(position.file)) }
                writer.key("region")
                writer.object { writer in
                    writer.member("startLine", position.line)
                    writer.member("startColumn", position.column)
                }
            }
            guard let resource else { return }
            writer.key("logicalLocations")
            writer.array { writer in
                writer.object { writer in
                    writer.member("fullyQualifiedName", path.map { "\(resource) \($0)" } ?? "\(resource)")
                    writer.member("kind", "resource")
                }
            }
        }
    }

    private static func level(_ severity: Diagnostic.Severity) -> String {
        switch severity {
        case .error: "error"
        case .warning: "warning"
        case .info: "note"
        }
    }

    /// A path as a URI reference: what RFC 3986 does not allow in a path is percent-encoded.
    private static func uri(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return path.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                return String(UnicodeScalar(byte))
            case _ where "-._~/!$&'()*+,;=@".utf8.contains(byte): return String(UnicodeScalar(byte))
            default: return "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }.joined()
    }
}
