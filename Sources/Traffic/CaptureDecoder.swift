import Capture

/// Makes request records of a capture's exchanges.
final class CaptureDecoder: TraceDecoder {
    private var reader: CaptureReader
    private var exchange = Exchange()
    private var name: String
    private let options: TraceOptions

    init(_ stream: consuming ByteStream, options: TraceOptions) throws(InputError) {
        name = stream.name
        self.options = options
        let keyLog: KeyLog? = if let path = options.keyLogPath { try KeyLog(path: path) } else { nil }
        reader = try CaptureReader(stream, filter: options.filter, limits: options.captureLimits, keyLog: keyLog)
    }

    /// Adds another capture, whose packets are merged with those of this one by time.
    func merge(_ stream: consuming ByteStream) throws(InputError) {
        let other = stream.name
        try reader.merge(stream)
        name += " + \(other)"
    }

    func next(into record: inout RequestRecord, _ problem: (TraceProblem) -> Void) throws(InputError) -> Bool {
        guard try reader.next(into: &exchange) else { return false }
        record.fill(from: &exchange, portMap: options.portMap)
        return true
    }

    func report(to statistics: inout TraceStatistics) {
        statistics.bytes += reader.offset
        statistics.captures.append((name, reader.statistics))
        statistics.filterFailures += reader.filterFailures.map {
            "\(name): no packet of link type \($0.linkType.description) passes the filter: \($0.reason)"
        }
    }
}
