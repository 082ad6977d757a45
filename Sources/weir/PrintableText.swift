/// Text for a terminal. Hosts, paths and names are whatever somebody sent or wrote: what would steer a terminal is shown as
/// U+FFFD. Tabs and line ends stay, and weir's own colours where there are any.
enum PrintableText {
    static func bytes(_ text: String, isColoured: Bool) -> [UInt8] {
        guard text.utf8.contains(where: { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 || $0 == 0x7F || $0 == 0xC2 }) else {
            return Array(text.utf8)
        }
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        var place = 0
        while place < scalars.count {
            if isColoured, let colour = colour(scalars[place...]) {
                result.append(contentsOf: colour)
                place += colour.count
                continue
            }
            result.append(isControl(scalars[place]) ? "\u{FFFD}" : scalars[place])
            place += 1
        }
        return Array(String(result).utf8)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0: true
        default: false
        }
    }

    /// `ESC [ n m` with one or two digits: a colour and nothing else.
    private static func colour(_ rest: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar>? {
        guard rest.first == "\u{1B}", rest.dropFirst().first == "[" else { return nil }
        let digits = rest.dropFirst(2).prefix { ("0"..."9").contains($0) }
        guard (1...2).contains(digits.count), rest.dropFirst(2 + digits.count).first == "m" else { return nil }
        return rest.prefix(3 + digits.count)
    }
}
