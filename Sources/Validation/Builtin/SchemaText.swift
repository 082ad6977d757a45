import GatewayAPI
import Manifests

/// Reads weir's own form of schemas, one statement a line, what belongs to a statement indented below it:
///
///     type Weight = int32 0..1000000 = 1
///     type Percent = integer 0..100 "a part of a hundred"
///     kind Example of example.com in v1 v1alpha1@experimental
///       spec!: object
///         name!: string 1..63 "a name"
///           matches ^[a-z]+$
///         weights: [Weight] ..16 set
///         rule conflicting-fields "name a weight"
///           size(self.weights) > 0
///
/// A type is `string`, `boolean`, `integer`, `number`, `int32`, `int64` or `object`, a name given by `type`, a list `[TYPE]`
/// (`set`, or `by KEY…`), or `map of TYPE`; after it may stand the least and the greatest number, length or count (`1..16`),
/// `one of WORD…`, what it is in the words of a message, and `= DEFAULT`. `!` marks a field that must be there. `@standard`,
/// `@experimental`, `@VERSION` and `@not-VERSION` at the end of a line say where it holds. `rule CODE "message"` has a rule in
/// the Common Expression Language below it; short forms of frequent rules are those of `SchemaText.rule`.
struct SchemaText {
    struct Line {
        var indent: Int
        var text: String
        var tags: [String]
        var number: Int
    }

    /// A statement that is none. The texts are weir's own, so that only its tests ever see one.
    struct Mistake: Error, CustomStringConvertible {
        var line: Int
        var message: String
        var description: String { "line \(line): \(message)" }
    }

    let channel: ReleaseChannel
    private let lines: [Line]
    private var types: [String: Schema] = [:]
    /// The lines of the types and of the kinds.
    private var placeOfType: [String: Int] = [:]
    private(set) var headers: [Header] = []

    /// A kind, before its fields are read.
    struct Header {
        var key: GroupKind
        var isNamespaced: Bool
        var versions: [String]
        fileprivate var place: Int
    }

    /// Finds the types and kinds that a channel has. They are read when they are asked for: most runs need few.
    init(_ text: String, _ channel: ReleaseChannel) throws(Mistake) {
        self.channel = channel
        // What belongs to a line of the other channel goes with it.
        var dropped = Int.max
        lines = Self.lines(text).filter { line in
            if line.indent > dropped { return false }
            let isDropped = line.tags.contains { ReleaseChannel(rawValue: $0).map { $0 != channel } ?? false }
            dropped = isDropped ? line.indent : Int.max
            return !isDropped
        }
        var place = 0
        while place < lines.count {
            try findTop(place)
            place = end(of: place)
        }
    }

    /// All kinds, in the order of the text.
    mutating func kinds() throws(Mistake) -> [CustomKind] {
        var kinds: [CustomKind] = []
        for header in headers { kinds.append(try kind(header)) }
        return kinds
    }

    private static func lines(_ text: String) -> [Line] {
        let space = UInt8(ascii: " ")
        return text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated().compactMap
        {
            number, line in
            let indent = line.prefix { $0 == space }.count
            var words = line.dropFirst(indent)
            guard let first = words.first, first != UInt8(ascii: "#") else { return nil }
            var tags: [String] = []
            while let gap = words.lastIndex(of: space) {
                let word = words[words.index(after: gap)...]
                guard word.first == UInt8(ascii: "@") else { break }
                tags.append(String(Substring(word.dropFirst())))
                words = words[..<gap]
            }
            return Line(indent: indent, text: String(Substring(words)), tags: tags, number: number + 1)
        }
    }

    /// Where the lines that belong to a line end.
    private func end(of place: Int) -> Int {
        lines[(place + 1)...].firstIndex { $0.indent <= lines[place].indent } ?? lines.count
    }

    func text(of place: Int) -> String { lines[place].text }

    func number(of place: Int) -> Int { lines[place].number }

    private func mistake(_ place: Int, _ message: String) -> Mistake {
        Mistake(line: lines[place].number, message: message)
    }

