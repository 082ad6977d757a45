import Manifests

/// Parses a rule.
///
/// Source: CEL specification, sections "Syntax" and "Macros"; Kubernetes' optional types and its escaped names.
struct CELParser {
    /// The most levels of expressions: evaluating one takes stack, of which a thread may have half a megabyte.
    private static let depthMax = 100
    /// The most levels of parentheses, brackets and branches.
    private static let nestingMax = 40

    private var lexer: CELLexer
    private var token = CELToken.end
    private var start = 0
    private var depth = 0
    private var depths: [UInt8] = []
    private var locals: [(name: String, slot: Int32)] = [("self", 0), ("oldSelf", 1)]
    private var nextSlot: Int32 = 2
    private var program = CELProgram()

    static func parse(_ text: String) throws(CELError) -> CELProgram {
        var parser = try CELParser(text)
        parser.program.root = try parser.expression()
        guard parser.token == .end else { throw parser.unexpected() }
        return parser.program
    }

    private init(_ text: String) throws(CELError) {
        lexer = CELLexer(text)
        try advance()
    }

    private mutating func advance() throws(CELError) {
        token = try lexer.next()
        start = lexer.start
    }

    private func error(_ message: String) -> CELError { CELError(message: message, offset: start) }

    private func unexpected() -> CELError {
        switch token {
        case .end: error("the rule breaks off")
        case .identifier(let word), .keyword(let word), .symbol(let word): error("\(word) is not expected here")
        default: error("a value is not expected here")
        }
    }

    private mutating func accept(_ symbol: String) throws(CELError) -> Bool {
        guard token == .symbol(symbol) else { return false }
        try advance()
        return true
    }

    private mutating func expect(_ symbol: String) throws(CELError) {
        guard try accept(symbol) else { throw unexpected() }
    }

    /// Adds an expression, which is one level deeper than the deepest of its parts.
    private mutating func add(
        _ operation: CELProgram.Operation, _ a: Int32 = 0, _ b: Int32 = 0, _ c: Int32 = 0, _ d: Int32 = -1,
        over parts: [Int32]
    ) throws(CELError) -> Int32 {
        let depth = 1 + (parts.map { Int(depths[Int($0)]) }.max() ?? 0)
        guard depth < Self.depthMax else { throw error("the rule nests too deep") }
        depths.append(UInt8(depth))
        program.expressions.append(CELProgram.Expression(operation: operation, a: a, b: b, c: c, d: d))
        return Int32(program.expressions.count - 1)
    }

    private mutating func constant(_ value: CELValue) throws(CELError) -> Int32 {
        program.constants.append(value)
        return try add(.constant, Int32(program.constants.count - 1), over: [])
    }

    private mutating func name(_ text: String) -> Int32 {
        let text = CELNames.unescape(text)
        if let known = program.names.firstIndex(where: { $0.text == text }) { return Int32(known) }
        program.names.append(CELName(text: text, hash: NodeArena.hash(text.utf8)))
        return Int32(program.names.count - 1)
    }

    private mutating func nested<Value>(
        _ body: (inout CELParser) throws(CELError) -> Value
    ) throws(CELError) -> Value {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.nestingMax else { throw error("the rule nests too deep") }
        return try body(&self)
    }
}

extension CELParser {
    private mutating func expression() throws(CELError) -> Int32 {
        try nested { (parser) throws(CELError) in
            let condition = try parser.disjunction()
            guard try parser.accept("?") else { return condition }
            let yes = try parser.disjunction()
            try parser.expect(":")
            let no = try parser.expression()
            return try parser.add(.conditional, condition, yes, no, over: [condition, yes, no])
        }
    }

    private mutating func disjunction() throws(CELError) -> Int32 {
        try chain("||", .or) { (parser) throws(CELError) in
            try parser.chain("&&", .and) { (parser) throws(CELError) in try parser.relation() }
        }
    }

    /// Any number of parts with one operator between them, which is one expression.
    private mutating func chain(
        _ symbol: String, _ operation: CELProgram.Operation,
        _ part: (inout CELParser) throws(CELError) -> Int32
    ) throws(CELError) -> Int32 {
        var parts = [try part(&self)]
        while try accept(symbol) { parts.append(try part(&self)) }
        guard parts.count > 1 else { return parts[0] }
        let first = Int32(program.parts.count)
        program.parts.append(contentsOf: parts)
        return try add(operation, first, Int32(parts.count), over: parts)
    }

    private static let relations: [String: CELProgram.Operation] = [
        "==": .equal, "!=": .unequal, "<": .less, "<=": .lessOrEqual, ">": .greater, ">=": .greaterOrEqual,
    ]

