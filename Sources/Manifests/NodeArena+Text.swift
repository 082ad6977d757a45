import GatewayAPI

/// The text of scalars without a String of its own: what a validator asks of every node of a large input.
extension NodeArena {
    /// Calls `body` with the UTF-8 of a scalar; empty for other kinds.
    package func withText<Result>(_ index: NodeIndex, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let range = textRange(index)
        return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    /// The bytes of a scalar's text; 0 for other kinds.
    package func textLength(_ index: NodeIndex) -> Int { textRange(index).count }

    /// The code points of a scalar's text; 0 for other kinds.
    package func codePointCount(_ index: NodeIndex) -> Int {
        withText(index) { text in text.count { $0 & 0xC0 != 0x80 } }
    }

    /// Whether the texts of two scalars are the same.
    package func sameText(_ left: NodeIndex, _ right: NodeIndex) -> Bool {
        let a = textRange(left)
        let b = textRange(right)
        return a.count == b.count && bytes[a].elementsEqual(bytes[b])
    }

    /// A number that is the same for the same text: FNV-1a of 32 bits.
    package func textHash(_ index: NodeIndex) -> UInt32 { withText(index) { Self.hash($0) } }

    /// The same of a word.
    package static func hash(_ word: some Sequence<UInt8>) -> UInt32 {
        word.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }

    /// Whole numbers with a zero in front, which YAML reads as octal, and keys that YAML reads as true or false.
    package var surprises: [NodeIndex] {
        var found: [NodeIndex] = []
        for place in records.indices where records[place].isPlain {
            let index = NodeIndex(raw: UInt32(place))
            switch records[place].kind {
            case .integer:
                guard records[place].count > 1 else { continue }
                let text = bytes[textRange(index)].drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
                if text.first == UInt8(ascii: "0"), text.count > 1, text.dropFirst().allSatisfy({ $0 &- 0x30 < 10 }) {
                    found.append(index)
                }
            case .string where matches(index, "true") || matches(index, "false"): found.append(index)
            default: break
            }
        }
        return found
    }

    /// Adds a copy of a node of another arena, all of it at one place of this file: a default has no place of its own.
    package mutating func addCopy(of node: Node, at place: NodeIndex) -> NodeIndex {
        let first = records.count
        let copy = addCopy(of: node)
        let (line, column) = (records[Int(place.raw)].line, records[Int(place.raw)].column)
        for index in first..<records.count {
            records[index].line = line
            records[index].column = column
        }
        return copy
    }

    /// The same nodes in no more memory than they need: what has grown by appending has room for as much again.
    package var compacted: NodeArena {
        var copy = self
        copy.records = Array(records[...])
        copy.edges = Array(edges[...])
        copy.bytes = Array(bytes[...])
        return copy
    }

    /// Takes a member of a mapping away by its place. Traps where there is none.
    package mutating func removeMember(of mapping: NodeIndex, at place: Int) {
        let record = records[Int(mapping.raw)]
        precondition(record.kind == .mapping && place < Int(record.count), "no such member")
        let first = Int(record.first)
        for edge in first + 2 * place..<first + 2 * (Int(record.count) - 1) { edges[edge] = edges[edge + 2] }
        records[Int(mapping.raw)].count -= 1
    }
}
