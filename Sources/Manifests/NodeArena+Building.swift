public import GatewayAPI

extension NodeArena {
    /// Adds a string. What is made in code has the position of the node that asked for it.
    public mutating func addString(_ value: String, at position: SourcePosition) -> NodeIndex {
        addScalar(value, .string, isPlain: false, position)
    }

    /// Adds a whole number.
    public mutating func addInteger(_ value: Int64, at position: SourcePosition) -> NodeIndex {
        addScalar(String(value), .integer, isPlain: true, position)
    }

    /// Adds a mapping. Keys must differ.
    public mutating func addMapping(
        _ members: [(key: String, value: NodeIndex)], at position: SourcePosition
    ) -> NodeIndex {
        var pairs: [UInt32] = []
        for member in members {
            pairs.append(addString(member.key, at: position).raw)
            pairs.append(member.value.raw)
        }
        return addCollection(.mapping, pairs, count: members.count, position)
    }

    /// Adds a sequence.
    public mutating func addSequence(_ elements: [NodeIndex], at position: SourcePosition) -> NodeIndex {
        addCollection(.sequence, elements.map(\.raw), count: elements.count, position)
    }

    /// Adds a member to a mapping, or replaces its value. Nothing happens where `mapping` is none.
    public mutating func setMember(of mapping: NodeIndex, _ key: String, to value: NodeIndex) {
        let record = records[Int(mapping.raw)]
        guard record.kind == .mapping else { return }
        for place in 0..<Int(record.count) {
            let edge = Int(record.first) + 2 * place
            if matches(NodeIndex(raw: edges[edge]), key) {
                edges[edge + 1] = value.raw
                return
            }
        }
        let name = addString(key, at: position(mapping)).raw
        let old = Int(record.first)..<Int(record.first) + 2 * Int(record.count)
        if old.upperBound != edges.count {
            // The edges of a node lie side by side, so that those of a grown mapping move to the end.
            records[Int(mapping.raw)].first = UInt32(edges.count)
            edges.append(contentsOf: edges[old])
        }
        edges.append(name)
        edges.append(value.raw)
        records[Int(mapping.raw)].count += 1
    }

    /// Takes a member away. Nothing happens where there is none.
    public mutating func removeMember(of mapping: NodeIndex, _ key: String) {
        let record = records[Int(mapping.raw)]
        guard record.kind == .mapping else { return }
        let first = Int(record.first)
        for place in 0..<Int(record.count) where matches(NodeIndex(raw: edges[first + 2 * place]), key) {
            for edge in first + 2 * place..<first + 2 * (Int(record.count) - 1) { edges[edge] = edges[edge + 2] }
            records[Int(mapping.raw)].count -= 1
            return
        }
    }

    /// Adds a copy of a node of another arena, with all that it holds.
    public mutating func addCopy(of node: Node) -> NodeIndex {
        var budget = CopyBudget.unlimited
        return copy(node.index, of: node.arena, &budget)
    }

    private mutating func addScalar(
        _ value: String, _ kind: Node.Kind, isPlain: Bool, _ position: SourcePosition
    ) -> NodeIndex {
        let first = UInt32(bytes.count)
        bytes.append(contentsOf: value.utf8)
        return add(
            Record(
                line: position.line, column: position.column, first: first, count: UInt32(bytes.count) - first,
                kind: kind, isPlain: isPlain))
    }

    private mutating func addCollection(
        _ kind: Node.Kind, _ targets: [UInt32], count: Int, _ position: SourcePosition
    ) -> NodeIndex {
        let first = UInt32(edges.count)
        edges.append(contentsOf: targets)
        return add(
            Record(
                line: position.line, column: position.column, first: first, count: UInt32(count), kind: kind,
                isPlain: false))
    }

    mutating func add(_ record: Record) -> NodeIndex {
        records.append(record)
        return NodeIndex(raw: UInt32(records.count - 1))
    }
}

/// How much may be copied before aliases count as an attack.
struct CopyBudget {
    var nodes: Int
    var bytes: Int
    /// The levels that may still be entered: aliases stacked on aliases go deeper than the text does.
    var levels: Int
    /// Whether the levels did not suffice.
    var isTooDeep = false
    static let unlimited = CopyBudget(nodes: .max, bytes: .max, levels: .max)

    var isExhausted: Bool { nodes < 0 || bytes < 0 || isTooDeep }

    mutating func spend(nodes: Int, bytes: Int) {
        self.nodes -= nodes
        self.bytes -= bytes
    }
}

extension NodeArena {
    /// Copies a node with all that it holds, so that nothing is shared; stops early when the budget is exhausted.
    mutating func copy(_ index: NodeIndex, of source: NodeArena, _ budget: inout CopyBudget) -> NodeIndex {
        var record = source.records[Int(index.raw)]
        switch record.kind {
        case .mapping, .sequence:
            let edgeCount = Int(record.count) * (record.kind == .mapping ? 2 : 1)
            budget.spend(nodes: 1 + edgeCount, bytes: 0)
            budget.isTooDeep = budget.isTooDeep || budget.levels == 0
            guard !budget.isExhausted else {
                record.count = 0
                return add(record)
            }
            budget.levels -= 1
            defer { budget.levels += 1 }
            let sourceFirst = Int(record.first)
            let first = edges.count
            record.first = UInt32(first)
            edges.append(contentsOf: repeatElement(0, count: edgeCount))
            let result = add(record)
            for edge in 0..<edgeCount {
                // A copy that was cut short is thrown away by the caller; its edges still have to point somewhere.
                let target = NodeIndex(raw: source.edges[sourceFirst + edge])
                edges[first + edge] = budget.isExhausted ? result.raw : copy(target, of: source, &budget).raw
            }
            return result
        default:
            let range = source.textRange(index)
            budget.spend(nodes: 0, bytes: range.count)
            record.first = UInt32(bytes.count)
            if budget.isExhausted { record.count = 0 } else { bytes.append(contentsOf: source.bytes[range]) }
            return add(record)
        }
    }
}
