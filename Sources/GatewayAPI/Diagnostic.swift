/// Something that weir has to say about its input.
public struct Diagnostic: Error, Hashable, Sendable {
    /// How bad it is.
    public enum Severity: String, Sendable, CaseIterable {
        /// The API server would refuse it, or weir cannot use it.
        case error
        /// It is accepted, and likely not what was meant.
        case warning
        /// Worth knowing.
        case info
    }

    /// How bad it is.
    public var severity: Severity
    /// A stable identifier in kebab-case, such as `unknown-field`. Tools and tests match on it, never on the message.
    public var code: String
    /// What was found and what was expected, in one sentence without a full stop.
    public var message: String
    /// How to mend it, where that can be said.
    public var hint: String?
    /// Where.
    public var position: SourcePosition?
    /// In which object.
    public var resource: ResourceName?
    /// The field, as `spec.rules[0].matches[1].path.value`.
    public var path: String?

    /// Makes a diagnostic.
    public init(
        _ severity: Severity, code: String, _ message: String, hint: String? = nil, position: SourcePosition? = nil,
        resource: ResourceName? = nil, path: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.hint = hint
        self.position = position
        self.resource = resource
        self.path = path
    }
}
