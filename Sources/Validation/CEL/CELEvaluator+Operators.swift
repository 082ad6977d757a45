import Manifests

extension CELEvaluator {
    func negated(_ value: CELValue) -> CELValue {
        switch value {
        case .int(let value): value == .min ? fail("a number does not fit 64 bits") : .int(-value)
        case .double(let value): .double(-value)
        case .error: .error
        default: fail("- wants a number")
        }
    }

    func binary(_ operation: CELProgram.Operation, _ left: CELValue, _ right: CELValue) -> CELValue {
        switch operation {
        case .equal: return .bool(areEqual(left, right))
        case .unequal: return .bool(!areEqual(left, right))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            guard let order = compare(left, right) else { return fail("two values that cannot be compared") }
            return switch operation {
            case .less: .bool(order == .less)
            case .lessOrEqual: .bool(order == .less || order == .equal)
            case .greater: .bool(order == .greater)
            default: .bool(order == .greater || order == .equal)
            }
        case .in: return contains(right, left)
        default: return arithmetic(operation, left, right)
        }
    }

    enum Order { case less, equal, greater, unordered }

    private func order<Value: Comparable>(_ left: Value, _ right: Value) -> Order {
        left < right ? .less : left == right ? .equal : left > right ? .greater : .unordered
    }

    /// Nil where the values are of kinds that have no order between them.
    func compare(_ left: CELValue, _ right: CELValue) -> Order? {
        switch (left, right) {
        case (.int(let a), .int(let b)): return order(a, b)
        case (.uint(let a), .uint(let b)): return order(a, b)
        case (.double(let a), .double(let b)): return order(a, b)
        case (.int(let a), .uint(let b)): return a < 0 ? .less : order(UInt64(a), b)
        case (.uint(let a), .int(let b)): return b < 0 ? .greater : order(a, UInt64(b))
        case (.int(let a), .double(let b)): return order(Double(a), b)
        case (.double(let a), .int(let b)): return order(a, Double(b))
        case (.uint(let a), .double(let b)): return order(Double(a), b)
        case (.double(let a), .uint(let b)): return order(a, Double(b))
        case (.bool(let a), .bool(let b)): return order(a ? 1 : 0, b ? 1 : 0)
        case (.duration(let a), .duration(let b)): return order(a, b)
        case (.timestamp(let a), .timestamp(let b)): return order(a, b)
        case (.bytes(let a), .bytes(let b)):
            return a == b ? .equal : a.lexicographicallyPrecedes(b) ? .less : .greater
        default:
            guard let a = text(left), let b = text(right) else { return nil }
            // Code points in order are their UTF-8 in order.
            return a.utf8.elementsEqual(b.utf8) ? .equal : a.utf8.lexicographicallyPrecedes(b.utf8) ? .less : .greater
        }
    }

