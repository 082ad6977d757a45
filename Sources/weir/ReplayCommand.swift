import ArgumentParser
import Capture
import ControlPlane
import Glibc
import JSON
import Replay
import Reports
import Routing
import Traffic

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "What would all the requests of a trace get.",
        discussion: """
            Reads captures, logs and request records, decides every request, and sums up what becomes of them by gateway, \
            listener, route, rule and backend. What a record lacks (a log seldom has headers) is unknown: a decision that hangs \
            on it is undetermined, and the summary says on what.

            --back-test holds what the trace says that the real proxy did (route, backend, endpoint, status) against what weir \
            says. --record writes golden decisions: one request for each distinct treatment with its decision, to be kept and \
            reviewed; --compare decides the requests of such a file again, without any trace or together with one.

            Exit status: 0 whatever the decisions say; 1 if a manifest was one that the API server would refuse, a trace breaks \
            off or has malformed lines (what could be read is told), --require-agreement is not reached, or --compare finds a \
            difference; 2 if a file cannot be read at all.

            Examples:
              weir replay -f manifests/ gateway.pcapng --map-port 10080=80
              weir replay -f manifests/ access.ndjson --decisions decisions.ndjson -o json
              weir replay -f manifests/ access.log --back-test --require-agreement 99.9%
              weir replay -f manifests/ access.log --record decisions.golden
              weir replay -f manifests/ --compare decisions.golden
            """)

    @OptionGroup var manifests: ManifestOptions
    @OptionGroup var input: TraceInput
    @OptionGroup var deciding: DecidingOptions

    @Option(
        help: ArgumentHelp(
            "Write every decision, one a line, in the order of the records; - is standard output.", valueName: "file"))
    var decisions: String?

    @Flag(help: "Compare what the trace says that the proxy did with what weir says.")
    var backTest = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "With --back-test: exit status 1 where less of the compared requests agrees.", valueName: "99.9%"),
        transform: ArgumentValue.percentage)
    var requireAgreement: Percentage?

    @Option(
        help: ArgumentHelp("Write golden decisions, one line for each distinct treatment.", valueName: "file"))
    var record: String?

    @Option(
        help: ArgumentHelp(
            "Decide the requests of golden decisions again, and tell what differs (exit status 1).", valueName: "file"))
    var compare: String?

    @Flag(help: "With --compare: rewrite the file with what is decided now (exit status 0).")
    var update = false

    @Option(name: .shortAndLong, help: "text or json (one object)")
    var output: OutputFormat = .text

    func validate() throws {
        if input.traces.isEmpty, compare == nil {
            throw ValidationError("no trace: name a capture, a log or request records")
        }
        if input.traces.isEmpty, decisions != nil || backTest || record != nil {
            throw ValidationError("--decisions, --back-test and --record need a trace")
        }
        if input.traces.isEmpty, let option = input.reading.given.first {
            throw ValidationError("\(option) is about traces: name one")
        }
        if requireAgreement != nil, !backTest { throw ValidationError("--require-agreement is for --back-test") }
        if update, compare == nil { throw ValidationError("--update is for --compare") }
        if record != nil, compare != nil { throw ValidationError("--record and --compare cannot both be given") }
    }

    func run() throws {
        let loaded = try manifests.load(dialect: deciding.dialect.value)
        loaded.reportProblems()
        let golden = try compare.map(readGolden)
        var pass = ReplayPass(
            table: loaded.controlPlane.table, decider: deciding.decider(loaded),
            decisions: try decisions.map { try DecisionFile(path: $0) })
        if backTest { pass.backTest = BackTest(table: pass.table, endpoints: loaded.endpoints) }
        if record != nil || compare != nil { pass.samples = DecisionSamples(table: pass.table) }
        let (status, statistics) = try input.readAhead { try pass.take($0) }
        try pass.finish(isWhole: status != 2)
        if status == 2, statistics.files.isEmpty { throw ExitCode.couldNotRun }
        for loss in TraceLosses(statistics).lines { StandardError.write(loss) }
        var isFound = loaded.hasErrors || !isAgreed(pass.backTest)
        if let golden {
            if try !tellDifferences(golden, pass) { isFound = true }
        } else {
            try record.map { try writeGolden(pass.golden, to: $0) }
            try writeSummary(ReplayReport(pass.replay, statistics: statistics, seed: deciding.seed), pass.backTest)
        }
        if status != 0 { throw ExitCode(status) }
        if isFound { throw ExitCode.found }
    }

    private func isAgreed(_ test: BackTest?) -> Bool {
        guard let requireAgreement, let test else { return true }
        guard let agreement = test.agreement else {
            StandardError.write("--require-agreement: nothing could be compared")
            return false
        }
        return agreement >= requireAgreement.fraction
    }

    private func writeSummary(_ report: ReplayReport, _ test: BackTest?) throws {
        if decisions == "-" {
            // Decisions on standard output are data of their own; the summary would be no line of theirs.
            let style = TextStyle.forOutput(STDERR_FILENO)
            let comparison = test.map { [""] + BackTestReport($0).lines(style: style) } ?? []
            for line in report.lines(style: style) + comparison { StandardError.writePlain(line) }
            return
        }
        var file = try CommandOutput()
        switch output {
        case .text:
            let style = TextStyle.forOutput(STDOUT_FILENO)
            try file.write(lines: report.lines(style: style))
            if let test { try file.write(lines: [""] + BackTestReport(test).lines(style: style)) }
        case .json:
            var writer = JSONWriter()
            report.write(to: &writer) { writer in
                guard let test else { return }
                writer.key("backTest")
                BackTestReport(test).write(to: &writer)
            }
            writer.endLine()
            try file.write(writer.bytes)
        }
        try file.flush()
    }

    private func readGolden(_ path: String) throws -> GoldenFile {
        do throws(InputError) {
            return try GoldenFile(path: path)
        } catch {
            StandardError.write("\(error)")
            throw ExitCode.couldNotRun
        }
    }

    /// Tells what differs, and rewrites the file where that is asked for. Whether all is as expected.
    private func tellDifferences(_ golden: GoldenFile, _ pass: consuming ReplayPass) throws -> Bool {
        guard let path = compare else { return true }
        let compared = golden.compare(&pass.decider, trace: pass.samples)
        let report = GoldenReport(file: path, compared: compared, isUpdated: update)
        if update { try writeGolden(compared.map(\.actual), to: path) }
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
        return report.isSame || update
    }

    private func writeGolden(_ decisions: [GoldenDecision], to path: String) throws {
        var writer = JSONWriter()
        GoldenFile.write(decisions, to: &writer)
        var file = try DecisionFile(path: path)
        try file.write { $0 += writer.bytes }
        try file.finish(isWhole: true)
    }
}

