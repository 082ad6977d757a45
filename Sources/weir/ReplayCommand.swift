import ArgumentParser
import Capture
import ControlPlane
import Glibc
import JSON
import Replay
import Reports
import Routing
import Synchronization
import Traffic

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "What would all the requests of a trace get.",
        discussion: """
            Reads captures, logs and request records, decides every request, and sums up what becomes of them by gateway, \
            listener, route, rule and backend. What a record lacks (a log seldom has headers) is unknown: a decision that hangs \
            on it is undetermined, and the summary says on what.

            Exit status: 0 whatever the decisions say; 1 if a manifest was one that the API server would refuse, or a trace \
            breaks off or has malformed lines (what could be read is told); 2 if a file cannot be read at all.

            Examples:
              weir replay -f manifests/ gateway.pcapng --map-port 10080=80
              weir replay -f manifests/ access.ndjson --decisions decisions.ndjson -o json
            """)

    @OptionGroup var manifests: ManifestOptions
    @OptionGroup var input: TraceInput
    @OptionGroup var deciding: DecidingOptions

    @Option(
        help: ArgumentHelp(
            "Write every decision, one a line, in the order of the records; - is standard output.", valueName: "file"))
    var decisions: String?

    @Option(name: .shortAndLong, help: "text or json (one object)")
    var output: OutputFormat = .text

    func run() throws {
        let loaded = try manifests.load(dialect: deciding.dialect.value)
        loaded.reportProblems()
        let table = loaded.controlPlane.table
        let decider = deciding.decider(loaded)
        var replay = TraceReplay(table: table, decider: decider)
        var lines = decisions.map { _ in DecisionLines(table: table, decider: decider) }
        var file = try decisions.map { try DecisionFile(path: $0) }
        let (status, statistics) = try input.readAhead { record in
            let replayed = replay.replay(record)
            if lines != nil {
                try file?.write { lines?.append(record, at: replayed.place, to: &$0) }
            }
        }
        try file?.finish(isWhole: status != 2)
        if status == 2, statistics.files.isEmpty { throw ExitCode.couldNotRun }
        for loss in TraceLosses(statistics).lines { StandardError.write(loss) }
        try writeSummary(ReplayReport(replay, statistics: statistics, seed: deciding.seed))
        if status != 0 { throw ExitCode(status) }
        if loaded.hasErrors { throw ExitCode.found }
    }

    private func writeSummary(_ report: ReplayReport) throws {
        if decisions == "-" {
            // Decisions on standard output are data of their own; the summary would be no line of theirs.
            for line in report.lines(style: .forOutput(STDERR_FILENO)) { StandardError.writePlain(line) }
            return
        }
        var file = try CommandOutput()
        switch output {
        case .text: try file.write(lines: report.lines(style: .forOutput(STDOUT_FILENO)))
        case .json:
            var writer = JSONWriter()
            report.write(to: &writer)
            writer.endLine()
            try file.write(writer.bytes)
        }
        try file.flush()
    }
}

/// How the requests of a trace are decided.
struct DecidingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The Gateway, where neither the record nor its destination tells.", valueName: "namespace/name"))
    var gateway: String?

    @Option(help: DialectOption.help)
    var dialect = DialectOption(.specification)

    @Option(help: "Of the draws of weighted splits.")
    var seed: UInt64 = 1

    func decider(_ loaded: LoadedManifests) -> RequestDecider {
        if let gateway, !loaded.controlPlane.table.ports.contains(where: { $0.gateway == gateway }) {
            StandardError.write("--gateway \(gateway): no listener of such a Gateway takes requests")
        }
        return RequestDecider(
            table: loaded.controlPlane.table, addresses: loaded.addresses, defaultGateway: gateway, seed: seed)
    }
}

extension TraceInput {
    /// Reads all records, the reader on a thread of its own; problems go to standard error. Returns the exit status and what was
    /// read.
    func readAhead(_ body: (RequestRecord) throws -> Void) throws -> (status: Int32, statistics: TraceStatistics) {
        let problems = ProblemCount()
        let ahead = TraceReadAhead(traces, options: options()) { problem in
            problems.add()
            StandardError.write("\(problem)")
        }
        var status: Int32 = 0
        var progress = TraceProgress()
        var batch = TraceReadAhead.Batch()
        var records: UInt64 = 0
        while ahead.next(&batch) {
            for index in 0..<batch.count { try body(batch.records[index]) }
            records += UInt64(batch.count)
            progress.update(records)
            guard let failure = batch.failure else { continue }
            StandardError.write("\(failure)")
            switch failure.kind {
            case .unreadable: status = 2
            case .usage: throw ExitCode.couldNotRun
            case .truncated, .malformed: status = max(status, 1)
            }
        }
        progress.finish()
        return (problems.isEmpty ? status : max(status, 1), ahead.statistics)
    }
}

/// Whether lines could not be read.
private final class ProblemCount: Sendable {
    private let count = Atomic<Int>(0)

    func add() { count.add(1, ordering: .relaxed) }

    var isEmpty: Bool { count.load(ordering: .relaxed) == 0 }
}

/// The file that decisions go to, in large pieces.
struct DecisionFile: ~Copyable {
    private var file: OutputFile
    private let path: String
    private var buffer: [UInt8] = []

    init(path: String) throws {
        self.path = path
        do throws(OutputError) {
            file = try OutputFile(path: path)
        } catch {
            throw Self.exitCode(error, path)
        }
    }

    mutating func write(_ body: (inout [UInt8]) -> Void) throws {
        body(&buffer)
        if buffer.count >= 1 << 17 { try flush() }
    }

    /// Puts the file in its place; with an input missing it would look whole and not be.
    mutating func finish(isWhole: Bool) throws {
        try flush()
        do throws(OutputError) {
            if isWhole { try file.finish() }
        } catch {
            throw Self.exitCode(error, path)
        }
    }

    private mutating func flush() throws {
        do throws(OutputError) {
            try file.write(buffer)
        } catch {
            throw Self.exitCode(error, path)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func exitCode(_ error: OutputError, _ path: String) -> ExitCode {
        switch error {
        case .brokenPipe: return .success
        case .failed(let message):
            StandardError.write("\(path == "-" ? "standard output" : path): \(message)")
            return .couldNotRun
        }
    }
}
