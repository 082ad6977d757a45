package import GatewayAPI
package import Manifests

/// What the decoders of one object share: its nodes, which they complete by defaults, the path of the field that is
/// being read, and everything that is wrong so far.
package final class DecodingContext {
    package var arena: NodeArena
    package var path = FieldPath()
    package private(set) var diagnostics: [Diagnostic] = []
    package let resource: ResourceName?
    /// Whether errors are reported. Where the object is known to be right, what a decoder complains about is only counted.
    var reportsErrors = true
    private(set) var suppressed: [Diagnostic] = []

    package init(_ arena: NodeArena, resource: ResourceName?) {
        self.arena = arena
        self.resource = resource
    }

    private var errorCount = 0
    package var hasErrors: Bool { errorCount > 0 }

    /// Reports something, an error unless said otherwise, at a node, or at `field` of it where the field is missing.
    package func report(
        _ code: DiagnosticCode, _ message: String, at index: NodeIndex, field: String? = nil, hint: String? = nil,
        severity: Diagnostic.Severity = .error
    ) {
        let diagnostic = Diagnostic(
            severity, code: code.rawValue, message, hint: hint, position: arena.position(index), resource: resource,
            path: path.text(field))
        if severity == .error {
            errorCount += reportsErrors ? 1 : 0
            if !reportsErrors { return suppressed.append(diagnostic) }
        }
        diagnostics.append(diagnostic)
    }

    /// Reports an error at a node, with its path as a whole.
    func report(_ code: DiagnosticCode, _ message: String, at index: NodeIndex, path: String, hint: String?) {
        errorCount += 1
        diagnostics.append(
            Diagnostic(
                .error, code: code.rawValue, message, hint: hint, position: arena.position(index), resource: resource,
                path: path))
    }

    /// Warns about a node, with its path as a whole.
    func warn(_ code: DiagnosticCode, _ message: String, at index: NodeIndex, path: String, hint: String?) {
        diagnostics.append(
            Diagnostic(
                .warning, code: code.rawValue, message, hint: hint, position: arena.position(index), resource: resource,
                path: path))
    }

    /// A value in the words of a message: its kind, and its text where it is short.
    package func description(_ index: NodeIndex) -> String {
        func quoted() -> String { Excerpt.of(arena.text(index)) }
        switch arena.kind(index) {
        case .mapping: return "a mapping"
        case .sequence: return "a list"
        case .null: return "null"
        case .string: return "the string \"\(quoted())\""
        case .boolean: return "the boolean \(quoted())"
        case .integer, .float: return "the number \(quoted())"
        }
    }

    /// Reports a value of the wrong kind.
    package func reportType(_ index: NodeIndex, expected: String) {
        reportType(index, expected: expected, hint: typeHint(index, expected: expected))
    }

    /// Reports a value of the wrong kind, with a hint that knows better than the kind alone tells.
    package func reportType(_ index: NodeIndex, expected: String, hint: String?) {
        report(.wrongType, "expected \(expected), found \(description(index))", at: index, hint: hint)
    }

    /// How a value of the wrong kind is mended: mostly it is one of YAML's surprises.
    func typeHint(_ index: NodeIndex, expected: String) -> String? {
        switch arena.kind(index) {
        case .boolean, .integer, .float:
            let isNumber = expected.contains("integer") || expected.contains("number")
            guard !isNumber, expected != "a list", expected != "a mapping", expected != "true or false" else {
                return nil
            }
            return "put it in quotation marks: \"\(Excerpt.of(arena.text(index)))\""
        case .string where expected.contains("integer") && Int64(arena.text(index)) != nil:
            return "leave out the quotation marks"
        case .string where expected == "true or false" && ["true", "false"].contains(arena.text(index)):
            return "leave out the quotation marks"
        case .string, .mapping:
            return expected == "a list" ? "a list has a dash before each item" : nil
        default: return nil
        }
    }
}

/// The identifiers of what can be wrong with an object. They are stable: tools match on them.
package enum DiagnosticCode: String {
    case unknownField = "unknown-field"
    case wrongType = "wrong-type"
    case missingField = "missing-field"
    case unsupportedValue = "unsupported-value"
    case invalidFormat = "invalid-format"
    case outOfRange = "out-of-range"
    case invalidLength = "invalid-length"
    case itemCount = "item-count"
    case duplicateItem = "duplicate-item"
    case conflictingFields = "conflicting-fields"
    case unknownKind = "unknown-kind"
    case retiredKind = "retired-kind"
    case versionNotServed = "version-not-served"
    case duplicateObject = "duplicate-object"
    case notFound = "object-not-found"
    case noAlternative = "no-alternative"
    case ruleViolated = "rule-violated"
    case unappliedRule = "unapplied-rule"
    case yamlOctal = "yaml-octal"
    case yamlBooleanKey = "yaml-boolean-key"
}
