/// Reads a JSON number of seconds as whole nanoseconds, digit by digit: a double would lose the last digits of a time
/// since 1970. What is smaller than a nanosecond is cut off. Nil where the value does not fit 64 bits.
///
/// `power` is that of the unit of the number in nanoseconds: 9 for seconds, 6 for milliseconds.
func nanoseconds(_ number: Range<Int>, power unit: Int = 9, of bytes: Span<UInt8>) -> Int64? {
    let negative = bytes[number.lowerBound] == UInt8(ascii: "-")
    let first = number.lowerBound + (negative ? 1 : 0)
    var end = first
    var wholeDigits: Int?
    while end < number.upperBound, bytes[end] | 0x20 != UInt8(ascii: "e") {
        if bytes[end] == UInt8(ascii: ".") { wholeDigits = end - first }
        end += 1
    }
    guard let exponent = exponent(end..<number.upperBound, of: bytes) else { return nil }
    // The power of ten, in nanoseconds, that the next digit counts.
    var power = (wholeDigits ?? end - first) - 1 + exponent + unit
    var value: Int64 = 0
    for index in first..<end where bytes[index] != UInt8(ascii: ".") {
        guard power >= 0 else { break }
        guard let next = shifted(value, adding: bytes[index] &- 0x30) else { return nil }
        value = next
        power -= 1
    }
    while power >= 0, value != 0 {
        guard let next = shifted(value, adding: 0) else { return nil }
        value = next
        power -= 1
    }
    return negative ? -value : value
}

/// The exponent that a number token ends in, 0 where there is none, nil where it is absurdly large.
private func exponent(_ range: Range<Int>, of bytes: Span<UInt8>) -> Int? {
    var index = range.lowerBound + 1
    guard index < range.upperBound else { return 0 }
    let negative = bytes[index] == UInt8(ascii: "-")
    if negative || bytes[index] == UInt8(ascii: "+") { index += 1 }
    var value = 0
    while index < range.upperBound {
        value = value * 10 + Int(bytes[index] &- 0x30)
        guard value < 10_000 else { return nil }
        index += 1
    }
    return negative ? -value : value
}

func shifted(_ value: Int64, adding digit: UInt8) -> Int64? {
    let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
    let (sum, carry) = tens.addingReportingOverflow(Int64(digit))
    return overflow || carry ? nil : sum
}
