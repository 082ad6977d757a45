/// A set of code points, as sorted ranges that neither touch nor overlap. Surrogates are never in it: no text has them.
struct CharacterSet: Hashable, Sendable {
    private(set) var ranges: [ClosedRange<UInt32>]

    static let limit: UInt32 = 0x10FFFF
    static let all = CharacterSet([0...limit])
    /// What a dot means: all but the end of a line.
    static let allButNewline = CharacterSet([0...0x09, 0x0B...limit])

    init(_ ranges: [ClosedRange<UInt32>] = []) {
        var result: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, range.lowerBound <= last.upperBound + 1 {
                result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        self.ranges = result
    }

    init(_ character: UInt32) { ranges = [character...character] }

    var isEmpty: Bool { ranges.isEmpty }

    /// The code points that are not in the set.
    var inverted: CharacterSet {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= Self.limit { result.append(next...Self.limit) }
        return CharacterSet(result)
    }

    func union(_ other: CharacterSet) -> CharacterSet { CharacterSet(ranges + other.ranges) }

    func contains(_ character: UInt32) -> Bool { ranges.contains { $0.contains(character) } }

    /// The set with all that differs from its members in case only; nil where that takes tables of letters beyond ASCII.
    /// Two characters beyond ASCII fold to letters within: the long s and the Kelvin sign.
    var foldingCase: CharacterSet? {
        var result = ranges
        for range in ranges {
            if range.upperBound >= 0x80 {
                // What holds everything beyond ASCII is closed by itself.
                guard range.lowerBound <= 0x80, range.upperBound == Self.limit else { return nil }
                if !contains(0x4B) { result += [0x4B...0x4B, 0x6B...0x6B] }
                if !contains(0x53) { result += [0x53...0x53, 0x73...0x73] }
            }
            for letter in range.lowerBound...min(range.upperBound, 0x7F) where range.lowerBound < 0x80 {
                let upper = letter & ~0x20
                guard (0x41...0x5A).contains(upper), letter >= 0x41 else { continue }
                result += [upper...upper, (upper | 0x20)...(upper | 0x20)]
                if upper == 0x4B { result.append(0x212A...0x212A) }
                if upper == 0x53 { result.append(0x17F...0x17F) }
            }
        }
        return CharacterSet(result)
    }
}

extension CharacterSet {
    static let digits = CharacterSet([0x30...0x39])
    static let spaces = CharacterSet([0x09...0x0A, 0x0C...0x0D, 0x20...0x20])
    static let word = CharacterSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])

    /// `[:name:]` of RE2's syntax; nil where there is none of that name.
    static func posix(_ name: String) -> CharacterSet? {
        let ranges: [ClosedRange<UInt32>]
        switch name {
        case "alnum": ranges = [0x30...0x39, 0x41...0x5A, 0x61...0x7A]
        case "alpha": ranges = [0x41...0x5A, 0x61...0x7A]
        case "ascii": ranges = [0...0x7F]
        case "blank": ranges = [0x09...0x09, 0x20...0x20]
        case "cntrl": ranges = [0...0x1F, 0x7F...0x7F]
        case "digit": ranges = [0x30...0x39]
        case "graph": ranges = [0x21...0x7E]
        case "lower": ranges = [0x61...0x7A]
        case "print": ranges = [0x20...0x7E]
        case "punct": ranges = [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]
        case "space": ranges = [0x09...0x0D, 0x20...0x20]
        case "upper": ranges = [0x41...0x5A]
        case "word": return word
        case "xdigit": ranges = [0x30...0x39, 0x41...0x46, 0x61...0x66]
        default: return nil
        }
        return CharacterSet(ranges)
    }
}
