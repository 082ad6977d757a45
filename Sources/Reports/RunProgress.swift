internal import Glibc
internal import Synchronization

/// How far runs are, on one line of a terminal that is written over; nothing where standard error is none.
public final class RunProgress: Sendable {
    private struct State {
        var parts: [Double]
        var shown = -1
    }

    private let state: Mutex<State>
    private let isShown: Bool

    /// Shows how far so many runs are on standard error.
    public init(runs: Int) {
        state = Mutex(State(parts: Array(repeating: 0, count: runs)))
        isShown = isatty(STDERR_FILENO) == 1
    }

    /// Takes how far a run is, 0 to 1.
    public func update(_ run: Int, _ part: Double) {
        guard isShown else { return }
        state.withLock { state in
            state.parts[run] = part
            let percent = Int(state.parts.reduce(0, +) / Double(state.parts.count) * 100)
            guard percent != state.shown else { return }
            state.shown = percent
            Self.write("\rsimulating \(percent) % ")
        }
    }

    /// Clears the line.
    public func finish() {
        guard isShown else { return }
        state.withLock { state in
            if state.shown >= 0 { Self.write("\r\u{1B}[K") }
        }
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
