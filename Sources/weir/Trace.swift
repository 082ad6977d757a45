import ArgumentParser
import Capture
import Traffic

/// `weir trace`: what is in captures and logs, and request records made of them.
struct Trace: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read traffic: what is in a capture or log, and request records made of it.",
        subcommands: [TraceInfo.self, TraceConvert.self, TraceFitCommand.self])
}

/// What the commands that read traces have in common: which files are read, and how.
struct TraceInput: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Captures, logs and request records; - is standard input.", valueName: "trace"))
    var traces: [String] = []

    @OptionGroup var reading: TraceReading

    /// A reader of the files.
    func reader() -> TraceReader { TraceReader(traces, options: options()) }

    /// A command that has something to do without any trace does not call it.
    func requireTraces() throws {
        guard !traces.isEmpty else { throw ValidationError("no trace: name a capture, a log or request records") }
    }

    /// How the files are read.
    func options() -> TraceOptions { reading.options() }
}

/// How traces are read.
struct TraceReading: ParsableArguments {
    @Option(
        name: .customLong("format"),
        help: ArgumentHelp(
            "The format of the files: \(TraceFormat.all.map(\.name).joined(separator: ", ")). (default: by content)",
            valueName: "format"), transform: traceFormatName)
    var formatName: String?

    @OptionGroup var logs: LogInput

    @Option(help: "Read only the packets of captures that pass a filter in the language of tcpdump.")
    var filter: String?

    @Option(
        help: ArgumentHelp(
            "A file with the secrets of TLS connections (SSLKEYLOGFILE): the requests inside are read.",
            valueName: "file"))
    var keylog: String?

    @Option(
        help: ArgumentHelp("Let a port stand for another, as in 10080=80. May stand many times.", valueName: "from=to"),
        transform: PortMapping.init)
    var mapPort: [PortMapping] = []

    func validate() throws {
        if let formatName, let lines = logs.logFormat.flatMap(TraceFormat.ofLineFormat), lines.name != formatName {
            throw ValidationError("--log-format describes lines of \(lines.name), and --format says \(formatName)")
        }
    }

    /// How the files are read.
    func options() -> TraceOptions {
        var options = TraceOptions()
        options.format = formatName.flatMap(TraceFormat.named)
        logs.apply(to: &options)
        options.filter = filter
        options.keyLogPath = keylog
        for mapping in mapPort { options.portMap[mapping.from] = mapping.to }
        return options
    }

    /// The options that were given, by their names.
    var given: [String] {
        var names: [String] = []
        if formatName != nil { names.append("--format") }
        if logs.logFormat != nil { names.append("--log-format") }
        if logs.tz != nil { names.append("--tz") }
        if logs.capture != nil { names.append("--capture") }
        if logs.service != nil { names.append("--service") }
        if filter != nil { names.append("--filter") }
        if keylog != nil { names.append("--keylog") }
        if !mapPort.isEmpty { names.append("--map-port") }
        return names
    }
}

private func traceFormatName(_ text: String) throws -> String {
    guard TraceFormat.named(text) != nil else {
        throw ValidationError("expected one of \(TraceFormat.all.map(\.name).joined(separator: ", "))")
    }
    return text
}

/// `10080=80`: the first port stands for the second.
struct PortMapping {
    var from: UInt16
    var to: UInt16

    init(_ text: String) throws {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let from = UInt16(parts[0]), let to = UInt16(parts[1]), from > 0, to > 0 else {
            throw ValidationError("expected two ports from 1 to 65535, as in 10080=80")
        }
        self.from = from
        self.to = to
    }
}

/// What gives out records, one after the other.
protocol RecordSource: AnyObject {
    var onProblem: ((TraceProblem) -> Void)? { get set }
    func next(into record: inout RequestRecord) throws(InputError) -> Bool
}

extension TraceReader: RecordSource {}
extension TraceMerge: RecordSource {}

extension RecordSource {
    /// Reads all records; problems go to standard error. Returns the exit status.
    func readAll(_ body: (RequestRecord) throws -> Void) throws -> Int32 { try readAllInPlace { try body($0) } }

    /// Reads all records, which may be changed; problems go to standard error, the first ones at length.
    func readAllInPlace(_ body: (inout RequestRecord) throws -> Void) throws -> Int32 {
        var status: Int32 = 0
        let problems = TraceProblems()
        onProblem = { problems.tell($0) }
        var record = RequestRecord()
        while true {
            do {
                guard try next(into: &record) else { break }
            } catch let error {
                StandardError.write("\(error)")
                switch error.kind {
                case .unreadable: status = 2
                case .usage: return 2
                case .truncated, .malformed: status = max(status, 1)
                }
                continue
            }
            try body(&record)
        }
        return problems.isEmpty ? status : max(status, 1)
    }
}
