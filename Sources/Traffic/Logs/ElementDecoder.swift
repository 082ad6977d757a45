import Capture

/// Reads the requests of one element of a document.
protocol ElementParser {
    /// The names that lead to the array of elements.
    static var path: [String] { get }

    init(_ options: TraceOptions)

    /// Begins an element.
    mutating func begin(_ element: Span<UInt8>) throws(RecordError)

    /// The next request of the element; false where there is no other.
    mutating func next(_ element: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) -> Bool

    /// Whether the element can be read on after an error.
    var canGoOn: Bool { get }

    /// What was passed over because it is no request of a gateway.
    var passedOver: Int { get }
}

/// Reads a document whose array's elements hold requests.
final class ElementDecoder<Parser: ElementParser>: TraceDecoder {
    private static var elementBytesMax: Int { 1 << 26 }

    private var elements: JSONElementReader
    private var parser: Parser
    private var current: JSONElementReader.Element?
    private var malformed = 0
    private let options: TraceOptions

    init(_ stream: consuming ByteStream, options: TraceOptions) throws(InputError) {
        elements = JSONElementReader(stream, path: Parser.path, elementBytesMax: Self.elementBytesMax)
        parser = Parser(options)
        self.options = options
    }

    func next(into record: inout RequestRecord, _ problem: (TraceProblem) -> Void) throws(InputError) -> Bool {
        while true {
            guard let element = current else {
                guard let element = try elements.next() else { return false }
                do throws(RecordError) {
                    try begin(element, elements.stream)
                    current = element
                } catch {
                    report(error, element, problem)
                }
                continue
            }
            do throws(RecordError) {
                guard try read(element, elements.stream, into: &record) else {
                    current = nil
                    continue
                }
                if let port = record.port, let mapped = options.portMap[port] { record.port = mapped }
                return true
            } catch {
                // Where a value is not what it should be, the next request is read on; broken JSON ends the element.
                report(error, element, problem)
                if !parser.canGoOn { current = nil }
            }
        }
    }

    func report(to statistics: inout TraceStatistics) {
        statistics.lines += elements.line
        statistics.malformedLines += malformed
        statistics.passedOver += parser.passedOver
        statistics.bytes += elements.stream.offset
    }

    private func begin(_ element: JSONElementReader.Element, _ stream: borrowing ByteStream) throws(RecordError) {
        try parser.begin(stream.buffer.span.extracting(element.bytes))
    }

    private func read(
        _ element: JSONElementReader.Element, _ stream: borrowing ByteStream, into record: inout RequestRecord
    ) throws(RecordError) -> Bool {
        try parser.next(stream.buffer.span.extracting(element.bytes), into: &record)
    }

    private func report(
        _ error: RecordError, _ element: JSONElementReader.Element, _ problem: (TraceProblem) -> Void
    ) {
        malformed += 1
        problem(
            TraceProblem(
                file: elements.stream.name, line: element.line, column: error.offset + 1, message: error.message))
    }
}
