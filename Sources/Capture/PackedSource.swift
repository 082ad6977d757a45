import Compression

/// The bytes of a compressed file, on their way to be expanded.
struct PackedSource {
    private static let windowBytes = 1 << 16

    let format: CompressionFormat
    /// How many bytes of the file were read.
    private(set) var offset: Int64
    private let name: String
    private let decompressor: Decompressor
    private var buffer: [UInt8]
    private var start = 0
    private var end: Int
    private var isExhausted: Bool

    /// A file of which the first bytes are known, or all.
    init(_ format: CompressionFormat, _ prefix: [UInt8], isWhole: Bool, name: String) throws(InputError) {
        self.format = format
        self.name = name
        do throws(CompressionError) {
            decompressor = try Decompressor(format)
        } catch {
            throw InputError(.unreadable, file: name, message: error.message)
        }
        buffer = prefix
        end = prefix.count
        offset = Int64(prefix.count)
        isExhausted = isWhole
    }

    /// Expands into `output` from `outputEnd` on; returns how many bytes, 0 at the end. What is wrong with the file comes
    /// in `failure`, after all that could be expanded.
    mutating func read(
        _ descriptor: Int32, into output: inout [UInt8], from outputEnd: Int, _ failure: inout InputError?
    ) -> Int {
        while failure == nil {
            var progress = Decompressor.Progress()
            do throws(CompressionError) {
                try expand(into: &output, from: outputEnd, &progress)
            } catch {
                let place = offset - Int64(end - start - progress.consumed)
                failure = InputError(
                    .malformed, file: name, offset: place, message: "\(error.message) (in the compressed file)")
            }
            start += progress.consumed
            if progress.produced > 0 || failure != nil { return progress.produced }
            guard start == end else { continue }
            if isExhausted {
                if !decompressor.isComplete {
                    failure = InputError(
                        .truncated, file: name, offset: offset,
                        message: "the file ends in the middle of its \(format.name) data")
                }
                return 0
            }
            refill(descriptor, &failure)
        }
        return 0
    }

    private mutating func refill(_ descriptor: Int32, _ failure: inout InputError?) {
        if buffer.count < Self.windowBytes { buffer = [UInt8](repeating: 0, count: Self.windowBytes) }
        start = 0
        end = 0
        do throws(InputError) {
            end = try ByteStream.read(descriptor, into: &buffer, from: 0, name)
            offset += Int64(end)
            isExhausted = end == 0
        } catch {
            failure = error
        }
    }

    private func expand(
        into output: inout [UInt8], from outputEnd: Int, _ progress: inout Decompressor.Progress
    ) throws(CompressionError) {
        var reached = progress
        var problem: CompressionError?
        buffer.withUnsafeBytes { input in
            output.withUnsafeMutableBytes { target in
                do throws(CompressionError) {
                    try decompressor.expand(
                        UnsafeRawBufferPointer(rebasing: input[start..<end]),
                        into: UnsafeMutableRawBufferPointer(rebasing: target[outputEnd...]), &reached)
                } catch {
                    problem = error
                }
            }
        }
        progress = reached
        if let problem { throw problem }
    }
}
