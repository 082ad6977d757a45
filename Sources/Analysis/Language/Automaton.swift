/// A nondeterministic automaton over the bytes of UTF-8.
struct Automaton: Sendable {
    /// Why a pattern has no automaton here.
    enum Failure: Error, Hashable {
        case unsupported(String)
        /// It needs more states than are allowed.
        case tooLarge
    }

    struct Node: Sendable {
        enum Kind: UInt8, Sendable {
            /// One byte of `low...high`, then `next`.
            case bytes
            /// `next` or `other`, without a byte.
            case split
            /// `next`, at the beginning of the text only.
            case textBegin
            /// `next`, at the end of the text only.
            case textEnd
            case accept
        }

        var kind: Kind
        var low: UInt8 = 0
        var high: UInt8 = 0
        var next: Int32 = -1
        var other: Int32 = -1
    }

    private(set) var nodes: [Node] = []
    private(set) var start: Int32 = 0
    /// The most nodes that a pattern may have.
    static let nodesMax = 40_000

    /// The automaton of a tree.
    init(_ pattern: Pattern) throws(Failure) {
        let accept = try append(Node(kind: .accept))
        start = try compile(pattern, accept)
    }

    /// The automaton of an expression in RE2's syntax that matches whole texts, or texts of which a part matches.
    init(expression: String, isWhole: Bool) throws(Failure) {
        let pattern: Pattern
        do throws(PatternParser.Unsupported) {
            pattern = try PatternParser.parse(expression)
        } catch {
            throw .unsupported(error.what)
        }
        try self.init(isWhole ? pattern : .sequence([.anything, pattern, .anything]))
    }

    private mutating func append(_ node: Node) throws(Failure) -> Int32 {
        guard nodes.count < Self.nodesMax else { throw .tooLarge }
        nodes.append(node)
        return Int32(nodes.count - 1)
    }

    /// Adds what matches `pattern` and then goes on at `next`; returns where it begins.
    private mutating func compile(_ pattern: Pattern, _ next: Int32) throws(Failure) -> Int32 {
        switch pattern {
        case .empty: return next
        case .nothing: return try append(Node(kind: .bytes, low: 1, high: 0, next: next))
        case .character(let set): return try compile(set, next)
        case .textBegin: return try append(Node(kind: .textBegin, next: next))
        case .textEnd: return try append(Node(kind: .textEnd, next: next))
        case .sequence(let parts):
            var next = next
            for part in parts.reversed() { next = try compile(part, next) }
            return next
        case .choice(let branches):
            guard var result = try branches.last.map({ (last) throws(Failure) in try compile(last, next) }) else {
                return try compile(.nothing, next)
            }
            for branch in branches.dropLast().reversed() {
                let begin = try compile(branch, next)
                result = try append(Node(kind: .split, next: begin, other: result))
            }
            return result
        case .repetition(let part, let minimum, let maximum):
            var result = next
            if let maximum {
                for _ in minimum..<max(minimum, maximum) {
                    let begin = try compile(part, result)
                    result = try append(Node(kind: .split, next: begin, other: next))
                }
            } else {
                result = try append(Node(kind: .split, other: next))
                nodes[Int(result)].next = try compile(part, result)
            }
            for _ in 0..<minimum { result = try compile(part, result) }
            return result
        }
    }

    private mutating func compile(_ set: CharacterSet, _ next: Int32) throws(Failure) -> Int32 {
        var sequences: [[ClosedRange<UInt8>]] = []
        for range in set.ranges { UTF8Ranges.append(range, to: &sequences) }
        guard !sequences.isEmpty else { return try compile(.nothing, next) }
        var result: Int32?
        for sequence in sequences.reversed() {
            var begin = next
            for bytes in sequence.reversed() {
                begin = try append(Node(kind: .bytes, low: bytes.lowerBound, high: bytes.upperBound, next: begin))
            }
            if let other = result {
                result = try append(Node(kind: .split, next: begin, other: other))
            } else {
                result = begin
            }
        }
        return result ?? next
    }
}

extension Automaton {
    /// Adds the nodes that are reached from `node` without a byte to `set`, those that lead somewhere by a byte, by the end
    /// of the text, or nowhere.
    func close(over node: Int32, atBegin: Bool, atEnd: Bool, into set: inout Set<Int32>) {
        var stack = [node]
        var seen: Set<Int32> = []
        while let place = stack.popLast() {
            guard seen.insert(place).inserted else { continue }
            let node = nodes[Int(place)]
            switch node.kind {
            case .bytes, .accept: set.insert(place)
            case .split:
                stack.append(node.next)
                stack.append(node.other)
            case .textBegin: if atBegin { stack.append(node.next) }
            case .textEnd:
                if atEnd { stack.append(node.next) }
                set.insert(place)
            }
        }
    }
}

/// Ranges of code points as sequences of ranges of bytes.
enum UTF8Ranges {
    /// Appends sequences that together stand for the range; surrogates are left out.
    static func append(_ range: ClosedRange<UInt32>, to sequences: inout [[ClosedRange<UInt8>]]) {
        var pending = [range]
        while let range = pending.popLast() {
            let (low, high) = (range.lowerBound, range.upperBound)
            if low < 0xD800, high >= 0xD800 {
                if high > 0xDFFF { pending.append(0xE000...high) }
                pending.append(low...0xD7FF)
                continue
            }
            if (0xD800...0xDFFF).contains(low) {
                if high > 0xDFFF { pending.append(0xE000...high) }
                continue
            }
            if let limit = [0x7F, 0x7FF, 0xFFFF].first(where: { low <= $0 && high > $0 }) {
                pending += [(limit + 1)...high, low...limit]
                continue
            }
            if high <= 0x7F {
                sequences.append([UInt8(low)...UInt8(high)])
                continue
            }
            if let parts = split(low, high) {
                pending += parts.reversed()
                continue
            }
            sequences.append(zip(bytes(low), bytes(high)).map { $0...$1 })
        }
    }

    /// Parts of a range whose bytes do not range independently; nil where they do.
    private static func split(_ low: UInt32, _ high: UInt32) -> [ClosedRange<UInt32>]? {
        for shift in [6, 12, 18] as [UInt32] {
            let mask = (UInt32(1) << shift) - 1
            guard low & ~mask != high & ~mask else { continue }
            if low & mask != 0 { return [low...(low | mask), ((low | mask) + 1)...high] }
            if high & mask != mask { return [low...((high & ~mask) - 1), (high & ~mask)...high] }
        }
        return nil
    }

    private static func bytes(_ character: UInt32) -> [UInt8] {
        Unicode.Scalar(character).map { Array(String(Character($0)).utf8) } ?? []
    }
}
