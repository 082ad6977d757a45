/// A rule between the fields of a value, as `x-kubernetes-validations` gives it.
///
/// An object, because rules are handed around for every value of every object.
final class ValidationRule: Sendable {
    /// The kinds of mistake that a rule may name.
    enum Reason: String, Sendable {
        case invalid = "FieldValueInvalid"
        case forbidden = "FieldValueForbidden"
        case required = "FieldValueRequired"
        case duplicate = "FieldValueDuplicate"
    }

    /// The rule as written.
    let source: String
    /// True where the value is right.
    let condition: CELProgram
    let message: String?
    /// Gives the message.
    let messageExpression: CELProgram?
    /// The way from the value to the field that is named, such as `.spec.x`.
    let fieldPath: [String]
    let code: DiagnosticCode
    /// The member that is pointed at, without being named in the path.
    let pointer: String?
    /// Whether it compares with an earlier state of the object, which one that is created does not have.
    let isTransition: Bool

    init(
        source: String, condition: CELProgram, message: String?, messageExpression: CELProgram?, fieldPath: [String],
        code: DiagnosticCode, pointer: String?, isTransition: Bool
    ) {
        self.source = source
        self.condition = condition
        self.message = message
        self.messageExpression = messageExpression
        self.fieldPath = fieldPath
        self.code = code
        self.pointer = pointer
        self.isTransition = isTransition
    }
}
