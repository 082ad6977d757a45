import GatewayAPI

/// Builds the nodes of one document from the events of a reader; aliases share what they stand for until the objects
/// are copied out.
struct NodeBuilder {
    /// A problem at a place of the text, which ends the document.
    struct Failure: Error {
        var code: String
        var message: String
        var line: UInt32
        var column: UInt32
    }

    /// The most levels of sequences and mappings.
    static let depthMax = 512
    /// The most nodes that aliases and merge keys of one document may add.
    static let aliasNodesMax = 1_000_000
    /// The most bytes of text that aliases of one document may add.
    static let aliasBytesMax = 1 << 26

    private struct Level {
        var index: UInt32
        var firstPending: Int
    }

    var arena: NodeArena
    /// Members given twice, to be reported as warnings.
    private(set) var duplicates: [NodeIndex] = []
    private(set) var hasAliases = false
    private var pending: [UInt32] = []
    private var levels: [Level] = []
    private var mergedEdges = 0

    init(file: String) {
        arena = NodeArena(file: file)
    }

    /// Forgets the document and keeps the memory.
    mutating func removeAll() {
        arena.records.removeAll(keepingCapacity: true)
        arena.edges.removeAll(keepingCapacity: true)
        arena.bytes.removeAll(keepingCapacity: true)
        duplicates.removeAll()
        pending.removeAll(keepingCapacity: true)
        levels.removeAll(keepingCapacity: true)
        hasAliases = false
        mergedEdges = 0
    }

    /// The root, once the document is complete.
    var root: NodeIndex? { levels.isEmpty ? pending.first.map(NodeIndex.init(raw:)) : nil }

    var isComplete: Bool { levels.isEmpty && !pending.isEmpty }

    /// Adds a scalar whose text was appended to `arena.bytes` from `first` on.
    @discardableResult
    mutating func scalar(_ kind: Node.Kind, isPlain: Bool, first: Int, line: UInt32, column: UInt32) -> NodeIndex {
        let index = arena.add(
            NodeArena.Record(
                line: line, column: column, first: UInt32(first), count: UInt32(arena.bytes.count - first), kind: kind,
                isPlain: isPlain))
        pending.append(index.raw)
        return index
    }

    @discardableResult
    mutating func begin(_ kind: Node.Kind, line: UInt32, column: UInt32) throws(Failure) -> NodeIndex {
        guard levels.count < Self.depthMax else {
            throw Failure(
                code: "nesting-too-deep", message: "nested deeper than \(Self.depthMax) levels", line: line,
                column: column)
        }
        let index = arena.add(
            NodeArena.Record(line: line, column: column, first: 0, count: 0, kind: kind, isPlain: false))
        pending.append(index.raw)
        levels.append(Level(index: index.raw, firstPending: pending.count))
        return index
    }

    /// Adds what an anchor stands for. An anchor that is still open would contain itself.
    mutating func alias(_ target: NodeIndex, name: String, line: UInt32, column: UInt32) throws(Failure) {
        guard !levels.contains(where: { $0.index == target.raw }) else {
            throw Failure(
                code: "cyclic-alias", message: "the alias *\(name) stands inside of what it stands for", line: line,
                column: column)
        }
        hasAliases = true
        pending.append(target.raw)
    }

    mutating func end() throws(Failure) {
        guard let level = levels.popLast() else { return }
        let record = Int(level.index)
        if arena.records[record].kind == .mapping { try completeMapping(from: level.firstPending) }
        let first = arena.edges.count
        arena.edges.append(contentsOf: pending[level.firstPending...])
        let count = pending.count - level.firstPending
        arena.records[record].first = UInt32(first)
        arena.records[record].count = UInt32(arena.records[record].kind == .mapping ? count / 2 : count)
        pending.removeSubrange(level.firstPending...)
    }

    private func failure(_ code: String, _ message: String, at index: UInt32) -> Failure {
        let record = arena.records[Int(index)]
        return Failure(code: code, message: message, line: record.line, column: record.column)
    }
}

extension NodeBuilder {
    /// Makes keys strings, expands merge keys and removes members given twice.
    private mutating func completeMapping(from first: Int) throws(Failure) {
        var hasMerge = false
        for place in stride(from: first, to: pending.count, by: 2) {
            let key = Int(pending[place])
            switch arena.records[key].kind {
            case .string:
                hasMerge = hasMerge || isMerge(pending[place])
            case .mapping, .sequence:
                throw failure("unsupported-key", "a mapping or a sequence cannot be a key", at: pending[place])
            case .null:
                throw failure("unsupported-key", "null cannot be a key", at: pending[place])
            default:
                nameKey(key)
            }
        }
        if hasMerge { try expandMerges(from: first) }
        removeDuplicates(from: first, warns: !hasMerge)
    }

    private func isMerge(_ index: UInt32) -> Bool {
        let record = arena.records[Int(index)]
        guard record.isPlain, record.count == 2 else { return false }
        let first = Int(record.first)
        return arena.bytes[first] == UInt8(ascii: "<") && arena.bytes[first + 1] == UInt8(ascii: "<")
    }

