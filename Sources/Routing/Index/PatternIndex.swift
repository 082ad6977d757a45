internal import CRE2

/// Many regular expressions, matched in one pass over the text.
final class PatternIndex: Sendable {
    private let expressions: [RegularExpression]
    private let extent: Dialect.Conditions.Expression
    private nonisolated(unsafe) let set: OpaquePointer?

    /// Below this many expressions, one after the other is faster than a set.
    private static let setCountMin = 3
    /// What a set may use for its automaton. RE2 gives up, and says so, where that is not enough.
    private static let memoryBytesMax: Int64 = 64 << 20

    init(_ expressions: [RegularExpression], _ extent: Dialect.Conditions.Expression) {
        self.expressions = expressions
        self.extent = extent
        set = expressions.count < Self.setCountMin ? nil : Self.compile(expressions, extent)
    }

    deinit {
        if let set { cre2_set_free(set) }
    }

    private static func compile(
        _ expressions: [RegularExpression], _ extent: Dialect.Conditions.Expression
    ) -> OpaquePointer? {
        guard let set = cre2_set_new(extent == .whole, true, memoryBytesMax) else { return nil }
        for expression in expressions {
            var pattern = expression.pattern
            _ = pattern.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) { cre2_set_add(set, $0.baseAddress, $0.count) }
            }
        }
        guard cre2_set_compile(set) else {
            cre2_set_free(set)
            return nil
        }
        return set
    }

    /// Appends the places of the expressions that match `text[range]`, in ascending order.
    func append(matching text: Span<UInt8>, _ range: Range<Int>, to places: inout [Int32]) {
        if let set, appendBySet(set, text, range, to: &places) { return }
        for (place, expression) in expressions.enumerated() where expression.matches(text, range, extent) {
            places.append(Int32(place))
        }
    }

    /// False where the set ran out of memory and does not know: that is never read as "no match".
    private func appendBySet(
        _ set: OpaquePointer, _ text: Span<UInt8>, _ range: Range<Int>, to places: inout [Int32]
    ) -> Bool {
        let start = places.count
        var capacity = 16
        while true {
            for _ in 0..<capacity { places.append(0) }
            let count = text.extracting(range).withUnsafeBufferPointer { text in
                places.withUnsafeMutableBufferPointer { buffer in
                    Int(
                        cre2_set_match(
                            set, text.baseAddress, text.count, buffer.baseAddress?.advanced(by: start), Int32(capacity))
                    )
                }
            }
            places.removeLast(capacity - max(0, min(count, capacity)))
            if count < 0 { return false }
            if count <= capacity {
                places[start...].sort()
                return true
            }
            places.removeLast(places.count - start)
            capacity = count
        }
    }
}