    private mutating func findTop(_ place: Int) throws(Mistake) {
        let words = lines[place].text.split(separator: " ").map(String.init)
        if words.count > 3, words[0] == "type", words[2] == "=" {
            placeOfType[words[1]] = place
        } else if words[0] == "kind" {
            guard words.count > 5, words[2] == "of", let list = words.firstIndex(of: "in") else {
                throw mistake(place, "a kind wants a group and versions")
            }
            let versions = words[(list + 1)...].compactMap { word in
                let parts = word.split(separator: "@").map(String.init)
                return parts.count > 1 && parts[1] != channel.rawValue ? nil : parts[0]
            }
            guard !versions.isEmpty else { return }
            headers.append(
                Header(
                    key: GroupKind(group: words[3], kind: words[1]), isNamespaced: !words.contains("cluster-wide"),
                    versions: versions, place: place))
        } else {
            throw mistake(place, "\(lines[place].text) is no statement")
        }
    }

    /// Reads a kind.
    mutating func kind(_ header: Header) throws(Mistake) -> CustomKind {
        var kind = CustomKind(
            group: header.key.group, kind: header.key.kind, isNamespaced: header.isNamespaced, versions: [])
        for version in header.versions {
            var draft = SchemaDraft()
            draft.type = .object
            try readMembers(header.place + 1, end(of: header.place), version: version, into: &draft)
            let hasStatus = draft.properties.contains { $0.name == "status" }
            draft.properties += RootSchema.properties(metadata: nil)
            kind.versions.append(CustomKind.Version(name: version, schema: Schema(draft), hasStatus: hasStatus))
        }
        return kind
    }

    private func holds(_ line: Line, in version: String) -> Bool {
        let versions = line.tags.filter { ReleaseChannel(rawValue: $0) == nil }
        let excluded = versions.filter { $0.hasPrefix("not-") }
        let included = versions.filter { !$0.hasPrefix("not-") }
        return !excluded.contains("not-\(version)") && (included.isEmpty || included.contains(version))
    }

    /// Fields and rules of an object, or rules of another value.
    private mutating func readMembers(
        _ first: Int, _ end: Int, version: String, into draft: inout SchemaDraft
    ) throws(Mistake) {
        var place = first
        while place < end {
            let next = min(end, self.end(of: place))
            defer { place = next }
            guard holds(lines[place], in: version) else { continue }
            let text = lines[place].text
            let name = text.prefix { $0.isLetter || $0.isNumber }
            let rest = text.dropFirst(name.count)
            if rest.hasPrefix(": ") || rest.hasPrefix("!: ") {
                if rest.hasPrefix("!") { draft.required.append(String(name)) }
                let expression = rest.drop { $0 == "!" || $0 == ":" || $0 == " " }
                draft.properties.append((String(name), try schema(String(expression), place, next, version: version)))
            } else if text.hasPrefix("matches ") {
                do throws(PatternError) {
                    draft.pattern = try RegularExpression(String(text.dropFirst("matches ".count)))
                } catch {
                    throw mistake(place, error.reason)
                }
            } else {
                try readRule(place, next, into: &draft)
            }
        }
    }
}

extension SchemaText {
    /// The type that `text` says, with what stands below it.
    private mutating func schema(_ text: String, _ place: Int, _ end: Int, version: String) throws(Mistake) -> Schema {
        var words = Words(text)
        var draft = try draft(&words, place)
        while let word = words.next() {
            if word == "one" {
                _ = words.next()
                while let value = words.peek(), value != "=", !value.hasPrefix("\"") {
                    draft.enumeration.append(Self.node(value))
                    _ = words.next()
                }
            } else if word == "set" {
                draft.listType = .set
            } else if word == "by" {
                var keys: [String] = []
                while let key = words.peek(), key != "=" {
                    keys.append(key)
                    _ = words.next()
                }
                draft.listType = .map(keys: keys)
            } else if word == "=" {
                draft.defaultValue = Self.node(words.rest())
            } else if word.hasPrefix("\"") {
                draft.words = String(word.dropFirst().dropLast())
            } else if let range = word.firstRange(of: "..") {
                try readRange(word[..<range.lowerBound], word[range.upperBound...], place, into: &draft)
            } else {
                throw mistake(place, "\(word) is not expected")
            }
        }
        try readMembers(place + 1, end, version: version, into: &draft)
        return Schema(draft)
    }

    private mutating func draft(_ words: inout Words, _ place: Int) throws(Mistake) -> SchemaDraft {
        var draft = SchemaDraft()
        guard let word = words.next() else { throw mistake(place, "a type is missing") }
        switch word {
        case "one":
            draft.type = .string
            words.goBack()
        case "string", "boolean", "integer", "number", "object": draft.type = Schema.ValueType(rawValue: word)
        case "int32", "int64":
            draft.type = .integer
            draft.format = ValueFormat(rawValue: word)
        case "map":
            _ = words.next()
            draft.type = .object
            draft.others = .values(try type(words.next() ?? "", place))
        default:
            if word.hasPrefix("["), word.hasSuffix("]") {
                draft.type = .array
                draft.items = try type(String(word.dropFirst().dropLast()), place)
            } else {
                draft = SchemaDraft(try type(word, place))
            }
        }
        return draft
    }