    /// Gives a key that is a boolean or a number the name that it has in JSON: `on:` is the member `true`.
    private mutating func nameKey(_ key: Int) {
        let index = NodeIndex(raw: UInt32(key))
        let name: String
        if let value = arena.boolean(index) {
            name = value ? "true" : "false"
        } else if let value = arena.integer(index) {
            name = String(value)
        } else {
            name = arena.text(index)
        }
        arena.records[key].kind = .string
        arena.records[key].first = UInt32(arena.bytes.count)
        arena.bytes.append(contentsOf: name.utf8)
        arena.records[key].count = UInt32(name.utf8.count)
    }

    /// Replaces each `<<` by the members of what it names, in its place: what stands later wins, as in the Go library.
    private mutating func expandMerges(from first: Int) throws(Failure) {
        let pairs = Array(pending[first...])
        pending.removeSubrange(first...)
        hasAliases = true
        for place in stride(from: 0, to: pairs.count, by: 2) {
            guard isMerge(pairs[place]) else {
                pending.append(pairs[place])
                pending.append(pairs[place + 1])
                continue
            }
            let value = arena.records[Int(pairs[place + 1])]
            switch value.kind {
            case .mapping:
                try merge(pairs[place + 1])
            case .sequence:
                // The first of several mappings wins.
                for element in (0..<Int(value.count)).reversed() {
                    try merge(arena.edges[Int(value.first) + element])
                }
            default:
                throw failure(
                    "invalid-merge", "the merge key << needs a mapping or a sequence of mappings", at: pairs[place + 1])
            }
        }
    }

    private mutating func merge(_ index: UInt32) throws(Failure) {
        let record = arena.records[Int(index)]
        guard record.kind == .mapping else {
            throw failure("invalid-merge", "the merge key << needs a mapping or a sequence of mappings", at: index)
        }
        mergedEdges += 2 * Int(record.count)
        guard mergedEdges <= Self.aliasNodesMax else {
            throw failure(
                "excessive-aliasing", "merge keys expand to more than \(Self.aliasNodesMax) nodes", at: index)
        }
        let first = Int(record.first)
        pending.append(contentsOf: arena.edges[first..<first + 2 * Int(record.count)])
    }

    /// Keeps the last of the members with one name. Few members are compared pairwise, many by a table.
    private mutating func removeDuplicates(from first: Int, warns: Bool) {
        let count = (pending.count - first) / 2
        guard count > 1 else { return }
        var superseded: [Int] = []
        if count <= 12 {
            for late in 1..<count {
                for early in 0..<late where sameText(pending[first + 2 * early], pending[first + 2 * late]) {
                    superseded.append(early)
                    if warns { duplicates.append(NodeIndex(raw: pending[first + 2 * late])) }
                    break
                }
            }
        } else {
            var places: [String: Int] = [:]
            for place in 0..<count {
                let key = NodeIndex(raw: pending[first + 2 * place])
                if let early = places.updateValue(place, forKey: arena.text(key)) {
                    superseded.append(early)
                    if warns { duplicates.append(key) }
                }
            }
        }
        guard !superseded.isEmpty else { return }
        let removed = Set(superseded)
        var kept = first
        for place in 0..<count where !removed.contains(place) {
            pending[kept] = pending[first + 2 * place]
            pending[kept + 1] = pending[first + 2 * place + 1]
            kept += 2
        }
        pending.removeSubrange(kept...)
    }

    private func sameText(_ left: UInt32, _ right: UInt32) -> Bool {
        let a = arena.records[Int(left)]
        let b = arena.records[Int(right)]
        guard a.count == b.count else { return false }
        for offset in 0..<Int(a.count)
        where arena.bytes[Int(a.first) + offset] != arena.bytes[Int(b.first) + offset] { return false }
        return true
    }
}

extension NodeBuilder {
    /// A copy of a part of the document in an arena of its own, in which nothing is shared.
    func extract(_ index: NodeIndex, _ budget: inout CopyBudget) throws(Failure) -> Node {
        if !hasAliases, index == root {
            var copy = NodeArena(file: arena.file)
            copy.records = Array(trimmed: arena.records)
            copy.edges = Array(trimmed: arena.edges)
            copy.bytes = Array(trimmed: arena.bytes)
            return Node(copy, index)
        }
        var copy = NodeArena(file: arena.file)
        let copied = copy.copy(index, of: arena, &budget)
        if budget.isTooDeep {
            throw failure("nesting-too-deep", "aliases nest deeper than \(Self.depthMax) levels", at: index.raw)
        }
        guard !budget.isExhausted else {
            throw failure("excessive-aliasing", "aliases expand to more than can be meant", at: index.raw)
        }
        return Node(copy, copied)
    }

    /// What aliases may add to this document.
    var copyBudget: CopyBudget {
        CopyBudget(
            nodes: arena.records.count + arena.edges.count + Self.aliasNodesMax,
            bytes: arena.bytes.count + Self.aliasBytesMax, levels: Self.depthMax)
    }
}

extension Array {
    /// A copy whose storage is as long as its contents.
    fileprivate init(trimmed source: [Element]) {
        self = Array(source[...])
    }
}
