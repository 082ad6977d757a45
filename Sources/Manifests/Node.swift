public import GatewayAPI

/// A value of a manifest: a scalar, a sequence or a mapping, with the place where it is written.
///
/// A node is a place in a `NodeArena` that is shared by the nodes of one object: copying a node copies no tree.
/// Aliases and merge keys are resolved; what they stand for has the position where it is written, at the anchor.
public struct Node: Sendable {
    /// What a node is. Plain scalars are resolved by the rules of YAML 1.1 as Kubernetes reads them.
    public enum Kind: UInt8, Hashable, Sendable {
        /// Members in order, each with a key that is a string and occurs once.
        case mapping
        /// Elements in order.
        case sequence
        /// Text.
        case string
        /// `true` or `false`, also written as `yes`, `no`, `on`, `off`, `y` or `n`.
        case boolean
        /// A whole number of 64 bits, also in hexadecimal, octal or binary.
        case integer
        /// Another number. `80.0` and `1e3` are floats with an integral value.
        case float
        /// Nothing, `~` or `null`.
        case null
    }

    final class Tree: Sendable {
        let arena: NodeArena
        init(_ arena: NodeArena) { self.arena = arena }
    }

    let tree: Tree
    /// The place of this node in `arena`.
    public let index: NodeIndex

    /// The node at a place of an arena.
    public init(_ arena: NodeArena, _ index: NodeIndex) {
        self.init(Tree(arena), index)
    }

    init(_ tree: Tree, _ index: NodeIndex) {
        self.tree = tree
        self.index = index
    }

    /// The storage that holds this node and the rest of its object.
    public var arena: NodeArena { tree.arena }
    /// What the node is.
    public var kind: Kind { tree.arena.kind(index) }
    /// Where the node begins.
    public var position: SourcePosition { tree.arena.position(index) }
    /// Whether it is a scalar without quotation marks, and not a block.
    public var isPlain: Bool { tree.arena.isPlain(index) }
    /// The text of a scalar as written, escapes and folding resolved; empty for other kinds.
    public var text: String { tree.arena.text(index) }
    /// The number of members or elements; 0 for scalars.
    public var count: Int { tree.arena.count(index) }

    /// The text of a string; nil for other kinds.
    public var string: String? { kind == .string ? text : nil }
    /// The value of a boolean; nil for other kinds.
    public var boolean: Bool? { tree.arena.boolean(index) }
    /// The value of a number without a fraction, `80.0` and `0x50` too; nil for other kinds, or where it does not fit.
    public var integer: Int64? { tree.arena.integer(index) }
    /// The value of a number; nil for other kinds.
    public var double: Double? { tree.arena.double(index) }

    /// The value of a member of a mapping; nil where there is none, or for other kinds.
    public subscript(key: String) -> Node? {
        tree.arena.member(index, key).map { Node(tree, $0.value) }
    }

    /// An element of a sequence. Traps where there is none.
    public subscript(element: Int) -> Node { Node(tree, tree.arena.element(index, element)) }

    /// A member of a mapping.
    public struct Member: Sendable {
        /// The key, with its position; always a string.
        public var key: Node
        /// The value.
        public var value: Node
    }

    /// The members of a mapping, in order; empty for other kinds.
    public var members: some RandomAccessCollection<Member> {
        let tree = tree
        let index = index
        return (0..<(kind == .mapping ? count : 0)).lazy.map { place in
            let member = tree.arena.member(index, at: place)
            return Member(key: Node(tree, member.key), value: Node(tree, member.value))
        }
    }

    /// The elements of a sequence, in order; empty for other kinds.
    public var elements: some RandomAccessCollection<Node> {
        let tree = tree
        let index = index
        return (0..<(kind == .sequence ? count : 0)).lazy.map { Node(tree, tree.arena.element(index, $0)) }
    }

    /// The node reached by member names; nil where one is missing.
    public func at(_ keys: String...) -> Node? {
        var node = self
        for key in keys {
            guard let next = node[key] else { return nil }
            node = next
        }
        return node
    }
}

extension Node: Equatable {
    /// Whether two nodes hold the same value, wherever and however it is written; members may stand in any order.
    public static func == (left: Node, right: Node) -> Bool {
        guard left.kind == right.kind else {
            // 80 and 80.0 are the same number.
            guard let value = left.integer else { return false }
            return value == right.integer
        }
        switch left.kind {
        case .null: return true
        case .boolean: return left.boolean == right.boolean
        case .integer, .float: return left.double == right.double && left.integer == right.integer
        case .string: return left.text == right.text
        case .sequence: return left.count == right.count && zip(left.elements, right.elements).allSatisfy { $0 == $1 }
        case .mapping:
            guard left.count == right.count else { return false }
            return left.members.allSatisfy { member in right[member.key.text].map { $0 == member.value } ?? false }
        }
    }
}
