/// Numbers and times as logs write them, read digit by digit: no time goes through a double.
enum LogNumber {
    /// A decimal number as a whole number of `10^-power`; nil where the text is none, or where it does not fit. What is
    /// smaller is cut off.
    static func scaled(_ range: Range<Int>, power: Int, of bytes: Span<UInt8>) -> Int64? {
        var index = range.lowerBound
        let negative = index < range.upperBound && bytes[index] == UInt8(ascii: "-")
        if negative { index += 1 }
        var value: Int64 = 0
        var digits = 0
        // The places after the point that still count; nil before it.
        var places: Int?
        while index < range.upperBound {
            let digit = bytes[index] &- 0x30
            if digit < 10 {
                digits += 1
                if places != 0 {
                    guard let next = shifted(value, adding: digit) else { return nil }
                    value = next
                    if let left = places { places = left - 1 }
                }
            } else if bytes[index] == UInt8(ascii: "."), places == nil, digits > 0 {
                places = power
            } else if bytes[index] | 0x20 == UInt8(ascii: "e"), digits > 0 {
                return isNumber(range, of: bytes) ? nanoseconds(range, power: power, of: bytes) : nil
            } else {
                return nil
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        var left = places ?? power
        while left > 0 {
            guard let next = shifted(value, adding: 0) else { return nil }
            value = next
            left -= 1
        }
        return negative ? -value : value
    }

    /// A whole number without a sign; nil where the text is none, or does not fit.
    static func whole(_ range: Range<Int>, of bytes: Span<UInt8>) -> Int64? {
        guard !range.isEmpty else { return nil }
        var value: Int64 = 0
        for index in range {
            let digit = bytes[index] &- 0x30
            guard digit < 10, let next = shifted(value, adding: digit) else { return nil }
            value = next
        }
        return value
    }

    /// Whether a text is a number with an exponent, so that it can be read without looking at each byte again.
    private static func isNumber(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        var digits = 0
        var seenExponent = false
        for index in range {
            switch bytes[index] {
            case 0x30...0x39: digits += 1
            case UInt8(ascii: "."): if seenExponent { return false }
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                if seenExponent || digits == 0 { return false }
                seenExponent = true
                digits = 0
            case UInt8(ascii: "-"), UInt8(ascii: "+"):
                guard index == range.lowerBound || bytes[index - 1] | 0x20 == UInt8(ascii: "e") else { return false }
            default: return false
            }
        }
        return digits > 0
    }
}

/// Dates as logs write them.
enum LogTime {
    /// RFC 3339, section 5.6: `2026-11-20T08:15:30.125Z`, a space for the T, an offset with or without its colon. A time
    /// without a zone is `zone` seconds east of UTC. Nil where it is none, or does not fit 64 bits of nanoseconds.
    static func rfc3339(_ range: Range<Int>, of bytes: Span<UInt8>, zone: Int64 = 0) -> Int64? {
        guard range.count >= 19 else { return nil }
        let start = range.lowerBound
        guard let year = number(start, 4, bytes), bytes[start + 4] == UInt8(ascii: "-"),
            let month = number(start + 5, 2, bytes), bytes[start + 7] == UInt8(ascii: "-"),
            let day = number(start + 8, 2, bytes),
            bytes[start + 10] | 0x20 == UInt8(ascii: "t") || bytes[start + 10] == 0x20,
            let clock = clock(start + 11, bytes)
        else { return nil }
        return finish(year, month, day, clock, start + 19..<range.upperBound, bytes, zone)
    }

    /// The time of the Common Log Format: `20/Nov/2026:08:15:30 +0000`, perhaps with a fraction of the second, perhaps
    /// without the offset; it is then `zone` seconds east of UTC.
    static func commonLog(_ range: Range<Int>, of bytes: Span<UInt8>, zone: Int64 = 0) -> Int64? {
        guard range.count >= 20 else { return nil }
        let start = range.lowerBound
        guard let day = number(start, 2, bytes), bytes[start + 2] == UInt8(ascii: "/"),
            let month = month(start + 3, bytes), bytes[start + 6] == UInt8(ascii: "/"),
            let year = number(start + 7, 4, bytes), bytes[start + 11] == UInt8(ascii: ":"),
            let clock = clock(start + 12, bytes)
        else { return nil }
        return finish(year, month, day, clock, start + 20..<range.upperBound, bytes, zone)
    }

    /// Whether a text has no fraction of a second, so that no more than the second is known.
    static func isWholeSecond(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        for index in range where bytes[index] == UInt8(ascii: ".") || bytes[index] == UInt8(ascii: ",") { return false }
        return true
    }

    /// Fraction and offset, and all of it as nanoseconds since 1970.
    private static func finish(
        _ year: Int64, _ month: Int64, _ day: Int64, _ clock: Int64, _ rest: Range<Int>, _ bytes: Span<UInt8>,
        _ zone: Int64
    ) -> Int64? {
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        var index = rest.lowerBound
        var fraction: Int64 = 0
        if index < rest.upperBound, bytes[index] == UInt8(ascii: ".") || bytes[index] == UInt8(ascii: ",") {
            index += 1
            var unit: Int64 = 100_000_000
            let first = index
            while index < rest.upperBound, bytes[index] &- 0x30 < 10 {
                fraction += Int64(bytes[index] &- 0x30) * unit
                unit /= 10
                index += 1
            }
            guard index > first else { return nil }
        }
        guard let offset = offset(index..<rest.upperBound, bytes, zone) else { return nil }
        let seconds = days(year, month, day) * 86_400 + clock - offset
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(fraction)
        return overflow || carry ? nil : sum
    }

    /// The seconds east of UTC that a text says: `Z`, `+0100`, `+01:00`, nothing.
    private static func offset(_ range: Range<Int>, _ bytes: Span<UInt8>, _ zone: Int64) -> Int64? {
        var index = range.lowerBound
        if index < range.upperBound, bytes[index] == 0x20 { index += 1 }
        guard index < range.upperBound else { return zone }
        if bytes[index] | 0x20 == UInt8(ascii: "z") { return index + 1 == range.upperBound ? 0 : nil }
        let negative = bytes[index] == UInt8(ascii: "-")
        guard negative || bytes[index] == UInt8(ascii: "+"), index + 5 <= range.upperBound,
            let hours = number(index + 1, 2, bytes)
        else { return nil }
        let minutesAt = bytes[index + 3] == UInt8(ascii: ":") ? index + 4 : index + 3
        guard minutesAt + 2 == range.upperBound, let minutes = number(minutesAt, 2, bytes), hours < 24, minutes < 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return negative ? -seconds : seconds
    }

    /// Seconds of the day of `08:15:30`.
    private static func clock(_ start: Int, _ bytes: Span<UInt8>) -> Int64? {
        guard let hours = number(start, 2, bytes), bytes[start + 2] == UInt8(ascii: ":"),
            let minutes = number(start + 3, 2, bytes), bytes[start + 5] == UInt8(ascii: ":"),
            let seconds = number(start + 6, 2, bytes), hours < 24, minutes < 60, seconds <= 60
        else { return nil }
        return hours * 3600 + minutes * 60 + seconds
    }

    private static func number(_ start: Int, _ count: Int, _ bytes: Span<UInt8>) -> Int64? {
        var value: Int64 = 0
        for index in start..<start + count {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return value
    }

    /// English names, whatever the language of the machine.
    private static func month(_ start: Int, _ bytes: Span<UInt8>) -> Int64? {
        let names: StaticString = "janfebmaraprmayjunjulaugsepoctnovdec"
        for month in 0..<12 {
            let name = names.utf8Start + month * 3
            if (0..<3).allSatisfy({ bytes[start + $0] | 0x20 == name[$0] }) { return Int64(month + 1) }
        }
        return nil
    }

    /// Days from 1970-01-01 to a date of the Gregorian calendar, counted in years that begin in March so that the leap
    /// day is the last one.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let leapDays = shifted / 4 - shifted / 100 + shifted / 400
        return shifted * 365 + leapDays + dayOfYear - 719_468
    }
}
