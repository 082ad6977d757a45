package import GatewayAPI
package import Manifests
import Traffic
package import Validation

/// The scalars that scenarios have and manifests do not.
extension ObjectDecoder {
    /// Reads the text of a field by `read`; reports what was expected where that gives nil.
    package mutating func parsed<Value>(
        _ key: String, _ expected: String, hint: ((String) -> String?)? = nil, _ read: (String) -> Value?
    ) -> Located<Value>? where Value: Hashable & Sendable {
        guard let value = value(key) else { return nil }
        return at(key) { Self.parsed(value, context, expected, hint: hint, read) }
    }

    /// Reads the text of a node by `read`. `hint` is told of a text that it cannot read, and of a number in its place.
    package static func parsed<Value>(
        _ value: NodeIndex, _ context: DecodingContext, _ expected: String, hint: ((String) -> String?)? = nil,
        _ read: (String) -> Value?
    ) -> Located<Value>? where Value: Hashable & Sendable {
        let text = context.arena.text(value)
        switch context.arena.kind(value) {
        case .string: break
        case .integer, .float:
            context.reportType(value, expected: expected, hint: hint?(text))
            return nil
        default:
            context.reportType(value, expected: expected, hint: nil)
            return nil
        }
        guard let result = read(text) else {
            context.report(
                .invalidFormat, "found \"\(Excerpt.of(text))\", expected \(expected)", at: value,
                hint: hint?(text))
            return nil
        }
        return Located(value: result, position: context.arena.position(value))
    }

    /// A duration in nanoseconds; nil where it is missing or wrong.
    package mutating func time(_ key: String) -> Located<Int64>? {
        guard let value = value(key) else { return nil }
        return at(key) { Self.time(value, context) }
    }

    /// The duration that a node holds; `word` is what may stand in its place.
    package static func time(
        _ value: NodeIndex, _ context: DecodingContext, orWord word: String? = nil
    ) -> Located<Int64>? {
        let text = context.arena.text(value)
        let kind = context.arena.kind(value)
        do throws(TimeError) {
            let time = try Quantity.time(text)
            if kind == .string { return Located(value: time, position: context.arena.position(value)) }
        } catch {
            let expected = error.expected + (word.map { ", or \($0)" } ?? "")
            if kind == .string {
                context.report(
                    error == .tooLong ? .outOfRange : .invalidFormat,
                    "found \"\(Excerpt.of(text))\", expected \(expected)", at: value, hint: error.hint(text))
                return nil
            }
            let isNumber = kind == .integer || kind == .float
            context.reportType(value, expected: expected, hint: isNumber ? error.hint(text) : nil)
            return nil
        }
        context.reportType(value, expected: TimeError.malformed.expected, hint: nil)
        return nil
    }

    /// A duration in nanoseconds, or nil inside for a word; nil where it is missing or wrong.
    package mutating func time(_ key: String, orWord word: String) -> Located<Int64?>? {
        guard let value = value(key) else { return nil }
        let context = context
        return at(key) {
            if context.arena.kind(value) == .string, context.arena.text(value) == word {
                return Located(value: nil, position: context.arena.position(value))
            }
            return Self.time(value, context, orWord: word).map { Located(value: $0.value, position: $0.position) }
        }
    }

    /// A duration that must be there; 0 where it is missing or wrong.
    mutating func requiredTime(_ key: String) -> Located<Int64> {
        let time = time(key)
        if time == nil, !has(key) { reportMissing(key, "a duration such as 10m") }
        return time ?? Located(value: 0, position: position)
    }

    /// A rate in requests a second; nil where it is missing or wrong.
    mutating func rate(_ key: String) -> Double? {
        let expected = "a rate such as 500/s or 30/m"
        guard let rate = parsed(key, expected, hint: Quantity.rateHint, Quantity.perSecond) else { return nil }
        // Beyond that arrivals are nearer to each other than the clock can tell.
        guard rate.value <= 1e8 else {
            let text = value(key).map { Excerpt.of(context.arena.text($0)) } ?? ""
            report(.outOfRange, "found \(text), expected at most 100000000/s", field: key)
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

    /// A name that reports show, with its position; nil where it is missing or wrong.
    mutating func locatedName(_ key: String) -> Located<String>? {
        parsed(key, "a name of 1 to 253 characters, none of them a control character") { text in
            let length = text.unicodeScalars.count
            return (1...253).contains(length) && Excerpt.escaped(text) == text ? text : nil
        }
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
            let text = context.arena.text(value)
            let percent = context.arena.kind(value) == .string && text.hasSuffix("%") ? Double(text.dropLast()) : nil
            if let percent, isValid(percent / 100) {
                context.reportType(value, expected: expected, hint: "write it as \(percent / 100)")
            } else {
                context.reportType(value, expected: expected)
            }
            return nil
        }
        guard number.isFinite, isValid(number) else {
            context.report(
                .outOfRange, "found \(Excerpt.of(context.arena.text(value))), expected \(expected)", at: value)
            return nil
        }
        return number
    }

    /// A share from 0 to 1; nil where it is missing or wrong.
    mutating func fraction(_ key: String) -> Double? {
        number(key, "a number from 0 to 1") { (0...1).contains($0) }
    }

    /// The header fields of a mapping, in the order in which they are written; a list of values repeats a field.
    package mutating func headers(_ key: String) -> [RequestLine.HeaderEntry] { fields(key, isHeader: true) }

    /// The names and values of a mapping, of header fields or else of whatever may have any name and value.
    package mutating func fields(_ key: String, isHeader: Bool) -> [RequestLine.HeaderEntry] {
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
                if isHeader { Self.checkFieldName(name, member.key, context) }
                let isList = context.arena.kind(member.value) == .sequence
                let count = isList ? context.arena.count(member.value) : 1
                for index in 0..<count {
                    let value = isList ? context.arena.element(member.value, index) : member.value
                    if let text = Self.fieldValue(value, context, isHeader: isHeader) {
                        headers.append(RequestLine.HeaderEntry(name: name, value: text))
                    }
                }
                context.path.pop()
            }
            return headers
        }
    }

    private static func checkFieldName(_ name: String, _ key: NodeIndex, _ context: DecodingContext) {
        guard !HTTPSyntax.isToken(name) else { return }
        context.report(
            .invalidFormat, "found \"\(Excerpt.of(name))\", expected the name of a header field", at: key,
            hint: name.hasPrefix(":")
                ? "method, host and path are those of the URL"
                : "letters, digits and !#$%&'*+-.^_`|~ (RFC 9110, section 5.6.2)")
    }

    private static func fieldValue(_ value: NodeIndex, _ context: DecodingContext, isHeader: Bool) -> String? {
        guard context.arena.kind(value) == .string else {
            context.reportType(value, expected: "a string")
            return nil
        }
        let text = context.arena.text(value)
        guard !isHeader || HTTPSyntax.isFieldValue(text) else {
            context.report(
                .invalidFormat, "found \"\(Excerpt.of(text))\", expected the value of a header field", at: value,
                hint: "no control characters, and no spaces around it (RFC 9110, section 5.5)")
            return nil
        }
        return text
    }
}

extension StringRule {
    /// A path that the system takes whole.
    package static let path = StringRule("a path", length: 1...4095) { !$0.utf8.contains(0) }
}
