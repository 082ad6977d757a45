public import GatewayAPI

/// The lines of the files that were read, for reports that show them: read again, one file at a time.
public struct SourceLines {
    private var file: String?
    private var lines: [ArraySlice<UInt8>] = []

    /// Nothing read yet.
    public init() {}

    /// The line of a position, without its end; nil where the text is gone, as that of standard input is.
    public mutating func line(at position: SourcePosition) -> String? {
        if position.file != file {
            file = position.file
            lines = []
            if position.file != "-", let bytes = try? ManifestLoader.bytes(of: position.file),
                let text = SourceText(bytes)
            {
                lines = text.bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            }
        }
        guard position.line >= 1, position.line <= lines.count else { return nil }
        var line = lines[Int(position.line) - 1]
        if line.last == 0x0D { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }
}
