import Capture
import TestSupport
import Testing

@Suite("Several captures at once")
struct MergeTests {
    /// Many conversations over one another, as packets with their times.
    private static func packets() -> [(time: Int64, bytes: [UInt8])] {
        var packets: [(time: Int64, bytes: [UInt8])] = []
        for number in 0..<20 {
            var conversation = Conversation()
            conversation.client.port = UInt16(20_000 + number)
            conversation.handshake()
            conversation.request("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
            conversation.respond("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
            conversation.close()
            for (place, packet) in conversation.packets.enumerated() {
                packets.append((1_700_000_000_000_000_000 + Int64(number * 3 + place * 7) * 1_000_000, packet))
            }
        }
        return packets.sorted { $0.time < $1.time }
    }

    private static func capture(_ packets: some Sequence<(time: Int64, bytes: [UInt8])>) -> [UInt8] {
        var builder = CaptureBuilder()
        for packet in packets {
            builder.nanoseconds = packet.time - 1_000_000
            builder.add(packet.bytes)
        }
        return builder.bytes
    }

    @Test("however packets are spread over files, they read as one capture", arguments: Fuzz.seeds(10))
    func spread(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let packets = Self.packets()
        let whole = Reading(Self.capture(packets))
        var files: [[(time: Int64, bytes: [UInt8])]] = [[], [], [], []]
        for (place, packet) in packets.enumerated() {
            let file = seed % 2 == 0 ? Int.random(in: 0..<4, using: &random) : place * 4 / packets.count
            files[file].append(packet)
        }
        files.shuffle(using: &random)
        let merged = Reading(Self.capture(files[0]), merging: files[1...].map { Self.capture($0) })
        #expect(merged.exchanges.count == 20 && merged.statistics.packets == packets.count)
        #expect(merged.exchanges.sorted() == whole.exchanges.sorted() && merged.statistics.gaps == 0)
        #expect(merged.values.map(\.requestBegan).sorted() == whole.values.map(\.requestBegan).sorted())
    }

    @Test("a file that breaks off is read up to there, the others to their ends")
    func truncated() {
        let packets = Self.packets()
        let first = Self.capture(packets.enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
        let second = Self.capture(packets.enumerated().filter { $0.offset % 2 == 1 }.map(\.element))
        let reading = Reading(Array(first.dropLast(5)), merging: [second])
        #expect(reading.failure?.kind == .truncated && reading.statistics.packets == packets.count - 1)
    }
}
