import Capture

/// A format of traces that can be read.
public struct TraceFormat: Sendable {
    /// The name, as given to `--format`.
    public let name: String
    /// What it is, in a few words.
    public let summary: String
    let detects: @Sendable (Span<UInt8>) -> Bool
    let decoder: any TraceDecoder.Type

    /// How much of a file is looked at to find its format.
    static let prefixBytes = 4096

    /// Classic pcap captures.
    public static let pcap = TraceFormat(
        name: "pcap", summary: "a packet capture in the classic format", detects: PacketReader.isClassic,
        decoder: CaptureDecoder.self)
    /// pcapng captures.
    public static let pcapng = TraceFormat(
        name: "pcapng", summary: "a packet capture in the next generation format",
        detects: PacketReader.isNextGeneration, decoder: CaptureDecoder.self)
    /// Request records, one JSON object a line.
    public static let records = TraceFormat(
        name: "ndjson", summary: "request records, one JSON object a line", detects: startsWithObject,
        decoder: RecordLineDecoder.self)

    /// All formats, in the order in which a file's content is tried.
    public static let all = [pcap, pcapng, records]

    /// The format of a name; nil where there is none.
    public static func named(_ name: String) -> TraceFormat? { all.first { $0.name == name } }

    /// The format of what a file begins with.
    static func detect(_ stream: borrowing ByteStream) throws(InputError) -> TraceFormat {
        for format in all where stream.prefix(prefixBytes, is: format.detects) { return format }
        let isBlank = stream.prefix(prefixBytes) { bytes in firstVisible(bytes) == nil }
        if stream.available == 0 {
            throw InputError(.truncated, file: stream.name, offset: 0, message: "the file is empty")
        }
        let known = all.map(\.name).joined(separator: ", ")
        throw InputError(
            .malformed, file: stream.name, offset: 0,
            message: isBlank
                ? "found nothing but white space, expected one of \(known)"
                : "the content is of no known format; --format says which of \(known) it is")
    }

    @Sendable private static func startsWithObject(_ bytes: Span<UInt8>) -> Bool {
        firstVisible(bytes) == UInt8(ascii: "{")
    }

    /// The first byte that is no white space, a byte order mark passed over.
    @Sendable private static func firstVisible(_ bytes: Span<UInt8>) -> UInt8? {
        var index = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return bytes[index]
            }
        }
        return nil
    }
}

/// Reads the records of one file. To add a format: a decoder, and its entry in `TraceFormat.all`.
protocol TraceDecoder: AnyObject, SendableMetatype {
    /// Reads from the beginning of a file.
    init(_ stream: consuming ByteStream, options: TraceOptions) throws(InputError)

    /// The next record; false at the end. `problem` gets each line that cannot be read.
    func next(into record: inout RequestRecord, _ problem: (TraceProblem) -> Void) throws(InputError) -> Bool

    /// Adds what was read so far.
    func report(to statistics: inout TraceStatistics)
}
