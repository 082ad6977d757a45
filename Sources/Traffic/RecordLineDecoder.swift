import Capture

/// Reads request records, one JSON object a line. Empty lines are passed over.
final class RecordLineDecoder: TraceDecoder {
    private var lines: LineReader
    private var reader = RequestRecordReader()
    private var malformed = 0
    private let options: TraceOptions

    init(_ stream: consuming ByteStream, options: TraceOptions) throws(InputError) {
        lines = LineReader(stream, lineBytesMax: options.lineBytesMax)
        self.options = options
    }

    func next(into record: inout RequestRecord, _ problem: (TraceProblem) -> Void) throws(InputError) -> Bool {
        while let line = try lines.next() {
            do throws(RecordError) {
                if line.isTooLong {
                    throw RecordError(offset: 0, message: "longer than \(options.lineBytesMax) bytes")
                }
                guard try read(line, lines.stream, into: &record) else { continue }
                if let port = record.port, let mapped = options.portMap[port] { record.port = mapped }
                return true
            } catch {
                malformed += 1
                problem(
                    TraceProblem(
                        file: lines.stream.name, line: line.number, column: error.offset + 1, message: error.message))
            }
        }
        return false
    }

    func report(to statistics: inout TraceStatistics) {
        statistics.lines += lines.lines
        statistics.malformedLines += malformed
        statistics.bytes += lines.stream.offset
    }

    /// Reads a line; false where it is blank.
    private func read(
        _ line: LineReader.Line, _ stream: borrowing ByteStream, into record: inout RequestRecord
    ) throws(RecordError) -> Bool {
        var text = stream.buffer.span.extracting(line.bytes)
        if line.number == 1, text.count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF {
            text = text.extracting(droppingFirst: 3)
        }
        var isBlank = true
        for index in text.indices where text[index] > 0x20 {
            isBlank = false
            break
        }
        guard !isBlank else { return false }
        try reader.read(text, into: &record)
        return true
    }
}
