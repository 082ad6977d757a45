/// The conditions of all matches, other than the path, in a form that is compared without looking at a string.
struct CompiledMatches: Sendable {
    /// What a request's field must be.
    struct Condition: Sendable {
        var isQueryParameter: Bool
        /// The name's place in `headerNames` or `queryNames`.
        var name: UInt32
        /// The place of an expression, or `none`: then the value is compared.
        var expression: UInt32
        var valueStart: UInt32
        var valueLength: UInt32
        var valueHash: UInt64
    }

    struct Compiled: Sendable {
        /// 0 where any method will do; else one more than its place in `methods`.
        var method: UInt32
        var conditions: Range<UInt32>
    }

    static let none = UInt32.max

    private(set) var compiled: [Compiled] = []
    private(set) var conditions: [Condition] = []
    private(set) var values: [UInt8] = []
    private(set) var expressions: [RegularExpression] = []
    private(set) var methods = ByteTable(ByteTableKeys())
    private(set) var headerNames = ByteTable(ByteTableKeys())
    private(set) var queryNames = ByteTable(ByteTableKeys())
    private(set) var headerNameCount = 0
    private(set) var queryNameCount = 0
    /// How much of a text an expression must match.
    let extent: Dialect.Conditions.Expression
    /// The methods that are not refused; empty where none is.
    let registeredMethods: ByteTable
    /// The place in `headerNames` of the header Host, where it is held against the authority; else `none`.
    private(set) var authorityName = Self.none

    init(routes: [Route], conditions dialect: Dialect.Conditions) {
        extent = dialect.expression
        var registered = NameList()
        if dialect.unknownMethod == .refused { for name in RegisteredMethods.names { _ = registered.place(name) } }
        registeredMethods = registered.table
        var methods = NameList()
        var headers = NameList()
        var queries = NameList()
        var expressionPlaces: [String: UInt32] = [:]
        for route in routes {
            for rule in route.rules {
                for match in rule.matches {
                    let start = UInt32(conditions.count)
                    for header in match.headers {
                        append(header, headers.place(header.name), isQueryParameter: false, &expressionPlaces)
                    }
                    for query in match.queryParameters {
                        append(query, queries.place(query.name), isQueryParameter: true, &expressionPlaces)
                    }
                    compiled.append(
                        Compiled(
                            method: match.method.map { methods.place($0) + 1 } ?? 0,
                            conditions: start..<UInt32(conditions.count)))
                }
            }
        }
        compiled = compiled.trimmed()
        conditions = conditions.trimmed()
        values = values.trimmed()
        self.methods = methods.table
        headerNames = headers.table
        queryNames = queries.table
        headerNameCount = headers.names.count
        queryNameCount = queries.names.count
        if dialect.hostHeader == .authority, let place = headers.names.firstIndex(of: "host") {
            authorityName = UInt32(place)
        }
    }

    private mutating func append(
        _ field: FieldPredicate, _ name: UInt32, isQueryParameter: Bool, _ places: inout [String: UInt32]
    ) {
        var condition = Condition(
            isQueryParameter: isQueryParameter, name: name, expression: Self.none, valueStart: UInt32(values.count),
            valueLength: 0,
            valueHash: 0)
        switch field.value {
        case .exact(let value):
            values += value.utf8
            condition.valueLength = UInt32(values.count) - condition.valueStart
            condition.valueHash = RollingHash.of(value.utf8)
        case .regularExpression(let expression):
            let place = places[expression.pattern] ?? UInt32(expressions.count)
            if place == expressions.count {
                places[expression.pattern] = place
                expressions.append(expression)
            }
            condition.expression = place
        }
        conditions.append(condition)
    }

    /// Whether a request satisfies all conditions of a match but the one on its path.
    @inline(__always)
    func holds(_ match: MatchIndex, _ scratch: borrowing Scratch) -> Bool {
        let compiled = compiled[match.place]
        guard compiled.method == 0 || compiled.method == scratch.method else { return false }
        for place in compiled.conditions {
            let condition = conditions[Int(place)]
            guard let field = scratch.field(condition.isQueryParameter, condition.name) else { return false }
            if holds(condition, field, scratch) { continue }
            guard !scratch.furtherFields.isEmpty, holdsFurther(condition, scratch) else { return false }
        }
        return true
    }

    @inline(__always)
    private func holds(_ condition: Condition, _ field: Scratch.Field, _ scratch: borrowing Scratch) -> Bool {
        let range = Int(field.start)..<Int(field.end)
        if condition.expression != Self.none {
            return expressions[Int(condition.expression)].matches(scratch.bytes.span, range, extent)
        }
        guard range.count == Int(condition.valueLength) else { return false }
        let start = Int(condition.valueStart)
        for index in 0..<range.count where values[start + index] != scratch.bytes[range.lowerBound + index] {
            return false
        }
        return true
    }

    /// Whether a condition holds for a value after the first.
    private func holdsFurther(_ condition: Condition, _ scratch: borrowing Scratch) -> Bool {
        for place in scratch.furtherFields.indices {
            let further = scratch.furtherFields[place]
            guard further.isQueryParameter == condition.isQueryParameter, further.name == condition.name else {
                continue
            }
            if holds(condition, further.field, scratch) { return true }
        }
        return false
    }
}

/// Names in the order in which they first appear.
private struct NameList {
    var names: [String] = []
    private var places: [String: UInt32] = [:]

    mutating func place(_ name: String) -> UInt32 {
        if let place = places[name] { return place }
        let place = UInt32(names.count)
        places[name] = place
        names.append(name)
        return place
    }

    var table: ByteTable {
        var keys = ByteTableKeys()
        for name in names { keys.append(name.utf8, owner: 0) }
        return ByteTable(keys)
    }
}
