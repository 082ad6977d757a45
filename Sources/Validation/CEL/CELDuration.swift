/// Durations as Go reads and writes them: `1h30m`, `-1.5s`, `100us`.
enum CELDuration {
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12),
    ]

    /// In nanoseconds; nil where the text is none, or does not fit.
    static func parse(_ text: String) -> Int64? { parse(text, units) }

    /// A duration of the format `duration`, which knows days and weeks too.
    static func parseFormat(_ text: String) -> Int64? {
        if let value = parse(text) { return value }
        let parts = text.split(separator: " ")
        let long: [(name: String, nanoseconds: Double)] =
            units + [
                ("d", 8.64e13), ("day", 8.64e13), ("days", 8.64e13), ("w", 6.048e14), ("week", 6.048e14),
                ("weeks", 6.048e14),
                ("hour", 3.6e12), ("hours", 3.6e12), ("minute", 6e10), ("minutes", 6e10), ("min", 6e10), ("mins", 6e10),
                ("second", 1e9), ("seconds", 1e9), ("sec", 1e9), ("secs", 1e9),
            ]
        return parts.isEmpty ? nil : parse(parts.joined(), long)
    }

    private static func parse(_ text: String, _ units: [(name: String, nanoseconds: Double)]) -> Int64? {
        var rest = text[...]
        let isNegative = rest.hasPrefix("-")
        if isNegative || rest.hasPrefix("+") { rest = rest.dropFirst() }
        if rest == "0" { return 0 }
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(number.count)
            let name = rest.prefix { !($0.isASCII && $0.isNumber) && $0 != "." }
            rest = rest.dropFirst(name.count)
            guard let unit = units.first(where: { $0.name == name })?.nanoseconds, let value = scaled(number, unit)
            else {
                return nil
            }
            let (sum, overflow) = total.addingReportingOverflow(value)
            guard !overflow else { return nil }
            total = sum
        }
        return isNegative ? -total : total
    }

    /// A decimal number of a unit; the part before the point is exact.
    private static func scaled(_ number: Substring, _ unit: Double) -> Int64? {
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, number.contains(where: { $0 != "." }) else { return nil }
        var total: Int64 = 0
        if !parts[0].isEmpty {
            guard let whole = Int64(parts[0]) else { return nil }
            let (product, overflow) = whole.multipliedReportingOverflow(by: Int64(unit))
            guard !overflow else { return nil }
            total = product
        }
        if parts.count == 2, !parts[1].isEmpty {
            // Digits beyond what an integer holds are less than a nanosecond of any unit. Go's time.ParseDuration does the same.
            let digits = parts[1].prefix(18)
            guard parts[1].utf8.allSatisfy({ $0 &- 0x30 < 10 }), let fraction = Int64(digits) else { return nil }
            var scale = 1.0
            for _ in digits.indices { scale *= 10 }
            let (sum, overflow) = total.addingReportingOverflow(Int64(Double(fraction) * (unit / scale)))
            guard !overflow else { return nil }
            total = sum
        }
        return total
    }

    /// As `string()` writes it: in seconds.
    static func text(_ nanoseconds: Int64) -> String {
        let seconds = nanoseconds / 1_000_000_000
        let rest = abs(nanoseconds % 1_000_000_000)
        guard rest != 0 else { return "\(seconds)s" }
        var fraction = String(rest)
        fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return (nanoseconds < 0 && seconds == 0 ? "-" : "") + "\(seconds).\(fraction)s"
    }
}
