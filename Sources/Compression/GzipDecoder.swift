import CLibZ

/// gzip members one after the other, by zlib.
final class GzipDecoder {
    // zlib keeps the address of its stream.
    private let stream: UnsafeMutablePointer<z_stream>
    /// Whether the last member ended, and none was begun since.
    private(set) var isBetweenMembers = true
    private var members = 0
    /// Whether zeros came after the last member: nothing else may follow.
    private var isPadding = false

    init() throws(CompressionError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // The largest window, and the header of gzip alone.
        let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw CompressionError(message: "zlib cannot begin: \(status)") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func expand(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
        _ progress: inout Decompressor.Progress
    ) throws(CompressionError) {
        while progress.consumed < input.count, progress.produced < output.count {
            if isBetweenMembers, members > 0 {
                // Tapes and block devices pad with zeros; gzip(1) passes over them too.
                if input[progress.consumed] == 0 {
                    isPadding = true
                    progress.consumed += 1
                    continue
                }
                guard !isPadding, input[progress.consumed] == 0x1F else {
                    throw CompressionError(message: "found bytes after the end of the gzip data")
                }
                inflateReset(stream)
            }
            isBetweenMembers = false
            try inflateOnce(input, into: output, &progress)
        }
    }

    private func inflateOnce(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
        _ progress: inout Decompressor.Progress
    ) throws(CompressionError) {
        let source = UnsafeMutableRawBufferPointer(
            mutating: UnsafeRawBufferPointer(rebasing: input[progress.consumed...]))
        let target = UnsafeMutableRawBufferPointer(rebasing: output[progress.produced...])
        stream.pointee.next_in = source.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.pointee.avail_in = uInt(clamping: source.count)
        stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.pointee.avail_out = uInt(clamping: target.count)
        let (inBefore, outBefore) = (stream.pointee.avail_in, stream.pointee.avail_out)
        let status = inflate(stream, Z_NO_FLUSH)
        progress.consumed += Int(inBefore - stream.pointee.avail_in)
        progress.produced += Int(outBefore - stream.pointee.avail_out)
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END:
            isBetweenMembers = true
            members += 1
        default:
            let reason = stream.pointee.msg.map { String(cString: $0) } ?? "error \(status)"
            throw CompressionError(message: "the gzip data is damaged: \(reason)")
        }
    }
}