    func areEqual(_ left: CELValue, _ right: CELValue) -> Bool {
        switch (left, right) {
        case (.text(let a), .text(let b)): return arena.sameText(a, b)
        case (.text(let a), .string(let b)), (.string(let b), .text(let a)): return arena.matches(a, b)
        case (.string(let a), .string(let b)): return a.utf8.elementsEqual(b.utf8)
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.type(let a), .type(let b)): return a == b
        case (.address(let a), .address(let b)): return a == b
        case (.addressRange(let a, let x), .addressRange(let b, let y)): return a == b && x == y
        case (.optional(let a), .optional(let b)):
            guard let a, let b else { return a == nil && b == nil }
            return areEqual(a, b)
        case (.int, _), (.uint, _), (.double, _), (.duration, _), (.timestamp, _), (.bytes, _):
            return compare(left, right) == .equal
        default: return areEqualCollections(left, right)
        }
    }

    private func areEqualCollections(_ left: CELValue, _ right: CELValue) -> Bool {
        guard let count = elementCount(left), elementCount(right) == count, isList(left) == isList(right), spend(count)
        else { return false }
        if isList(left) {
            if isUnordered(left) || isUnordered(right), let a = elements(left), var b = elements(right) {
                for item in a {
                    guard let place = b.firstIndex(where: { areEqual($0, item) }) else { return false }
                    b.remove(at: place)
                }
                return true
            }
            return (0..<count).allSatisfy { areEqual(elementOrKey(left, $0), elementOrKey(right, $0)) }
        }
        return (0..<count).allSatisfy { place in
            let key = elementOrKey(left, place)
            guard case .optional(let other?) = element(right, key, isOptional: true),
                case .optional(let own?) = element(left, key, isOptional: true)
            else { return false }
            return areEqual(own, other)
        }
    }

    /// Lists that are sets or maps are equal whatever their order. Source: Kubernetes, CRD validation rules.
    private func isUnordered(_ value: CELValue) -> Bool {
        guard case .node(_, let schema) = value else { return false }
        return schema._withUnsafeGuaranteedRef { $0.listType != .atomic }
    }

    /// `value in list`, `key in map`.
    func contains(_ collection: CELValue, _ value: CELValue) -> CELValue {
        if case .node(let index, _) = collection, arena.kind(index) == .mapping {
            guard let key = text(value) else { return .bool(false) }
            return .bool(arena.member(index, key) != nil)
        }
        guard let count = elementCount(collection) else { return fail("in wants a list or a map behind it") }
        guard spend(count) else { return .error }
        return .bool((0..<count).contains { areEqual(elementOrKey(collection, $0), value) })
    }

    private func arithmetic(_ operation: CELProgram.Operation, _ left: CELValue, _ right: CELValue) -> CELValue {
        switch (left, right) {
        case (.int(let a), .int(let b)): return whole(operation, a, b).map(CELValue.int) ?? .error
        case (.uint(let a), .uint(let b)): return whole(operation, a, b).map(CELValue.uint) ?? .error
        case (.double(let a), .double(let b)):
            switch operation {
            case .add: return .double(a + b)
            case .subtract: return .double(a - b)
            case .multiply: return .double(a * b)
            case .divide: return .double(a / b)
            default: break
            }
        case (.duration(let a), .duration(let b)) where operation == .add || operation == .subtract:
            return whole(operation, a, b).map(CELValue.duration) ?? .error
        case (.timestamp(let a), .timestamp(let b)) where operation == .subtract:
            return a.since(b).map(CELValue.duration) ?? fail("two times that lie too far apart")
        case (.timestamp(let a), .duration(let b)) where operation == .add,
            (.duration(let b), .timestamp(let a)) where operation == .add:
            return a.adding(b).map(CELValue.timestamp) ?? fail("a time beyond the year 9999")
        case (.timestamp(let a), .duration(let b)) where operation == .subtract && b != .min:
            return a.adding(-b).map(CELValue.timestamp) ?? fail("a time before the year 1")
        case (.bytes(let a), .bytes(let b)) where operation == .add: return .bytes(a + b)
        default:
            guard operation == .add else { break }
            if let a = text(left), let b = text(right) {
                guard spend((a.utf8.count + b.utf8.count) / 10) else { return .error }
                return .string(a + b)
            }
            if let a = elements(left), let b = elements(right) {
                guard spend(a.count + b.count) else { return .error }
                return .list(a + b)
            }
        }
        return fail("an operator between values that it is not made for")
    }

    private func whole<Value: FixedWidthInteger>(
        _ operation: CELProgram.Operation, _ left: Value, _ right: Value
    ) -> Value? {
        let (value, overflow): (Value, Bool)
        switch operation {
        case .add: (value, overflow) = left.addingReportingOverflow(right)
        case .subtract: (value, overflow) = left.subtractingReportingOverflow(right)
        case .multiply: (value, overflow) = left.multipliedReportingOverflow(by: right)
        case .divide: (value, overflow) = left.dividedReportingOverflow(by: right)
        default: (value, overflow) = left.remainderReportingOverflow(dividingBy: right)
        }
        if overflow { problem = right == 0 ? "a division by zero" : "a number does not fit 64 bits" }
        return overflow ? nil : value
    }
}
