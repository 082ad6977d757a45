/// Moments as people write them.
public enum TraceClock {
    /// Nanoseconds since 1970 of a time in RFC 3339, or of a number of seconds since then; nil where the text is neither.
    public static func nanoseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        let all = 0..<bytes.count
        return LogTime.rfc3339(all, of: bytes.span) ?? LogNumber.scaled(all, power: 9, of: bytes.span)
    }
}
