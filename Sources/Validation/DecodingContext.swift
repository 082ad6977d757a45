package import GatewayAPI
package import Manifests

/// What the decoders of one object share: its nodes, which they complete by defaults, the path of the field that is
/// being read, and everything that is wrong so far.
package final class DecodingContext {
    package var arena: NodeArena
    package var path = FieldPath()
    package private(set) var diagnostics: [Diagnostic] = []
    package let resource: ResourceName?

    package init(_ arena: NodeArena, resource: ResourceName?) {
        self.arena = arena
        self.resource = resource
    }

    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// Reports something, an error unless said otherwise, at a node, or at `field` of it where the field is missing.
    package func report(
        _ code: DiagnosticCode, _ message: String, at index: NodeIndex, field: String? = nil, hint: String? = nil,
        severity: Diagnostic.Severity = .error
    ) {
        diagnostics.append(
            Diagnostic(
                severity, code: code.rawValue, message, hint: hint, position: arena.position(index), resource: resource,
                path: path.text(field)))
    }

    /// A value in the words of a message: its kind, and its text where it is short.
    package func description(_ index: NodeIndex) -> String {
        func quoted() -> String {
            let text = arena.text(index)
            return text.count <= 60 ? text : text.prefix(57) + "..."
        }
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
        var hint: String?
        if expected == "a string" {
            switch arena.kind(index) {
            case .boolean, .integer, .float:
                hint = "put it in quotation marks: \"\(arena.text(index))\""
            default: break
            }
        } else if arena.kind(index) == .string, expected.contains("integer"), Int64(arena.text(index)) != nil {
            hint = "leave out the quotation marks"
        }
        report(.wrongType, "expected \(expected), found \(description(index))", at: index, hint: hint)
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
}
