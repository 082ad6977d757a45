import Capture
import Testing

@Suite("Packets of capture files")
struct PacketTests {
    /// One request and its response, as IP packets without a link layer.
    static func datagrams() -> [[UInt8]] {
        var conversation = Conversation()
        conversation.handshake()
        conversation.request("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        conversation.respond("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        return conversation.packets.map { Array($0.dropFirst(14)) }
    }

    static let expected = ["GET / 0 -> 200 0"]

    private func read(_ linkType: UInt32, _ frame: ([UInt8]) -> [UInt8]) -> Reading {
        var builder = CaptureBuilder(linkType: linkType)
        for datagram in Self.datagrams() { builder.add(frame(datagram)) }
        return Reading(builder.bytes)
    }

    @Test("every link type gives the same request")
    func linkTypes() {
        let vlan: [UInt8] = [0x81, 0, 0, 5]
        let frames: [(UInt32, ([UInt8]) -> [UInt8])] = [
            (1, { ethernet($0) }), (1, { ethernet($0 + [UInt8](repeating: 0xAA, count: 18)) }),
            (1, { Array(ethernet([])[..<12]) + vlan + [8, 0] + $0 }),
            (1, { Array(ethernet([])[..<12]) + [0x88, 0xA8, 0, 9] + vlan + [8, 0] + $0 }),
            (1, { Array(ethernet([])[..<12]) + big16(UInt16($0.count + 8)) + [0xAA, 0xAA, 3, 0, 0, 0, 8, 0] + $0 }),
            (0, { [2, 0, 0, 0] + $0 }), (0, { [0, 0, 0, 2] + $0 }), (108, { [0, 0, 0, 2] + $0 }), (101, { $0 }),
            (12, { $0 }), (14, { $0 }), (228, { $0 }),
            (113, { [0, 0, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0] + $0 }),
            (276, { [8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0] + $0 }),
        ]
        for (index, (linkType, frame)) in frames.enumerated() {
            #expect(read(linkType, frame).exchanges == Self.expected, "frame \(index) of link type \(linkType)")
        }
        #expect(read(147) { $0 }.statistics.undecodable == [.linkType: 5])
    }

    @Test("IPv6, with extension headers and as an atomic fragment")
    func ipv6() {
        let addresses = [UInt8](repeating: 0x20, count: 15) + [1] + [UInt8](repeating: 0x20, count: 15) + [2]
        let reverse = Array(addresses[16...] + addresses[..<16])
        for extensionHeaders in [
            [], [0, 0, 0, 0, 0, 0, 0, 0], [60, 0, 0, 0, 0, 0, 0, 0], [44, 0, 0, 0, 0, 0, 0, 1],
        ] as [[UInt8]] {
            let reading = read(101) { datagram in
                let segment = Array(datagram[20...])
                let isForward = datagram[12..<16].elementsEqual(big32(Host.client.address))
                var headers = extensionHeaders
                if !headers.isEmpty { headers[0] = 6 }
                return [0x60, 0, 0, 0] + big16(UInt16(segment.count + headers.count))
                    + [extensionHeaders.first ?? 6, 64] + (isForward ? addresses : reverse) + headers + segment
            }
            #expect(reading.exchanges == Self.expected, "extension header \(extensionHeaders.first ?? 6)")
            #expect(reading.values.first?.client.description == "[2020:2020:2020:2020:2020:2020:2020:2001]:51022")
        }
    }

    @Test("fragments in any order, and what misses one")
    func fragments() {
        for (order, isWhole) in [([0, 1, 2], true), ([2, 0, 1], true), ([1, 2, 1, 0], true), ([0, 2], false)] {
            var builder = CaptureBuilder(linkType: 101)
            for datagram in Self.datagrams() {
                guard datagram.count > 56 else {
                    builder.add(datagram)
                    continue
                }
                let payload = Array(datagram[20...])
                let source = datagram[12..<16].elementsEqual(big32(Host.client.address)) ? Host.client : Host.server
                let destination = source.port == 80 ? Host.client : Host.server
                let pieces = [0..<16, 16..<32, 32..<payload.count]
                for index in order {
                    let offset = UInt16(pieces[index].lowerBound / 8) | (index == 2 ? 0 : 0x2000)
                    builder.add(ipv4(source, destination, fragment: offset, Array(payload[pieces[index]])))
                }
            }
            let reading = Reading(builder.bytes)
            #expect((reading.exchanges == Self.expected) == isWhole, "order \(order)")
            #expect((reading.statistics.undecodable[.incompleteFragments] ?? 0 > 0) == !isWhole)
        }
    }

    @Test(
        "both byte orders, microseconds and nanoseconds",
        arguments: [(false, 0xA1B2_3C4D), (true, 0xA1B2_3C4D), (true, 0xA1B2_C3D4), (false, 0xA1B2_C3D4)]
            as [(Bool, UInt32)])
    func classic(_ bigEndian: Bool, _ magic: UInt32) {
        var builder = CaptureBuilder(linkType: 101, bigEndian: bigEndian, magic: magic)
        builder.nanoseconds = 1_700_000_000_000_000_000
        for datagram in Self.datagrams() { builder.add(datagram) }
        let reading = Reading(builder.bytes)
        #expect(reading.exchanges == Self.expected)
        let tick: Int64 = magic == 0xA1B2_3C4D ? 1 : 1000
        #expect(reading.values.first?.requestBegan == 1_700_000_000_000_000_000 + 4_000_000 * tick)
    }

    @Test("a file that breaks off gives everything before the cut, then says where", arguments: [1, 10, 17, 60])
    func truncated(_ cut: Int) {
        var conversation = Conversation()
        conversation.handshake()
        for index in 0..<3 { conversation.request("GET /\(index) HTTP/1.1\r\n\r\n") }
        let whole = conversation.capture
        let reading = Reading(Array(whole.dropLast(cut)))
        #expect(reading.exchanges == ["GET /0 0 -> ? ?", "GET /1 0 -> ? ?"])
        #expect(reading.failure?.kind == .truncated && reading.failure?.file == "test.pcap")
        let last = 16 + (conversation.packets.last?.count ?? 0)
        #expect(reading.failure?.offset == Int64(whole.count - last))
    }

    @Test("a file that is no capture, and one that is damaged, are named with the byte and what was expected")
    func malformed() {
        #expect(Reading([]).failure?.description == "test.pcap: byte 0: the file is empty")
        #expect(
            Reading(Array("hello".utf8)).failure?.description
                == "test.pcap: byte 0: found 68 65 6c 6c, expected the magic number of pcap or pcapng")
        var builder = CaptureBuilder()
        builder.add([UInt8](repeating: 0, count: 60))
        var damaged = builder.bytes
        damaged[24 + 11] = 0x7F
        #expect(
            Reading(damaged).failure?.description
                == "test.pcap: byte 32: found a packet of 2130706492 bytes, expected at most 262144")
        #expect(Reading(damaged).failure?.kind == .malformed)
    }

    @Test("a filter lets through what tcpdump's would, and a wrong one is the caller's mistake")
    func filter() {
        let (conversation, lines) = StreamTests.numbered(2)
        var builder = CaptureBuilder()
        for packet in conversation.packets { builder.add(packet) }
        #expect(Reading(builder.bytes, filter: "tcp port 80").exchanges == lines)
        let none = Reading(builder.bytes, filter: "udp or port 443")
        #expect(none.exchanges.isEmpty && none.statistics.filteredPackets == conversation.packets.count)
        #expect(Reading(builder.bytes, filter: "no such thing").failure?.kind == .usage)
    }
}
