import ArgumentParser
import JSON
import Reports
import Traffic

/// `weir trace info`: what is in captures and logs.
struct TraceInfo: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, html }

    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Say what is in captures and logs, and what of them could not be read.",
        discussion: """
            Exit status: 0 where everything was read to its end, 1 where a file breaks off or is malformed, 2 where a \
            file cannot be read at all.
            """)

    @OptionGroup var input: TraceInput

    @Option(name: .shortAndLong, help: "Text for a person, one JSON object, or a page with a timeline (html).")
    var output = Format.text

    func validate() throws { try input.requireTraces() }

    func run() throws {
        let reader = input.reader()
        var summary = TraceSummary()
        let status = try reader.readAll { summary.add($0) }
        // Nothing could be opened: there is nothing to say but that.
        if status == 2, reader.statistics.files.isEmpty { throw ExitCode(2) }
        let report: [UInt8]
        switch output {
        case .text: report = Array(TraceInfoText(summary, reader.statistics).text.utf8)
        case .json: report = traceInfoJSON(summary, reader.statistics)
        case .html:
            let losses = TraceLosses(reader.statistics).lines
            report = Array(TraceInfoPage(summary, reader.statistics, losses: losses).text.utf8)
        }
        do {
            var file = try OutputFile(path: "-")
            try file.write(report)
        } catch OutputError.brokenPipe {
            throw ExitCode(status)
        } catch let OutputError.failed(message) {
            StandardError.write("standard output: \(message)")
            throw ExitCode(2)
        }
        if status != 0 { throw ExitCode(status) }
    }
}
