/// Points in time as Kubernetes writes them: RFC 3339.
enum Timestamp {
    /// Seconds since 1970, fractions left out; nil where the text is no time.
    static func seconds(_ text: String) -> Int64? {
        let utf8 = Array(text.utf8)
        guard utf8.count >= 20, utf8[4] == 0x2D, utf8[7] == 0x2D, utf8[10] | 0x20 == 0x74, utf8[13] == 0x3A,
            utf8[16] == 0x3A, let year = number(utf8[0..<4]), let month = number(utf8[5..<7]),
            let day = number(utf8[8..<10]), let hour = number(utf8[11..<13]), let minute = number(utf8[14..<16]),
            let second = number(utf8[17..<19]), (1...12).contains(month), day >= 1, day <= days(in: month, of: year),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var index = 19
        if utf8[index] == 0x2E {
            let start = index + 1
            index = start
            while index < utf8.count, utf8[index].isDigit { index += 1 }
            guard index > start else { return nil }
        }
        guard let offset = offset(utf8[index...]) else { return nil }
        return daysSince1970(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard digits.allSatisfy(\.isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// `Z`, or hours and minutes with a sign, in seconds.
    private static func offset(_ text: ArraySlice<UInt8>) -> Int64? {
        let utf8 = Array(text)
        if utf8.count == 1, utf8[0] | 0x20 == 0x7A { return 0 }
        guard utf8.count == 6, utf8[0] == 0x2B || utf8[0] == 0x2D, utf8[3] == 0x3A, let hours = number(utf8[1..<3]),
            let minutes = number(utf8[4..<6]), hours < 24, minutes < 60
        else { return nil }
        return (hours * 3600 + minutes * 60) * (utf8[0] == 0x2D ? -1 : 1)
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Counted in years that begin in March, so that the leap day is the last.
    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear / 400 - (marchYear % 400 < 0 ? 1 : 0)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Timestamp {
    /// Seconds since 1970 and what is beyond them; nil where the text is no time.
    static func nanoseconds(_ text: String) -> CELTimestamp? {
        guard let seconds = seconds(text) else { return nil }
        var nanoseconds: Int64 = 0
        let fraction = text.utf8.dropFirst(19)
        if fraction.first == 0x2E {
            var digits = fraction.dropFirst().prefix(while: \.isDigit).prefix(9).map { Int64($0 - 0x30) }
            while digits.count < 9 { digits.append(0) }
            nanoseconds = digits.reduce(0) { $0 * 10 + $1 }
        }
        return CELTimestamp(seconds: seconds, nanoseconds: nanoseconds)
    }

    /// Whether the text is a date alone, such as `2025-01-31`.
    static func isDate(_ text: String) -> Bool { text.utf8.count == 10 && seconds(text + "T00:00:00Z") != nil }

    /// Year, month (from 1), day of the month (from 1), and day of the year (from 0), in UTC.
    static func calendar(_ seconds: Int64) -> (year: Int64, month: Int64, day: Int64, dayOfYear: Int64) {
        let days = (seconds - ((seconds % 86400) + 86400) % 86400) / 86400
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfMarchYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfMarchYear + 2) / 153
        let day = dayOfMarchYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, day, days - daysSince1970(year, 1, 1))
    }
}
