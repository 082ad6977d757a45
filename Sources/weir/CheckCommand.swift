import ArgumentParser
import ControlPlane
import GatewayAPI
import Glibc
import JSON
import Manifests
import Reports
import Review
import Validation

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Are these manifests right, and what is odd about them.",
        discussion: """
            Errors are what the API server would refuse. Warnings and infos are what a reviewer would say of manifests that it \
            takes; an annotation of a resource keeps some quiet: weir.dev/ignore: CODE, CODE.

            Examples:
              weir check -f manifests/
              weir check -f manifests/ -o json > known.ndjson
              weir check -f manifests/ --baseline known.ndjson --fail-on warning
              weir check -f manifests/ --crds vendor-crds/ --channel standard
              weir check --explain dead-rule
            """)

    /// How the findings are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, sarif, github
    }

    /// The least severity that fails the command.
    enum Threshold: String, ExpressibleByArgument, CaseIterable {
        case error, warning
    }

    @Option(
        name: [.customShort("f"), .customLong("filename")],
        help: ArgumentHelp(
            "A file or folder of manifests, or - for standard input. May be given many times.", valueName: "path"))
    var paths: [String] = []

    @Option(name: .shortAndLong, help: "text, json (one finding a line), sarif or github (annotations)")
    var output: Format = .text

    @Option(help: "error or warning: from where on the exit status is 1")
    var failOn: Threshold = .error

    @Option(
        help: ArgumentHelp("Findings that are known and left out: what -o json wrote before.", valueName: "file"))
    var baseline: String?

    @Option(help: ArgumentHelp("What a code means and how to mend it; all tells of every code.", valueName: "code"))
    var explain: String?

    @OptionGroup var definitions: DefinitionOptions

    func validate() throws {
        guard explain != nil || !paths.isEmpty else {
            throw ValidationError("no manifests: name a file or folder with -f")
        }
        guard let explain, explain != "all", FindingCatalogue.explanation(of: explain) == nil else { return }
        throw ValidationError("there is no code \(explain): weir check --explain all tells of every one")
    }

    func run() throws {
        if let explain { return try tell(explain) }
        let known = try baseline.map(readBaseline)
        let loaded = try ManifestOptions.load(paths, definitions: definitions.load())
        var review = Review(loaded.inventory, loaded.controlPlane)
        if let known { review.leaveOut(known) }
        var file = try CommandOutput()
        try write(review, to: &file)
        try file.flush()
        if output == .text { StandardError.writePlain(summary(review)) }
        let failing = review.count(.error) + (failOn == .warning ? review.count(.warning) : 0)
        if failing > 0 { throw ExitCode.found }
    }

    private func tell(_ code: String) throws {
        let style = TextStyle.forOutput(STDOUT_FILENO)
        var file = try CommandOutput()
        for (place, entry) in FindingCatalogue.all.filter({ code == "all" || $0.code == code }).enumerated() {
            if place > 0 { try file.write(lines: [""]) }
            try file.write(lines: [style.bold(entry.code), "  \(entry.summary)", "  \(entry.details)"])
        }
        try file.flush()
    }

    private func readBaseline(_ path: String) throws -> Baseline {
        do {
            return try Baseline(reading: ManifestLoader.bytes(of: path))
        } catch let error as ManifestLoadError {
            StandardError.write("\(error)")
        } catch let error as BaselineError {
            StandardError.writePlain(
                "\(Excerpt.escaped(path)):\(error.line): error: \(Excerpt.escaped(error.message))")
        }
        throw ExitCode.couldNotRun
    }

    private func write(_ review: Review, to file: inout CommandOutput) throws {
        switch output {
        case .text:
            let style = TextStyle.forOutput(STDOUT_FILENO)
            var source = SourceLines()
            for diagnostic in review.diagnostics {
                try file.write(lines: DiagnosticReport.lines(diagnostic, source: &source, style: style))
            }
        case .json:
            for diagnostic in review.diagnostics {
                var writer = JSONWriter()
                DiagnosticReport.write(diagnostic, to: &writer)
                writer.endLine()
                try file.write(writer.bytes)
            }
        case .sarif:
            var writer = JSONWriter()
            let rules = FindingCatalogue.all.map {
                SARIFReport.Rule(code: $0.code, summary: $0.summary, help: $0.details)
            }
            SARIFReport(version: Weir.configuration.version, rules: rules).write(review.diagnostics, to: &writer)
            writer.endLine()
            try file.write(writer.bytes)
        case .github:
            try file.write(lines: review.diagnostics.map(AnnotationReport.line))
        }
    }

    /// `2 errors, 1 warning`, and what is not shown.
    private func summary(_ review: Review) -> String {
        func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
        var parts = [
            counted(review.count(.error), "error"), counted(review.count(.warning), "warning"),
            counted(review.count(.info), "info"),
        ]
        if review.suppressedCount > 0 { parts.append("\(review.suppressedCount) kept quiet by annotations") }
        if review.knownCount > 0 { parts.append("\(review.knownCount) in the baseline") }
        if review.mendedCount > 0 { parts.append("\(review.mendedCount) of the baseline found no more") }
        return parts.joined(separator: ", ")
    }
}
