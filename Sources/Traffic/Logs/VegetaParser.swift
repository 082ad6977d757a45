import Capture
import JSON

/// Reads what vegeta writes: results as JSON lines or CSV, and targets as JSON lines, which have no times.
struct VegetaParser: LineParser {
    private static let fields: [(key: String, slot: LogSlot)] = [
        ("timestamp", .field(.start, .rfc3339)), ("latency", .field(.latency, .nanoseconds)),
        ("code", .field(.status)), ("bytes_out", .field(.requestBytes)), ("bytes_in", .field(.responseBytes)),
        ("method", .field(.method)), ("url", .field(.url)), ("error", .field(.flags)),
    ]
    /// timestamp, code, latency, bytes out, bytes in, error, body, attack, seq, method, url, headers.
    private static let columns: [LogSlot] = [
        .field(.start, .nanoseconds), .field(.status), .field(.latency, .nanoseconds), .field(.requestBytes),
        .field(.responseBytes), .field(.flags), .ignored, .ignored, .ignored, .field(.method), .field(.url), .ignored,
    ]

    private var json: JSONLogReader
    private var row = LogRow()
    private var jsonInterpreter: LogInterpreter
    private var textInterpreter: LogInterpreter
    private var headerNames: [[UInt8]] = []

    init(_ options: TraceOptions) throws(InputError) {
        var keys = JSONLogKeys()
        for (key, slot) in Self.fields { keys.add(key.utf8, .slot(slot)) }
        json = JSONLogReader(keys)
        jsonInterpreter = LogInterpreter(proxy: .other, escapes: .json, options: options.logs)
        jsonInterpreter.urlNamesHost = true
        textInterpreter = LogInterpreter(proxy: .other, escapes: .none, options: options.logs)
        textInterpreter.urlNamesHost = true
    }

    mutating func read(_ line: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) -> Bool {
        if line[0] == UInt8(ascii: "{") {
            try json.read(line, into: &row, headers: &headerNames)
            guard row.range(.url) != nil || row.range(.latency) != nil else {
                throw RecordError(offset: 0, message: "the object has neither url nor latency")
            }
            try jsonInterpreter.fill(&record, from: row, line)
            return true
        }
        row.removeAll()
        var start = 0
        for (place, slot) in Self.columns.enumerated() {
            guard start <= line.count else {
                throw RecordError(offset: line.count, message: "found \(place) columns, expected 12")
            }
            // The text of an error may be quoted, and then hold commas.
            let isQuoted = start < line.count && line[start] == UInt8(ascii: "\"")
            var end = start + (isQuoted ? 1 : 0)
            while end < line.count, isQuoted ? line[end] != UInt8(ascii: "\"") : line[end] != UInt8(ascii: ",") {
                end += 1
            }
            row.set(slot, (isQuoted ? start + 1 : start)..<end)
            while end < line.count, line[end] != UInt8(ascii: ",") { end += 1 }
            start = end + 1
        }
        try textInterpreter.fill(&record, from: row, line)
        return true
    }

    /// Whether a line is one of the results in CSV: nineteen digits, a status, a latency.
    static func isResultLine(_ line: [UInt8]) -> Bool {
        let parts = line.split(separator: UInt8(ascii: ","), maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0].count == 19
            && parts[..<3].allSatisfy { !$0.isEmpty && $0.allSatisfy { $0 &- 0x30 < 10 } }
    }
}
