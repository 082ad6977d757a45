import Capture

/// Reads the logs of NGINX and of whatever writes like it: ingress-nginx, the Common Log Format, Apache's virtual hosts.
struct NGINXLogParser: LineParser {
    private var json: JSONLogReader?
    private var templates: [LogTemplate] = []
    private var preferred = 0
    private var matcher = LogMatcher()
    private var row = LogRow()
    private var interpreter: LogInterpreter

    init(_ options: TraceOptions) throws(InputError) {
        var names: [String] = []
        interpreter = LogInterpreter(proxy: .nginx, escapes: .backslash, options: options.logs)
        if let format = options.logs.lineFormat, format.drop(while: \.isWhitespace).hasPrefix("{") {
            json = JSONLogReader(
                try JSONLogFormat.keys(format) { (text: String) throws(InputError) in
                    try NGINXFormat.template(text, headers: &names)
                })
            interpreter.escapes = .json
        } else if let format = options.logs.lineFormat {
            templates = [try NGINXFormat.template(format, headers: &names)]
        } else {
            let known = [NGINXFormat.ingress, NGINXFormat.combined, NGINXFormat.virtualHost, NGINXFormat.common]
            for format in known {
                var own: [String] = []
                templates.append(try NGINXFormat.template(format, headers: &own))
                if own.count > names.count { names = own }
            }
        }
        interpreter.headerNames = names.map { Array($0.utf8) }
    }

    mutating func read(_ line: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) -> Bool {
        if json != nil {
            try json?.read(line, into: &row, headers: &interpreter.headerNames)
            guard !row.isEmpty else {
                throw RecordError(offset: 0, message: "none of the object's keys is one of the given format")
            }
            try interpreter.fill(&record, from: row, line)
            return true
        }
        var furthest = preferred
        var furthestAt = -1
        for step in 0..<templates.count {
            let index = (preferred + step) % templates.count
            row.removeAll()
            if matcher.match(templates[index], 0..<line.count, of: line, into: &row) {
                preferred = index
                try interpreter.fill(&record, from: row, line)
                return true
            }
            if matcher.failedAt > furthestAt { (furthest, furthestAt) = (index, matcher.failedAt) }
        }
        _ = matcher.match(templates[furthest], 0..<line.count, of: line, into: &row)
        throw matcher.failure(templates[furthest])
    }
}
