import CLibYAML
import GatewayAPI

/// Reads the documents of a YAML text by libyaml's events.
struct YAMLReader {
    /// Where and why reading ended before the end of the text.
    struct Stop: Error {
        var failure: NodeBuilder.Failure
        /// How far the reader had come: a byte offset in the whole text.
        var offset: Int
    }

    private var anchors: [String: NodeIndex] = [:]
    private var cursor: PositionCursor
    private let start: PositionCursor
    private let isASCII: Bool
    var builder: NodeBuilder

    /// Reads from where `cursor` stands.
    init(file: String, from cursor: PositionCursor, isASCII: Bool) {
        builder = NodeBuilder(file: file)
        self.cursor = cursor
        start = cursor
        self.isASCII = isASCII
    }

    /// Calls `document` with the builder after each document that is complete.
    mutating func read(
        _ text: [UInt8], to end: Int, document: (NodeBuilder) throws(NodeBuilder.Failure) -> Void
    ) throws(Stop) {
        var parser = yaml_parser_t()
        // It fails for want of memory alone, and no manifest can cause that.
        guard yaml_parser_initialize(&parser) == 1 else { fatalError("libyaml has no memory") }
        defer { yaml_parser_delete(&parser) }
        let offset = start.offset
        let result: Result<Void, Stop> = text.withUnsafeBufferPointer { bytes in
            let part = UnsafeBufferPointer(rebasing: bytes[offset..<end])
            yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(&parser, part.baseAddress, part.count)
            do throws(Stop) {
                try loop(&parser, bytes.span, document)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    private mutating func loop(
        _ parser: inout yaml_parser_t, _ bytes: Span<UInt8>,
        _ document: (NodeBuilder) throws(NodeBuilder.Failure) -> Void
    ) throws(Stop) {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(&parser, &event) == 1 else { throw stop(parser, bytes) }
            defer { yaml_event_delete(&event) }
            if event.type == YAML_STREAM_END_EVENT { return }
            do throws(NodeBuilder.Failure) {
                try add(event, bytes, document)
            } catch {
                move(to: event.start_mark, bytes)
                throw Stop(failure: error, offset: cursor.offset)
            }
        }
    }

    private mutating func add(
        _ event: yaml_event_t, _ bytes: Span<UInt8>, _ document: (NodeBuilder) throws(NodeBuilder.Failure) -> Void
    ) throws(NodeBuilder.Failure) {
        switch event.type {
        case YAML_DOCUMENT_START_EVENT:
            builder.removeAll()
            if !anchors.isEmpty { anchors.removeAll() }
        case YAML_DOCUMENT_END_EVENT:
            try document(builder)
        case YAML_SCALAR_EVENT:
            let (line, column) = place(event.start_mark, bytes)
            let index = scalar(event.data.scalar, line, column)
            anchor(event.data.scalar.anchor, index)
        case YAML_MAPPING_START_EVENT:
            let (line, column) = place(event.start_mark, bytes)
            let index = try builder.begin(.mapping, line: line, column: column)
            anchor(event.data.mapping_start.anchor, index)
        case YAML_SEQUENCE_START_EVENT:
            let (line, column) = place(event.start_mark, bytes)
            let index = try builder.begin(.sequence, line: line, column: column)
            anchor(event.data.sequence_start.anchor, index)
        case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
            try builder.end()
        case YAML_ALIAS_EVENT:
            let (line, column) = place(event.start_mark, bytes)
            let name = Self.string(event.data.alias.anchor)
            guard let target = anchors[name] else {
                throw NodeBuilder.Failure(
                    code: "unknown-alias", message: "the alias *\(name) has no anchor before it", line: line,
                    column: column)
            }
            try builder.alias(target, name: name, line: line, column: column)
        default:
            break
        }
    }

    private mutating func anchor(_ name: UnsafeMutablePointer<UInt8>?, _ index: NodeIndex) {
        if let name { anchors[Self.string(name)] = index }
    }

    private static func string(_ text: UnsafeMutablePointer<UInt8>?) -> String {
        text.map { String(cString: $0) } ?? ""
    }

    private typealias Scalar = yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar

    private mutating func scalar(_ scalar: Scalar, _ line: UInt32, _ column: UInt32) -> NodeIndex {
        let first = builder.arena.bytes.count
        builder.arena.bytes.append(contentsOf: UnsafeBufferPointer(start: scalar.value, count: scalar.length))
        let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
        var kind = Node.Kind.string
        if scalar.tag != nil {
            kind = tagged(Self.string(scalar.tag), isPlain: isPlain, first: first)
        } else if isPlain {
            kind = ScalarResolution.kind(builder.arena.bytes.span.extracting(first...))
        }
        return builder.scalar(kind, isPlain: isPlain, first: first, line: line, column: column)
    }

    /// The kind of a scalar with a tag. A tag that the text does not fit is passed over, as are tags of one's own.
    private mutating func tagged(_ tag: String, isPlain: Bool, first: Int) -> Node.Kind {
        let resolved = ScalarResolution.kind(builder.arena.bytes.span.extracting(first...))
        switch tag {
        case "!", "tag:yaml.org,2002:str": return .string
        case "tag:yaml.org,2002:binary":
            if let decoded = Base64.decode(builder.arena.bytes[first...]) {
                let text = String(decoding: decoded, as: UTF8.self)
                builder.arena.bytes.removeSubrange(first...)
                builder.arena.bytes.append(contentsOf: text.utf8)
            }
            return .string
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null": return resolved
        case "tag:yaml.org,2002:float": return resolved == .integer ? .float : resolved
        default: return isPlain ? resolved : .string
        }
    }
}

extension YAMLReader {
    private mutating func move(to mark: yaml_mark_t, _ bytes: Span<UInt8>) {
        if isASCII {
            cursor.move(toByte: start.offset + mark.index, in: bytes)
        } else {
            cursor.move(toCharacter: start.character + mark.index, in: bytes)
        }
    }

    /// libyaml counts characters; where all of them are bytes its marks are right as they are.
    @inline(__always)
    private mutating func place(_ mark: yaml_mark_t, _ bytes: Span<UInt8>) -> (UInt32, UInt32) {
        if isASCII { return (start.line + UInt32(clamping: mark.line), UInt32(clamping: mark.column + 1)) }
        cursor.move(toCharacter: start.character + mark.index, in: bytes)
        return (cursor.line, cursor.column)
    }

    private mutating func stop(_ parser: yaml_parser_t, _ bytes: Span<UInt8>) -> Stop {
        let problem = parser.problem.map { String(cString: $0) } ?? "unreadable"
        var message = problem
        if let context = parser.context.map({ String(cString: $0) }) {
            message = "\(problem) \(context)"
            if parser.context_mark.line != parser.problem_mark.line {
                message += " that begins on line \(Int(start.line) + parser.context_mark.line)"
            }
        }
        if parser.error == YAML_READER_ERROR {
            cursor.move(toByte: start.offset + parser.problem_offset, in: bytes)
        } else {
            move(to: parser.problem_mark, bytes)
        }
        let failure = NodeBuilder.Failure(
            code: "parse-error", message: message, line: cursor.line, column: cursor.column)
        return Stop(failure: failure, offset: cursor.offset)
    }
}
