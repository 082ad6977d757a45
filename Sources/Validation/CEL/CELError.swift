/// Why a rule is none, or uses what weir does not evaluate.
struct CELError: Error {
    /// Such as `the function foo is not one that weir evaluates`.
    var message: String
    /// The byte of the rule where it stands.
    var offset: Int
}
