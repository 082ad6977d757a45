import Capture
import Testing

/// Writes pcapng captures in memory.
struct NextGenerationBuilder {
    private(set) var bytes: [UInt8] = []
    let bigEndian: Bool

    init(bigEndian: Bool) {
        self.bigEndian = bigEndian
        block(0x0A0D_0D0A, number(0x1A2B_3C4D) + number16(1) + number16(0) + [UInt8](repeating: 0xFF, count: 8))
    }

    func number(_ value: UInt32) -> [UInt8] { bigEndian ? big32(value) : big32(value).reversed() }
    func number16(_ value: UInt16) -> [UInt8] { bigEndian ? big16(value) : big16(value).reversed() }

    mutating func block(_ type: UInt32, _ body: [UInt8]) {
        let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
        let length = number(UInt32(padded.count + 12))
        bytes += number(type) + length + padded + length
    }

    /// An interface; options as code and value.
    mutating func interface(_ linkType: UInt16, _ options: [(UInt16, [UInt8])] = []) {
        var body = number16(linkType) + number16(0) + number(0)
        for (code, value) in options {
            body += number16(code) + number16(UInt16(value.count)) + value
            body += [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
        }
        block(1, body)
    }

    mutating func packet(_ interface: UInt32, ticks: UInt64, _ packet: [UInt8]) {
        block(
            6,
            number(interface) + number(UInt32(ticks >> 32)) + number(UInt32(truncatingIfNeeded: ticks))
                + number(UInt32(packet.count)) + number(UInt32(packet.count)) + packet)
    }
}

@Suite("pcapng")
struct NextGenerationTests {
    @Test("interfaces of different link types and clocks, in both byte orders", arguments: [true, false])
    func interfaces(_ bigEndian: Bool) {
        var builder = NextGenerationBuilder(bigEndian: bigEndian)
        let offset: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 100]
        builder.interface(1)
        builder.interface(101, [(9, [9])])
        builder.block(0xBAD, [1, 2, 3])
        builder.interface(101, [(9, [0x8A]), (14, bigEndian ? offset : offset.reversed())])
        let datagrams = PacketTests.datagrams()
        builder.packet(0, ticks: 1_000_000_000_000_000, ethernet(datagrams[0]))
        builder.packet(1, ticks: 1_000_000_000_000_000_001, datagrams[1])
        builder.packet(2, ticks: (1_000_000_000 - 100) << 10 | 512, datagrams[3])
        builder.packet(1, ticks: 1_000_000_000_500_000_002, datagrams[4])
        let reading = Reading(builder.bytes)
        #expect(reading.failure == nil && reading.exchanges == PacketTests.expected)
        #expect(reading.values.first?.requestBegan == 1_000_000_000_500_000_000)
        #expect(reading.values.first?.responseEnded == 1_000_000_000_500_000_002)
        #expect(reading.statistics.file.interfaces == 3)
        #expect(reading.statistics.file.otherBlocks == [0xBAD: 1])
    }

    @Test("simple and obsolete packets; a section forgets the interfaces of the one before")
    func otherPackets() {
        var builder = NextGenerationBuilder(bigEndian: false)
        builder.interface(101)
        let datagrams = PacketTests.datagrams()
        builder.block(3, builder.number(UInt32(datagrams[0].count)) + datagrams[0])
        for datagram in datagrams.dropFirst() {
            let length = builder.number(UInt32(datagram.count))
            builder.block(
                2,
                builder.number16(0) + builder.number16(0) + builder.number(0) + builder.number(7) + length + length
                    + datagram)
        }
        let whole = Reading(builder.bytes)
        #expect(whole.exchanges == PacketTests.expected && whole.statistics.file.packetsWithoutTime == 1)
        let twice = Reading(builder.bytes + NextGenerationBuilder(bigEndian: true).bytes)
        #expect(twice.statistics.file.sections == 2 && twice.failure == nil)
        var orphan = NextGenerationBuilder(bigEndian: true)
        orphan.packet(0, ticks: 0, datagrams[0])
        #expect(
            Reading(builder.bytes + orphan.bytes).failure?.message
                == "found a packet of interface 0, but 0 interfaces are described")
    }

    @Test("a block that contradicts itself is an error at its byte, and what came before is given")
    func damaged() {
        var builder = NextGenerationBuilder(bigEndian: false)
        builder.interface(101)
        for datagram in PacketTests.datagrams() { builder.packet(0, ticks: 0, datagram) }
        let whole = builder.bytes
        builder.packet(0, ticks: 0, [1, 2, 3, 4])
        var bytes = builder.bytes
        bytes[bytes.count - 4] ^= 8
        let reading = Reading(bytes)
        #expect(reading.exchanges == PacketTests.expected)
        #expect(reading.failure?.kind == .malformed)
        #expect(reading.failure?.offset == Int64(whole.count + 32))
    }
}
