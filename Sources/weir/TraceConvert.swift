import ArgumentParser
import JSON
import Traffic

/// `weir trace convert`: traces of any format as request records.
struct TraceConvert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Write the requests of captures and logs as request records, one a line.",
        discussion: """
            Exit status: 0 where everything was read to its end, 1 where a file breaks off or is malformed (what could \
            be read of it is written), 2 where a file cannot be read at all (no output file is left). Losses and gaps of captures are counted \
            on standard error.
            """)

    @OptionGroup var input: TraceInput

    @Option(name: .shortAndLong, help: "Where the records go; - is standard output.")
    var output: String

    func run() throws {
        let reader = try input.reader()
        var status: Int32 = 0
        do {
            var file = try OutputFile(path: output)
            var writer = JSONWriter()
            status = try input.readAll(reader) { record in
                record.write(to: &writer)
                writer.endLine()
                if writer.bytes.count >= 1 << 16 {
                    try file.write(writer.bytes)
                    writer.removeAll()
                }
            }
            try file.write(writer.bytes)
            // With an input missing, the output would look whole and not be.
            if status != 2 { try file.finish() }
        } catch OutputError.brokenPipe {
            throw ExitCode(status)
        } catch let OutputError.failed(message) {
            StandardError.write("\(output): \(message)")
            throw ExitCode(2)
        }
        for line in TraceLosses(reader.statistics).lines { StandardError.write(line) }
        if status != 0 { throw ExitCode(status) }
    }
}
