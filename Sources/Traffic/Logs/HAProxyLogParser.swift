import Capture

/// Reads HAProxy's logs of HTTP (`option httplog`, `option httpslog`) and of TCP (`option tcplog`), with or without the
/// header of syslog before them.
///
/// HAProxy configuration manual, section 8.2.
struct HAProxyLogParser: LineParser {
    static let captureNamesMax = 64

    private let http: LogTemplate
    private let tcp: LogTemplate
    private var matcher = LogMatcher()
    private var row = LogRow()
    private var interpreter: LogInterpreter
    /// For each captured header field, where it goes.
    private let captures: [LogSlot]

    init(_ options: TraceOptions) throws(InputError) {
        interpreter = LogInterpreter(proxy: .haproxy, escapes: .number, options: options.logs)
        http = Self.template("TR Tw Tc Tr Ta", "status bytes cookie cookie termination", hasRequest: true)
        tcp = Self.template("Tw Tc Tt", "bytes termination", hasRequest: false)
        var slots: [LogSlot] = []
        for name in options.logs.capturedHeaders.prefix(Self.captureNamesMax) {
            switch name.lowercased() {
            case "host": slots.append(.field(.authority))
            case "x-forwarded-for": slots.append(.field(.forwardedFor))
            default:
                slots.append(.header(interpreter.headerNames.count))
                interpreter.headerNames.append(Array(name.utf8))
            }
        }
        captures = slots
    }

    private static func template(_ timers: String, _ middle: String, hasRequest: Bool) -> LogTemplate {
        var template = LogTemplate()
        template.append(.field(.client), .word, name: "the client's address and port")
        template.append(literal: " [".utf8)
        template.append(.field(.start, .commonLog), .word, name: "the time of accepting")
        template.append(literal: "] ".utf8)
        template.append(.field(.listener), .word, name: "the frontend")
        template.append(literal: " ".utf8)
        template.append(.field(.backend), .word, name: "the backend")
        template.append(literal: "/".utf8)
        template.append(.field(.member), .word, name: "the server")
        func add(_ names: String, _ separator: String) {
            for name in names.split(separator: " ") {
                template.append(literal: (name == names.split(separator: " ").first ? " " : separator).utf8)
                let (slot, text) = slot(String(name))
                template.append(slot, text, name: String(name))
            }
        }
        add(timers, "/")
        add(middle, " ")
        add("actconn feconn beconn srv_conn retries", "/")
        add("srv_queue backend_queue", "/")
        if hasRequest {
            template.append(literal: " ".utf8)
            template.append(.field(.requestLine), .any, name: "the request in quotation marks")
        }
        return template
    }

    private static func slot(_ name: String) -> (LogSlot, LogText) {
        switch name {
        case "TR": (.field(.requestDuration, .milliseconds), .number)
        case "Tw": (.field(.queueTime, .milliseconds), .number)
        case "Tc": (.field(.connectTime, .milliseconds), .number)
        case "Tr": (.field(.upstreamTime, .milliseconds), .number)
        case "Ta", "Tt": (.field(.latency, .milliseconds), .number)
        case "status": (.field(.status), .number)
        case "bytes": (.field(.responseBytes), .number)
        case "termination": (.field(.flags), .word)
        case "retries": (.field(.retries), .number)
        default: (.ignored, .any)
        }
    }

    mutating func read(_ line: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) -> Bool {
        guard let start = start(of: line) else {
            throw RecordError(offset: 0, message: "expected an address with a port and then a time in brackets")
        }
        row.removeAll()
        let isHTTP = matcher.match(http, start..<line.count, of: line, into: &row)
        if !isHTTP {
            let failure = matcher.failure(http)
            row.removeAll()
            guard matcher.match(tcp, start..<line.count, of: line, into: &row) else { throw failure }
        }
        readTLSMark(line)
        if isHTTP { try readTail(line) }
        forgetBackendOfNone(line)
        try interpreter.fill(&record, from: row, line)
        if isHTTP {
            fillTimeToFirstByte(&record)
        } else {
            let isTLS = interpreter.known(.tlsVersion, row, line) != nil
            record.protocol = isTLS ? nil : .tcp
        }
        return true
    }

