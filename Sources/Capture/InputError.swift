/// Why an input file could not be read, or not to its end: the file, the place, what was found and what was expected.
public struct InputError: Error, Equatable, Sendable {
    /// What kind of failure it is; it decides the exit status.
    public enum Kind: Sendable {
        /// The file cannot be opened or read.
        case unreadable
        /// The file breaks off in the middle of something.
        case truncated
        /// The file holds what its format does not allow.
        case malformed
        /// The caller asked for what cannot be, such as a filter that does not parse.
        case usage
    }

    /// What kind of failure it is.
    public var kind: Kind
    /// The file as the user named it; `-` is standard input.
    public var file: String
    /// The byte offset in the file of what was found, where there is such a place.
    public var offset: Int64?
    /// What was found and what was expected, without a full stop.
    public var message: String

    /// Makes an error.
    public init(_ kind: Kind, file: String, offset: Int64? = nil, message: String) {
        self.kind = kind
        self.file = file
        self.offset = offset
        self.message = message
    }
}

extension InputError: CustomStringConvertible {
    /// The error in one line, as `file: byte 24: message`.
    public var description: String {
        guard let offset else { return "\(file): \(message)" }
        return "\(file): byte \(offset): \(message)"
    }
}
