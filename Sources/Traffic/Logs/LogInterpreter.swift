/// Which proxy wrote a log; the names that it gives to routes and backends are read accordingly.
enum LoggingProxy: Sendable { case envoy, nginx, traefik, haproxy, other }

/// What a log does not say of itself, and a person does.
public struct LogOptions: Sendable {
    /// The format of the lines, as it stands in the proxy's configuration: of Envoy, or of NGINX (`log_format`).
    public var lineFormat: String?
    /// Seconds east of UTC of times that are written without a zone.
    public var zoneSeconds: Int64 = 0
    /// The names of the header fields that HAProxy captures, in the order of its `capture request header` lines.
    public var capturedHeaders: [String] = []
    /// For a trace of spans, the service that is the gateway; nil: spans without a parent.
    public var service: String?
    /// Seeds what is drawn: the places within a second of times that are whole seconds.
    public var seed: UInt64 = 1

    /// The defaults.
    public init() {}

    /// The names of a list such as `Host,User-Agent`.
    public static func capturedHeaders(_ list: String) -> [String] {
        list.split(separator: ",", omittingEmptySubsequences: false).map { name in
            String(name.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// What is wrong with such a list; nil where nothing is.
    public static func wrongCapturedHeaders(_ list: String) -> String? {
        let names = capturedHeaders(list)
        guard names.count <= HAProxyLogParser.captureNamesMax else {
            return "found \(names.count) names, expected at most \(HAProxyLogParser.captureNamesMax)"
        }
        guard let wrong = names.first(where: { !HTTPSyntax.isToken($0) }) else { return nil }
        return "expected names of header fields with commas between them, found \"\(wrong)\""
    }
}

/// Makes request records of the pieces of log lines.
struct LogInterpreter: Sendable {
    var proxy: LoggingProxy
    var escapes: LogEscapes
    var zoneSeconds: Int64
    /// Whether the authority of a logged URL is what the client sent, so that its port is in the Host field too.
    var urlNamesHost = false
    /// The names of the header fields that the log has, by their slots.
    var headerNames: [[UInt8]] = []

    init(proxy: LoggingProxy, escapes: LogEscapes, options: LogOptions) {
        self.proxy = proxy
        self.escapes = escapes
        zoneSeconds = options.zoneSeconds
    }

    /// Fills a record. What the line does not say stays unknown; a value that cannot be what it is said to be is an error.
    mutating func fill(
        _ record: inout RequestRecord, from row: LogRow, _ line: Span<UInt8>
    ) throws(RecordError) {
        record.removeAll()
        try fillTimes(&record, row, line)
        fillRequest(&record, row, line)
        fillAddresses(&record, row, line)
        try fillOutcome(&record, row, line)
        fillHeaders(&record, row, line)
        fillProtocol(&record, row, line)
        fillNames(&record, row, line)
    }

    /// A field that the line has and that is not the sign for nothing.
    @inline(__always)
    func known(_ field: LogField, _ row: LogRow, _ line: Span<UInt8>) -> Range<Int>? {
        guard let range = row.range(field), !isNothing(range, line) else { return nil }
        return range
    }

    @inline(__always)
    func isNothing(_ range: Range<Int>, _ line: Span<UInt8>) -> Bool {
        range.isEmpty || range.count == 1 && line[range.lowerBound] == UInt8(ascii: "-")
    }

    /// Appends a field's text to the record's, its escapes resolved.
    @inline(__always)
    func append(_ range: Range<Int>, escaped: Bool, _ line: Span<UInt8>, to record: inout RequestRecord) -> Piece {
        guard needsUnescaping(range, escaped: escaped, line) else { return record.append(line.extracting(range)) }
        let start = record.text.count
        escapes.append(range, of: line, to: &record.text)
        return Piece(start, record.text.count)
    }

    private func needsUnescaping(_ range: Range<Int>, escaped: Bool, _ line: Span<UInt8>) -> Bool {
        switch escapes {
        case .none: return false
        case .json: return escaped
        case .backslash:
            for index in range where line[index] == UInt8(ascii: "\\") { return true }
            return false
        case .number:
            for index in range where line[index] == UInt8(ascii: "#") { return true }
            return false
        }
    }

    /// Sets a text field of the record from the log's, where it says something.
    @inline(__always)
    func set(
        _ field: RequestRecord.Field, from logField: LogField, _ row: LogRow, _ line: Span<UInt8>,
        _ record: inout RequestRecord
    ) {
        guard let range = known(logField, row, line) else { return }
        record.pieces[field.rawValue] = append(range, escaped: row.isEscaped(logField), line, to: &record)
    }

    private func fillTimes(
        _ record: inout RequestRecord, _ row: LogRow, _ line: Span<UInt8>
    ) throws(RecordError) {
        record.observed.latency = try duration(.latency, row, line)
        if known(.start, row, line) != nil {
            record.time = try time(.start, row, line)
            if isCoarse(.start, row, line) { record.arrivalQuality = .coarse }
        } else if known(.end, row, line) != nil {
            guard let end = try time(.end, row, line) else { return }
            let (start, overflow) = end.subtractingReportingOverflow(record.observed.latency ?? 0)
            record.time = overflow ? nil : start
            record.arrivalQuality = record.observed.latency == nil || isCoarse(.end, row, line) ? .coarse : .derived
        }
    }

    private func isCoarse(_ field: LogField, _ row: LogRow, _ line: Span<UInt8>) -> Bool {
        guard let range = row.range(field) else { return false }
        switch row.unit(field) {
        case .rfc3339, .commonLog, .seconds: return LogTime.isWholeSecond(range, of: line)
        default: return false
        }
    }

    /// A moment, in nanoseconds since 1970.
    private func time(_ field: LogField, _ row: LogRow, _ line: Span<UInt8>) throws(RecordError) -> Int64? {
        guard let range = known(field, row, line) else { return nil }
        let value: Int64?
        let expected: StaticString
        switch row.unit(field) {
        case .rfc3339:
            value = LogTime.rfc3339(range, of: line, zone: zoneSeconds)
            expected = "a time such as 2026-11-20T08:15:30.125Z"
        case .commonLog:
            value = LogTime.commonLog(range, of: line, zone: zoneSeconds)
            expected = "a time such as 20/Nov/2026:08:15:30 +0000"
        default:
            value = LogNumber.scaled(range, power: row.unit(field).power, of: line)
            expected = "a time as a number since 1970"
        }
        guard let value else { throw mismatch(range, line, "\(expected)") }
        return value
    }

    /// A duration in nanoseconds; nil where the log says that there was none, as -1 does.
    func duration(_ field: LogField, _ row: LogRow, _ line: Span<UInt8>) throws(RecordError) -> Int64? {
        guard let all = known(field, row, line) else { return nil }
        let range = lastOfList(all, line)
        guard !isNothing(range, line) else { return nil }
        // HAProxy's sign for "and then some": the line was written before the request had ended.
        guard line[range.lowerBound] != UInt8(ascii: "+") else { return nil }
        guard let value = LogNumber.scaled(range, power: row.unit(field).power, of: line) else {
            throw mismatch(range, line, "a duration as a number")
        }
        return value < 0 ? nil : value
    }

    /// The last text of a list as NGINX writes one: `a, b : c`.
    func lastOfList(_ range: Range<Int>, _ line: Span<UInt8>) -> Range<Int> {
        var index = range.upperBound
        while index > range.lowerBound, line[index - 1] != 0x20, line[index - 1] != UInt8(ascii: ",") { index -= 1 }
        return index..<range.upperBound
    }

    /// What is wrong with a value.
    func mismatch(_ range: Range<Int>, _ line: Span<UInt8>, _ expected: String) -> RecordError {
        let shown = range.lowerBound..<min(range.upperBound, range.lowerBound + 60)
        let text = String(decoding: shown.map { line[$0] }, as: UTF8.self)
        return RecordError(offset: range.lowerBound, message: "found “\(text)”, expected \(expected)")
    }

    private func fillOutcome(
        _ record: inout RequestRecord, _ row: LogRow, _ line: Span<UInt8>
    ) throws(RecordError) {
        record.observed.status = try status(row, line)
        record.observed.upstreamTime = try duration(.upstreamTime, row, line)
        record.observed.timeToFirstByte = try duration(.timeToFirstByte, row, line)
        record.observed.requestDuration = try duration(.requestDuration, row, line)
        record.observed.connectTime = try duration(.connectTime, row, line)
        record.observed.queueTime = try duration(.queueTime, row, line)
        record.bodyBytes = try count(.requestBytes, row, line)
        record.observed.responseBytes = try count(.responseBytes, row, line)
        if let priority = try count(.rulePriority, row, line) {
            record.observed.rulePriority = Int32(exactly: priority)
        }
        if let attempts = try count(.attempts, row, line) {
            record.observed.attempts = Int32(exactly: attempts)
        } else if let retries = try count(.retries, row, line, skipsPlus: true), retries < Int32.max {
            record.observed.attempts = Int32(retries) + 1
        }
    }

    /// The status that the client got; 0, -1 and 000 mean that no response began.
    private func status(_ row: LogRow, _ line: Span<UInt8>) throws(RecordError) -> UInt16? {
        guard let range = known(.status, row, line) else { return nil }
        guard let value = LogNumber.scaled(range, power: 0, of: line), (-1...999).contains(value) else {
            throw mismatch(range, line, "a status from 100 to 999, or 0 for none")
        }
        return value < 100 ? nil : UInt16(value)
    }

    /// A number that cannot be below 0; nil where the log says that it does not apply.
    private func count(
        _ field: LogField, _ row: LogRow, _ line: Span<UInt8>, skipsPlus: Bool = false
    ) throws(RecordError) -> Int64? {
        guard var range = known(field, row, line) else { return nil }
        // Before a number of retries it says that the last one went to another server.
        if skipsPlus, line[range.lowerBound] == UInt8(ascii: "+") { range = range.dropFirst() }
        guard line[range.lowerBound] != UInt8(ascii: "+") else { return nil }
        guard let value = LogNumber.scaled(range, power: 0, of: line) else {
            throw mismatch(range, line, "a whole number")
        }
        return value < 0 ? nil : value
    }

    private func fillHeaders(_ record: inout RequestRecord, _ row: LogRow, _ line: Span<UInt8>) {
        for header in row.headers where header.name < headerNames.count {
            let range = header.value.unchecked
            guard !isNothing(range, line) else { continue }
            let value = append(range, escaped: header.escaped, line, to: &record)
            record.areHeadersKnown = true
            let start = record.text.count
            record.text.append(contentsOf: headerNames[header.name])
            let name = Piece(start, record.text.count)
            record.headerFields.append(RequestRecord.HeaderField(namePiece: name, valuePiece: value))
            record.headersComplete = false
        }
    }
}
