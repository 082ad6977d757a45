package import GatewayAPI
package import Manifests

extension ObjectDecoder {
    /// The text of a field; nil where it is missing or wrong.
    package mutating func string(_ key: String, _ rule: StringRule = .any) -> String? {
        guard let value = value(key) else { return nil }
        return at(key) { Self.string(value, rule, context) }
    }

    /// The text of a field that must be there; empty where it is missing or wrong.
    package mutating func requiredString(_ key: String, _ rule: StringRule = .any) -> String {
        guard let value = value(key) else {
            reportMissing(key, rule.expected)
            return ""
        }
        return at(key) { Self.string(value, rule, context) } ?? ""
    }

    /// The text of a field that has a default.
    package mutating func string(_ key: String, _ rule: StringRule = .any, default text: String) -> String {
        guard let value = value(key) else {
            setDefault(key, text)
            return text
        }
        return at(key) { Self.string(value, rule, context) } ?? text
    }

    /// The text of a field with its position.
    package mutating func locatedString(_ key: String, _ rule: StringRule = .any) -> Located<String>? {
        guard let value = value(key) else { return nil }
        let context = context
        return at(key) {
            Self.string(value, rule, context).map { Located(value: $0, position: context.arena.position(value)) }
        }
    }

    package static func string(_ value: NodeIndex, _ rule: StringRule, _ context: DecodingContext) -> String? {
        guard context.arena.kind(value) == .string else {
            context.reportType(value, expected: "a string")
            return nil
        }
        let text = context.arena.text(value)
        rule.check(text, value, context)
        return text
    }

    /// A whole number in a range; nil where it is missing or wrong.
    package mutating func integer(_ key: String, _ range: ClosedRange<Int64>) -> Int64? {
        guard let value = value(key) else { return nil }
        return at(key) { Self.integer(value, range, context) }
    }

    /// A whole number with a default.
    package mutating func integer(_ key: String, _ range: ClosedRange<Int64>, default number: Int64) -> Int64 {
        guard let value = value(key) else {
            setDefault(key, number)
            return number
        }
        return at(key) { Self.integer(value, range, context) } ?? number
    }

    /// A whole number that must be there; the lower bound where it is missing or wrong.
    package mutating func requiredInteger(_ key: String, _ range: ClosedRange<Int64>) -> Int64 {
        guard let value = value(key) else {
            reportMissing(key, Self.description(range))
            return range.lowerBound
        }
        return at(key) { Self.integer(value, range, context) } ?? range.lowerBound
    }

    /// A port; nil where it is missing or wrong.
    package mutating func port(_ key: String) -> UInt16? {
        integer(key, 1...65535).map { UInt16($0) }
    }

    package static func integer(_ value: NodeIndex, _ range: ClosedRange<Int64>, _ context: DecodingContext) -> Int64? {
        let expected = description(range)
        let isHuge = context.arena.kind(value) == .float && Self.isWhole(context.arena.text(value))
        guard context.arena.kind(value) == .integer || isHuge || context.arena.integer(value) != nil else {
            context.reportType(value, expected: expected)
            return nil
        }
        guard let number = context.arena.integer(value), range.contains(number) else {
            let limit = isHuge && range.upperBound == .max ? ", at most \(Int64.max)" : ""
            context.report(
                .outOfRange, "found \(Excerpt.of(context.arena.text(value))), expected \(expected)\(limit)", at: value)
            return nil
        }
        return number
    }

    /// Whether a number is written as a whole one, beyond 64 bits maybe.
    private static func isWhole(_ text: String) -> Bool {
        let digits = text.drop { $0 == "-" || $0 == "+" }
        return !digits.isEmpty && digits.utf8.allSatisfy { $0 &- 0x30 < 10 }
    }

    private static func description(_ range: ClosedRange<Int64>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): "an integer"
        case (let least, .max): "an integer of at least \(least)"
        case (let least, let most): "an integer from \(least) to \(most)"
        }
    }

    /// True or false; nil where it is missing or wrong.
    package mutating func boolean(_ key: String) -> Bool? {
        guard let value = value(key) else { return nil }
        return at(key) {
            let boolean = context.arena.boolean(value)
            if boolean == nil { context.reportType(value, expected: "true or false") }
            return boolean
        }
    }

    /// One of several words; nil where it is missing or none of them.
    package mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, among choices: [Choice] = Array(Choice.allCases)
    ) -> Choice? where Choice.RawValue == String {
        guard let value = value(key) else { return nil }
        let context = context
        return at(key) { Self.choice(value, among: choices, context) }
    }

    /// One of several words, with a default.
    package mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, default word: Choice, among choices: [Choice] = Array(Choice.allCases)
    ) -> Choice where Choice.RawValue == String {
        guard let value = value(key) else {
            setDefault(key, word.rawValue)
            return word
        }
        return at(key) { Self.choice(value, among: choices, context) } ?? word
    }

    package static func choice<Choice: RawRepresentable>(
        _ value: NodeIndex, among choices: [Choice], _ context: DecodingContext
    ) -> Choice? where Choice.RawValue == String {
        guard let text = string(value, .any, context) else { return nil }
        if let choice = choices.first(where: { $0.rawValue == text }) { return choice }
        reportChoice(text, value, choices.map(\.rawValue), context)
        return nil
    }

    /// One of several words that need no type of their own; the first where it is missing or none of them.
    package mutating func requiredWord(_ key: String, among words: [String]) -> String {
        guard let value = value(key) else {
            reportMissing(key, "one of \(words.joined(separator: ", "))")
            return words[0]
        }
        return at(key) {
            guard let text = Self.string(value, .any, context) else { return words[0] }
            if !words.contains(text) { Self.reportChoice(text, value, words, context) }
            return text
        }
    }

    package static func reportChoice(_ text: String, _ value: NodeIndex, _ words: [String], _ context: DecodingContext)
    {
        context.report(
            .unsupportedValue, "found \"\(Excerpt.of(text))\", expected one of \(words.joined(separator: ", "))",
            at: value,
            hint: Suggestion.nearest(to: text, among: words).map { "did you mean \($0)?" })
    }

    /// A Gateway API duration in nanoseconds; nil where it is missing or wrong.
    package mutating func duration(_ key: String) -> Int64? {
        guard let value = value(key) else { return nil }
        return at(key) {
            guard let text = Self.string(value, .any, context) else { return nil }
            let nanoseconds = GatewayDuration.nanoseconds(text)
            if nanoseconds == nil {
                context.report(
                    .invalidFormat, "found \"\(Excerpt.of(text))\", expected a duration such as 500ms, 10s or 1m30s",
                    at: value,
                    hint: "up to four whole numbers of up to five digits, each with h, m, s or ms")
            }
            return nanoseconds
        }
    }
}
