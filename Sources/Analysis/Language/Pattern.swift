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

extension Pattern {
    /// What all texts begin with that the pattern matches, and whether there is nothing else.
    var literalPrefix: (bytes: [UInt8], isWhole: Bool) {
        switch self {
        case .empty, .textBegin, .textEnd: return ([], true)
        case .nothing, .choice, .repetition: return ([], false)
        case .character(let set):
            guard set.ranges.count == 1, let range = set.ranges.first, range.count == 1,
                let scalar = Unicode.Scalar(range.lowerBound)
            else { return ([], false) }
            return (Array(String(Character(scalar)).utf8), true)
        case .sequence(let parts):
            var bytes: [UInt8] = []
            for part in parts {
                let prefix = part.literalPrefix
                bytes += prefix.bytes
                if !prefix.isWhole { return (bytes, false) }
            }
            return (bytes, true)
        }
    }
}
