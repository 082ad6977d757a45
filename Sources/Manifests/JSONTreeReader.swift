import GatewayAPI
import JSON

/// Reads JSON values into nodes. libyaml would refuse some of them: surrogate escapes, and keys longer than 1024 bytes.
struct JSONTreeReader {
    var builder: NodeBuilder
    private var cursor = PositionCursor()

    init(file: String) {
        builder = NodeBuilder(file: file)
    }

    /// Calls `document` with the builder after each value; the text may hold several, one after another.
    mutating func read(
        _ bytes: Span<UInt8>, document: (NodeBuilder) throws(NodeBuilder.Failure) -> Void
    ) throws(NodeBuilder.Failure) {
        var offset = 0
        while true {
            while offset < bytes.count, bytes[offset] <= 0x20 { offset += 1 }
            guard offset < bytes.count else { return }
            var reader = JSONReader(offset: offset, depthMax: NodeBuilder.depthMax, allowsMore: true)
            builder.removeAll()
            repeat {
                try add(token(&reader, bytes), bytes, end: reader.offset)
            } while !builder.isComplete
            offset = reader.offset
            try document(builder)
        }
    }

    private mutating func token(
        _ reader: inout JSONReader, _ bytes: Span<UInt8>
    ) throws(NodeBuilder.Failure) -> JSONToken {
        do {
            return try reader.next(bytes)
        } catch {
            cursor.move(toByte: error.offset, in: bytes)
            throw NodeBuilder.Failure(
                code: "parse-error", message: error.message, line: cursor.line, column: cursor.column)
        }
    }

    private mutating func add(
        _ token: JSONToken, _ bytes: Span<UInt8>, end: Int
    ) throws(NodeBuilder.Failure) {
        switch token {
        case .objectStart: try begin(.mapping, bytes, end: end)
        case .arrayStart: try begin(.sequence, bytes, end: end)
        case .objectEnd, .arrayEnd: try builder.end()
        case .key(let range, let escaped), .string(let range, let escaped):
            let first = builder.arena.bytes.count
            JSONReader.append(range, escaped: escaped, of: bytes, to: &builder.arena.bytes)
            scalar(.string, isPlain: false, first: first, at: range.lowerBound - 1, bytes)
        case .number(let range):
            let first = copy(range, of: bytes)
            let isWhole = ScalarResolution.magnitude(builder.arena.bytes.span.extracting(first...)) != nil
            scalar(isWhole ? .integer : .float, isPlain: true, first: first, at: range.lowerBound, bytes)
        case .bool(let value):
            let length = value ? 4 : 5
            scalar(.boolean, isPlain: true, first: copy(end - length..<end, of: bytes), at: end - length, bytes)
        case .null:
            scalar(.null, isPlain: true, first: copy(end - 4..<end, of: bytes), at: end - 4, bytes)
        case .end:
            break
        }
    }

    private mutating func begin(
        _ kind: Node.Kind, _ bytes: Span<UInt8>, end: Int
    ) throws(NodeBuilder.Failure) {
        cursor.move(toByte: end - 1, in: bytes)
        try builder.begin(kind, line: cursor.line, column: cursor.column)
    }

    private mutating func copy(_ range: Range<Int>, of bytes: Span<UInt8>) -> Int {
        let first = builder.arena.bytes.count
        for index in range { builder.arena.bytes.append(bytes[index]) }
        return first
    }

    private mutating func scalar(
        _ kind: Node.Kind, isPlain: Bool, first: Int, at offset: Int, _ bytes: Span<UInt8>
    ) {
        cursor.move(toByte: offset, in: bytes)
        builder.scalar(kind, isPlain: isPlain, first: first, line: cursor.line, column: cursor.column)
    }
}
