/// What is found of texts that some languages all hold and others do not.
enum TextAnswer: Hashable, Sendable {
    /// There is such a text; this is a short one.
    case text(String)
    /// There is none.
    case none
    /// It took more states than are allowed, or a pattern has no automaton here.
    case unknown(String)
}

/// Walks the product of automata that are made deterministic on the way, the shortest texts first: a product is never built
/// whole, and a walk that has seen too many states gives up.
struct LanguageProduct {
    private let automata: [Automaton]
    /// How many of them, the first ones, must accept; the others must not.
    private let wantedCount: Int
    private let letters: [UInt8]
    private var stateIDs: [[Int32]: Int32] = [:]
    private var states: [[Int32]] = []
    /// By state and letter; -1 where not yet known. Each automaton has states of its own.
    private var steps: [Int32] = []
    private var stateOwners: [Int] = []
    private var accepts: [Bool] = []

    /// The most tuples of states that one walk may visit.
    static let statesMax = 60_000

    init(in wanted: [Automaton], notIn unwanted: [Automaton]) {
        automata = wanted + unwanted
        wantedCount = wanted.count
        letters = Self.letters(automata)
    }

    /// One byte for each class of bytes that no automaton tells apart, those that a person likes to read first.
    private static func letters(_ automata: [Automaton]) -> [UInt8] {
        var isBoundary = Array(repeating: false, count: 257)
        isBoundary[0] = true
        for automaton in automata {
            for node in automaton.nodes where node.kind == .bytes && node.low <= node.high {
                isBoundary[Int(node.low)] = true
                isBoundary[Int(node.high) + 1] = true
            }
        }
        var letters: [UInt8] = []
        var best: UInt8?
        for byte in 0...256 {
            if isBoundary[byte], let found = best {
                letters.append(found)
                best = nil
            }
            guard byte < 256 else { break }
            let candidate = UInt8(byte)
            if best.map({ candidate.isNicer(than: $0) }) ?? true { best = candidate }
        }
        if let best { letters.append(best) }
        return letters.sorted { $0.isNicer(than: $1) }
    }

    /// What walks may cost together: a table of many expressions that each take long must not take that long many times.
    struct Budget {
        /// What each walk may visit in any case.
        static let free = 200
        /// What all walks together may visit beyond that.
        var remaining = 30_000
    }

    /// A shortest text that is in all wanted languages and in none of the others, with a budget of its own.
    mutating func shortest() -> TextAnswer {
        var budget = Budget()
        return shortest(&budget)
    }

    /// A shortest text that is in all wanted languages and in none of the others.
    mutating func shortest(_ budget: inout Budget) -> TextAnswer {
        let statesMax = min(Self.statesMax, Budget.free + budget.remaining)
        var visited = 0
        defer { budget.remaining -= max(0, visited - Budget.free) }
        let beginning = automata.indices.map { automaton in
            var set: Set<Int32> = []
            automata[automaton].close(over: automata[automaton].start, atBegin: true, atEnd: false, into: &set)
            return state(set.sorted(), of: automaton, isBegin: true)
        }
        var places: [[Int32]: Int32] = [beginning: 0]
        var queue = [beginning]
        var parents: [(parent: Int32, letter: UInt8)] = [(-1, 0)]
        var head = 0
        while head < queue.count {
            let tuple = queue[head]
            if isAccepted(tuple) { return text(to: head, parents) }
            for (letterPlace, letter) in letters.enumerated() {
                var next = tuple
                for place in next.indices { next[place] = step(tuple[place], letterPlace, letter) }
                // A wanted language that no text continues ends the walk here.
                guard (0..<wantedCount).allSatisfy({ !states[Int(next[$0])].isEmpty }), places[next] == nil else {
                    continue
                }
                guard queue.count < statesMax else {
                    return .unknown(
                        statesMax == Self.statesMax
                            ? "more than \(statesMax) states" : "the expressions together take too many states")
                }
                places[next] = Int32(queue.count)
                queue.append(next)
                visited = queue.count
                parents.append((Int32(head), letter))
            }
            head += 1
        }
        return .none
    }

    private func isAccepted(_ tuple: [Int32]) -> Bool {
        tuple.indices.allSatisfy { accepts[Int(tuple[$0])] == ($0 < wantedCount) }
    }

    private func text(to place: Int, _ parents: [(parent: Int32, letter: UInt8)]) -> TextAnswer {
        var bytes: [UInt8] = []
        var place = place
        while parents[place].parent >= 0 {
            bytes.append(parents[place].letter)
            place = Int(parents[place].parent)
        }
        bytes.reverse()
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return .unknown("only a text that is no UTF-8")
        }
        return .text(text)
    }

    private mutating func state(_ set: [Int32], of automaton: Int, isBegin: Bool) -> Int32 {
        // The owner and the beginning are part of the key: two automata number their nodes alike, and an assertion about
        // the beginning holds there alone.
        let key = [Int32(automaton), isBegin ? 1 : 0] + set
        if let known = stateIDs[key] { return known }
        let id = Int32(states.count)
        stateIDs[key] = id
        states.append(set)
        stateOwners.append(automaton)
        steps += Array(repeating: -1, count: letters.count)
        var end: Set<Int32> = []
        for node in set { automata[automaton].close(over: node, atBegin: isBegin, atEnd: true, into: &end) }
        accepts.append(end.contains { automata[automaton].nodes[Int($0)].kind == .accept })
        return id
    }

    private mutating func step(_ state: Int32, _ letterPlace: Int, _ letter: UInt8) -> Int32 {
        let place = Int(state) * letters.count + letterPlace
        if steps[place] >= 0 { return steps[place] }
        let owner = stateOwners[Int(state)]
        var set: Set<Int32> = []
        for node in states[Int(state)] {
            let node = automata[owner].nodes[Int(node)]
            guard node.kind == .bytes, node.low <= letter, letter <= node.high else { continue }
            automata[owner].close(over: node.next, atBegin: false, atEnd: false, into: &set)
        }
        let next = self.state(set.sorted(), of: owner, isBegin: false)
        steps[place] = next
        return next
    }
}

extension UInt8 {
    /// Small letters, digits, then what else is read easily, then the rest.
    fileprivate func isNicer(than other: UInt8) -> Bool {
        niceness != other.niceness ? niceness < other.niceness : self < other
    }

    private var niceness: Int {
        switch self {
        case 0x61...0x7A: 0
        case 0x30...0x39: 1
        case 0x2F: 2
        case 0x2D, 0x2E, 0x5F: 3
        case 0x41...0x5A: 4
        case 0x21...0x7E: 5
        case 0x80...: 6
        default: 7
        }
    }
}
