#if canImport(Glibc)
    import Glibc
#endif

/// What a plain scalar means: YAML 1.1 as the Go library of Kubernetes' clients reads it.
///
/// Differences from the YAML 1.1 types: base-60 numbers (`12:30`) and timestamps are strings, `0o17` is octal too, and
/// `y` and `n` are booleans.
enum ScalarResolution {
    private static let words: [(StaticString, Node.Kind)] = [
        ("y", .boolean), ("Y", .boolean), ("n", .boolean), ("N", .boolean), ("yes", .boolean), ("Yes", .boolean),
        ("YES", .boolean), ("no", .boolean), ("No", .boolean), ("NO", .boolean), ("true", .boolean),
        ("True", .boolean), ("TRUE", .boolean), ("false", .boolean), ("False", .boolean), ("FALSE", .boolean),
        ("on", .boolean), ("On", .boolean), ("ON", .boolean), ("off", .boolean), ("Off", .boolean),
        ("OFF", .boolean), ("~", .null), ("null", .null), ("Null", .null), ("NULL", .null), (".nan", .float),
        (".NaN", .float), (".NAN", .float), (".inf", .float), (".Inf", .float), (".INF", .float), ("+.inf", .float),
        ("+.Inf", .float), ("+.INF", .float), ("-.inf", .float), ("-.Inf", .float), ("-.INF", .float),
    ]

    /// What the plain scalar means.
    static func kind(_ text: Span<UInt8>) -> Node.Kind {
        guard text.count > 0 else { return .null }
        switch text[0] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            return number(text) ?? .string
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return number(text) ?? word(text)
        case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"),
            UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "o"), UInt8(ascii: "O"),
            UInt8(ascii: "~"):
            return word(text)
        default:
            return .string
        }
    }

    private static func word(_ text: Span<UInt8>) -> Node.Kind {
        guard text.count <= 5 else { return .string }
        for (word, kind) in words where equal(text, word) { return kind }
        return .string
    }

    private static func equal(_ text: Span<UInt8>, _ word: StaticString) -> Bool {
        guard text.count == word.utf8CodeUnitCount else { return false }
        for index in text.indices where text[index] != word.utf8Start[index] { return false }
        return true
    }

    private static func number(_ text: Span<UInt8>) -> Node.Kind? {
        if magnitude(text) != nil { return .integer }
        return isFloat(text) ? .float : nil
    }

    /// The value of a boolean.
    static func boolean(_ text: Span<UInt8>) -> Bool {
        switch text.count {
        case 1: text[0] | 0x20 == UInt8(ascii: "y")
        case 2: text[1] | 0x20 == UInt8(ascii: "n")  // on, against no
        case 3: text[0] | 0x20 == UInt8(ascii: "y")  // yes, against off
        default: text[0] | 0x20 == UInt8(ascii: "t")
        }
    }

    /// The value of an integer; nil where it does not fit.
    static func integer(_ text: Span<UInt8>) -> Int64? {
        guard let (negative, magnitude) = magnitude(text) else { return nil }
        if negative { return magnitude == 1 << 63 ? .min : Int64(exactly: magnitude).map { -$0 } }
        return Int64(exactly: magnitude)
    }

    /// The value of an integer as the nearest double.
    static func integerAsDouble(_ text: Span<UInt8>) -> Double? {
        magnitude(text).map { $0.negative ? -Double($0.magnitude) : Double($0.magnitude) }
    }

    /// Sign and magnitude of an integer: decimal, `0x`, `0o`, `0b`, or octal after a zero; underscores are left out.
    static func magnitude(_ text: Span<UInt8>) -> (negative: Bool, magnitude: UInt64)? {
        var index = 0
        func skipUnderscores() { while index < text.count, text[index] == UInt8(ascii: "_") { index += 1 } }
        guard text.count > 0 else { return nil }
        let negative = text[0] == UInt8(ascii: "-")
        if negative || text[0] == UInt8(ascii: "+") { index = 1 }
        skipUnderscores()
        var radix: UInt64 = 10
        var hasDigit = false
        if index < text.count, text[index] == UInt8(ascii: "0") {
            index += 1
            skipUnderscores()
            hasDigit = true
            if index < text.count {
                switch text[index] | 0x20 {
                case UInt8(ascii: "x"): radix = 16
                case UInt8(ascii: "o"): radix = 8
                case UInt8(ascii: "b"): radix = 2
                default: radix = 8
                }
                if text[index] > UInt8(ascii: "9") {
                    index += 1
                    hasDigit = false
                }
            }
        }
        var value: UInt64 = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "_") { continue }
            guard let digit = digit(byte), digit < radix else { return nil }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: radix)
            let (sum, carry) = scaled.addingReportingOverflow(digit)
            guard !overflow, !carry else { return nil }
            value = sum
            hasDigit = true
        }
        guard hasDigit, !negative || value <= 1 << 63 else { return nil }
        return (negative, value)
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - 0x30)
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - 0x57)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - 0x37)
        default: nil
        }
    }

    /// Whether the text is a sign, digits with or without a point, and an exponent; underscores are left out.
    private static func isFloat(_ text: Span<UInt8>) -> Bool {
        var index = 0
        func digits() -> Int {
            var found = 0
            while index < text.count, text[index] &- 0x30 < 10 || text[index] == UInt8(ascii: "_") {
                if text[index] != UInt8(ascii: "_") { found += 1 }
                index += 1
            }
            return found
        }
        if text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-") { index = 1 }
        let whole = digits()
        var fraction = 0
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            fraction = digits()
        }
        guard whole + fraction > 0 else { return false }
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < text.count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { index += 1 }
            guard digits() > 0 else { return false }
        }
        return index == text.count
    }

    /// The value of a float.
    static func double(_ text: String) -> Double? {
        switch text {
        case ".nan", ".NaN", ".NAN": return .nan
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .infinity
        case "-.inf", "-.Inf", "-.INF": return -.infinity
        default:
            // `1.` is a float in YAML, and none in Swift.
            var plain = text.filter { $0 != "_" }
            if let point = plain.firstIndex(of: "."), !(plain[plain.index(after: point)...].first?.isNumber ?? false) {
                plain.insert("0", at: plain.index(after: point))
            }
            return Double(plain)
        }
    }
}
