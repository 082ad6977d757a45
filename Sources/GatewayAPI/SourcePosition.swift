/// A place in an input file.
public struct SourcePosition: Hashable, Sendable {
    /// The file as the user named it (or found below the folder that the user named); `-` is standard input.
    public var file: String
    /// From 1.
    public var line: UInt32
    /// From 1, in bytes of UTF-8.
    public var column: UInt32

    /// Makes a position.
    public init(file: String, line: UInt32, column: UInt32) {
        self.file = file
        self.line = line
        self.column = column
    }
}

extension SourcePosition: Comparable {
    /// By file, line and column.
    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

extension SourcePosition: CustomStringConvertible {
    /// `file:line:column`, as compilers print it.
    public var description: String { "\(file):\(line):\(column)" }
}
