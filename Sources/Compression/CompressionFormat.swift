/// How a file is compressed, as its first bytes say.
public enum CompressionFormat: Sendable {
    /// gzip (RFC 1952), any number of members.
    case gzip
    /// Zstandard (RFC 8878), any number of frames, skippable ones among them.
    case zstandard

    /// How many bytes it takes to tell.
    public static let magicBytes = 4

    /// The format of what begins with these bytes; nil where it is not compressed.
    public init?(_ prefix: Span<UInt8>) {
        guard prefix.count >= Self.magicBytes else { return nil }
        // The magic number and the only method that there is (RFC 1952, section 2.3.1).
        if prefix[0] == 0x1F, prefix[1] == 0x8B, prefix[2] == 8 {
            self = .gzip
            return
        }
        // RFC 8878, sections 3.1.1 and 3.1.2.
        let isFrame = prefix[0] == 0x28 && prefix[1] == 0xB5 && prefix[2] == 0x2F && prefix[3] == 0xFD
        let isSkippable = prefix[0] & 0xF0 == 0x50 && prefix[1] == 0x2A && prefix[2] == 0x4D && prefix[3] == 0x18
        guard isFrame || isSkippable else { return nil }
        self = .zstandard
    }

    /// The name for messages.
    public var name: StaticString {
        switch self {
        case .gzip: "gzip"
        case .zstandard: "Zstandard"
        }
    }
}

/// What is wrong with compressed bytes, without a full stop.
public struct CompressionError: Error, Equatable, Sendable {
    /// What was found.
    public var message: String
}
