import ArgumentParser
import GatewayAPI
import Glibc
import JSON
import Reports
import Routing
import Scenario
import Testbed

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Simulate scenarios: decisions, load and latency per route over time.",
        discussion: """
            A scenario is a file, or a folder with a scenario.yaml: manifests, traffic, backends, events and what has to \
            hold. The same scenario and seed give the same bytes, whatever the number of threads.

            Exit status: 0 where all expectations hold, 1 where one does not, 2 where a run could not be made.

            Example: weir run scenarios/storefront-canary
            """)

    @Argument(help: ArgumentHelp("Scenario files, or folders with a scenario.yaml.", valueName: "scenario"))
    var scenarios: [String]

    @Option(
        parsing: .unconditional, help: ArgumentHelp("How many runs are made at once.", valueName: "n"),
        transform: ArgumentValue.integer(1...1024))
    var threads: Int = 1

    @OptionGroup(title: "Statistics") var statistics: StatisticsOptions

    @Option(
        help: ArgumentHelp(
            "Hold the scenario against this one, with the same arrivals and demands, and tell the differences.",
            valueName: "scenario"))
    var against: String?

    @Option(name: .shortAndLong, help: "text, json (one object a line) or html (one page, with plots over time).")
    var output: RunFormat = .text

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Tell the result in intervals of this length too; html: a hundredth of the run where left out.",
            valueName: "time"), transform: ArgumentValue.time)
    var interval: Int64?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("In place of the scenario's own seed.", valueName: "n"),
        transform: ArgumentValue.seed)
    var seed: UInt64?

    @Option(help: DialectOption.help)
    var dialect = DialectOption(.specification)

    func validate() throws {
        guard !scenarios.isEmpty else { throw ValidationError("no scenario: name a file or a folder") }
        if statistics.plan == nil, against == nil, statistics.confidence != nil {
            throw ValidationError("--confidence asks for intervals, which come with --replications or --precision")
        }
        if against != nil {
            guard scenarios.count == 1 else { throw ValidationError("--against compares one scenario with another") }
            guard output != .html else { throw ValidationError("--against writes text or json") }
            if interval != nil { throw ValidationError("--against compares whole runs, and --interval cuts them") }
            guard statistics.precision == nil, statistics.replications ?? 2 > 1 else {
                throw ValidationError("--against takes --replications, at least 2, and no --precision")
            }
        }
        if output == .html, scenarios.count > 1 {
            throw ValidationError("an HTML page holds one scenario, and \(scenarios.count) are given")
        }
    }

    func run() throws {
        if let against { return try compare(against) }
        let results = simulate(try compile(scenarios))
        var file = try CommandOutput()
        var isMet = true
        for (index, result) in results.enumerated() {
            let measured: ScenarioResult
            do {
                measured = try result.get()
            } catch {
                StandardError.write("\(scenarios[index]): \(error)")
                try file.flush()
                throw ExitCode.couldNotRun
            }
            if measured.requests == 0, measured.total.flows.isEmpty {
                StandardError.write("\(scenarios[index]): no request arrived after the warm-up: nothing was measured")
            }
            try write(measured, isFirst: index == 0, to: &file)
            isMet = isMet && measured.isMet
        }
        try file.flush()
        if !isMet { throw ExitCode.found }
    }

    private func compare(_ other: String) throws {
        let compiled = try compile(scenarios + [other])
        let plan = ReplicationPlan(
            replications: statistics.replications ?? 10, confidence: statistics.confidence ?? 0.95)
        let progress = RunProgress(runs: 2)
        let difference: ScenarioDifference
        do {
            difference = try Experiment.compare(compiled[0], against: compiled[1], plan: plan, threads: threads) {
                progress.update($0, $1)
            }
        } catch {
            StandardError.write("\(scenarios[0]) against \(other): \(error)")
            throw ExitCode.couldNotRun
        }
        progress.finish()
        var file = try CommandOutput()
        let report = DifferenceReport(difference)
        if output == .json {
            var writer = JSONWriter()
            report.write(to: &writer)
            writer.endLine()
            try file.write(writer.bytes)
        } else {
            try file.write(lines: report.lines(style: TextStyle.forOutput(STDOUT_FILENO)))
        }
        try file.flush()
        if !difference.result.isMet { throw ExitCode.found }
    }

    /// The results in the order of the scenarios.
    private func simulate(_ compiled: [CompiledScenario]) -> [Result<ScenarioResult, any Error>] {
        let progress = RunProgress(runs: compiled.count)
        let results = Experiment(compiled, plan: statistics.plan).run(threads: threads) { progress.update($0, $1) }
        progress.finish()
        return results
    }

    /// All scenarios are read before the first one is run: a mistake in the last is not found after an hour.
    private func compile(_ scenarios: [String]) throws -> [CompiledScenario] {
        var compiled: [CompiledScenario] = []
        var failed = false
        // Scenarios that share manifests share what is odd about them.
        var told: Set<Diagnostic> = []
        for path in scenarios {
            do throws(InvalidScenario) {
                var scenario = try CompiledScenario(path: path, seed: seed, dialect: dialect.value)
                if let interval, !scenario.cut(every: interval) {
                    let least = CompiledScenario.leastInterval(of: scenario.model.duration)
                    StandardError.write(
                        "--interval: found \(QuantityText.exact(interval)), expected at least \(QuantityText.exact(least)): \(path) is told in \(CompiledScenario.intervalsMax) intervals at most"
                    )
                    failed = true
                }
                if output == .html, interval == nil, scenario.file.interval == nil {
                    _ = scenario.cut(every: scenario.intervalForPlots)
                }
                StandardError.write(scenario.warnings.filter { told.insert($0).inserted })
                compiled.append(scenario)
            } catch {
                StandardError.write(
                    error.diagnostics.filter { $0.severity != .info && told.insert($0).inserted })
                failed = true
            }
        }
        if failed { throw ExitCode.couldNotRun }
        return compiled
    }

    private func write(_ result: ScenarioResult, isFirst: Bool, to file: inout CommandOutput) throws {
        let report = RunReport(result)
        switch output {
        case .text:
            if !isFirst { try file.write(lines: [""]) }
            try file.write(lines: report.lines(style: TextStyle.forOutput(STDOUT_FILENO)))
        case .json:
            var writer = JSONWriter()
            report.write(to: &writer)
            writer.endLine()
            try file.write(writer.bytes)
        case .html:
            try file.write(Array(report.html().utf8))
        }
    }
}

/// How `weir run` writes its result.
enum RunFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people, on a terminal.
    case text
    /// For programs.
    case json
    /// For people, with plots.
    case html
}
