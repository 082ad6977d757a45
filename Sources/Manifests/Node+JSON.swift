public import JSON

extension Node {
    /// Writes the value as JSON: strings as strings, numbers as numbers, mappings with their members in order.
    public func write(to writer: inout JSONWriter) {
        Self.write(arena, index, to: &writer)
    }

    /// Writes a mapping with one of its members replaced, or added at its end, by what `value` writes.
    public func write(to writer: inout JSONWriter, replacing key: String, by value: (inout JSONWriter) -> Void) {
        let arena = arena
        writer.object { writer in
            var isReplaced = false
            for place in 0..<arena.count(index) {
                let member = arena.member(index, at: place)
                writer.key(arena.text(member.key))
                if arena.matches(member.key, key) {
                    value(&writer)
                    isReplaced = true
                } else {
                    Self.write(arena, member.value, to: &writer)
                }
            }
            if !isReplaced {
                writer.key(key)
                value(&writer)
            }
        }
    }

    private static func write(_ arena: NodeArena, _ index: NodeIndex, to writer: inout JSONWriter) {
        switch arena.kind(index) {
        case .mapping:
            writer.object { writer in
                for place in 0..<arena.count(index) {
                    let member = arena.member(index, at: place)
                    writer.key(arena.text(member.key))
                    write(arena, member.value, to: &writer)
                }
            }
        case .sequence:
            writer.array { writer in
                for place in 0..<arena.count(index) { write(arena, arena.element(index, place), to: &writer) }
            }
        case .string: writer.string(arena.text(index))
        case .boolean: writer.bool(arena.boolean(index) == true)
        case .null: writer.null()
        case .integer: writer.raw(wholeNumber(arena, index))
        case .float:
            // JSON has no infinity; what stands in the manifest says more than null.
            if let value = arena.double(index), value.isFinite {
                writer.double(value)
            } else {
                writer.string(arena.text(index))
            }
        }
    }

    private static func wholeNumber(_ arena: NodeArena, _ index: NodeIndex) -> String {
        if let value = arena.integer(index) { return String(value) }
        return ScalarResolution.magnitude(arena.bytes.span.extracting(arena.textRange(index)))
            .map { ($0.negative ? "-" : "") + String($0.magnitude) } ?? "0"
    }
}
