import Capture

/// Reads one line of a log as a request.
protocol LineParser {
    /// A parser for a file, of which the first bytes are given.
    init(_ options: TraceOptions) throws(InputError)

    /// Reads a line that is not blank; false where it holds no request, as a heading does not.
    mutating func read(_ line: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) -> Bool
}

/// Reads a file of lines, each of them a request. Blank lines are passed over.
final class LineDecoder<Parser: LineParser>: TraceDecoder {
    private var lines: LineReader
    private var parser: Parser
    private var malformed = 0
    private var passedOver = 0
    private let options: TraceOptions

    init(_ stream: consuming ByteStream, options: TraceOptions) throws(InputError) {
        parser = try Parser(options)
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
        while !text.isEmpty, text[text.count - 1] <= 0x20 { text = text.extracting(droppingLast: 1) }
        guard !text.isEmpty else { return false }
        // Texts are positions of 32 bits.
        guard text.count < Int(UInt32.max) else { throw RecordError(offset: 0, message: "longer than 4 GiB") }
        return try parser.read(text, into: &record)
    }
}

extension RequestRecordReader: LineParser {
    init(_ options: TraceOptions) { self.init() }

    mutating func read(_ line: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) -> Bool {
        let _: Void = try read(line, into: &record)
        return true
    }
}