    private mutating func type(_ name: String, _ place: Int) throws(Mistake) -> Schema {
        if let known = types[name] { return known }
        // A type is made of those above it.
        if let home = placeOfType[name], home < place {
            let text = lines[home].text
            guard let equals = text.firstRange(of: " = ") else { throw mistake(home, "\(text) is no type") }
            let read = try schema(String(text[equals.upperBound...]), home, end(of: home), version: "")
            types[name] = read
            return read
        }
        guard name == "string" || name == "integer" else { throw mistake(place, "there is no type \(name)") }
        var draft = SchemaDraft()
        draft.type = Schema.ValueType(rawValue: name)
        return Schema(draft)
    }

    private func readRange(
        _ least: Substring, _ most: Substring, _ place: Int, into draft: inout SchemaDraft
    ) throws(Mistake) {
        guard least.isEmpty || Int(least) != nil, most.isEmpty || Int(most) != nil else {
            throw mistake(place, "\(least)..\(most) is no range")
        }
        if draft.type == .integer || draft.type == .number {
            draft.minimum = Double(least).map { Schema.Bound(value: $0) }
            draft.maximum = Double(most).map { Schema.Bound(value: $0) }
        } else {
            draft.minimumLength = Int(least) ?? 0
            draft.maximumLength = Int(most) ?? Int.max
        }
    }

    /// A value in YAML's flow style.
    private static func node(_ text: String) -> Node {
        let input = ManifestParser.parse(Array("apiVersion: v1\nkind: Value\nvalue: \(text)\n".utf8), file: "")
        guard let node = input.objects.first?.node["value"] else {
            var arena = NodeArena(file: "")
            let index = arena.addString(text, at: .init(file: "", line: 1, column: 1))
            return Node(arena, index)
        }
        return node
    }

    /// The words of a line; what stands in quotation marks is one.
    struct Words {
        private let words: [Substring]
        private let text: Substring
        private var place = 0

        init(_ text: String) {
            let (space, quote) = (UInt8(ascii: " "), UInt8(ascii: "\""))
            var words: [Substring] = []
            var rest = text.utf8[...]
            while let first = rest.first {
                if first == space {
                    rest.removeFirst()
                } else if first == quote, let end = rest.dropFirst().firstIndex(of: quote) {
                    words.append(Substring(rest[...end]))
                    rest = rest[rest.index(after: end)...]
                } else {
                    let end = rest.firstIndex(of: space) ?? rest.endIndex
                    words.append(Substring(rest[..<end]))
                    rest = rest[end...]
                }
            }
            self.words = words
            self.text = text[...]
        }

        func peek() -> String? { place < words.count ? String(words[place]) : nil }
        mutating func goBack() { place -= 1 }

        mutating func next() -> String? {
            guard place < words.count else { return nil }
            place += 1
            return String(words[place - 1])
        }

        /// Everything from the next word on, as it is written.
        mutating func rest() -> String {
            guard place < words.count else { return "" }
            defer { place = words.count }
            return String(text[words[place].startIndex...])
        }
    }
}

extension SchemaDraft {
    /// A draft that says what a schema says.
    init(_ schema: Schema) {
        type = schema.type
        isNullable = schema.isNullable
        preservesUnknownFields = schema.preservesUnknownFields
        isIntOrString = schema.isIntOrString
        isEmbeddedResource = schema.isEmbeddedResource
        properties = schema.properties.map { ($0.name, $0.schema) }
        required = schema.required
        others = schema.others
        items = schema.items
        listType = schema.listType
        minimumLength = schema.minimumLength
        maximumLength = schema.maximumLength
        minimum = schema.minimum
        maximum = schema.maximum
        multipleOf = schema.multipleOf
        pattern = schema.pattern
        format = schema.format
        enumeration = schema.enumeration
        allOf = schema.allOf
        anyOf = schema.anyOf
        oneOf = schema.oneOf
        not = schema.not
        defaultValue = schema.defaultValue
        rules = schema.rules
        words = schema.words
    }
}
