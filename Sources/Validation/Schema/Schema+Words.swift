import Manifests

extension Schema {
    /// What a value has to be, in the words of a message: `an integer from 1 to 65535`.
    var expectation: String {
        if let words { return words }
        if !enumeration.isEmpty, type != .integer {
            return "one of \(enumeration.map(\.text).joined(separator: ", "))"
        }
        return typeExpectation
    }

    /// The same of the type alone.
    var typeExpectation: String {
        if isIntOrString { return "an integer or a string" }
        switch type {
        case .object: return "a mapping"
        case .array: return "a list"
        case .string: return "a string"
        case .boolean: return "true or false"
        case .integer, .number: return "\(type == .integer ? "an integer" : "a number")\(bounds)"
        case nil: return "a value"
        }
    }

    private var bounds: String {
        func text(_ value: Double) -> String { Int64(exactly: value).map(String.init) ?? String(value) }
        func least(_ bound: Bound) -> String { (bound.isExclusive ? "more than " : "at least ") + text(bound.value) }
        func most(_ bound: Bound) -> String { (bound.isExclusive ? "less than " : "at most ") + text(bound.value) }
        switch (minimum, maximum) {
        case (nil, nil): return ""
        case (let minimum?, nil): return " of \(least(minimum))"
        case (nil, let maximum?): return " of \(most(maximum))"
        case (let minimum?, let maximum?):
            if !minimum.isExclusive, !maximum.isExclusive {
                return " from \(text(minimum.value)) to \(text(maximum.value))"
            }
            return " of \(least(minimum)) and \(most(maximum))"
        }
    }
}
