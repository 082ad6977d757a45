import Capture
import Foundation
import TestSupport
import Testing

private let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

@Suite("TLS with its secrets")
struct DecryptionTests {
    static let names = [
        "tls12-aes128-h1", "tls12-aes256-h2", "tls12-chacha-h1", "tls13-aes128-h2", "tls13-aes256-h1",
        "tls13-chacha-h2",
    ]

    static func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: fixtures.appending(path: name))) }

    static func read(_ bytes: [UInt8], keys: String?) -> Reading {
        let keyLog = keys.flatMap { try? KeyLog(path: fixtures.appending(path: $0 + ".keys").path) }
        return Reading(bytes, keyLog: keyLog)
    }

    @Test("the requests inside are read, in the place of the hello", arguments: names)
    func requests(_ name: String) throws {
        let reading = Self.read(try Self.bytes(name + ".pcap"), keys: name)
        #expect(reading.exchanges == ["GET /one?x=1 0 -> 200 15", "GET /missing 0 -> 404 153"])
        #expect(reading.values.allSatisfy { $0.isTLS && $0.isHTTP2 == name.hasSuffix("h2") })
        for exchange in reading.values {
            #expect(String(decoding: exchange.text[exchange.serverName ?? 0..<0], as: UTF8.self) == "shop.example")
        }
        #expect(reading.statistics.hellos == 0 && reading.statistics.decryptedConnections == 1)
        #expect(reading.statistics.undecrypted.isEmpty)
    }

    @Test("without the secrets, or with those of another connection, the hello alone is known", arguments: names)
    func hello(_ name: String) throws {
        let bytes = try Self.bytes(name + ".pcap")
        #expect(Self.read(bytes, keys: nil).exchanges == ["TLS shop.example h2,http/1.1"])
        let other = Self.read(bytes, keys: Self.names.first { $0 != name })
        #expect(other.exchanges == ["TLS shop.example h2,http/1.1"] && other.statistics.undecrypted == [.secrets: 1])
    }

    @Test("secrets inside a pcapng file give the requests beside the hello", arguments: names)
    func secretsBlock(_ name: String) throws {
        var builder = NextGenerationBuilder(bigEndian: name.hasSuffix("h2"))
        builder.interface(1)
        let keys = try Self.bytes(name + ".keys")
        builder.block(10, builder.number(0x544C_534B) + builder.number(UInt32(keys.count)) + keys)
        var packets = try PacketReader(ByteStream(try Self.bytes(name + ".pcap"), name: name))
        while let packet = try packets.next() {
            builder.packet(0, ticks: UInt64(packet.time / 1000), Array(packets.stream.buffer[packet.bytes]))
        }
        let reading = Reading(builder.bytes)
        #expect(reading.exchanges.count == 3 && reading.exchanges[0] == "TLS shop.example h2,http/1.1")
        #expect(reading.exchanges[1] == "GET /one?x=1 0 -> 200 15")
    }

    @Test("lost packets cost what was in them; damaged ones end", arguments: Fuzz.seeds(12))
    func damage(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let name = Self.names[seed % Self.names.count]
        let whole = try Self.bytes(name + ".pcap")
        var frames: [[UInt8]] = []
        var packets = try PacketReader(ByteStream(whole, name: name))
        while let packet = try packets.next() { frames.append(Array(packets.stream.buffer[packet.bytes])) }
        for _ in 0..<8 {
            var builder = CaptureBuilder()
            for frame in frames where random.chance(92) {
                builder.add(random.chance(90) ? frame : Array(frame[..<66]) + random.mutate(Array(frame[66...])))
            }
            let reading = Self.read(builder.bytes, keys: name)
            #expect(reading.failure == nil, "seed \(seed)")
            for exchange in reading.values where exchange.kind == .http {
                let target = String(decoding: exchange.text[exchange.target ?? 0..<0], as: UTF8.self)
                #expect(["/one?x=1", "/missing", ""].contains(target), "what authenticates is never wrong: \(seed)")
            }
        }
    }

    @Test("a key log without a secret is refused, one that is absent cannot be read")
    func keyLog() {
        let readme = fixtures.appending(path: "README.md").path
        #expect { _ = try KeyLog(path: readme) } throws: { ($0 as? InputError)?.kind == .malformed }
        #expect { _ = try KeyLog(path: readme + ".absent") } throws: { ($0 as? InputError)?.kind == .unreadable }
    }
}