    /// Where the client's address begins, behind the header of syslog: before the first `[dd/Mon/`.
    private func start(of line: Span<UInt8>) -> Int? {
        var index = 1
        while index + 12 < line.count {
            if line[index] == UInt8(ascii: "["), line[index - 1] == 0x20, line[index + 3] == UInt8(ascii: "/"),
                line[index + 7] == UInt8(ascii: "/"), line[index + 12] == UInt8(ascii: ":")
            {
                var start = index - 1
                while start > 0, line[start - 1] != 0x20 { start -= 1 }
                return start < index - 1 ? start : nil
            }
            if line[index] == UInt8(ascii: "\"") { return nil }
            index += 1
        }
        return nil
    }

    /// A frontend's name ends in a tilde where the connection was over TLS.
    private mutating func readTLSMark(_ line: Span<UInt8>) {
        guard let frontend = row.range(.listener), let last = frontend.last else { return }
        guard line[last] == UInt8(ascii: "~") else { return row.set(.field(.tlsVersion), last..<last) }
        row.set(.field(.tlsVersion), last..<last + 1)
        row.set(.field(.listener), frontend.lowerBound..<last)
    }

    /// Captured header fields, the request, and what `httpslog` adds.
    private mutating func readTail(_ line: Span<UInt8>) throws(RecordError) {
        guard let tail = row.range(.requestLine) else { return }
        var index = tail.lowerBound
        var isFirst = true
        while index < tail.upperBound, line[index] == UInt8(ascii: "{") {
            guard let end = (index..<tail.upperBound).first(where: { line[$0] == UInt8(ascii: "}") }) else {
                throw RecordError(offset: index, message: "expected a closing brace after the captured header fields")
            }
            if isFirst { readCaptures(index + 1..<end, line) }
            isFirst = false
            index = end + 1
            while index < tail.upperBound, line[index] == 0x20 { index += 1 }
        }
        guard index < tail.upperBound, line[index] == UInt8(ascii: "\"") else {
            throw RecordError(offset: index, message: "expected the request in quotation marks")
        }
        // A request that is too long is cut off, its closing quotation mark too.
        let closing = (index + 1..<tail.upperBound).last { line[$0] == UInt8(ascii: "\"") }
        row.set(.field(.requestLine), index + 1..<(closing ?? tail.upperBound))
        if let closing { readServerName(closing + 1..<tail.upperBound, line) }
    }

    private mutating func readCaptures(_ range: Range<Int>, _ line: Span<UInt8>) {
        var start = range.lowerBound
        for slot in captures {
            guard start <= range.upperBound else { return }
            let end = (start..<range.upperBound).first { line[$0] == UInt8(ascii: "|") } ?? range.upperBound
            row.set(slot, start..<end)
            start = end + 1
        }
    }

    /// `<errors> <server name>/<version>/<cipher>`.
    private mutating func readServerName(_ range: Range<Int>, _ line: Span<UInt8>) {
        guard let blank = range.last(where: { line[$0] == 0x20 }),
            let slash = (blank..<range.upperBound).first(where: { line[$0] == UInt8(ascii: "/") })
        else { return }
        row.set(.field(.sni), blank + 1..<slash)
    }

    /// Where no backend was chosen the frontend stands in its place, and no server.
    private mutating func forgetBackendOfNone(_ line: Span<UInt8>) {
        guard let member = row.range(.member), let first = member.first, line[first] == UInt8(ascii: "<") else {
            return
        }
        row.set(.field(.retries), first..<first)
        guard let backend = row.range(.backend), let frontend = row.range(.listener), backend.count == frontend.count,
            zip(backend, frontend).allSatisfy({ line[$0] == line[$1] })
        else { return }
        row.set(.field(.backend), first..<first)
    }

    /// The response began after the request was read, waited, connected and was worked on.
    private func fillTimeToFirstByte(_ record: inout RequestRecord) {
        guard let read = record.observed.requestDuration, let waited = record.observed.queueTime,
            let connected = record.observed.connectTime, let worked = record.observed.upstreamTime
        else { return }
        let sum = [waited, connected, worked].reduce((read, false)) { sum, time in
            let (value, overflow) = sum.0.addingReportingOverflow(time)
            return (value, sum.1 || overflow)
        }
        if !sum.1 { record.observed.timeToFirstByte = sum.0 }
    }
}
