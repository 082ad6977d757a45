import Compression
import Glibc

/// A file or standard input, read once from front to back through a window of bounded size. What is compressed with gzip
/// or Zstandard, which its first bytes tell, is expanded.
///
/// `fill` makes bytes available from `start` on, `consume` lets go of them. The window grows only to what one call of
/// `fill` asks for, so the memory used hangs on the largest piece, not on the length of the file.
public struct ByteStream: ~Copyable {
    /// The file as the user named it; `-` is standard input.
    public let name: String
    /// The window. What is available lies at `start..<end`.
    public private(set) var buffer: [UInt8]
    /// Where the available bytes begin in `buffer`.
    public private(set) var start = 0
    /// Where they end.
    public private(set) var end = 0
    /// How many bytes of the content, expanded where it is compressed, lie before `start`.
    public private(set) var offset: Int64 = 0
    private var isIdentified = false
    private var isExhausted = false
    private var packed: PackedSource?
    private var failure: InputError?
    private let descriptor: Int32

    /// Opens a file; `-` is standard input.
    public init(path: String, windowBytes: Int = 1 << 18) throws(InputError) {
        name = path
        buffer = [UInt8](repeating: 0, count: max(windowBytes, 4096))
        if path == "-" {
            descriptor = STDIN_FILENO
            return
        }
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unreadable(path, errno) }
    }

    /// Reads bytes that are in memory.
    public init(_ bytes: [UInt8], name: String) {
        self.name = name
        descriptor = -1
        isIdentified = true
        if let format = CompressionFormat(bytes.span),
            let source = try? PackedSource(format, bytes, isWhole: true, name: name)
        {
            buffer = []
            packed = source
        } else {
            buffer = bytes
            end = bytes.count
            isExhausted = true
        }
    }

    deinit {
        if descriptor > STDIN_FILENO { close(descriptor) }
    }

    /// How many bytes can be read without another `fill`.
    public var available: Int { end - start }

    /// Reads until at least `count` bytes are available; false where the file ends before. Throws where it cannot be
    /// read, or expanded, that far; what could be is then available.
    public mutating func fill(_ count: Int) throws(InputError) -> Bool {
        if available >= count { return true }
        if !isIdentified { try identify() }
        if start > 0, start == end || start + count > buffer.count { moveToFront() }
        while available < count, !isExhausted { try receive() }
        if available < count, let failure { throw failure }
        return available >= count
    }

    /// Finds out whether the file is compressed.
    private mutating func identify() throws(InputError) {
        while available < CompressionFormat.magicBytes, !isExhausted { try receive() }
        isIdentified = true
        guard let format = CompressionFormat(buffer.span.extracting(start..<end)) else { return }
        packed = try PackedSource(format, Array(buffer[start..<end]), isWhole: isExhausted, name: name)
        start = 0
        end = 0
        isExhausted = false
    }

    /// Makes more bytes available, if there are any.
    private mutating func receive() throws(InputError) {
        // Grown only when it is full: a length that a damaged file claims costs nothing before the bytes are there.
        if end == buffer.count {
            buffer.append(contentsOf: [UInt8](repeating: 0, count: max(buffer.count, 4096)))
        }
        let received: Int
        if packed != nil {
            received = packed?.read(descriptor, into: &buffer, from: end, &failure) ?? 0
        } else {
            received = try Self.read(descriptor, into: &buffer, from: end, name)
        }
        if received == 0 { isExhausted = true }
        end += received
    }

    /// Reads from a descriptor behind `end`; 0 at the end of the file.
    static func read(
        _ descriptor: Int32, into buffer: inout [UInt8], from end: Int, _ name: String
    ) throws(InputError) -> Int {
        while true {
            let received = buffer.withUnsafeMutableBytes { bytes in
                Glibc.read(descriptor, bytes.baseAddress.map { $0 + end }, bytes.count - end)
            }
            if received >= 0 { return received }
            if errno != EINTR { throw unreadable(name, errno) }
        }
    }

    /// The number of 16 bits at a place from `start` on; it must be available.
    @inline(__always)
    func number16(_ place: Int, bigEndian: Bool) -> UInt16 {
        buffer.span.number16(start + place, bigEndian: bigEndian)
    }

    /// The number of 32 bits at a place from `start` on; it must be available.
    @inline(__always)
    func number32(_ place: Int, bigEndian: Bool) -> UInt32 {
        buffer.span.number32(start + place, bigEndian: bigEndian)
    }

    /// Whether the first available bytes, at most `count`, fulfil a condition.
    public func prefix(_ count: Int, is condition: (Span<UInt8>) -> Bool) -> Bool {
        condition(buffer.span.extracting(start..<start + min(count, available)))
    }

    /// The place in `buffer` of the first available byte from `index` on that is `byte`.
    public func firstIndex(of byte: UInt8, from index: Int) -> Int? {
        buffer.span.extracting(0..<end).firstIndex(of: byte, from: index)
    }

    /// Lets go of available bytes.
    public mutating func consume(_ count: Int) {
        precondition(count <= available, "more is consumed than was filled")
        start += count
        offset += Int64(count)
    }

    /// Reads past bytes, however many; returns how many there were before the file ended.
    public mutating func skip(_ count: Int64) throws(InputError) -> Int64 {
        var left = count
        while left > 0, try fill(1) {
            let step = Int(min(Int64(available), left))
            consume(step)
            left -= Int64(step)
        }
        return count - left
    }

    private mutating func moveToFront() {
        let count = available
        if count > 0 {
            buffer.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                memmove(base, base + start, count)
            }
        }
        start = 0
        end = count
    }

    private static func unreadable(_ name: String, _ code: Int32) -> InputError {
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return InputError(.unreadable, file: name, message: reason)
    }
}