    private mutating func relation() throws(CELError) -> Int32 {
        var left = try sum()
        while true {
            let operation: CELProgram.Operation
            if case .symbol(let symbol) = token, let relation = Self.relations[symbol] {
                operation = relation
            } else if token == .keyword("in") {
                operation = .in
            } else {
                return left
            }
            try advance()
            let right = try sum()
            left = try add(operation, left, right, over: [left, right])
        }
    }

    private mutating func sum() throws(CELError) -> Int32 {
        var left = try product()
        while token == .symbol("+") || token == .symbol("-") {
            let operation: CELProgram.Operation = token == .symbol("+") ? .add : .subtract
            try advance()
            let right = try product()
            left = try add(operation, left, right, over: [left, right])
        }
        return left
    }

    private mutating func product() throws(CELError) -> Int32 {
        let operations: [String: CELProgram.Operation] = ["*": .multiply, "/": .divide, "%": .remainder]
        var left = try unary()
        while case .symbol(let symbol) = token, let operation = operations[symbol] {
            try advance()
            let right = try unary()
            left = try add(operation, left, right, over: [left, right])
        }
        return left
    }

    private mutating func unary() throws(CELError) -> Int32 {
        if token == .symbol("!") {
            try advance()
            let operand = try nested { (parser) throws(CELError) in try parser.unary() }
            return try add(.not, operand, over: [operand])
        }
        if token == .symbol("-") {
            try advance()
            // The least integer has no positive form.
            if case .int(let magnitude) = token, magnitude == 1 << 63 {
                try advance()
                return try constant(.int(.min))
            }
            let operand = try nested { (parser) throws(CELError) in try parser.unary() }
            return try add(.negate, operand, over: [operand])
        }
        return try member()
    }
}

extension CELParser {
    /// A value with selections, indexes and calls behind it.
    private mutating func member() throws(CELError) -> Int32 {
        var operand = try primary()
        while true {
            if try accept(".") {
                let isOptional = try accept("?")
                let field = try word()
                if token == .symbol("("), !isOptional {
                    operand = try methodCall(operand, field)
                } else {
                    operand = try add(isOptional ? .optionalSelect : .select, operand, name(field), over: [operand])
                }
            } else if try accept("[") {
                let isOptional = try accept("?")
                let index = try expression()
                try expect("]")
                operand = try add(isOptional ? .optionalIndex : .index, operand, index, over: [operand, index])
            } else {
                return operand
            }
        }
    }

    /// A name behind a dot, where keywords are names too.
    private mutating func word() throws(CELError) -> String {
        switch token {
        case .identifier(let word), .keyword(let word):
            try advance()
            return word
        default: throw unexpected()
        }
    }

    private mutating func primary() throws(CELError) -> Int32 {
        let token = token
        switch token {
        case .int(let value):
            guard let value = Int64(exactly: value) else { throw error("a number that does not fit 64 bits") }
            try advance()
            return try constant(.int(value))
        case .uint(let value):
            try advance()
            return try constant(.uint(value))
        case .double(let value):
            try advance()
            return try constant(.double(value))
        case .string(let value):
            try advance()
            return try constant(.string(value))
        case .bytes(let value):
            try advance()
            return try constant(.bytes(value))
        case .keyword("true"), .keyword("false"):
            try advance()
            return try constant(.bool(token == .keyword("true")))
        case .keyword("null"):
            try advance()
            return try constant(.null)
        case .symbol("("):
            try advance()
            let value = try expression()
            try expect(")")
            return value
        case .symbol("["): return try list()
        case .symbol("{"): return try map()
        case .symbol("."):
            try advance()
            return try named(word())
        case .identifier(let word):
            try advance()
            return try named(word)
        default: throw unexpected()
        }
    }

    private mutating func list() throws(CELError) -> Int32 {
        try expect("[")
        let parts = try values(until: "]")
        let first = Int32(program.parts.count)
        program.parts.append(contentsOf: parts)
        return try add(.list, first, Int32(parts.count), over: parts)
    }

    private mutating func map() throws(CELError) -> Int32 {
        try expect("{")
        var parts: [Int32] = []
        while token != .symbol("}") {
            parts.append(try expression())
            try expect(":")
            parts.append(try expression())
            guard try accept(",") else { break }
        }
        try expect("}")
        let first = Int32(program.parts.count)
        program.parts.append(contentsOf: parts)
        return try add(.map, first, Int32(parts.count / 2), over: parts)
    }

    private mutating func values(until end: String) throws(CELError) -> [Int32] {
        var parts: [Int32] = []
        while token != .symbol(end) {
            parts.append(try expression())
            guard try accept(",") else { break }
        }
        try expect(end)
        return parts
    }

    private mutating func named(_ word: String) throws(CELError) -> Int32 {
        if let local = locals.last(where: { $0.name == word }) {
            if local.slot == 1 { program.usesOldSelf = true }
            return try add(.local, local.slot, over: [])
        }
        if try accept("(") {
            if word == "has" { return try presence() }
            let arguments = try values(until: ")")
            return try call(word, receiver: nil, arguments)
        }
        if ["format", "optional", "sets", "ip"].contains(word), token == .symbol(".") { return try qualified(word) }
        if CELNames.types.contains(word) { return try constant(.type(word)) }
        throw error("\(word) is neither a variable nor a function that weir evaluates")
    }

