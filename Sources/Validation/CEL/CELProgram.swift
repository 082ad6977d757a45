/// A rule, parsed: its expressions in one array, each naming its parts by their places, so that a rule is evaluated
/// without walking from object to object.
struct CELProgram: Sendable {
    enum Operation: UInt8, Sendable {
        case constant, local
        case select, has, optionalSelect, index, optionalIndex
        case not, negate, and, or, conditional
        case equal, unequal, less, lessOrEqual, greater, greaterOrEqual, `in`
        case add, subtract, multiply, divide, remainder
        case list, map, call
        case all, exists, existsOne, filter, transform
    }

    /// An expression. What `a`, `b`, `c` and `d` mean depends on the operation: places of expressions, constants, names or locals.
    struct Expression: Sendable {
        var operation: Operation
        var a: Int32 = 0
        var b: Int32 = 0
        var c: Int32 = 0
        var d: Int32 = -1
    }

    var expressions: [Expression] = []
    /// Parts of expressions that have any number of them.
    var parts: [Int32] = []
    var constants: [CELValue] = []
    var names: [CELName] = []
    var functions: [CELFunction] = []
    /// The expression whose value is that of the rule.
    var root: Int32 = 0
    /// How many locals there are at once, `self` and `oldSelf` among them.
    var localCount = 2
    /// Whether it names `oldSelf`.
    var usesOldSelf = false
}

/// The name of a member in a rule.
struct CELName: Sendable {
    let text: String
    let hash: UInt32
}
