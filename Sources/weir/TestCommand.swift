import ArgumentParser
import Expectations
import GatewayAPI
import Glibc
import JSON
import Reports
import Traffic

struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Do the expectations hold: of single requests, and of all requests of a kind.",
        discussion: """
            A path is a file of kind RoutingTest, a scenario (what it expects of requests is decided by the tables in force \
            at their times; nothing is simulated), or a folder of such files: other objects in it are passed over. \
            docs/testing.md describes the format.

            Invariants are decided for every possible request, not for some: what they say is a proof, and what they refuse \
            comes with a request that shows it. What cannot be worked out is told and fails, unless the file lets it pass.

            Exit status: 0 where all expectations hold, 1 where one does not (or --require-coverage is not reached, or a \
            trace breaks off or has malformed lines), 2 where the tests could not run.

            Examples:
              weir test tests/
              weir test tests/ --coverage --traffic access.ndjson
              weir test tests/ -o junit --require-coverage 80% > report.xml
              weir test tests/routing.yaml --watch
            """)

    /// How the results are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, junit, tap, github
    }

    @Argument(help: ArgumentHelp("Files and folders of tests and scenarios.", valueName: "path"))
    var paths: [String]

    @Option(
        name: [.customShort("f"), .customLong("filename")],
        help: ArgumentHelp(
            "Manifests in place of those that the routing tests name. May be given many times.", valueName: "path"))
    var manifests: [String] = []

    @Option(name: .shortAndLong, help: "text, json (one object a line), junit, tap or github (annotations)")
    var output: Format = .text

    @Flag(name: .shortAndLong, help: "text: tell of what holds too.")
    var verbose = false

    @Flag(help: "How much of the manifests the tests use, and requests that would use the rest.")
    var coverage = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Exit status 1 where the tests use less of the manifests.", valueName: "80%"),
        transform: ArgumentValue.percentage)
    var requireCoverage: Percentage?

    @Option(
        help: ArgumentHelp(
            "A capture, log or request records: what of the manifests they use. May be given many times.",
            valueName: "trace"))
    var traffic: [String] = []

    @Option(
        help: ArgumentHelp(
            "With --traffic: the Gateway, where neither a record nor its destination tells.",
            valueName: "namespace/name"),
        transform: ArgumentValue.namespacedName)
    var gateway: String?

    @OptionGroup(title: "how --traffic is read") var reading: TraceReading

    @Option(help: ArgumentHelp("In place of what the tests say. \(DialectOption.helpText)", valueName: "name"))
    var dialect: DialectOption?

    @Flag(help: "Run again whenever a file changes that the results hang on. Ctrl-C ends it.")
    var watch = false

    func validate() throws {
        guard !paths.isEmpty else { throw ValidationError("no test: name a file or a folder") }
        if traffic.isEmpty, let option = (reading.given + (gateway == nil ? [] : ["--gateway"])).first {
            throw ValidationError("\(option) is for --traffic, which is not given")
        }
        if paths.contains("-"), watch { throw ValidationError("--watch cannot watch standard input") }
    }

    func run() throws {
        guard watch else {
            let round = try runOnce()
            if round.status != 0 { throw ExitCode(round.status) }
            return
        }
        var files = FileWatch()
        files.add(paths + manifests + traffic)
        while true {
            files.add(try runOnce().files)
            files.waitForChange()
            StandardError.writePlain("")
        }
    }

    /// The exit status, and the files that the results hang on.
    private func runOnce() throws -> (status: Int32, files: [String]) {
        let suite: TestSuite
        do throws(InvalidTests) {
            suite = try TestSuite(paths, manifests: manifests, dialect: dialect?.value)
        } catch {
            StandardError.write(error.diagnostics)
            return (2, [])
        }
        StandardError.write(suite.warnings)
        var results = suite.run()
        var status: Int32 = 0
        var measured: TestCoverage?
        if coverage || requireCoverage != nil || !traffic.isEmpty {
            var count = suite.trafficCount(gateway: gateway)
            status = try self.count(&count)
            let found = suite.coverage(traffic: traffic.isEmpty ? nil : count)
            if let requireCoverage {
                results.append(TestSuite.check(found, isAtLeast: requireCoverage.fraction))
            }
            measured = found
        }
        if status == 2 { return (2, suite.files) }
        let report = TestReport(results, coverage: measured)
        try write(report)
        return (report.holds ? status : 1, suite.files)
    }

    /// Counts the traffic. Returns the exit status.
    private func count(_ counts: inout TrafficCount) throws -> Int32 {
        guard !traffic.isEmpty else { return 0 }
        let reader = TraceReader(traffic, options: reading.options())
        let status = try reader.readAll { counts.add($0) }
        for loss in TraceLosses(reader.statistics).lines { StandardError.write(loss) }
        return status
    }

    private func write(_ report: TestReport) throws {
        var file = try CommandOutput()
        switch output {
        case .text:
            try file.write(lines: report.lines(style: .forOutput(STDOUT_FILENO), isVerbose: verbose))
        case .json:
            var writer = JSONWriter()
            report.writeLines(to: &writer)
            try file.write(writer.bytes)
        case .junit: try file.write(lines: report.junitLines)
        case .tap: try file.write(lines: report.tapLines)
        case .github: try file.write(lines: report.annotations)
        }
        try file.flush()
    }
}
