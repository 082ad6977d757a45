import Glibc

/// Numbers as reports tell them.
package enum QuantityText {
    /// A time as a scenario would write it, nothing rounded: `1m30s`, `250ms`.
    package static func exact(_ nanoseconds: Int64) -> String {
        guard nanoseconds > 0 else { return "0s" }
        var rest = nanoseconds
        var text = ""
        for (unit, length) in [
            ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000),
            ("ns", 1),
        ] as [(String, Int64)] {
            if rest >= length { text += "\(rest / length)\(unit)" }
            rest %= length
        }
        return text
    }

    /// A measured time in three digits and the unit that suits it: `41.2 ms`, or `0`.
    package static func rounded(_ nanoseconds: Double) -> String {
        guard nanoseconds > 0 else { return "0" }
        let units = [("s", 1e9), ("ms", 1e6), ("µs", 1e3), ("ns", 1)]
        let (name, length) = units.first { nanoseconds >= $0.1 * 0.9995 } ?? units[3]
        return "\(number(nanoseconds / length)) \(name)"
    }

    /// A number in three digits at least.
    package static func number(_ value: Double) -> String {
        let decimals = value == value.rounded() ? 0 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0
        return fixed(value, decimals)
    }

    /// A large number by its power of ten: `2.3e12`.
    package static func large(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        var (mantissa, exponent) = (value, 0)
        while mantissa >= 9.95 {
            mantissa /= 10
            exponent += 1
        }
        return "\(fixed(mantissa, 1))e\(exponent)"
    }

    /// `50 %`, `49.87 %`: two decimals, zeros at the end left out.
    package static func percent(_ fraction: Double) -> String {
        var text = fixed(fraction * 100, 2)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text + " %"
    }

    private static func fixed(_ value: Double, _ decimals: Int) -> String {
        let scale: Double = [1, 10, 100][decimals]
        let scaled = (value * scale).rounded()
        guard scaled.magnitude < 1e15 else { return "\(value)" }
        let digits = String(Int64(scaled.magnitude))
        let sign = scaled < 0 ? "-" : ""
        guard decimals > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}
