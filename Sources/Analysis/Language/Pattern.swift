/// A regular expression as a tree: what it matches, and nothing of how (a lazy repetition matches the same texts).
indirect enum Pattern: Hashable, Sendable {
    case empty
    case nothing
    case character(CharacterSet)
    case textBegin
    case textEnd
    case sequence([Pattern])
    case choice([Pattern])
    /// `max` is nil without an upper bound.
    case repetition(Pattern, min: Int, max: Int?)

    /// A text, code point by code point.
    static func literal(_ text: some StringProtocol) -> Pattern {
        .sequence(text.unicodeScalars.map { .character(CharacterSet($0.value)) })
    }

    /// Any text at all.
    static let anything = Pattern.repetition(.character(.all), min: 0, max: nil)
}
