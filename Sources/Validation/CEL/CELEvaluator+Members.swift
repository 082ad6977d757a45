import Manifests

extension CELEvaluator {
    /// A field of an object or a key of a map.
    func select(_ operand: CELValue, _ name: CELName, _ operation: CELProgram.Operation) -> CELValue {
        switch operand {
        case .error: return .error
        case .node(let index, let schema):
            guard arena.kind(index) == .mapping else { break }
            let value = member(index, schema, name)
            if operation == .has { return .bool(value != nil) }
            if operation == .optionalSelect { return .optional(value) }
            return value ?? fail("there is no \(name.text)")
        case .map(let entries):
            let value = entries.first { areEqual($0.key, .string(name.text)) }?.value
            if operation == .has { return .bool(value != nil) }
            if operation == .optionalSelect { return .optional(value) }
            return value ?? fail("there is no \(name.text)")
        case .optional(let inner):
            guard let inner else { return operation == .has ? .bool(false) : .optional(nil) }
            let value = select(inner, name, operation == .has ? .has : .optionalSelect)
            return value
        default: break
        }
        return fail("there is no \(name.text) in what is no object")
    }

    private func member(_ index: NodeIndex, _ schema: Unmanaged<Schema>, _ name: CELName) -> CELValue? {
        guard let found = arena.member(index, name.text)?.value else { return nil }
        return value(
            found,
            schema._withUnsafeGuaranteedRef { schema in
                for property in schema.properties where property.hash == name.hash {
                    return Unmanaged.passUnretained(property.schema)
                }
                if case .values(let other) = schema.others { return Unmanaged.passUnretained(other) }
                return Unmanaged.passUnretained(Schema.empty)
            })
    }

    /// `list[0]`, `map["key"]`.
    func element(_ operand: CELValue, _ index: CELValue, isOptional: Bool) -> CELValue {
        func result(_ value: CELValue?, _ problem: @autoclosure () -> String) -> CELValue {
            if isOptional { return .optional(value) }
            return value ?? fail(problem())
        }
        if case .error = operand { return .error }
        if case .error = index { return .error }
        if case .optional(let inner) = operand {
            guard let inner else { return .optional(nil) }
            return element(inner, index, isOptional: true)
        }
        if isList(operand) {
            guard let place = wholeNumber(index), let count = elementCount(operand) else {
                return fail("a list wants a whole number between [ and ]")
            }
            let isInside = place >= 0 && place < count
            return result(isInside ? elementOrKey(operand, Int(place)) : nil, "there is no element \(place)")
        }
        switch operand {
        case .node(let mapping, let schema):
            guard let key = text(index) else { return fail("a map wants one of its keys between [ and ]") }
            return result(
                member(mapping, schema, CELName(text: key, hash: NodeArena.hash(key.utf8))), "there is no key \(key)")
        case .map(let entries):
            return result(entries.first { areEqual($0.key, index) }?.value, "there is no such key")
        default: return fail("[ and ] want a list or a map before them")
        }
    }

    func isList(_ value: CELValue) -> Bool {
        switch value {
        case .list: true
        case .node(let index, _): arena.kind(index) == .sequence
        default: false
        }
    }

    /// How many elements or members there are; nil for other values.
    func elementCount(_ value: CELValue) -> Int? {
        switch value {
        case .node(let index, _): arena.count(index)
        case .list(let values): values.count
        case .map(let entries): entries.count
        default: nil
        }
    }

    /// An element of a list, or a key of a map.
    func elementOrKey(_ value: CELValue, _ place: Int) -> CELValue {
        switch value {
        case .node(let index, let schema):
            guard arena.kind(index) == .sequence else { return .text(arena.member(index, at: place).key) }
            return self.value(
                arena.element(index, place),
                schema._withUnsafeGuaranteedRef { Unmanaged.passUnretained($0.items ?? Schema.empty) })
        case .list(let values): return values[place]
        case .map(let entries): return entries[place].key
        default: return .null
        }
    }

    /// Both sides of the elements of a list; of a map its values.
    func elements(_ value: CELValue) -> [CELValue]? {
        guard isList(value), let count = elementCount(value) else { return nil }
        return (0..<count).map { elementOrKey(value, $0) }
    }

    /// The text of a string; nil for other values.
    func text(_ value: CELValue) -> String? {
        switch value {
        case .text(let index): arena.text(index)
        case .string(let text): text
        default: nil
        }
    }

    func wholeNumber(_ value: CELValue) -> Int64? {
        switch value {
        case .int(let value): value
        case .uint(let value): Int64(exactly: value)
        case .double(let value): Int64(exactly: value)
        default: nil
        }
    }
}