    /// `format.dns1123Label()`, `optional.none()`, `sets.contains(…)`.
    private mutating func qualified(_ word: String) throws(CELError) -> Int32 {
        try expect(".")
        let second = try self.word()
        try expect("(")
        let arguments = try values(until: ")")
        guard word == "format", second != "named" else {
            return try call("\(word).\(second)", receiver: nil, arguments)
        }
        guard arguments.isEmpty, let format = CELFormat(rawValue: second) else {
            throw error("the format \(second) is not one that weir evaluates")
        }
        return try constant(.format(format))
    }

    private mutating func presence() throws(CELError) -> Int32 {
        let operand = try expression()
        try expect(")")
        let last = program.expressions[Int(operand)]
        guard last.operation == .select, Int(operand) == program.expressions.count - 1 else {
            throw error("has() wants a field of something")
        }
        program.expressions[Int(operand)].operation = .has
        return operand
    }

    private mutating func methodCall(_ receiver: Int32, _ word: String) throws(CELError) -> Int32 {
        try expect("(")
        let macros: [String: CELProgram.Operation] = [
            "all": .all, "exists": .exists, "exists_one": .existsOne, "existsOne": .existsOne, "filter": .filter,
            "map": .transform,
        ]
        if let macro = macros[word] { return try comprehension(macro, receiver) }
        let arguments = try values(until: ")")
        return try call(word, receiver: receiver, arguments)
    }

    private mutating func comprehension(
        _ operation: CELProgram.Operation, _ range: Int32
    ) throws(CELError) -> Int32 {
        guard case .identifier(let variable) = token else { throw unexpected() }
        try advance()
        try expect(",")
        let slot = nextSlot
        nextSlot += 1
        program.localCount = max(program.localCount, Int(nextSlot))
        locals.append((variable, slot))
        let body = try expression()
        var result: Int32 = -1
        if operation == .transform, try accept(",") { result = try expression() }
        locals.removeLast()
        nextSlot -= 1
        guard token == .symbol(")") else {
            throw error("a macro over two variables is not one that weir evaluates")
        }
        try advance()
        // `map` with three arguments keeps the elements for which the second is true.
        return try add(
            operation, range, slot, body, result, over: result < 0 ? [range, body] : [range, body, result])
    }

    private mutating func call(_ word: String, receiver: Int32?, _ arguments: [Int32]) throws(CELError) -> Int32 {
        guard let function = CELFunction(rawValue: word),
            function.accepts(receiver: receiver != nil, arguments: arguments.count)
        else { throw error("the function \(word)() is not one that weir evaluates in this form") }
        let parts = (receiver.map { [$0] } ?? []) + arguments
        let first = Int32(program.parts.count)
        program.parts.append(contentsOf: parts)
        program.functions.append(function)
        // A pattern that is written in the rule is compiled with it.
        if function == .matches, let last = parts.last, program.expressions[Int(last)].operation == .constant,
            case .string(let pattern) = program.constants[Int(program.expressions[Int(last)].a)]
        {
            do throws(PatternError) {
                program.constants[Int(program.expressions[Int(last)].a)] = .pattern(try RegularExpression(pattern))
            } catch {
                throw self.error("the pattern \(pattern) is none: \(error.reason)")
            }
        }
        return try add(.call, first, Int32(parts.count), Int32(program.functions.count - 1), over: parts)
    }
}

/// How names of fields are written in rules.
enum CELNames {
    static let types: Set<String> = [
        "int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type",
    ]

    private static let reserved: Set<String> = [
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import",
        "let", "loop", "package", "namespace", "return", "var", "void", "while",
    ]

    /// The field that a name in a rule means: `__namespace__` is `namespace`, `a__dash__b` is `a-b`.
    /// Source: Kubernetes, CRD validation rules, section on escaping.
    static func unescape(_ name: String) -> String {
        guard name.utf8.contains(0x5F), let first = name.firstRange(of: "__") else { return name }
        if name.hasPrefix("__"), name.hasSuffix("__"), reserved.contains(String(name.dropFirst(2).dropLast(2))) {
            return String(name.dropFirst(2).dropLast(2))
        }
        var result = String(name[..<first.lowerBound])
        var rest = name[first.lowerBound...]
        let escapes = [("__underscores__", "__"), ("__dot__", "."), ("__dash__", "-"), ("__slash__", "/")]
        while !rest.isEmpty {
            if let (escape, meaning) = escapes.first(where: { rest.hasPrefix($0.0) }) {
                result += meaning
                rest = rest.dropFirst(escape.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result
    }
}
