public import GatewayAPI

/// The place of a node in its arena.
public struct NodeIndex: Hashable, Sendable {
    var raw: UInt32
}

/// The nodes of one object in three arrays: 20 bytes a node, 4 bytes an edge, and the text of the scalars.
///
/// A value type: changing a copy leaves the nodes of the original as they are. Nodes are only ever added; replacing a
/// member leaves the old value unreachable.
public struct NodeArena: Sendable {
    struct Record: Sendable {
        var line: UInt32
        var column: UInt32
        /// Of a scalar: where its text begins. Of the others: where their edges begin.
        var first: UInt32
        /// Of a scalar: bytes of text. Of the others: elements or members. A member has two edges, key and value.
        var count: UInt32
        var kind: Node.Kind
        var isPlain: Bool
    }

    /// The file that the nodes come from.
    public let file: String
    var records: [Record] = []
    var edges: [UInt32] = []
    var bytes: [UInt8] = []

    /// An arena without nodes.
    public init(file: String) {
        self.file = file
    }

    /// What a node is.
    public func kind(_ index: NodeIndex) -> Node.Kind { records[Int(index.raw)].kind }

    /// Where a node begins.
    public func position(_ index: NodeIndex) -> SourcePosition {
        let record = records[Int(index.raw)]
        return SourcePosition(file: file, line: record.line, column: record.column)
    }

    /// Whether a node is a scalar without quotation marks, and not a block.
    public func isPlain(_ index: NodeIndex) -> Bool { records[Int(index.raw)].isPlain }

    /// The number of members or elements; 0 for scalars.
    public func count(_ index: NodeIndex) -> Int {
        let record = records[Int(index.raw)]
        return record.kind == .mapping || record.kind == .sequence ? Int(record.count) : 0
    }

    /// The text of a scalar as written; empty for other kinds.
    public func text(_ index: NodeIndex) -> String {
        String(decoding: bytes[textRange(index)], as: UTF8.self)
    }

    func textRange(_ index: NodeIndex) -> Range<Int> {
        let record = records[Int(index.raw)]
        guard record.kind != .mapping, record.kind != .sequence else { return 0..<0 }
        return Int(record.first)..<Int(record.first) + Int(record.count)
    }

    /// The value of a boolean; nil for other kinds.
    public func boolean(_ index: NodeIndex) -> Bool? {
        guard kind(index) == .boolean else { return nil }
        return ScalarResolution.boolean(bytes.span.extracting(textRange(index)))
    }

    /// The value of a number without a fraction; nil for other kinds, or where it does not fit.
    public func integer(_ index: NodeIndex) -> Int64? {
        switch kind(index) {
        case .integer: return ScalarResolution.integer(bytes.span.extracting(textRange(index)))
        case .float: return ScalarResolution.double(text(index)).flatMap(Int64.init(exactly:))
        default: return nil
        }
    }

    /// The value of a number; nil for other kinds.
    public func double(_ index: NodeIndex) -> Double? {
        switch kind(index) {
        case .integer: ScalarResolution.integerAsDouble(bytes.span.extracting(textRange(index)))
        case .float: ScalarResolution.double(text(index))
        default: nil
        }
    }

    /// An element of a sequence. Traps where there is none.
    public func element(_ index: NodeIndex, _ element: Int) -> NodeIndex {
        let record = records[Int(index.raw)]
        precondition(record.kind == .sequence && element < Int(record.count), "no such element")
        return NodeIndex(raw: edges[Int(record.first) + element])
    }

    /// A member of a mapping by its place. Traps where there is none.
    public func member(_ index: NodeIndex, at place: Int) -> (key: NodeIndex, value: NodeIndex) {
        let record = records[Int(index.raw)]
        precondition(record.kind == .mapping && place < Int(record.count), "no such member")
        let edge = Int(record.first) + 2 * place
        return (NodeIndex(raw: edges[edge]), NodeIndex(raw: edges[edge + 1]))
    }

    /// A member of a mapping by its name; nil where there is none, or for other kinds.
    public func member(_ index: NodeIndex, _ key: String) -> (key: NodeIndex, value: NodeIndex)? {
        let record = records[Int(index.raw)]
        guard record.kind == .mapping else { return nil }
        for place in 0..<Int(record.count) {
            let edge = Int(record.first) + 2 * place
            let name = NodeIndex(raw: edges[edge])
            if matches(name, key) { return (name, NodeIndex(raw: edges[edge + 1])) }
        }
        return nil
    }

    /// Whether the text of a scalar is `word`.
    public func matches(_ index: NodeIndex, _ word: String) -> Bool {
        let range = textRange(index)
        let utf8 = word.utf8
        return range.count == utf8.count && bytes[range].elementsEqual(utf8)
    }
}
