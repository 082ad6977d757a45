import ArgumentParser
import Glibc
import Reports

/// Standard output in large pieces, its failures turned into exit statuses: a reader that goes away (`weir … | head`) ends
/// the command in silence, as it does any filter.
struct CommandOutput: ~Copyable {
    private var file: OutputFile
    private var buffer: [UInt8] = []
    private let isColoured = TextStyle.forOutput(STDOUT_FILENO).isColoured
    private static let pieceBytes = 1 << 16

    init() throws {
        do throws(OutputError) {
            file = try OutputFile(path: "-")
        } catch {
            throw Self.exitCode(error)
        }
    }

    mutating func write(_ bytes: [UInt8]) throws {
        buffer += bytes
        if buffer.count >= Self.pieceBytes { try flush() }
    }

    mutating func write(lines: [String]) throws {
        for line in lines {
            buffer += PrintableText.bytes(line, isColoured: isColoured)
            buffer.append(0x0A)
        }
        if buffer.count >= Self.pieceBytes { try flush() }
    }

    /// Writes what is left. A command calls it at its end.
    mutating func flush() throws {
        do throws(OutputError) {
            try file.write(buffer)
        } catch {
            throw Self.exitCode(error)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func exitCode(_ error: OutputError) -> ExitCode {
        switch error {
        case .brokenPipe: return .success
        case .failed(let message):
            StandardError.write("standard output: \(message)")
            return .couldNotRun
        }
    }
}
