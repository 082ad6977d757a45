import Capture

/// Reads the access logs of AWS Application Load Balancers. Fields may have been added at the end, or be missing there.
///
/// AWS documentation, "Access logs for your Application Load Balancer", "Access log entries".
struct LoadBalancerLogParser: LineParser {
    private static let fieldsMax = 64
    private static let fieldsMin = 17

    private var fields: [Range<Int>] = []
    private var row = LogRow()
    private var interpreter: LogInterpreter

    init(_ options: TraceOptions) throws(InputError) {
        interpreter = LogInterpreter(proxy: .other, escapes: .backslash, options: options.logs)
        interpreter.headerNames = [Array("user-agent".utf8)]
    }

    mutating func read(_ line: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) -> Bool {
        try split(line)
        guard fields.count >= Self.fieldsMin else {
            throw RecordError(
                offset: line.count, message: "found \(fields.count) fields, expected at least \(Self.fieldsMin)")
        }
        row.removeAll()
        row.set(.field(.end, .rfc3339), fields[1])
        row.set(.field(.listener), fields[2])
        row.set(.field(.client), fields[3])
        row.set(.field(.endpoint), fields[4])
        row.set(.field(.requestDuration, .seconds), fields[5])
        row.set(.field(.upstreamTime, .seconds), fields[6])
        row.set(.field(.queueTime, .seconds), fields[7])
        row.set(.field(.status), fields[8])
        row.set(.field(.responseBytes), fields[11])
        try splitRequest(fields[12], line)
        row.set(.header(0), fields[13])
        row.set(.field(.backend), fields[16])
        if fields.count > 17 { row.set(.field(.id), fields[17]) }
        if fields.count > 18 { row.set(.field(.sni), fields[18]) }
        if fields.count > 20 { row.set(.field(.rulePriority), fields[20]) }
        if fields.count > 21 { row.set(.field(.start, .rfc3339), fields[21]) }
        if fields.count > 22 { row.set(.field(.flags), fields[22]) }
        try interpreter.fill(&record, from: row, line)
        fillDurations(&record)
        fillProtocol(&record, line)
        return true
    }

    /// Splits at single blanks; what stands in quotation marks is one field.
    private mutating func split(_ line: Span<UInt8>) throws(RecordError) {
        fields.removeAll(keepingCapacity: true)
        var index = 0
        while index < line.count, fields.count < Self.fieldsMax {
            let start: Int
            var end: Int
            if line[index] == UInt8(ascii: "\"") {
                start = index + 1
                end = start
                while end < line.count, line[end] != UInt8(ascii: "\"") {
                    end += line[end] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard end < line.count else {
                    throw RecordError(offset: index, message: "the quotation mark is not closed")
                }
                index = end + 1
            } else {
                start = index
                end = start
                while end < line.count, line[end] != 0x20 { end += 1 }
                index = end
            }
            fields.append(start..<end)
            guard index == line.count || line[index] == 0x20 else {
                throw RecordError(offset: index, message: "expected a blank between two fields")
            }
            index += 1
        }
    }

    /// `METHOD scheme://host:port/path HTTP/x`; a request that could not be read has dashes in it.
    private mutating func splitRequest(_ range: Range<Int>, _ line: Span<UInt8>) throws(RecordError) {
        guard let first = range.first(where: { line[$0] == 0x20 }), let last = range.last(where: { line[$0] == 0x20 }),
            first < last
        else { throw RecordError(offset: range.lowerBound, message: "expected a method, a URL and a version") }
        row.set(.field(.method), range.lowerBound..<first)
        row.set(.field(.version), last + 1..<range.upperBound)
        let isKnown = first > range.lowerBound && line[range.lowerBound] != UInt8(ascii: "-")
        if isKnown { row.set(.field(.url), first + 1..<last) }
    }

    /// Until the target, in the target, until the last byte: all three or none, -1 meaning that it never came so far.
    private func fillDurations(_ record: inout RequestRecord) {
        let (before, target, after) = (
            record.observed.requestDuration, record.observed.upstreamTime, record.observed.queueTime
        )
        record.observed.requestDuration = nil
        record.observed.queueTime = nil
        guard let before, let target else { return }
        let (first, overflow) = before.addingReportingOverflow(target)
        guard !overflow else { return }
        record.observed.timeToFirstByte = first
        guard let after else { return }
        let (sum, carry) = first.addingReportingOverflow(after)
        guard !carry else { return }
        record.observed.latency = sum
        if record.arrivalQuality != .exact, let time = record.time {
            let (start, overflow) = time.subtractingReportingOverflow(sum)
            if !overflow { record.time = start }
            record.arrivalQuality = .derived
        }
    }

    private func fillProtocol(_ record: inout RequestRecord, _ line: Span<UInt8>) {
        let type = String(decoding: fields[0].map { line[$0] }, as: UTF8.self)
        switch type {
        case "ws", "wss": record.protocol = .webSocket
        case "grpcs": record.protocol = .grpc
        case "https", "h2": record.protocol = record.protocol ?? .https
        default: break
        }
    }
}