/// What is done with each record of a replay.
struct ReplayPass: ~Copyable {
    let table: RoutingTable
    var replay: TraceReplay
    var decider: RequestDecider
    var backTest: BackTest?
    var samples: DecisionSamples?
    private var lines: DecisionLines
    private var file: DecisionFile?

    init(table: RoutingTable, decider: RequestDecider, decisions: consuming DecisionFile?) {
        self.table = table
        self.decider = decider
        replay = TraceReplay(table: table, decider: decider)
        lines = DecisionLines(table: table, decider: decider)
        file = decisions
    }

    mutating func take(_ record: RequestRecord) throws {
        let replayed = replay.replay(record)
        if file != nil { try file?.write { lines.append(record, at: replayed.place, to: &$0) } }
        if backTest != nil { backTest?.add(record, replayed, candidates: replay.candidates(replayed)) }
        if samples != nil { samples?.add(record, group: replayed.group, replay.groups[replayed.group]) }
    }

    mutating func finish(isWhole: Bool) throws { try file?.finish(isWhole: isWhole) }

    /// The samples with their decisions.
    var golden: [GoldenDecision] {
        var decider = decider
        return samples?.sorted.map { decider.golden($0) } ?? []
    }
}

/// How the requests of a trace are decided.
struct DecidingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The Gateway, where neither the record nor its destination tells.", valueName: "namespace/name"),
        transform: ArgumentValue.namespacedName)
    var gateway: String?

    @Option(help: DialectOption.help)
    var dialect = DialectOption(.specification)

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Of the draws of weighted splits.", valueName: "n"),
        transform: ArgumentValue.seed)
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
        let problems = TraceProblems()
        let ahead = TraceReadAhead(traces, options: options()) { problems.tell($0) }
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
