/// Reads classes and escapes of RE2's syntax.
enum PatternClass {
    /// Reads a class behind its opening bracket.
    static func parse(
        _ text: [UInt32], _ place: inout Int, foldsCase: Bool
    ) throws(PatternParser.Unsupported) -> CharacterSet {
        let isInverted = place < text.count && text[place] == Character("^").code
        if isInverted { place += 1 }
        var set = CharacterSet()
        var isFirst = true
        while true {
            guard place < text.count else { throw PatternParser.Unsupported(what: "a class without an end") }
            if text[place] == Character("]").code, !isFirst { break }
            isFirst = false
            if let named = try namedClass(text, &place, foldsCase: foldsCase) {
                set = set.union(named)
                continue
            }
            if let perl = try escapedClass(text, &place, foldsCase: foldsCase) {
                set = set.union(perl)
                continue
            }
            let low = try character(text, &place)
            var high = low
            if place + 1 < text.count, text[place] == Character("-").code, text[place + 1] != Character("]").code {
                place += 1
                high = try character(text, &place)
            }
            guard low <= high else { throw PatternParser.Unsupported(what: "a range that ends before it begins") }
            set = set.union(try CharacterSet([low...high]).folded(foldsCase))
        }
        place += 1
        return isInverted ? set.inverted : set
    }

    private static func character(_ text: [UInt32], _ place: inout Int) throws(PatternParser.Unsupported) -> UInt32 {
        guard place < text.count else { throw PatternParser.Unsupported(what: "a class without an end") }
        let value = text[place]
        place += 1
        return value == Character("\\").code ? try escapedCharacter(text, &place) : value
    }

    /// `[:alpha:]` or `[:^alpha:]`
    private static func namedClass(
        _ text: [UInt32], _ place: inout Int, foldsCase: Bool
    ) throws(PatternParser.Unsupported) -> CharacterSet? {
        guard place + 1 < text.count, text[place] == Character("[").code, text[place + 1] == Character(":").code else {
            return nil
        }
        var end = place + 2
        while end + 1 < text.count, !(text[end] == Character(":").code && text[end + 1] == Character("]").code) {
            end += 1
        }
        guard end + 1 < text.count else { return nil }
        var name = String(String.UnicodeScalarView(text[place + 2..<end].compactMap(Unicode.Scalar.init)))
        let isInverted = name.hasPrefix("^")
        if isInverted { name.removeFirst() }
        guard let set = CharacterSet.posix(name) else { throw PatternParser.Unsupported(what: "a class [:\(name):]") }
        place = end + 2
        let folded = try set.folded(foldsCase)
        return isInverted ? folded.inverted : folded
    }

    private static func escapedClass(
        _ text: [UInt32], _ place: inout Int, foldsCase: Bool
    ) throws(PatternParser.Unsupported) -> CharacterSet? {
        guard text[place] == Character("\\").code else { return nil }
        var behind = place + 1
        guard let set = try perlClass(text, &behind, foldsCase: foldsCase) else { return nil }
        place = behind
        return set
    }

    /// `\d` and its like, behind the backslash.
    static func perlClass(
        _ text: [UInt32], _ place: inout Int, foldsCase: Bool
    ) throws(PatternParser.Unsupported) -> CharacterSet? {
        guard place < text.count, let scalar = Unicode.Scalar(text[place]) else { return nil }
        let set: CharacterSet
        switch scalar {
        case "d", "D": set = .digits
        case "s", "S": set = .spaces
        case "w", "W": set = try CharacterSet.word.folded(foldsCase)
        default: return nil
        }
        place += 1
        return scalar.properties.isUppercase ? set.inverted : set
    }

    /// The character that an escape stands for, behind the backslash.
    static func escapedCharacter(
        _ text: [UInt32], _ place: inout Int
    ) throws(PatternParser.Unsupported) -> UInt32 {
        guard place < text.count, let scalar = Unicode.Scalar(text[place]) else {
            throw PatternParser.Unsupported(what: "a backslash at the end")
        }
        place += 1
        switch scalar {
        case "a": return 0x07
        case "f": return 0x0C
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "v": return 0x0B
        case "x": return try hexadecimal(text, &place)
        case "0"..."7":
            var value = scalar.value - 0x30
            // Of the digits 1 to 7 a single one would refer to a group, which RE2 does not have.
            var count = 1
            while count < 3, place < text.count, text[place] &- 0x30 < 8 {
                value = value * 8 + text[place] - 0x30
                place += 1
                count += 1
            }
            guard scalar == "0" || count > 1 else { throw PatternParser.Unsupported(what: "a reference to a group") }
            return value
        default:
            guard scalar.value < 0x80, !CharacterSet.word.contains(scalar.value) || scalar == "_" else {
                throw PatternParser.Unsupported(what: "the escape \\\(scalar)")
            }
            return scalar.value
        }
    }

    private static func hexadecimal(_ text: [UInt32], _ place: inout Int) throws(PatternParser.Unsupported) -> UInt32 {
        var value: UInt32 = 0
        let isBraced = place < text.count && text[place] == Character("{").code
        if isBraced { place += 1 }
        var count = 0
        while place < text.count, isBraced || count < 2, let digit = text[place].hexadecimalDigit {
            value = value * 16 + digit
            guard value <= CharacterSet.limit else { throw PatternParser.Unsupported(what: "a code beyond Unicode") }
            place += 1
            count += 1
        }
        if isBraced {
            guard place < text.count, text[place] == Character("}").code, count > 0 else {
                throw PatternParser.Unsupported(what: "a code without an end")
            }
            place += 1
        } else if count < 2 {
            throw PatternParser.Unsupported(what: "a code without two digits")
        }
        return value
    }
}

extension CharacterSet {
    fileprivate func folded(_ foldsCase: Bool) throws(PatternParser.Unsupported) -> CharacterSet {
        guard foldsCase else { return self }
        guard let folded = foldingCase else {
            throw PatternParser.Unsupported(what: "(?i) with letters beyond ASCII")
        }
        return folded
    }
}

extension UInt32 {
    fileprivate var hexadecimalDigit: UInt32? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x37
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }
}
