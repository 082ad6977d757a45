public import Capture
import Glibc
import JSON

/// Puts records into the order of their times, however many there are: what does not fit in memory is written to temporary
/// files, each in order, which are then merged. Records of equal times keep their order; those without a time come first.
public final class RecordSorter {
    private let bytesMax: Int
    private var lines = JSONWriter()
    /// Time, and where the line is in `lines`.
    private var keys: [(time: Int64, start: Int, end: Int)] = []
    private var folder: String?
    private var files: [String] = []

    /// - Parameter bytesMax: how much of the records is held in memory.
    public init(bytesMax: Int = 1 << 26) { self.bytesMax = bytesMax }

    deinit {
        for file in files { unlink(file) }
        if let folder { rmdir(folder) }
    }

    /// Takes a record.
    public func add(_ record: RequestRecord) throws(InputError) {
        let start = lines.bytes.count
        record.write(to: &lines)
        lines.endLine()
        keys.append((record.time ?? .min, start, lines.bytes.count))
        if lines.bytes.count >= bytesMax { try spill() }
    }

    /// Gives out all lines, in order.
    public func finish(_ body: ([UInt8]) throws -> Void) throws {
        guard !files.isEmpty else {
            for key in sorted() { try body(Array(lines.bytes[key.start..<key.end])) }
            return
        }
        try spill()
        let merge = TraceMerge(files, options: options)
        var record = RequestRecord()
        var writer = JSONWriter()
        while try merge.next(into: &record) {
            record.write(to: &writer)
            writer.endLine()
            try body(writer.bytes)
            writer.removeAll()
        }
    }

    private var options: TraceOptions {
        var options = TraceOptions()
        options.format = .records
        return options
    }

    /// Stable: the places in `lines` grow with the order in which records came.
    private func sorted() -> [(time: Int64, start: Int, end: Int)] {
        keys.sorted { ($0.time, $0.start) < ($1.time, $1.start) }
    }

    private func spill() throws(InputError) {
        guard !keys.isEmpty else { return }
        let folder: String
        if let made = self.folder { folder = made } else { folder = try makeFolder() }
        let path = "\(folder)/\(files.count).ndjson"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { close(descriptor) }
        files.append(path)
        var sortedLines: [UInt8] = []
        sortedLines.reserveCapacity(lines.bytes.count)
        for key in sorted() { sortedLines.append(contentsOf: lines.bytes[key.start..<key.end]) }
        var written = 0
        while written < sortedLines.count {
            let count = sortedLines.withUnsafeBytes {
                write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count >= 0 { written += count } else if errno != EINTR { throw Self.failure(path) }
        }
        keys.removeAll(keepingCapacity: true)
        lines.removeAll()
    }

    private func makeFolder() throws(InputError) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/weir-sort-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Self.failure(parent) }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        folder = path
        return path
    }

    private static func failure(_ path: String) -> InputError {
        let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
        return InputError(.unreadable, file: path, message: "sorting needs space that cannot be written: \(reason)")
    }
}
