import Capture

/// Reads Envoy's access logs: JSON objects and lines of text, each line by what it begins with.
struct EnvoyLogParser: LineParser {
    private var json: JSONLogReader
    private var templates: [LogTemplate]
    private var preferred = 0
    private var matcher = LogMatcher()
    private var row = LogRow()
    private var jsonInterpreter: LogInterpreter
    private var textInterpreter: LogInterpreter

    init(_ options: TraceOptions) throws(InputError) {
        var names: [String] = []
        var keys = JSONLogKeys()
        for (key, text) in EnvoyFormat.jsonKeys {
            keys.add(key.utf8, .slot(try EnvoyFormat.slot(text, headers: &names).0))
        }
        templates = []
        if let format = options.logs.lineFormat {
            names = []
            if format.drop(while: \.isWhitespace).hasPrefix("{") {
                var found: [String] = []
                keys = try JSONLogFormat.keys(format) { (text: String) throws(InputError) in
                    try EnvoyFormat.template(text, headers: &found)
                }
                names = found
            } else {
                templates = [try EnvoyFormat.template(format, headers: &names)]
            }
        } else {
            // The user agent is a header field in both, so the second names the same one again.
            var textNames: [String] = []
            for format in [EnvoyFormat.defaultText, EnvoyFormat.istioText] {
                templates.append(try EnvoyFormat.template(format, headers: &textNames))
            }
            names.append(contentsOf: textNames.dropFirst(names.count))
        }
        json = JSONLogReader(keys)
        jsonInterpreter = LogInterpreter(proxy: .envoy, escapes: .json, options: options.logs)
        textInterpreter = LogInterpreter(proxy: .envoy, escapes: .none, options: options.logs)
        jsonInterpreter.headerNames = names.map { Array($0.utf8) }
        textInterpreter.headerNames = jsonInterpreter.headerNames
    }

    mutating func read(_ line: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) -> Bool {
        if line[0] == UInt8(ascii: "{") {
            try json.read(line, into: &row, headers: &jsonInterpreter.headerNames)
            guard !row.isEmpty else {
                throw RecordError(offset: 0, message: "none of the object's keys is one of an Envoy access log")
            }
            try jsonInterpreter.fill(&record, from: row, line)
            return true
        }
        for step in 0..<templates.count {
            let index = (preferred + step) % templates.count
            row.removeAll()
            guard matcher.match(templates[index], 0..<line.count, of: line, into: &row) else { continue }
            preferred = index
            try textInterpreter.fill(&record, from: row, line)
            return true
        }
        guard !templates.isEmpty else { throw RecordError(offset: 0, message: "expected a JSON object") }
        _ = matcher.match(templates[preferred], 0..<line.count, of: line, into: &row)
        throw matcher.failure(templates[preferred])
    }
}
