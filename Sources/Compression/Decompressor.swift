/// Expands compressed bytes piece by piece, in memory that does not hang on their length.
public final class Decompressor {
    private enum Codec {
        case gzip(GzipDecoder)
        case zstandard(ZstandardDecoder)
    }

    /// What is expanded.
    public let format: CompressionFormat
    private let codec: Codec

    /// A decompressor at the beginning of a file.
    public init(_ format: CompressionFormat) throws(CompressionError) {
        self.format = format
        switch format {
        case .gzip: codec = .gzip(try GzipDecoder())
        case .zstandard: codec = .zstandard(try ZstandardDecoder())
        }
    }

    /// Whether the bytes so far are whole: the file may end here.
    public var isComplete: Bool {
        switch codec {
        case .gzip(let decoder): decoder.isBetweenMembers
        case .zstandard(let decoder): decoder.isBetweenFrames
        }
    }

    /// Expands `input` into `output`, as much as there is of the one and as fits into the other. `progress` is what was
    /// used and made, also where an error follows.
    public func expand(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, _ progress: inout Progress
    ) throws(CompressionError) {
        switch codec {
        case .gzip(let decoder): try decoder.expand(input, into: output, &progress)
        case .zstandard(let decoder): try decoder.expand(input, into: output, &progress)
        }
    }

    /// How far a call came.
    public struct Progress: Sendable {
        /// Compressed bytes that were used.
        public var consumed = 0
        /// Bytes that were made of them.
        public var produced = 0

        /// Nothing yet.
        public init() {}
    }
}
