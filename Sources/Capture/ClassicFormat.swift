/// The classic pcap format: a header of 24 bytes, then records (draft-ietf-opsawg-pcap).
struct ClassicFormat {
    private static let microseconds: UInt32 = 0xA1B2_C3D4
    private static let nanoseconds: UInt32 = 0xA1B2_3C4D
    /// Alexey Kuznetsov's variant: eight more bytes in the header of each record.
    private static let modified: UInt32 = 0xA1B2_CD34

    private var bigEndian: Bool
    private var nanosecondsPerTick: Int64
    private var recordHeaderBytes: Int
    private var linkType: LinkType
    /// Before version 2.4 some programs wrote the two lengths of a packet in the other order.
    private var mayHaveSwappedLengths: Bool

    /// The magic number that the bytes begin with, and its byte order.
    static func magic(_ prefix: Span<UInt8>) -> (value: UInt32, bigEndian: Bool)? {
        guard prefix.count >= 4 else { return nil }
        for bigEndian in [true, false] {
            let value = prefix.number32(0, bigEndian: bigEndian)
            if value == microseconds || value == nanoseconds || value == modified { return (value, bigEndian) }
        }
        return nil
    }

    init(_ stream: inout ByteStream) throws(InputError) {
        guard try stream.fill(24) else {
            throw InputError(
                .truncated, file: stream.name, offset: stream.offset,
                message: "the file ends after \(stream.available) bytes, expected a pcap header of 24")
        }
        guard let magic = Self.magic(stream.buffer.span.extracting(stream.start..<stream.end)) else {
            throw InputError(
                .malformed, file: stream.name, offset: stream.offset,
                message: "expected the magic number of a pcap file")
        }
        bigEndian = magic.bigEndian
        nanosecondsPerTick = magic.value == Self.nanoseconds ? 1 : 1000
        recordHeaderBytes = magic.value == Self.modified ? 24 : 16
        let major = stream.number16(4, bigEndian: bigEndian)
        let minor = stream.number16(6, bigEndian: bigEndian)
        guard major == 2, minor <= 4 else {
            throw InputError(
                .malformed, file: stream.name, offset: 4,
                message: "found version \(major).\(minor) of the pcap format, expected 2.4")
        }
        mayHaveSwappedLengths = minor < 4
        // The upper bits hold the length of the frame check sequence, which is no payload.
        linkType = LinkType(rawValue: stream.number32(20, bigEndian: bigEndian) & 0xFFFF)
        stream.consume(24)
    }

    func next(_ stream: inout ByteStream) throws(InputError) -> Packet? {
        guard try stream.fill(recordHeaderBytes) else {
            guard stream.available == 0 else {
                throw InputError(
                    .truncated, file: stream.name, offset: stream.offset,
                    message: "the file ends after \(stream.available) bytes of a record header of \(recordHeaderBytes)")
            }
            return nil
        }
        let offset = stream.offset
        let seconds = Int64(stream.number32(0, bigEndian: bigEndian))
        let ticks = Int64(stream.number32(4, bigEndian: bigEndian))
        var captured = Int(stream.number32(8, bigEndian: bigEndian))
        var original = Int(stream.number32(12, bigEndian: bigEndian))
        if mayHaveSwappedLengths, captured > original { swap(&captured, &original) }
        guard captured <= PacketReader.capturedBytesMax else {
            throw InputError(
                .malformed, file: stream.name, offset: offset + 8,
                message: "found a packet of \(captured) bytes, expected at most \(PacketReader.capturedBytesMax)")
        }
        guard try stream.fill(recordHeaderBytes + captured) else {
            throw InputError(
                .truncated, file: stream.name, offset: offset,
                message: "the file ends after \(stream.available - recordHeaderBytes) bytes of a packet of \(captured)")
        }
        let start = stream.start + recordHeaderBytes
        stream.consume(recordHeaderBytes + captured)
        return Packet(
            bytes: start..<start + captured, time: seconds * 1_000_000_000 + ticks * nanosecondsPerTick,
            originalLength: max(original, captured), linkType: linkType, offset: offset)
    }
}
