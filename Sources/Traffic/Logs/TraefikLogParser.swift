import Capture

/// Reads Traefik's access logs: JSON objects, and its own Common Log Format.
struct TraefikLogParser: LineParser {
    private static let fields: [(key: String, slot: LogSlot)] = [
        ("StartUTC", .field(.start, .rfc3339)), ("Duration", .field(.latency, .nanoseconds)),
        ("OriginDuration", .field(.upstreamTime, .nanoseconds)), ("RequestMethod", .field(.method)),
        ("RequestPath", .field(.target)), ("RequestProtocol", .field(.version)), ("RequestScheme", .field(.scheme)),
        ("RequestAddr", .field(.authority)), ("RequestHost", .field(.host)), ("RequestPort", .field(.hostPort)),
        ("RequestContentSize", .field(.requestBytes)), ("DownstreamContentSize", .field(.responseBytes)),
        ("DownstreamStatus", .field(.status)), ("RouterName", .field(.route)), ("ServiceName", .field(.backend)),
        ("ServiceAddr", .field(.endpoint)), ("ClientAddr", .field(.client)), ("ClientHost", .field(.clientAddress)),
        ("ClientPort", .field(.clientPort)), ("RetryAttempts", .field(.retries)), ("TLSVersion", .field(.tlsVersion)),
        ("entryPointName", .field(.listener)), ("time", .field(.end, .rfc3339)),
    ]

    private var json: JSONLogReader
    private let template: LogTemplate
    private var matcher = LogMatcher()
    private var row = LogRow()
    private var jsonInterpreter: LogInterpreter
    private var textInterpreter: LogInterpreter

    init(_ options: TraceOptions) throws(InputError) {
        var keys = JSONLogKeys()
        for (key, slot) in Self.fields { keys.add(key.utf8, .slot(slot)) }
        keys.headerPrefix = Array("request_".utf8)
        json = JSONLogReader(keys)
        var names: [String] = []
        template = try NGINXFormat.template(NGINXFormat.traefik, headers: &names)
        jsonInterpreter = LogInterpreter(proxy: .traefik, escapes: .json, options: options.logs)
        textInterpreter = LogInterpreter(proxy: .traefik, escapes: .backslash, options: options.logs)
        textInterpreter.headerNames = names.map { Array($0.utf8) }
    }

    mutating func read(_ line: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) -> Bool {
        guard line[0] == UInt8(ascii: "{") else {
            row.removeAll()
            guard matcher.match(template, 0..<line.count, of: line, into: &row) else {
                throw matcher.failure(template)
            }
            try textInterpreter.fill(&record, from: row, line)
            return true
        }
        try json.read(line, into: &row, headers: &jsonInterpreter.headerNames)
        guard row.range(.method) != nil || row.range(.status) != nil || row.range(.target) != nil else {
            throw RecordError(offset: 0, message: "the object has none of RequestMethod, RequestPath, DownstreamStatus")
        }
        try jsonInterpreter.fill(&record, from: row, line)
        return true
    }
}
