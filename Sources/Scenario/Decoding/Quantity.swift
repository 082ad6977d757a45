import GatewayAPI

/// Times as a scenario writes them, for others who read one.
public enum ScenarioTime {
    /// The nanoseconds of a duration such as `250ms` or `1m30s`; nil where the text is none, or longer than 73 years.
    public static func nanoseconds(_ text: String) -> Int64? { try? Quantity.time(text) }

    /// The same, with what is wrong with the text.
    public static func read(_ text: String) throws(TimeError) -> Int64 { try Quantity.time(text) }
}

/// Why a text is no duration.
public enum TimeError: Error, Hashable, Sendable {
    /// It is not made of numbers with units.
    case malformed
    /// A number in it has none.
    case noUnit
    /// It begins with a sign.
    case negative
    /// It is more than the simulation can count: 2⁶¹ ns.
    case tooLong

    /// What would have been right, behind "expected".
    public var expected: String {
        switch self {
        case .malformed, .noUnit: "a duration such as 250ms, 1m30s or 500us"
        case .negative: "a duration of 0s or more"
        case .tooLong: "at most 640511h (73 years), the longest time that is simulated"
        }
    }

    /// How to mend `text`; nil where that is said already.
    public func hint(_ text: String) -> String? {
        switch self {
        case .malformed: "numbers, each with h, m, s, ms, us or ns"
        case .noUnit: "a duration needs a unit: \(Excerpt.of(text))s, \(Excerpt.of(text))ms"
        case .negative, .tooLong: nil
        }
    }
}

/// Times and rates as a scenario writes them.
enum Quantity {
    /// The nanoseconds of a duration: numbers with `h`, `m`, `s`, `ms`, `us`, `µs` or `ns`, one after the other, as the
    /// Gateway API (GEP-2257) and Go write them: `1m30s`, `250ms`, `1.5s`. Nil where the text is none, or it does not fit.
    static func nanoseconds(_ text: String) -> Int64? { try? time(text) }

    /// The nanoseconds of a duration.
    static func time(_ text: String) throws(TimeError) -> Int64 {
        var rest = Array(text.utf8)[...]
        if rest.first == UInt8(ascii: "-") {
            // One sign, and not as many as somebody writes.
            let amount = text.dropFirst()
            guard !amount.hasPrefix("-"), (try? time(String(amount))) != nil else { throw .malformed }
            throw .negative
        }
        guard !rest.isEmpty else { throw .malformed }
        var total: Int64 = 0
        var isTooLong = false
        while !rest.isEmpty {
            guard let number = Decimal(&rest) else { throw .malformed }
            guard !rest.isEmpty else { throw .noUnit }
            guard let unit = unit(&rest) else { throw .malformed }
            guard let part = number.times(unit) else {
                isTooLong = true
                continue
            }
            let (sum, overflow) = total.addingReportingOverflow(part)
            isTooLong = isTooLong || overflow || sum > longest
            total = overflow ? longest : min(sum, longest)
        }
        if isTooLong { throw .tooLong }
        return total
    }

    /// 73 years, the longest that the simulation can count.
    private static let longest: Int64 = 1 << 61

    /// The requests a second of a rate: `500/s`, `30/m`, `0.5/h`. Nil where the text is none.
    static func perSecond(_ text: String) -> Double? {
        var rest = Array(text.utf8)[...]
        guard let number = Decimal(&rest), rest.popFirst() == UInt8(ascii: "/"), let unit = unit(&rest), rest.isEmpty
        else { return nil }
        return number.value * 1e9 / Double(unit)
    }

    /// How a text that is no rate is mended.
    static func rateHint(_ text: String) -> String? {
        var rest = Array(text.utf8)[...]
        if Decimal(&rest) != nil, rest.isEmpty { return "a rate needs a unit of time: \(Excerpt.of(text))/s" }
        if text.hasPrefix("-") { return "a rate is 0/s or more" }
        return "a number, a slash and a unit of time: h, m, s or ms"
    }

    private static let units: [(name: [UInt8], nanoseconds: Int64)] = [
        (Array("ms".utf8), 1_000_000), (Array("us".utf8), 1_000), (Array("µs".utf8), 1_000), (Array("ns".utf8), 1),
        (Array("h".utf8), 3_600_000_000_000), (Array("m".utf8), 60_000_000_000), (Array("s".utf8), 1_000_000_000),
    ]

    private static func unit(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        guard let unit = units.first(where: { rest.starts(with: $0.name) }) else { return nil }
        rest = rest.dropFirst(unit.name.count)
        return unit.nanoseconds
    }

    /// A number without sign and exponent, in digits, so that `0.1s` is exactly 100 ms.
    private struct Decimal {
        private var whole: Int64 = 0
        private var fraction: Int64 = 0
        private var scale: Int64 = 1
        /// Whether it is beyond 64 bits.
        private var isHuge = false

        init?(_ rest: inout ArraySlice<UInt8>) {
            var digits = 0
            while let byte = rest.first, byte &- 0x30 < 10 {
                let (tens, overflow) = whole.multipliedReportingOverflow(by: 10)
                let (sum, carry) = tens.addingReportingOverflow(Int64(byte - 0x30))
                isHuge = isHuge || overflow || carry
                whole = isHuge ? .max : sum
                digits += 1
                rest = rest.dropFirst()
            }
            guard rest.first == UInt8(ascii: ".") else {
                if digits == 0 { return nil }
                return
            }
            rest = rest.dropFirst()
            var decimals = 0
            while let byte = rest.first, byte &- 0x30 < 10 {
                // What is smaller than a nanosecond of an hour is cut off.
                if decimals < 13 {
                    fraction = fraction * 10 + Int64(byte - 0x30)
                    scale *= 10
                }
                decimals += 1
                rest = rest.dropFirst()
            }
            if decimals == 0 { return nil }
        }

        var value: Double { isHuge ? .infinity : Double(whole) + Double(fraction) / Double(scale) }

        func times(_ unit: Int64) -> Int64? {
            guard !isHuge else { return nil }
            let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
            let part = Int64(Int128(fraction) * Int128(unit) / Int128(scale))
            let (sum, carry) = product.addingReportingOverflow(part)
            return overflow || carry ? nil : sum
        }
    }
}
