import Analysis
import ArgumentParser
import ControlPlane
import GatewayAPI
import Glibc
import JSON
import Manifests
import Replay
import Reports
import Routing
import Traffic
import Validation

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "What changes for requests between two sets of manifests, and for how much of the traffic.",
        discussion: """
            Compares what becomes of every possible request: each region whose treatment changes is named with one request \
            that shows it, whose routes are concerned, and the edit that makes the change. "no request changes" is a proof. \
            With traces every request of them is decided on both sides too.

            A path is a file, a folder, - for standard input, or git:REVISION:PATH; git:REVISION alone takes the other side's \
            paths at that revision.

            Exit status: 0 nothing changes; 1 something does or may (with --fail-if or --no-new-capture: what they name \
            does or may); 2 the comparison could not run.

            Examples:
              weir diff --from git:main --to routes/
              weir diff --from live.yaml --to new/ access.ndjson --fail-if 'newlyFailing > 0.1%'
              weir diff --from live.yaml --forget-age
            """)

    /// How the result is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, markdown
    }

    @Option(
        help: ArgumentHelp(
            "The manifests before: a file, a folder, - or git:REVISION[:PATH]. May be given many times.",
            valueName: "path"))
    var from: [String]

    @Option(
        help: ArgumentHelp(
            "The manifests after. May be given many times; with --forget-age those before are taken where none are given.",
            valueName: "path"))
    var to: [String] = []

    @Flag(help: "Take all objects after the change as of one age, as they are once restored from files.")
    var forgetAge = false

    @Flag(help: "Only fail where a namespace's route takes requests that another namespace's had.")
    var noNewCapture = false

    @Option(
        help: ArgumentHelp(
            "Only fail where more of the traffic changes than this, as 'newlyFailing > 0.1%'. May be given many times.",
            discussion: "It may be any kind of change, changed or undetermined.", valueName: "condition"),
        transform: TrafficCondition.init)
    var failIf: [TrafficCondition] = []

    @Option(
        help: ArgumentHelp(
            "The Gateway, where neither a record nor its destination tells.", valueName: "namespace/name"),
        transform: ArgumentValue.namespacedName)
    var gateway: String?

    @Option(help: DialectOption.help)
    var dialect = DialectOption(.specification)

    @Option(name: .shortAndLong, help: "text, json (one object) or markdown")
    var output: Format = .text

    @OptionGroup(title: "traces") var input: TraceInput

    @OptionGroup var definitions: DefinitionOptions

    func validate() throws {
        guard !to.isEmpty || forgetAge else { throw ValidationError("name the manifests after the change with --to") }
        let unused = input.reading.given + (gateway == nil ? [] : ["--gateway"])
        if input.traces.isEmpty, let option = unused.first {
            throw ValidationError("\(option) is about traffic: name a trace")
        }
        if !failIf.isEmpty, input.traces.isEmpty { throw ValidationError("--fail-if is about traffic: name a trace") }
        if from.contains("-"), to.contains("-") { throw ValidationError("only one side can be standard input") }
    }

    func run() throws {
        let (before, after) = (paths(from, other: to), paths(to.isEmpty ? from : to, other: from))
        let installed = try definitions.load()
        let old = try ManifestOptions.load(before, definitions: installed, dialect: dialect.value)
        let new =
            to.isEmpty && !before.contains("-")
            ? old : try ManifestOptions.load(after, definitions: installed, dialect: dialect.value)
        new.reportProblems()
        if !to.isEmpty { old.reportProblems(besides: new) }
        let aged = forgetAge ? ControlPlane(forgettingAgesOf: new.inventory, dialect: dialect.value) : new.controlPlane
        let diff = ClusterDiff(
            from: (old.inventory, old.controlPlane), to: (new.inventory, aged), forgetsAge: forgetAge)
        var traffic: TrafficDiff?
        var readStatus: Int32 = 0
        if !input.traces.isEmpty {
            var counts = TrafficDiff(
                diff.table, from: decider(old, old.controlPlane.table), to: decider(new, aged.table))
            let (status, statistics) = try input.readAhead { counts.add($0) }
            readStatus = status
            if status == 2, statistics.files.isEmpty { throw ExitCode.couldNotRun }
            for loss in TraceLosses(statistics).lines { StandardError.write(loss) }
            traffic = counts
        }
        let capture = noNewCapture ? CaptureCheck(diff.table) : nil
        try write(DiffReport(diff, traffic: traffic, capture: capture))
        if readStatus > 1 { throw ExitCode(readStatus) }
        if fails(diff, traffic, capture) || readStatus != 0 { throw ExitCode.found }
    }

    private func fails(_ diff: ClusterDiff, _ traffic: TrafficDiff?, _ capture: CaptureCheck?) -> Bool {
        guard noNewCapture || !failIf.isEmpty else { return diff.table.isEqual != true }
        if let capture {
            if case .passes = capture {} else { return true }
        }
        guard let traffic else { return false }
        return failIf.contains { $0.holds(traffic) }
    }

    /// The paths of one side; a revision alone stands for the other side's paths at that revision.
    private func paths(_ own: [String], other: [String]) -> [String] {
        own.flatMap { path -> [String] in
            guard let revision = GitRevision(path), revision.path == nil else { return [path] }
            return other.map { other in
                "git:\(revision.revision):\(GitRevision(other)?.path ?? other)"
            }
        }
    }

    private func decider(_ loaded: LoadedManifests, _ table: RoutingTable) -> RequestDecider {
        RequestDecider(table: table, addresses: loaded.addresses, defaultGateway: gateway)
    }

    private func write(_ report: DiffReport) throws {
        var file = try CommandOutput()
        switch output {
        case .text: try file.write(lines: report.lines(style: .forOutput(STDOUT_FILENO)))
        case .markdown: try file.write(lines: report.markdownLines)
        case .json:
            var writer = JSONWriter()
            report.write(to: &writer)
            writer.endLine()
            try file.write(writer.bytes)
        }
        try file.flush()
    }
}
