public import Capture

/// How a trace is to be read.
public struct TraceOptions: Sendable {
    /// The format; nil: found by content, for each file.
    public var format: TraceFormat?
    /// Which packets of captures are read, in the language of tcpdump (pcap-filter(7)).
    public var filter: String?
    /// Ports that stand for others: 80 for 10080 where the listener's port is 80 and the capture saw 10080.
    public var portMap: [UInt16: UInt16] = [:]
    /// A file with the secrets of TLS connections, as `SSLKEYLOGFILE` names it to browsers and libraries.
    public var keyLogPath: String?
    /// The bounds within which captures are read.
    public var captureLimits = CaptureLimits()
    /// The most bytes that a line of a log may have; a longer one is a problem, and is passed over.
    public var lineBytesMax = 1 << 24
    /// What a person says of logs.
    public var logs = LogOptions()

    /// The defaults.
    public init() {}
}

/// A line of a trace that could not be read. It does not stop the rest.
public struct TraceProblem: Equatable, Sendable {
    /// The file as the user named it.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// The place in the line, in bytes from 1.
    public var column: Int
    /// What was found and what was expected.
    public var message: String
}

extension TraceProblem: CustomStringConvertible {
    /// `file:line:column: message`.
    public var description: String { "\(file):\(line):\(column): \(message)" }
}

/// What was read of a trace, and what could not be.
public struct TraceStatistics: Sendable {
    /// Records that were given out.
    public var records = 0
    /// Lines of logs.
    public var lines = 0
    /// Lines that could not be read.
    public var malformedLines = 0
    /// Parts of traces that are well-formed and no requests to a gateway, such as spans of other services.
    public var passedOver = 0
    /// Bytes of all files.
    public var bytes: Int64 = 0
    /// Records whose time lies before that of a record given out earlier.
    public var recordsOutOfOrder = 0
    /// The files read, each with its format.
    public var files: [(name: String, format: TraceFormat)] = []
    /// What was in each capture among them.
    public var captures: [(name: String, statistics: CaptureStatistics)] = []
    /// Link types of captures for which the filter makes no sense, as messages.
    public var filterFailures: [String] = []

    /// Nothing read.
    public init() {}
}

/// Reads the request records of traces of any format, one after the other, in memory that hangs on the longest line
/// and on the connections open at a time, not on the length of the trace.
///
///     let reader = TraceReader(["access.ndjson", "gateway.pcapng"])
///     var record = RequestRecord()
///     while try reader.next(into: &record) { … }
///
/// Files are read one after the other, except captures that follow one another: their packets are merged by time, so that
/// connections go on from file to file. One that cannot be read, or not to its end, gives all that can be read of it
/// and then throws, once; the next call goes on with the next file.
public final class TraceReader {
    private let options: TraceOptions
    /// All that is read together, by whichever reader.
    private let inputs: [String]
    private var remaining: ArraySlice<String>
    /// A file that was opened to see whether it is a capture as well, and is none.
    private var opened: OpenedTrace?
    /// Why files could not be opened while another was; said next.
    private var failures: [InputError] = []
    private var decoder: (any TraceDecoder)?
    private var finished = TraceStatistics()
    private var latestTime = Int64.min

    /// Gets every line that cannot be read; the reader keeps none.
    public var onProblem: ((TraceProblem) -> Void)?

    /// Reads files, `-` being standard input; nothing is opened before the first record is asked for.
    public convenience init(_ paths: [String], options: TraceOptions = TraceOptions()) {
        self.init(paths, options: options, among: paths)
    }

    /// Reads some of the files that options are about.
    init(_ paths: [String], options: TraceOptions, among inputs: [String]) {
        self.options = options
        self.inputs = inputs
        remaining = paths[...]
    }

    /// What was read so far.
    public var statistics: TraceStatistics {
        var statistics = finished
        decoder?.report(to: &statistics)
        return statistics
    }

    /// Puts the next record into `record`, whose memory is used again; false at the end of the last file.
    public func next(into record: inout RequestRecord) throws(InputError) -> Bool {
        while true {
            if !failures.isEmpty { throw failures.removeFirst() }
            if decoder == nil {
                if let opened {
                    self.opened = nil
                    decoder = try begin(opened)
                } else {
                    guard let path = remaining.popFirst() else { return false }
                    decoder = try begin(try open(path))
                }
                continue
            }
            do throws(InputError) {
                if let decoder, try decoder.next(into: &record, problem) {
                    count(record)
                    return true
                }
                close()
            } catch {
                close()
                throw error
            }
        }
    }

    private func problem(_ problem: TraceProblem) { onProblem?(problem) }

    private func count(_ record: RequestRecord) {
        finished.records += 1
        guard let time = record.time else { return }
        if time < latestTime { finished.recordsOutOfOrder += 1 }
        latestTime = max(latestTime, time)
    }

    private func close() {
        decoder?.report(to: &finished)
        decoder = nil
    }

    private func open(_ path: String) throws(InputError) -> OpenedTrace {
        var stream = try ByteStream(path: path)
        do throws(InputError) {
            _ = try stream.fill(TraceFormat.prefixBytes)
        } catch {
            // A compressed file may be damaged close behind its beginning: what lies before is read all the same.
            guard stream.available > 0 else { throw error }
        }
        let format = try options.format(of: stream)
        for option in options.selective { try option.require(format, of: path, among: inputs) }
        finished.files.append((path, format))
        return OpenedTrace(stream, format)
    }

    /// Begins to read a file, and with a capture those that follow it.
    private func begin(_ file: OpenedTrace) throws(InputError) -> any TraceDecoder {
        let decoder = try file.format.decoder.init(file.take(), options: options)
        guard let capture = decoder as? CaptureDecoder else { return decoder }
        while opened == nil, let path = remaining.popFirst() {
            do throws(InputError) {
                let next = try open(path)
                guard next.format.decoder is CaptureDecoder.Type else {
                    opened = next
                    break
                }
                try capture.merge(next.take())
            } catch {
                failures.append(error)
            }
        }
        return decoder
    }
}

/// A file of which the beginning was read.
private final class OpenedTrace {
    let format: TraceFormat
    private var stream: ByteStream?

    init(_ stream: consuming ByteStream, _ format: TraceFormat) {
        self.stream = consume stream
        self.format = format
    }

    /// Hands over the file, once.
    func take() throws(InputError) -> ByteStream {
        guard let stream = stream.take() else {
            throw InputError(.unreadable, file: "trace", message: "is being read already")
        }
        return stream
    }
}
