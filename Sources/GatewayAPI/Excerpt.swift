/// Text that somebody wrote, as a message quotes it: short enough to be read, and unable to steer a terminal.
public enum Excerpt {
    /// How much of a value is shown, in Unicode scalars.
    public static let lengthMax = 60

    /// The text with its control characters escaped, cut where it is longer than `length` Unicode scalars.
    public static func of(_ text: some StringProtocol, length: Int = lengthMax) -> String {
        let scalars = String(text).unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: length, limitedBy: scalars.endIndex),
            end != scalars.endIndex
        else { return escaped(text) }
        return escaped(String(String.UnicodeScalarView(scalars.prefix(length - 1)))) + "…"
    }

    /// The text with every character escaped that is not seen but acts: controls, line ends, and those that turn the
    /// direction of writing. As Swift writes them: `\n`, `\t`, `\u{1b}`.
    public static func escaped(_ text: some StringProtocol) -> String {
        guard text.unicodeScalars.contains(where: acts) else { return String(text) }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if acts(scalar) {
                result.append(contentsOf: escape(scalar).unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(scalar.value, radix: 16))}"
        }
    }

    private static func acts(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}
