/// The pcapng format: blocks in sections, packets from several interfaces (draft-ietf-opsawg-pcapng).
struct NextGenerationFormat {
    static let sectionHeader: UInt32 = 0x0A0D_0D0A
    private static let interfaceDescription: UInt32 = 1
    private static let obsoletePacket: UInt32 = 2
    private static let simplePacket: UInt32 = 3
    private static let interfaceStatistics: UInt32 = 5
    private static let enhancedPacket: UInt32 = 6
    private static let decryptionSecrets: UInt32 = 10
    private static let keyLogSecrets: UInt32 = 0x544C_534B
    private static let byteOrderMagic: UInt32 = 0x1A2B_3C4D
    /// A packet, its options and their like: blocks that are read as a whole may not be longer.
    private static let blockBytesMax = 1 << 24
    private static let interfacesMax = 1 << 16

    private var bigEndian = false
    private var interfaces: [CaptureInterface] = []
    private var lastTime: Int64 = 0

    /// The next packet, blocks of other kinds passed over; nil at the end of the file.
    mutating func next(
        _ stream: inout ByteStream, _ statistics: inout CaptureFileStatistics, _ keyLog: KeyLog?
    ) throws(InputError) -> Packet? {
        while true {
            guard try stream.fill(12) else {
                guard stream.available == 0 else {
                    throw truncated(stream, "the file ends after \(stream.available) bytes of a block header of 12")
                }
                return nil
            }
            if stream.number32(0, bigEndian: true) == Self.sectionHeader {
                try beginSection(&stream)
                statistics.sections += 1
                continue
            }
            let type = stream.number32(0, bigEndian: bigEndian)
            let length = Int(stream.number32(4, bigEndian: bigEndian))
            guard length >= 12, length % 4 == 0 else {
                throw malformed(stream, 4, "found a block length of \(length), expected a multiple of 4 from 12 on")
            }
            if let packet = try readBlock(type, length, &stream, &statistics, keyLog) { return packet }
        }
    }

    private mutating func readBlock(
        _ type: UInt32, _ length: Int, _ stream: inout ByteStream, _ statistics: inout CaptureFileStatistics,
        _ keyLog: KeyLog?
    ) throws(InputError) -> Packet? {
        switch type {
        case Self.interfaceDescription, Self.obsoletePacket, Self.simplePacket, Self.enhancedPacket,
            Self.interfaceStatistics, Self.decryptionSecrets:
            break
        default:
            statistics.otherBlocks[type, default: 0] += 1
            guard try stream.skip(Int64(length)) == Int64(length) else {
                throw truncated(stream, "the file ends in a block of type \(type) of \(length) bytes")
            }
            return nil
        }
        guard length <= Self.blockBytesMax else {
            throw malformed(stream, 4, "found a block length of \(length), expected at most \(Self.blockBytesMax)")
        }
        guard try stream.fill(length) else {
            throw truncated(stream, "the file ends after \(stream.available) bytes of a block of \(length)")
        }
        let trailer = Int(stream.buffer.span.number32(stream.start + length - 4, bigEndian: bigEndian))
        guard trailer == length else {
            throw malformed(stream, length - 4, "found a closing block length of \(trailer), expected \(length)")
        }
        let body = stream.start + 8..<stream.start + length - 4
        var packet: Packet?
        switch type {
        case Self.interfaceDescription:
            try readInterface(body, stream)
            statistics.interfaces += 1
        case Self.interfaceStatistics: readStatistics(body, stream, &statistics)
        case Self.decryptionSecrets: readSecrets(body, stream, keyLog)
        case Self.simplePacket: packet = try readSimple(body, stream, &statistics)
        default: packet = try readPacket(body, isEnhanced: type == Self.enhancedPacket, stream, &statistics)
        }
        stream.consume(length)
        return packet
    }

    private mutating func beginSection(_ stream: inout ByteStream) throws(InputError) {
        guard try stream.fill(28) else {
            throw truncated(stream, "the file ends after \(stream.available) bytes of a section header of 28")
        }
        switch stream.number32(8, bigEndian: true) {
        case Self.byteOrderMagic: bigEndian = true
        case Self.byteOrderMagic.byteSwapped: bigEndian = false
        default: throw malformed(stream, 8, "found no byte-order magic number in a section header")
        }
        let major = stream.number16(12, bigEndian: bigEndian)
        guard major == 1 else {
            let minor = stream.number16(14, bigEndian: bigEndian)
            throw malformed(stream, 12, "found version \(major).\(minor) of the pcapng format, expected 1.0")
        }
        let length = Int(stream.number32(4, bigEndian: bigEndian))
        guard length >= 28, length % 4 == 0 else {
            throw malformed(stream, 4, "found a section header of \(length) bytes, expected a multiple of 4 from 28 on")
        }
        interfaces.removeAll(keepingCapacity: true)
        guard try stream.skip(Int64(length)) == Int64(length) else {
            throw truncated(stream, "the file ends in a section header of \(length) bytes")
        }
    }

