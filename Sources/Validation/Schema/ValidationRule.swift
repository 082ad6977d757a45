/// A rule between the fields of a value, as `x-kubernetes-validations` gives it.
struct ValidationRule: Sendable {
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
    var pointer: String?
    /// Whether it compares with an earlier state of the object, which one that is created does not have.
    let isTransition: Bool
}
