import GatewayAPI

/// Reads the objects of one text: YAML or JSON, one document or many, `List`s unrolled.
///
/// A document that cannot be read is reported and left out; what stands before it and after it is kept. Empty
/// documents are nothing.
public struct ManifestParser {
    /// The most bytes of one file.
    public static let bytesMax = 1 << 30
    /// After so many unreadable documents the rest of a file is given up.
    static let failuresMax = 100

    private let file: String
    private var input = ManifestInput()
    private var failures = 0
    private var isGivenUp: Bool { failures >= Self.failuresMax }

    /// Reads the objects of `bytes`, and names `file` in positions.
    public static func parse(_ bytes: [UInt8], file: String) -> ManifestInput {
        var parser = ManifestParser(file: file)
        parser.input.files = [file]
        parser.parse(bytes)
        return parser.input
    }

    private init(file: String) {
        self.file = file
    }

    private mutating func parse(_ raw: [UInt8]) {
        guard raw.count <= Self.bytesMax else {
            return report("file-too-large", "a file of more than 1 GiB is not read", line: 1, column: 1)
        }
        guard let text = SourceText(raw) else {
            return report("parse-error", "the text is no valid UTF-16", line: 1, column: 1)
        }
        let (flaw, isASCII) = text.firstFlaw(from: 0)
        if flaw == nil, let first = text.bytes.first(where: { $0 > 0x20 }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        {
            return parseJSON(text, isASCII: isASCII)
        }
        parseYAML(text, flaw: flaw, isASCII: isASCII)
    }

    /// A text that begins as JSON may still be YAML in flow style: where it is no JSON, YAML has the last word.
    private mutating func parseJSON(_ text: SourceText, isASCII: Bool) {
        let before = input
        var reader = JSONTreeReader(file: file)
        do throws(NodeBuilder.Failure) {
            try reader.read(text.bytes.span) { (builder) throws(NodeBuilder.Failure) in try add(builder) }
        } catch {
            let readAsJSON = input
            input = before
            parseYAML(text, flaw: nil, isASCII: isASCII)
            guard failures > 0 else { return }
            input = readAsJSON
            report(error)
        }
    }

    /// Reads the text in parts: from a byte that no text may hold, and from a document that breaks off, reading goes
    /// on at the next line that separates documents.
    private mutating func parseYAML(_ text: SourceText, flaw: SourceText.Flaw?, isASCII: Bool) {
        var cursor = PositionCursor()
        var flaw = flaw
        while true {
            let end = flaw.map { text.documentStart(before: $0.offset, from: cursor.offset) } ?? text.bytes.count
            // With a flaw, `isASCII` speaks for what stands before it alone: too little to rely on libyaml's marks.
            readDocuments(text, from: &cursor, to: end, isASCII: isASCII && flaw == nil && cursor.offset == 0)
            guard let found = flaw, !isGivenUp else { return }
            cursor.move(toByte: found.offset, in: text.bytes.span)
            report("parse-error", found.message, line: cursor.line, column: cursor.column)
            guard !isGivenUp, let next = text.nextDocument(after: found.offset) else { return }
            cursor.move(toByte: next, in: text.bytes.span)
            flaw = text.firstFlaw(from: next).flaw
        }
    }

    private mutating func readDocuments(
        _ text: SourceText, from cursor: inout PositionCursor, to end: Int, isASCII: Bool
    ) {
        while cursor.offset < end {
            var reader = YAMLReader(file: file, from: cursor, isASCII: isASCII)
            do throws(YAMLReader.Stop) {
                try reader.read(text.bytes, to: end) { (builder) throws(NodeBuilder.Failure) in try add(builder) }
                return
            } catch {
                report(error.failure, hint: YAMLHint.hint(for: error.failure, in: text.bytes))
                let from = max(error.offset - 1, cursor.offset)
                guard !isGivenUp, let next = text.nextDocument(after: from), next < end else { return }
                cursor.move(toByte: next, in: text.bytes.span)
            }
        }
    }

    private mutating func report(_ failure: NodeBuilder.Failure, hint: String? = nil) {
        report(failure.code, failure.message, line: failure.line, column: failure.column, hint: hint)
    }

    private mutating func report(
        _ code: String, _ message: String, line: UInt32, column: UInt32, hint: String? = nil
    ) {
        failures += 1
        input.diagnostics.append(
            Diagnostic(
                .error, code: code, isGivenUp ? message + "; the rest of the file is not read" : message, hint: hint,
                position: SourcePosition(file: file, line: line, column: column)))
    }
}

extension ManifestParser {
    /// Adds the objects of a document that is complete.
    private mutating func add(_ builder: NodeBuilder) throws(NodeBuilder.Failure) {
        guard let root = builder.root else { return }
        for duplicate in builder.duplicates {
            input.diagnostics.append(
                Diagnostic(
                    .warning, code: "duplicate-key",
                    "\"\(builder.arena.text(duplicate))\" is given twice in one mapping; the last one stands",
                    hint: "remove one of the two", position: builder.arena.position(duplicate)))
        }
        var budget = builder.copyBudget
        try add(root, of: builder, list: nil, &budget)
    }

    private mutating func add(
        _ index: NodeIndex, of builder: NodeBuilder, list: (apiVersion: String, kind: String)?,
        _ budget: inout CopyBudget
    ) throws(NodeBuilder.Failure) {
        let arena = builder.arena
        switch arena.kind(index) {
        case .null where list == nil:
            return
        case .mapping:
            let kind = arena.member(index, "kind").map { arena.text($0.value) } ?? list?.kind ?? ""
            let apiVersion = arena.member(index, "apiVersion").map { arena.text($0.value) } ?? list?.apiVersion ?? ""
            guard kind.hasSuffix("List"), let items = arena.member(index, "items")?.value,
                arena.kind(items) == .sequence || arena.kind(items) == .null
            else {
                return try addObject(index, of: builder, list: list, &budget)
            }
            // The items of a typed list, such as an HTTPRouteList, need not repeat their kind.
            let itemList = kind == "List" ? nil : (apiVersion, String(kind.dropLast(4)))
            for place in 0..<arena.count(items) {
                try add(arena.element(items, place), of: builder, list: itemList ?? ("", ""), &budget)
            }
        default:
            input.diagnostics.append(
                Diagnostic(
                    .error, code: "not-an-object", "expected an object with apiVersion and kind",
                    position: arena.position(index)))
        }
    }

    private mutating func addObject(
        _ index: NodeIndex, of builder: NodeBuilder, list: (apiVersion: String, kind: String)?,
        _ budget: inout CopyBudget
    ) throws(NodeBuilder.Failure) {
        var node = try builder.extract(index, &budget)
        if let list, !list.kind.isEmpty, node["kind"] == nil || node["apiVersion"] == nil {
            var arena = node.arena
            for (key, value) in [("kind", list.kind), ("apiVersion", list.apiVersion)] where node[key] == nil {
                arena.setMember(of: node.index, key, to: arena.addString(value, at: node.position))
            }
            node = Node(arena, node.index)
        }
        input.objects.append(ManifestObject(node))
    }
}