    private mutating func readInterface(_ body: Range<Int>, _ stream: borrowing ByteStream) throws(InputError) {
        guard body.count >= 8 else {
            throw malformed(stream, 4, "found an interface description of \(body.count) bytes, expected at least 8")
        }
        guard interfaces.count < Self.interfacesMax else {
            throw malformed(stream, 0, "found more than \(Self.interfacesMax) interfaces in a section")
        }
        do throws(PacketOptionError) {
            interfaces.append(
                try CaptureInterface(stream.buffer.span.extracting(body), bigEndian: bigEndian))
        } catch {
            throw malformed(stream, 8 + error.offset, error.message)
        }
    }

    /// The secrets of TLS connections, in the format that NSS writes them in.
    private func readSecrets(_ body: Range<Int>, _ stream: borrowing ByteStream, _ keyLog: KeyLog?) {
        let bytes = stream.buffer.span.extracting(body)
        guard bytes.count >= 8, bytes.number32(0, bigEndian: bigEndian) == Self.keyLogSecrets else { return }
        let length = Int(bytes.number32(4, bigEndian: bigEndian))
        keyLog?.add(bytes.extracting(8..<min(bytes.count, 8 + length)))
    }

    private func readStatistics(
        _ body: Range<Int>, _ stream: borrowing ByteStream, _ statistics: inout CaptureFileStatistics
    ) {
        let bytes = stream.buffer.span.extracting(body)
        guard bytes.count >= 12 else { return }
        // Options that break off say nothing; the packets do not hang on them.
        try? forEachPacketOption(bytes, from: 12, bigEndian: bigEndian) { code, value in
            // isb_ifdrop
            guard code == 5, value.count == 8 else { return }
            let first = UInt64(value.number32(0, bigEndian: bigEndian))
            let second = UInt64(value.number32(4, bigEndian: bigEndian))
            statistics.droppedBySystem &+= bigEndian ? first << 32 | second : second << 32 | first
        }
    }

    private mutating func readSimple(
        _ body: Range<Int>, _ stream: borrowing ByteStream, _ statistics: inout CaptureFileStatistics
    ) throws(InputError) -> Packet {
        guard body.count >= 4 else {
            throw malformed(stream, 4, "found a simple packet block of \(body.count) bytes, expected at least 4")
        }
        guard let interface = interfaces.first else {
            throw malformed(stream, 0, "found a packet before any interface description")
        }
        let original = Int(stream.buffer.span.number32(body.lowerBound, bigEndian: bigEndian))
        let captured = min(original, body.count - 4, interface.snapLength)
        statistics.packetsWithoutTime += 1
        return Packet(
            bytes: body.lowerBound + 4..<body.lowerBound + 4 + captured, time: lastTime, originalLength: original,
            linkType: interface.linkType, offset: stream.offset)
    }

    private mutating func readPacket(
        _ body: Range<Int>, isEnhanced: Bool, _ stream: borrowing ByteStream,
        _ statistics: inout CaptureFileStatistics
    ) throws(InputError) -> Packet {
        guard body.count >= 20 else {
            throw malformed(stream, 4, "found a packet block of \(body.count) bytes, expected at least 20")
        }
        let bytes = stream.buffer.span.extracting(body)
        let index =
            isEnhanced ? Int(bytes.number32(0, bigEndian: bigEndian)) : Int(bytes.number16(0, bigEndian: bigEndian))
        guard index < interfaces.count else {
            throw malformed(
                stream, 8, "found a packet of interface \(index), but \(interfaces.count) interfaces are described")
        }
        let ticks =
            UInt64(bytes.number32(4, bigEndian: bigEndian)) << 32 | UInt64(bytes.number32(8, bigEndian: bigEndian))
        let captured = Int(bytes.number32(12, bigEndian: bigEndian))
        guard captured <= bytes.count - 20, captured <= PacketReader.capturedBytesMax else {
            throw malformed(
                stream, 20,
                "found \(captured) captured bytes in a block with room for \(bytes.count - 20)"
                    + ", of which at most \(PacketReader.capturedBytesMax) may be used")
        }
        if let time = interfaces[index].clock.nanoseconds(ticks) {
            lastTime = time
        } else {
            statistics.packetsWithBadTime += 1
        }
        let original = Int(bytes.number32(16, bigEndian: bigEndian))
        return Packet(
            bytes: body.lowerBound + 20..<body.lowerBound + 20 + captured, time: lastTime,
            originalLength: max(original, captured), linkType: interfaces[index].linkType, offset: stream.offset)
    }

    private func malformed(_ stream: borrowing ByteStream, _ place: Int, _ message: String) -> InputError {
        InputError(.malformed, file: stream.name, offset: stream.offset + Int64(place), message: message)
    }

    private func truncated(_ stream: borrowing ByteStream, _ message: String) -> InputError {
        InputError(.truncated, file: stream.name, offset: stream.offset, message: message)
    }
}
