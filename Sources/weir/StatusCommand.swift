import ArgumentParser
import ControlPlane
import GatewayAPI
import Glibc
import JSON
import Reports
import Validation

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "What a conformant controller would write into .status.",
        discussion: """
            The text shows each Gateway with its listeners, each route with every listener of its parents and the reason for \
            every no, and then what is odd. With -o json: one document with the resources as the API server would return them.

            Example: weir status -f manifests/
            """)

    @OptionGroup var manifests: ManifestOptions

    @Option(name: .shortAndLong, help: "text or json")
    var output: OutputFormat = .text

    func run() throws {
        let loaded = try manifests.load()
        var file = try CommandOutput()
        switch output {
        case .text: try writeText(loaded, to: &file)
        case .json:
            loaded.reportProblems()
            var writer = JSONWriter()
            StatusReport(loaded.controlPlane).write(
                loaded.inventory.objects.filter { $0.fate == .used }.map { ($0.name, $0.node) }, to: &writer)
            writer.endLine()
            try file.write(writer.bytes)
        }
        try file.flush()
        if loaded.hasErrors { throw ExitCode.found }
    }

    private func writeText(_ loaded: LoadedManifests, to file: inout CommandOutput) throws {
        let style = TextStyle.forOutput(STDOUT_FILENO)
        try file.write(lines: StatusReport(loaded.controlPlane).lines(style: style))
        let unused = loaded.inventory.unusedKinds
        if !unused.isEmpty {
            try file.write(lines: ["", "not used: " + unused.map { "\($0.count) \($0.kind)" }.joined(separator: ", ")])
        }
        let diagnostics = loaded.inventory.diagnostics + loaded.controlPlane.findings
        if !diagnostics.isEmpty { try file.write(lines: [""]) }
        for diagnostic in diagnostics { try file.write(lines: DiagnosticReport.lines(diagnostic, style: style)) }
    }
}
