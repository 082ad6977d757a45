import Capture
import TestSupport
import Testing

/// Damaged input ends: with exchanges, with an error, never with a trap. Sizes are small so that the suite stays quick;
/// the seeds make a failure repeatable.
@Suite("Damaged captures")
struct FuzzTests {
    private static func conversation() -> Conversation {
        var conversation = Conversation()
        conversation.handshake()
        conversation.request(
            "POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: 1\r\n\r\n")
        conversation.respond("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        conversation.request("GET /2 HTTP/1.1\r\nHost: b\r\n\r\nHEAD /3 HTTP/1.1\r\n\r\n")
        conversation.respond("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
        conversation.respond("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")
        conversation.close()
        return conversation
    }

    @Test("classic files with damaged bytes", arguments: Fuzz.seeds(30))
    func classic(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let whole = Self.conversation().capture
        for _ in 0..<60 { _ = Reading(random.mutate(whole)) }
    }

    @Test("pcapng files with damaged bytes", arguments: Fuzz.seeds(30))
    func nextGeneration(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var builder = NextGenerationBuilder(bigEndian: seed % 2 == 0)
        builder.interface(1, [(9, [UInt8(seed * 9 & 0xFF)]), (14, [UInt8](repeating: UInt8(seed & 0xFF), count: 8))])
        for packet in Self.conversation().packets { builder.packet(0, ticks: .max >> UInt64(seed), packet) }
        for _ in 0..<60 { _ = Reading(random.mutate(builder.bytes)) }
    }

    @Test(
        "packets with damaged headers, of every link type",
        arguments: [0, 1, 12, 101, 108, 113, 228, 229, 276] as [UInt32])
    func headers(_ linkType: UInt32) {
        var random = SeededGenerator(seed: UInt64(linkType))
        let prefixes: [UInt32: [UInt8]] = [
            0: [2, 0, 0, 0], 108: [0, 0, 0, 2], 113: [UInt8](repeating: 0, count: 14) + [8, 0],
            276: [8, 0] + [UInt8](repeating: 0, count: 18),
        ]
        for _ in 0..<200 {
            var builder = CaptureBuilder(linkType: linkType)
            for packet in Self.conversation().packets {
                let frame = linkType == 1 ? packet : (prefixes[linkType] ?? []) + packet.dropFirst(14)
                builder.add(random.mutate(frame))
            }
            let reading = Reading(builder.bytes)
            #expect(reading.failure == nil, "only packets are damaged: link type \(linkType)")
        }
    }

    @Test("messages with damaged bytes and lost, repeated and shuffled packets", arguments: Fuzz.seeds(30))
    func messages(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<60 {
            var builder = CaptureBuilder()
            var packets = Self.conversation().packets
            if seed % 2 == 0 { packets.shuffle(using: &random) }
            for packet in packets {
                let headers = 54
                let payload =
                    packet.count > headers && Bool.random(using: &random)
                    ? random.mutate(Array(packet[headers...])) : Array(packet[min(headers, packet.count)...])
                // The IP header's length must agree, or the damage would be cut off as padding.
                var frame = Array(packet[..<headers]) + payload
                frame.replaceSubrange(16..<18, with: big16(UInt16(frame.count - 14)))
                for _ in 0..<Int.random(in: 0...2, using: &random) { builder.add(frame) }
            }
            let reading = Reading(builder.bytes)
            #expect(reading.failure == nil, "seed \(seed)")
            let found = reading.statistics.requests + reading.statistics.opaqueConnections + reading.statistics.udpFlows
            #expect(found + reading.statistics.hellos == reading.exchanges.count, "seed \(seed)")
        }
    }

    @Test("bytes of chance behind a valid beginning", arguments: Fuzz.seeds(20))
    func noise(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<50 {
            var conversation = Conversation()
            if Bool.random(using: &random) { conversation.handshake() }
            for _ in 0..<8 {
                let count = Int.random(in: 0...80, using: &random)
                let letters = Array("GET / HTTP/1.1\r\n: 0a;5".utf8)
                let bytes = (0..<count).map { _ in
                    Bool.random(using: &random)
                        ? letters[Int.random(in: 0..<letters.count, using: &random)]
                        : UInt8.random(in: 0...255, using: &random)
                }
                conversation.send(fromClient: Bool.random(using: &random), bytes)
            }
            #expect(Reading(conversation.capture).failure == nil, "seed \(seed)")
        }
    }
}
