/// Reads RE2's syntax (github.com/google/re2/wiki/Syntax), as RE2 reads it with its default options: UTF-8, `^` and `$`
/// the ends of the text, a dot for all but newline.
///
/// What it does not read is `Unsupported`: then nothing is known of the language, and nobody guesses.
struct PatternParser {
    /// A construct that this reading does not cover.
    struct Unsupported: Error, Hashable {
        var what: String
    }

    private struct Flags {
        var foldsCase = false
        var dotMatchesNewline = false
        var isMultiline = false
    }

    private let text: [UInt32]
    private var place = 0
    private var flags = Flags()
    private var depth = 0
    private static let depthMax = 200

    private init(_ pattern: String) { text = pattern.unicodeScalars.map(\.value) }

    /// The tree of a pattern that RE2 compiles.
    static func parse(_ pattern: String) throws(Unsupported) -> Pattern {
        var parser = PatternParser(pattern)
        let result = try parser.choice()
        guard parser.place == parser.text.count else { throw Unsupported(what: "an unmatched parenthesis") }
        return result
    }

    private var next: UInt32? { place < text.count ? text[place] : nil }

    private func isNext(_ character: Character) -> Bool { next == character.code }

    private mutating func take(_ expected: String) -> Bool {
        let scalars = expected.unicodeScalars.map(\.value)
        guard place + scalars.count <= text.count, text[place..<place + scalars.count].elementsEqual(scalars) else {
            return false
        }
        place += scalars.count
        return true
    }

    private mutating func choice() throws(Unsupported) -> Pattern {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.depthMax else { throw Unsupported(what: "groups nested too deeply") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(Unsupported) -> Pattern {
        var parts: [Pattern] = []
        while let character = next, character != Character("|").code, character != Character(")").code {
            if take("\\Q") {
                while place < text.count, !take("\\E") {
                    parts.append(try single(text[place]))
                    place += 1
                    // Only the last character of a quotation is repeated by what follows it.
                    if take("\\E") {
                        if let last = parts.popLast() { parts.append(try repeated(last)) }
                        break
                    }
                }
                continue
            }
            guard let atom = try atom() else { continue }
            parts.append(try repeated(atom))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// Nil for what only sets flags.
    private mutating func atom() throws(Unsupported) -> Pattern? {
        let character = text[place]
        place += 1
        switch Unicode.Scalar(character) {
        case "(": return try group()
        case "[": return .character(try PatternClass.parse(text, &place, foldsCase: flags.foldsCase))
        case ".": return .character(flags.dotMatchesNewline ? .all : .allButNewline)
        case "^":
            guard !flags.isMultiline else { throw Unsupported(what: "(?m)^") }
            return .textBegin
        case "$":
            guard !flags.isMultiline else { throw Unsupported(what: "(?m)$") }
            return .textEnd
        case "\\": return try escape()
        case "*", "+", "?": throw Unsupported(what: "a repetition of nothing")
        default: return try single(character)
        }
    }

    private func single(_ character: UInt32) throws(Unsupported) -> Pattern {
        let set = CharacterSet(character)
        guard flags.foldsCase else { return .character(set) }
        guard let folded = set.foldingCase else { throw Unsupported(what: "(?i) with letters beyond ASCII") }
        return .character(folded)
    }

    private mutating func group() throws(Unsupported) -> Pattern? {
        let outer = flags
        if take("?") {
            if take("P<") || take("<") {
                while let character = next, character != Character(">").code { place += 1 }
                place += 1
            } else if try !takeFlags() {
                return nil
            }
        }
        let inner = try choice()
        guard take(")") else { throw Unsupported(what: "a group without an end") }
        flags = outer
        return inner
    }

    /// `(?flags)` or `(?flags:`; whether a group begins.
    private mutating func takeFlags() throws(Unsupported) -> Bool {
        var isOn = true
        while let character = next {
            place += 1
            switch Unicode.Scalar(character) {
            case "i": flags.foldsCase = isOn
            case "s": flags.dotMatchesNewline = isOn
            case "m": flags.isMultiline = isOn
            case "U": break
            case "-": isOn = false
            case ":": return true
            case ")": return false
            default: throw Unsupported(what: "a flag")
            }
        }
        throw Unsupported(what: "a group without an end")
    }

    private mutating func escape() throws(Unsupported) -> Pattern? {
        guard let character = next else { throw Unsupported(what: "a backslash at the end") }
        switch Unicode.Scalar(character) {
        case "A":
            place += 1
            return .textBegin
        case "z":
            place += 1
            return .textEnd
        case "E":
            place += 1
            return nil
        case "b", "B": throw Unsupported(what: "a word boundary")
        case "C": throw Unsupported(what: "\\C")
        case "p", "P": throw Unsupported(what: "a class of Unicode")
        default: break
        }
        if let set = try PatternClass.perlClass(text, &place, foldsCase: flags.foldsCase) { return .character(set) }
        return try single(try PatternClass.escapedCharacter(text, &place))
    }

    private mutating func repeated(_ atom: Pattern) throws(Unsupported) -> Pattern {
        var result = atom
        while let (minimum, maximum) = try takeRepetition() {
            _ = take("?")
            result = .repetition(result, min: minimum, max: maximum)
        }
        return result
    }

    private mutating func takeRepetition() throws(Unsupported) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard isNext("{") else { return nil }
        let start = place
        place += 1
        // Anything else in braces is text.
        guard let minimum = number() else {
            place = start
            return nil
        }
        var maximum: Int? = minimum
        if take(",") { maximum = number() }
        guard take("}") else {
            place = start
            return nil
        }
        if let maximum, maximum < minimum { throw Unsupported(what: "a repetition that ends before it begins") }
        return (minimum, maximum)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = next, digit &- 0x30 < 10 {
            value = min((value ?? 0) * 10 + Int(digit - 0x30), 100_000)
            place += 1
        }
        return value
    }
}

extension Character {
    /// The code point of a character that is one.
    var code: UInt32 { unicodeScalars.first?.value ?? 0 }
}
