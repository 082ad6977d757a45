import CLibZstd

/// Zstandard frames one after the other, by libzstd.
final class ZstandardDecoder {
    private let stream: OpaquePointer
    /// Whether the last frame ended, and none was begun since.
    private(set) var isBetweenFrames = true

    init() throws(CompressionError) {
        guard let stream = ZSTD_createDStream() else { throw CompressionError(message: "libzstd has no memory") }
        self.stream = stream
    }

    deinit { ZSTD_freeDStream(stream) }

    func expand(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
        _ progress: inout Decompressor.Progress
    ) throws(CompressionError) {
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: progress.consumed)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: progress.produced)
        while target.pos < target.size {
            let before = (source.pos, target.pos)
            let status = ZSTD_decompressStream(stream, &target, &source)
            progress.consumed = source.pos
            progress.produced = target.pos
            if ZSTD_isError(status) != 0 {
                let reason = ZSTD_getErrorName(status).map { String(cString: $0) } ?? "error \(status)"
                throw CompressionError(message: "the Zstandard data is damaged or asks for too much: \(reason)")
            }
            if (source.pos, target.pos) != before { isBetweenFrames = status == 0 }
            // What is in the decoder's own window comes out without further input.
            if source.pos == source.size, (source.pos, target.pos) == before || status == 0 { return }
        }
    }
}
