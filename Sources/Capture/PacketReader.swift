/// Reads the packets of a capture file, classic pcap or pcapng, one after the other.
///
/// A file that breaks off or is malformed gives every packet before that place, then throws; after that it gives none.
public struct PacketReader: ~Copyable {
    /// The most bytes that a packet may have captured; as in libpcap, more means that the file is damaged.
    static let capturedBytesMax = 1 << 18

    /// The file; packets are ranges of its window.
    public private(set) var stream: ByteStream
    /// What was met in the file apart from packets.
    public private(set) var statistics = CaptureFileStatistics()
    /// Gets the secrets of TLS connections that the file holds.
    var keyLog: KeyLog?
    private var classic: ClassicFormat?
    private var nextGeneration = NextGenerationFormat()
    private var isDone = false

    /// Whether a file that begins with these bytes is a classic capture.
    public static func isClassic(_ prefix: Span<UInt8>) -> Bool { ClassicFormat.magic(prefix) != nil }

    /// Whether a file that begins with these bytes is a pcapng capture.
    public static func isNextGeneration(_ prefix: Span<UInt8>) -> Bool {
        prefix.count >= 4 && prefix.big32(0) == NextGenerationFormat.sectionHeader
    }

    /// Reads the file's header.
    public init(_ stream: consuming ByteStream) throws(InputError) {
        guard try stream.fill(4) else { throw Self.unknownFormat(stream) }
        if stream.prefix(4, is: Self.isClassic) {
            classic = try ClassicFormat(&stream)
        } else if !stream.prefix(4, is: Self.isNextGeneration) {
            throw Self.unknownFormat(stream)
        }
        self.stream = stream
    }

    /// The next packet; nil at the end of the file.
    public mutating func next() throws(InputError) -> Packet? {
        if isDone { return nil }
        do throws(InputError) {
            let packet: Packet?
            if let classic {
                packet = try classic.next(&stream)
            } else {
                packet = try nextGeneration.next(&stream, &statistics, keyLog)
            }
            if packet == nil { isDone = true }
            return packet
        } catch {
            isDone = true
            throw error
        }
    }

    private static func unknownFormat(_ stream: borrowing ByteStream) -> InputError {
        if stream.available == 0 {
            return InputError(.truncated, file: stream.name, offset: 0, message: "the file is empty")
        }
        let found = (0..<min(4, stream.available)).map { place in
            let digits = String(stream.buffer[stream.start + place], radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        return InputError(
            .unreadable, file: stream.name, offset: 0,
            message: "found \(found.joined(separator: " ")), expected the magic number of pcap or pcapng")
    }
}

/// What was met in a capture file apart from packets.
public struct CaptureFileStatistics: Equatable, Sendable {
    /// Sections of a pcapng file.
    public var sections = 0
    /// Interfaces of a pcapng file.
    public var interfaces = 0
    /// Blocks of types that hold no packets and are passed over, by type.
    public var otherBlocks: [UInt32: Int] = [:]
    /// Packets without a time of their own (Simple Packet Blocks); they are given the last one before them.
    public var packetsWithoutTime = 0
    /// Packets whose time does not fit 64 bits of nanoseconds; they are given the last one before them.
    public var packetsWithBadTime = 0
    /// Packets that the capturing system says it dropped, as far as the file tells.
    public var droppedBySystem: UInt64 = 0
}
