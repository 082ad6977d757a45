package import GatewayAPI
package import Manifests
package import Validation

/// The scalars that scenarios have and manifests do not.
extension ObjectDecoder {
    /// Reads the text of a field by `read`; reports what was expected where that gives nil.
    package mutating func parsed<Value>(
        _ key: String, _ expected: String, hint: String? = nil, _ read: (String) -> Value?
    ) -> Located<Value>? where Value: Hashable & Sendable {
        guard let value = value(key) else { return nil }
        return at(key) { Self.parsed(value, context, expected, hint: hint, read) }
    }

    /// Reads the text of a node by `read`.
    package static func parsed<Value>(
        _ value: NodeIndex, _ context: DecodingContext, _ expected: String, hint: String? = nil,
        _ read: (String) -> Value?
    ) -> Located<Value>? where Value: Hashable & Sendable {
        guard context.arena.kind(value) == .string else {
            context.reportType(value, expected: expected)
            return nil
        }
        guard let result = read(context.arena.text(value)) else {
            context.report(
                .invalidFormat, "found \"\(context.arena.text(value))\", expected \(expected)", at: value, hint: hint)
            return nil
        }
        return Located(value: result, position: context.arena.position(value))
    }

    /// A duration in nanoseconds; nil where it is missing or wrong.
    package mutating func time(_ key: String) -> Located<Int64>? {
        parsed(
            key, "a duration such as 250ms, 1m30s or 500us", hint: "numbers, each with h, m, s, ms, us or ns",
            Quantity.nanoseconds)
    }

    /// A duration in nanoseconds, or nil inside for `auto`; nil where it is missing or wrong.
    mutating func timeOrAuto(_ key: String) -> Located<Int64?>? {
        parsed(key, "auto, or a duration such as 30s") { $0 == "auto" ? .some(nil) : Quantity.nanoseconds($0) }
    }

    /// A duration that must be there; 0 where it is missing or wrong.
    mutating func requiredTime(_ key: String) -> Located<Int64> {
        let time = time(key)
        if time == nil, !has(key) { reportMissing(key, "a duration such as 10m") }
        return time ?? Located(value: 0, position: position)
    }

    /// A rate in requests a second; nil where it is missing or wrong.
    mutating func rate(_ key: String) -> Double? {
        guard let rate = parsed(key, "a rate such as 500/s or 30/m", Quantity.perSecond) else { return nil }
        // Beyond that arrivals are nearer to each other than the clock can tell.
        guard rate.value <= 1e8 else {
            report(.outOfRange, "the rate is beyond 100 million a second", field: key)
            return nil
        }
        return rate.value
    }

    /// `namespace/name`; nil where it is missing or wrong.
    package mutating func namespacedName(_ key: String) -> Located<NamespacedName>? {
        parsed(key, "namespace/name", NamespacedName.init)
    }

    /// `namespace/name` that must be there; nil where it is missing or wrong.
    mutating func requiredNamespacedName(_ key: String) -> Located<NamespacedName>? {
        let name = namespacedName(key)
        if name == nil, !has(key) { reportMissing(key, "namespace/name") }
        return name
    }

    /// A number; nil where it is missing or wrong.
    mutating func number(_ key: String, _ expected: String = "a number", where isValid: (Double) -> Bool) -> Double? {
        guard let value = value(key) else { return nil }
        return at(key) { Self.number(value, context, expected, where: isValid) }
    }

    /// The number that a node holds.
    package static func number(
        _ value: NodeIndex, _ context: DecodingContext, _ expected: String, where isValid: (Double) -> Bool
    ) -> Double? {
        guard let number = context.arena.double(value) else {
            context.reportType(value, expected: expected)
            return nil
        }
        guard number.isFinite, isValid(number) else {
            context.report(.outOfRange, "found \(context.arena.text(value)), expected \(expected)", at: value)
            return nil
        }
        return number
    }

    /// A share from 0 to 1; nil where it is missing or wrong.
    mutating func fraction(_ key: String) -> Double? {
        number(key, "a number from 0 to 1") { (0...1).contains($0) }
    }

    /// The header fields of a mapping, in the order in which they are written; a list of values repeats a field.
    package mutating func headers(_ key: String) -> [RequestLine.HeaderEntry] {
        guard let map = value(key) else { return [] }
        let context = context
        return at(key) {
            guard context.arena.kind(map) == .mapping else {
                context.reportType(map, expected: "a mapping of names to values")
                return []
            }
            var headers: [RequestLine.HeaderEntry] = []
            for place in 0..<context.arena.count(map) {
                let member = context.arena.member(map, at: place)
                let name = context.arena.text(member.key)
                context.path.push(name)
                let isList = context.arena.kind(member.value) == .sequence
                let count = isList ? context.arena.count(member.value) : 1
                for index in 0..<count {
                    let value = isList ? context.arena.element(member.value, index) : member.value
                    if context.arena.kind(value) == .string {
                        headers.append(RequestLine.HeaderEntry(name: name, value: context.arena.text(value)))
                    } else {
                        context.reportType(value, expected: "a string")
                    }
                }
                context.path.pop()
            }
            return headers
        }
    }
}
