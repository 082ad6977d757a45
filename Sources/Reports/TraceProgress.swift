internal import Glibc

/// How far a trace was read, on one line of a terminal that is written over; nothing where standard error is none.
public struct TraceProgress {
    private let isShown: Bool
    private var shown: Int64 = 0

    /// Shows progress on standard error.
    public init() { isShown = isatty(STDERR_FILENO) == 1 }

    /// Takes how many records were read so far; shows it a few times a second.
    public mutating func update(_ records: UInt64) {
        guard isShown else { return }
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let now = Int64(time.tv_sec) * 10 + Int64(time.tv_nsec) / 100_000_000
        guard now > shown + 1 else { return }
        shown = now
        Self.write("\r\(RunText.count(records)) requests ")
    }

    /// Clears the line.
    public func finish() {
        if isShown, shown > 0 { Self.write("\r\u{1B}[K") }
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
