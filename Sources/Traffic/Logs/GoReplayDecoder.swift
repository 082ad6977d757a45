import Capture

/// Reads GoReplay's files: requests and responses as they were on the wire, each with a line before it.
///
/// A response belongs to the request of the same identifier. Requests wait for theirs until as many others as `waitingMax`
/// have begun, and are given out in the order in which they stand in the file.
final class GoReplayDecoder: TraceDecoder {
    private static let separator: [UInt8] = [
        0x0A, 0xF0, 0x9F, 0x90, 0xB5, 0xF0, 0x9F, 0x99, 0x88, 0xF0, 0x9F, 0x99, 0x89, 0x0A,
    ]
    private static let waitingMax = 4096
    private static let waitingBytesMax = 1 << 26

    private var stream: ByteStream
    private let options: TraceOptions
    private var waiting: [RequestRecord] = []
    private var first = 0
    private var waitingBytes = 0
    private var places: [[UInt8]: Int] = [:]
    private var answered = 0
    private var line = 1
    private var malformed = 0
    private var passedOver = 0
    private var isAtEnd = false

    init(_ stream: consuming ByteStream, options: TraceOptions) throws(InputError) {
        self.stream = stream
        self.options = options
    }

    func report(to statistics: inout TraceStatistics) {
        statistics.lines += line
        statistics.malformedLines += malformed
        statistics.passedOver += passedOver
        statistics.bytes += stream.offset
    }

    func next(into record: inout RequestRecord, _ problem: (TraceProblem) -> Void) throws(InputError) -> Bool {
        while !isAtEnd, waiting.count - first < Self.waitingMax, waitingBytes < Self.waitingBytesMax,
            first == waiting.count || waiting[first].observed.latency == nil
        {
            guard let payload = try payload() else {
                isAtEnd = true
                break
            }
            let start = line
            do throws(RecordError) {
                try take(payload, stream)
            } catch {
                malformed += 1
                problem(TraceProblem(file: stream.name, line: start, column: error.offset + 1, message: error.message))
            }
            for index in payload where stream.buffer[index] == 0x0A { line += 1 }
            stream.consume(payload.count)
            if stream.available > 0 {
                line += 2
                stream.consume(min(Self.separator.count, stream.available))
            }
        }
        guard first < waiting.count else { return false }
        swap(&record, &waiting[first])
        waitingBytes -= record.text.count
        if let id = record.range(of: .id) { places[Array(record.text[id])] = nil }
        first += 1
        if first == waiting.count || first > Self.waitingMax {
            waiting.removeFirst(first)
            for key in places.keys { places[key]? -= first }
            first = 0
        }
        if let port = record.port, let mapped = options.portMap[port] { record.port = mapped }
        return true
    }

    /// The next payload, up to a separator or the end; nil at the end. One that is too long is cut into pieces, of which
    /// the later ones are malformed.
    private func payload() throws(InputError) -> Range<Int>? {
        var searched = 0
        guard try stream.fill(1) else { return nil }
        while true {
            var index = stream.start + searched
            while let found = stream.firstIndex(of: 0xF0, from: index) {
                let begin = found - 1
                if begin >= stream.start, begin + Self.separator.count <= stream.end,
                    stream.buffer[begin..<begin + Self.separator.count].elementsEqual(Self.separator)
                {
                    return stream.start..<begin
                }
                index = found + 1
            }
            // A separator may lie across the end of what was read.
            searched = max(0, stream.available - Self.separator.count)
            if stream.available >= options.lineBytesMax { return stream.start..<stream.end }
            guard try stream.fill(stream.available + 1) else { return stream.start..<stream.end }
        }
    }

    private func take(_ payload: Range<Int>, _ stream: borrowing ByteStream) throws(RecordError) {
        var range = payload
        while let last = range.last, stream.buffer[last] == 0x0A, range.count == 1 { range = range.dropLast() }
        guard !range.isEmpty else { return }
        let bytes = stream.buffer.span.extracting(range)
        guard let headEnd = bytes.index(of: 0x0A, from: 0) else {
            throw RecordError(offset: 0, message: "expected a line of type, identifier and time, and then a message")
        }
        let parts = bytes.split(0..<headEnd, at: 0x20)
        guard parts.count >= 3 else {
            throw RecordError(offset: 0, message: "found \(parts.count) parts before the message, expected at least 3")
        }
        guard let time = LogNumber.whole(parts[2], of: bytes) else {
            throw RecordError(offset: parts[2].lowerBound, message: "expected nanoseconds since 1970")
        }
        let id = parts[1].map { bytes[$0] }
        let message = GoReplayMessage(headEnd + 1..<bytes.count, bytes)
        switch parts[0].count == 1 ? bytes[parts[0].lowerBound] : 0 {
        case UInt8(ascii: "1"): try begin(message, bytes, id: id, time: time)
        case UInt8(ascii: "2"): try end(message, bytes, id: id, time: time)
        case UInt8(ascii: "3"): passedOver += 1
        default: throw RecordError(offset: 0, message: "expected a type of 1, 2 or 3")
        }
    }

    private func begin(
        _ message: GoReplayMessage, _ bytes: Span<UInt8>, id: [UInt8], time: Int64
    ) throws(RecordError) {
        var record = RequestRecord()
        try message.fillRequest(&record, bytes)
        record.time = time
        record.set(.id, to: id.span)
        waitingBytes += record.text.count
        places[id] = waiting.count
        waiting.append(record)
    }

    private func end(_ message: GoReplayMessage, _ bytes: Span<UInt8>, id: [UInt8], time: Int64) throws(RecordError) {
        guard let place = places[id], place >= first else {
            passedOver += 1
            return
        }
        guard let began = waiting[place].time else { return }
        let (latency, overflow) = time.subtractingReportingOverflow(began)
        if !overflow { waiting[place].observed.latency = max(0, latency) }
        waiting[place].observed.status = message.status(bytes)
        waiting[place].observed.responseBytes = message.bodyBytes
        if waiting[place].observed.status == 101 { waiting[place].protocol = .webSocket }
    }
}
