import GatewayAPI
import Manifests

extension SchemaText {
    /// Reads a rule, or one of the short forms of rules that occur again and again:
    ///
    ///     distinct by NAME… "message"                   no two items of a list agree in all of these
    ///     alike NAME… among NAME… "message"             items that agree in the second names all have the first, or none has
    ///     goes FIELD with NAME WORD                     the field is there where the other one is WORD, and nowhere else
    ///     once NAME WORD                                at most one item of a list in which the field is WORD
    ///     when NAME is WORD, NAME is FORMAT or FORMAT   the form of a string depends on another field
    ///
    /// `rule CODE at NAME "message"` points at a member, where it is there, rather than at the whole value.
    /// `?` behind a name says that the field may be missing, which is the same as empty, or as 0; `+` says that items without
    /// it are not looked at.
    func readRule(_ place: Int, _ end: Int, into draft: inout SchemaDraft) throws(Mistake) {
        var words = Words(lineText(place))
        let keyword = words.next() ?? ""
        switch keyword {
        case "rule":
            let code = words.next() ?? ""
            var pointer: String?
            if words.peek() == "at" {
                _ = words.next()
                pointer = words.next()
            }
            let message = words.rest().dropFirst().dropLast()
            let source = (place + 1..<end).map(lineText).joined(separator: " ")
            try add(source, code, String(message), place, at: pointer, to: &draft)
        case "distinct":
            _ = words.next()
            let (names, message) = Self.names(&words)
            let optional = names.first { $0.hasSuffix("+") }.map { String($0.dropLast()) }
            let same = names.map { Self.agree($0, draft.items) }.joined(separator: " && ")
            let guardText = optional.map { "!has(a.\(Self.escape($0))) || " } ?? ""
            try add(
                "self.all(a, \(guardText)self.exists_one(b, \(same)))", DiagnosticCode.duplicateItem.rawValue, message,
                place, to: &draft)
        case "alike":
            let (all, message) = Self.names(&words)
            guard let split = all.firstIndex(of: "among") else { throw failed(place, "alike wants among") }
            let same = all[(split + 1)...].map { Self.agree($0, draft.items) }.joined(separator: " && ")
            let alike = all[..<split].map { name in
                "\(Self.isEmpty("a", name, draft.items)) == \(Self.isEmpty("b", name, draft.items))"
            }.joined(separator: " && ")
            try add(
                "self.all(a, self.all(b, (\(same)) ? (\(alike)) : true))", DiagnosticCode.conflictingFields.rawValue,
                message,
                place, to: &draft)
        case "goes":
            guard let field = words.next(), words.next() == "with", let name = words.next(), let word = words.next()
            else {
                throw failed(place, "goes FIELD with NAME WORD")
            }
            try add(
                "!has(self.\(field)) || self.\(name) == '\(word)'", DiagnosticCode.conflictingFields.rawValue,
                "\(field) goes with \(name) \(word) alone", place, at: field, to: &draft)
            try add(
                "has(self.\(field)) || self.\(name) != '\(word)'", DiagnosticCode.missingField.rawValue,
                "\(field) is missing, which \(name) \(word) needs", place, to: &draft)
        case "once":
            guard let name = words.next(), let word = words.next() else { throw failed(place, "once NAME WORD") }
            try add(
                "self.filter(x, x.\(name) == '\(word)').size() <= 1", DiagnosticCode.duplicateItem.rawValue,
                "\(name) \(word) is given several times in one list", place, to: &draft)
        case "when":
            try readDependentFormat(&words, place, into: &draft)
        default: throw failed(place, "\(keyword) is no statement")
        }
    }

    private func lineText(_ place: Int) -> String { text(of: place) }

    private func failed(_ place: Int, _ message: String) -> Mistake {
        Mistake(line: number(of: place), message: message)
    }

    private static func names(_ words: inout Words) -> ([String], String) {
        var names: [String] = []
        while let word = words.peek(), !word.hasPrefix("\"") {
            names.append(word)
            _ = words.next()
        }
        return (names, String(words.rest().dropFirst().dropLast()))
    }

    private static func escape(_ name: String) -> String { name == "namespace" ? "__namespace__" : name }

    private static func isEmpty(_ item: String, _ name: String, _ items: Schema?) -> String {
        let name = String(name.drop { $0 == "?" }.filter { $0 != "?" })
        let empty = items?.property(name)?.type == .integer ? "0" : "''"
        let field = "\(item).\(escape(name))"
        return "(!has(\(field)) || \(field) == \(empty))"
    }

    /// Whether two items agree in a field.
    private static func agree(_ name: String, _ items: Schema?) -> String {
        let plain = escape(name.filter { $0 != "?" && $0 != "+" })
        if name.hasSuffix("?") {
            let (a, b) = (isEmpty("a", name, items), isEmpty("b", name, items))
            return "(\(a) && \(b) || has(a.\(plain)) && has(b.\(plain)) && a.\(plain) == b.\(plain))"
        }
        return (name.hasSuffix("+") ? "has(b.\(plain)) && " : "") + "a.\(plain) == b.\(plain)"
    }

    private func readDependentFormat(_ words: inout Words, _ place: Int, into draft: inout SchemaDraft) throws(Mistake)
    {
        guard let name = words.next(), words.next() == "is", let word = words.next()?.dropLast(),
            let field = words.next(),
            words.next() == "is"
        else { throw failed(place, "when NAME is WORD, NAME is FORMAT") }
        let formats = words.rest().split(separator: " ").compactMap { ValueFormat(rawValue: String($0)) }
        var arena = NodeArena(file: "")
        let value = arena.addString(String(word), at: .init(file: "", line: 1, column: 1))
        func schema(_ change: (inout SchemaDraft) -> Void) -> Schema {
            var draft = SchemaDraft()
            change(&draft)
            return Schema(draft)
        }
        let isWord = schema { $0.enumeration = [Node(arena, value)] }
        let form = schema { draft in draft.anyOf = formats.map { format in schema { $0.format = format } } }
        draft.oneOf = [
            schema { $0.properties = [(name, isWord), (field, form)] },
            schema { draft in draft.properties = [(name, schema { $0.not = isWord })] },
        ]
    }

    private func add(
        _ source: String, _ code: String, _ message: String, _ place: Int, at pointer: String? = nil,
        to draft: inout SchemaDraft
    ) throws(Mistake) {
        guard let code = DiagnosticCode(rawValue: code) else { throw failed(place, "there is no code \(code)") }
        do throws(CELError) {
            let condition = try CELParser.parse(source)
            draft.rules.append(
                ValidationRule(
                    source: source, condition: condition, message: message, messageExpression: nil, fieldPath: [],
                    code: code, pointer: pointer, isTransition: condition.usesOldSelf))
        } catch {
            throw failed(place, "\(error.message) in \(source)")
        }
    }
}
