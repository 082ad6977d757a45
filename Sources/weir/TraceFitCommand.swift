import ArgumentParser
import ControlPlane
import Glibc
import Manifests
import Replay
import Routing
import Scenario
import Traffic

/// `weir trace fit`: a scenario made of a trace.
struct TraceFitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit", abstract: "Make a scenario of captures and logs, to be edited.",
        discussion: """
            Hosts, paths, headers and weights, the arrival process that the times speak for, and service times of each backend, \
            with the evidence in comments. With -f the manifests tell the Gateway and the backends, and requests that they treat \
            alike are one.

            Exit status: 0 where everything was read to its end, 1 where a file breaks off or is malformed, or there is no \
            request to make a scenario of (nothing is written), 2 where a file cannot be read at all.

            Example: weir trace fit -f manifests/ gateway.pcap -o scenario.yaml && weir run scenario.yaml
            """)

    @Option(
        name: [.customShort("f"), .customLong("filename")],
        help: ArgumentHelp(
            "A file or folder of manifests that `weir run` is to use. May be given many times.", valueName: "path"))
    var paths: [String] = []

    @OptionGroup var input: TraceInput

    @Option(
        help: ArgumentHelp(
            "The Gateway, where neither the record nor its destination tells.", valueName: "namespace/name"),
        transform: ArgumentValue.namespacedName)
    var gateway: String?

    @Option(help: DialectOption.help)
    var dialect = DialectOption(.specification)

    @Option(name: .shortAndLong, help: "Where the scenario goes; - is standard output.")
    var output = "-"

    func validate() throws {
        try input.requireTraces()
        if paths.contains("-") { throw ValidationError("-f -: a scenario cannot name standard input") }
    }

    func run() throws {
        var fit = try makeFit()
        let (status, statistics) = try input.readAhead { fit.add($0) }
        if status == 2 { throw ExitCode.couldNotRun }
        for loss in TraceLosses(statistics).lines { StandardError.write(loss) }
        if let why = fit.whyNothing {
            StandardError.write(why)
            throw ExitCode.found
        }
        var options = TraceFit.TextOptions()
        options.traces = statistics.files.map(\.name)
        options.manifests = paths.map(pathFromScenario)
        options.timesPrefix = output == "-" ? nil : baseName
        let (text, files) = fit.scenario(options)
        for file in files { try write(file.text, to: folder + file.name) }
        try write(text, to: output)
        if status != 0 { throw ExitCode(status) }
    }

    private func makeFit() throws -> TraceFit {
        guard !paths.isEmpty else { return TraceFit(gateway: gateway) }
        let loaded = try ManifestOptions.load(paths, dialect: dialect.value)
        loaded.reportProblems()
        let table = loaded.controlPlane.table
        let decider = RequestDecider(table: table, addresses: loaded.addresses, defaultGateway: gateway)
        return TraceFit(table: table, decider: decider, endpoints: loaded.endpoints, gateway: gateway)
    }

    /// The folder that the scenario goes to, with its slash; empty for the one at hand.
    private var folder: String {
        guard output != "-", let slash = output.lastIndex(of: "/") else { return "" }
        return String(output[...slash])
    }

    /// The scenario's own name without what it ends in.
    private var baseName: String {
        let name = output.dropFirst(folder.count)
        return String(name.lastIndex(of: ".").map { $0 > name.startIndex ? name[..<$0] : name } ?? name)
    }

    /// A path as the scenario names it: relative to its file where that is in the working folder, else absolute.
    private func pathFromScenario(_ path: String) -> String {
        guard !folder.isEmpty, !path.hasPrefix("/"), let whole = realpath(path, nil) else { return path }
        defer { free(whole) }
        return String(cString: whole)
    }

    private func write(_ text: String, to path: String) throws {
        var file = try DecisionFile(path: path)
        try file.write { $0 += text.utf8 }
        try file.finish(isWhole: true)
    }
}
