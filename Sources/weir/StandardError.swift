import GatewayAPI
import Glibc
import Reports
import Synchronization
import Traffic

/// Messages for the person, which are no data. They have two shapes, whatever the command: what has a place in a text begins
/// with it, `file:line:column: error: …`, as compilers write; everything else begins with `weir: `.
enum StandardError {
    /// Writes a message of one line, the program's name before it.
    static func write(_ line: String) { writePlain("weir: \(Excerpt.escaped(line))") }

    /// Writes diagnostics. One without a place is a message like any other.
    static func write(_ diagnostics: [Diagnostic]) {
        let style = TextStyle.forOutput(STDERR_FILENO)
        for diagnostic in diagnostics {
            guard diagnostic.position == nil, diagnostic.resource == nil, diagnostic.path == nil else {
                for line in DiagnosticReport.lines(diagnostic, style: style) { writePlain(line) }
                continue
            }
            write(diagnostic.message)
            if let hint = diagnostic.hint { writePlain("    hint: \(Excerpt.escaped(hint))") }
        }
    }

    /// Writes lines as they are.
    static func writePlain(_ text: String) {
        let isColoured = TextStyle.forOutput(STDERR_FILENO).isColoured
        let bytes = PrintableText.bytes(text, isColoured: isColoured) + [0x0A]
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

/// The lines of traces that could not be read: the first of them are shown, all are counted.
final class TraceProblems: Sendable {
    private static let shownMax = 10
    private let count = Atomic<Int>(0)

    /// Takes one. It may be called on any thread.
    func tell(_ problem: TraceProblem) {
        let place = count.add(1, ordering: .relaxed).newValue
        if place <= Self.shownMax {
            let position = SourcePosition(
                file: problem.file, line: UInt32(clamping: problem.line), column: UInt32(clamping: problem.column))
            let style = TextStyle.forOutput(STDERR_FILENO)
            StandardError.writePlain(
                "\(style.bold(Excerpt.escaped("\(position):"))) \(style.bad("error:")) \(Excerpt.escaped(problem.message))"
            )
        } else if place == Self.shownMax + 1 {
            StandardError.write("further malformed lines are counted and not shown")
        }
    }

    /// Whether there were none.
    var isEmpty: Bool { count.load(ordering: .relaxed) == 0 }
}
