import ArgumentParser
import Capture
import JSON
import Traffic

/// `weir trace convert`: traces of any format as request records.
struct TraceConvert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Write the requests of captures and logs as request records, one a line.",
        discussion: """
            Several traces are written one after the other; --merge puts them together by time, where each of them is in order, \
            and --sort sorts all, whatever their order, using temporary files where memory does not suffice.

            Values of header fields that carry secrets (Authorization, Cookie, API keys) are replaced by keyed hashes, unless \
            --no-redact is given: the same value becomes the same hash, but only with the same --salt in another run.

            Exit status: 0 where everything was read to its end, 1 where a file breaks off or is malformed (what could \
            be read of it is written), 2 where a file cannot be read at all (no output file is left). Losses and gaps of captures are counted \
            on standard error.
            """)

    @OptionGroup var input: TraceInput
    @OptionGroup(title: "Which requests") var selection: TraceSelection
    @OptionGroup(title: "What is made unreadable") var redaction: TraceRedaction

    @Flag(help: "Put several traces together by time. Each must be in order.")
    var merge = false

    @Flag(help: "Sort by time.")
    var sort = false

    @Option(name: .shortAndLong, help: "Where the records go; - is standard output.")
    var output: String

    func validate() throws {
        try input.requireTraces()
        if let same = input.traces.first(where: { OutputFile.isSame($0, output) }) {
            throw ValidationError("-o \(output) is the trace \(same) itself")
        }
        if merge, input.traces.filter({ $0 == "-" }).count > 1 { throw ValidationError("--merge: - can stand once") }
    }

    func run() throws {
        var status: Int32 = 0
        var writer = JSONWriter()
        let sorter = sort ? RecordSorter() : nil
        var transform = RecordTransform(selection: selection, redaction: redaction)
        var statistics = TraceStatistics()
        do {
            var file = try OutputFile(path: output)
            func take(_ record: inout RequestRecord) throws {
                guard transform.keeps(&record) else { return }
                if let sorter { return try sorter.add(record) }
                record.write(to: &writer)
                writer.endLine()
                if writer.bytes.count >= 1 << 16 {
                    try file.write(writer.bytes)
                    writer.removeAll()
                }
            }
            if merge {
                let reader = TraceMerge(input.traces, options: input.options())
                status = try reader.readAllInPlace(take)
                statistics = reader.statistics
            } else {
                let reader = input.reader()
                status = try reader.readAllInPlace(take)
                statistics = reader.statistics
            }
            var sorted: [UInt8] = []
            try sorter?.finish { line in
                sorted += line
                if sorted.count >= 1 << 16 {
                    try file.write(sorted)
                    sorted.removeAll(keepingCapacity: true)
                }
            }
            try file.write(sorted + writer.bytes)
            // With an input missing, the output would look whole and not be.
            if status != 2 { try file.finish() }
        } catch OutputError.brokenPipe {
            throw ExitCode(status)
        } catch let OutputError.failed(message) {
            StandardError.write("\(output): \(message)")
            throw ExitCode(2)
        } catch let error as InputError {
            StandardError.write("\(error)")
            throw ExitCode(2)
        }
        for line in TraceLosses(statistics).lines + transform.notes(statistics, isSorted: sort) {
            StandardError.write(line)
        }
        if status != 0 { throw ExitCode(status) }
    }
}
