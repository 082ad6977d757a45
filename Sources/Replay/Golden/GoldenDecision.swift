public import JSON
internal import Routing
public import Traffic

/// A request with the decision that is expected for it: a line of a file of golden decisions.
///
///     {"request":{…},"decision":{…},"by":{…}}
///
/// `request` is a request record, `decision` what makes a difference to anybody, `by` the gateway, listener, rule and match
/// that came to it, which may change without anybody being treated differently.
public struct GoldenDecision: Sendable {
    /// What is asked.
    public var request: RequestRecord
    /// The members of the decision, each as JSON, in the order in which they are written.
    public var decision: [(name: String, json: String)]
    /// The members that say how it came about.
    public var by: [(name: String, json: String)]

    /// The line, without its end.
    public func write(to writer: inout JSONWriter) {
        func write(_ members: [(name: String, json: String)], to writer: inout JSONWriter) {
            writer.object { writer in
                for (name, json) in members {
                    writer.key(name)
                    writer.raw(json)
                }
            }
        }
        writer.object { writer in
            writer.key("request")
            request.write(to: &writer)
            writer.key("decision")
            write(decision, to: &writer)
            writer.key("by")
            write(by, to: &writer)
        }
    }

    /// The members in which two decisions differ.
    public static func differences(
        _ expected: GoldenDecision, _ actual: GoldenDecision
    ) -> [(name: String, expected: String?, actual: String?)] {
        let own = Dictionary(expected.decision.map { ($0.name, $0.json) }) { $1 }
        let other = Dictionary(actual.decision.map { ($0.name, $0.json) }) { $1 }
        let names = expected.decision.map(\.name) + actual.decision.map(\.name).filter { own[$0] == nil }
        return names.compactMap { own[$0] == other[$0] ? nil : ($0, own[$0], other[$0]) }
    }

    /// Reads a line.
    public init(_ line: Span<UInt8>) throws(RecordError) {
        request = RequestRecord()
        (decision, by) = ([], [])
        var isComplete = (request: false, decision: false)
        for (name, range) in try Self.members(line) {
            let text = line.extracting(range)
            switch name {
            case "request":
                var reader = RequestRecordReader()
                do throws(RecordError) {
                    try reader.read(text, into: &request)
                } catch {
                    throw RecordError(offset: range.lowerBound + error.offset, message: "request: \(error.message)")
                }
                isComplete.request = true
            case "decision":
                decision = try Self.compactMembers(text)
                isComplete.decision = true
            case "by": by = try Self.compactMembers(text)
            default: throw RecordError(offset: range.lowerBound, message: "\(name) is no key of a golden decision")
            }
        }
        guard isComplete.request, isComplete.decision else {
            throw RecordError(offset: 0, message: "expected {\"request\": {…}, \"decision\": {…}}")
        }
    }

    init(request: RequestRecord, decision: [(name: String, json: String)], by: [(name: String, json: String)]) {
        self.request = request
        self.decision = decision
        self.by = by
    }

    /// The members of an object with the places of their values.
    private static func members(_ text: Span<UInt8>) throws(RecordError) -> [(name: String, value: Range<Int>)] {
        var json = JSONReader(depthMax: 64)
        var found: [(String, Range<Int>)] = []
        do throws(JSONError) {
            guard case .objectStart = try json.next(text) else {
                throw JSONError(offset: 0, message: "expected a JSON object")
            }
            while case .key(let range, let escaped) = try json.next(text) {
                let name = JSONReader.text(range, escaped: escaped, of: text)
                let start = json.offset
                try json.skipValue(text)
                found.append((name, start..<json.offset))
            }
            _ = try json.next(text)
        } catch {
            throw RecordError(offset: error.offset, message: error.message)
        }
        return found
    }

    /// The members of an object, their values without white space.
    private static func compactMembers(_ text: Span<UInt8>) throws(RecordError) -> [(name: String, json: String)] {
        var compact: [(name: String, json: String)] = []
        for (name, range) in try members(text) {
            var writer = JSONWriter()
            try copy(text.extracting(range), to: &writer)
            compact.append((name, writer.text))
        }
        return compact
    }

    private static func copy(_ text: Span<UInt8>, to writer: inout JSONWriter) throws(RecordError) {
        var json = JSONReader(depthMax: 64)
        do throws(JSONError) {
            try copyValue(try json.next(text), text, &json, to: &writer)
        } catch {
            throw RecordError(offset: error.offset, message: error.message)
        }
    }

    private static func copyValue(
        _ token: JSONToken, _ text: Span<UInt8>, _ json: inout JSONReader, to writer: inout JSONWriter
    ) throws(JSONError) {
        switch token {
        case .objectStart:
            try writer.object { writer throws(JSONError) in
                while case .key(let range, let escaped) = try json.next(text) {
                    writer.key(JSONReader.text(range, escaped: escaped, of: text))
                    try copyValue(try json.next(text), text, &json, to: &writer)
                }
            }
        case .arrayStart:
            try writer.array { writer throws(JSONError) in
                while true {
                    let element = try json.next(text)
                    if element == .arrayEnd { return }
                    try copyValue(element, text, &json, to: &writer)
                }
            }
        case .string(let range, let escaped): writer.string(JSONReader.text(range, escaped: escaped, of: text))
        case .number(let range): writer.raw(JSONReader.text(range, escaped: false, of: text))
        case .bool(let value): writer.bool(value)
        case .null: writer.null()
        case .objectEnd, .arrayEnd, .key, .end: break
        }
    }
}
