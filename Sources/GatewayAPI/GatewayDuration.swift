/// Durations as the Gateway API writes them (GEP-2257): up to four numbers of up to five digits, each with `h`, `m`,
/// `s` or `ms`, such as `1m30s`.
public enum GatewayDuration {
    /// The nanoseconds of a duration; nil where the text is none.
    public static func nanoseconds(_ text: String) -> Int64? {
        let utf8 = Array(text.utf8)
        var index = 0
        var total: Int64 = 0
        var parts = 0
        while index < utf8.count {
            var value: Int64 = 0
            let start = index
            while index < utf8.count, index - start <= 5, utf8[index] &- 0x30 < 10 {
                value = value * 10 + Int64(utf8[index] - 0x30)
                index += 1
            }
            guard (1...5).contains(index - start), index < utf8.count else { return nil }
            let unit: Int64
            switch utf8[index] {
            case UInt8(ascii: "h"): unit = 3_600_000_000_000
            case UInt8(ascii: "s"): unit = 1_000_000_000
            case UInt8(ascii: "m"):
                let isMilliseconds = index + 1 < utf8.count && utf8[index + 1] == UInt8(ascii: "s")
                unit = isMilliseconds ? 1_000_000 : 60_000_000_000
                if isMilliseconds { index += 1 }
            default: return nil
            }
            index += 1
            parts += 1
            // Four parts of 99,999 hours are 1.4e18 nanoseconds: nothing overflows.
            total += value * unit
        }
        return (1...4).contains(parts) ? total : nil
    }
}
