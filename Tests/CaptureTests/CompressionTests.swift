import CLibZ
import CLibZstd
import Capture
import TestSupport
import Testing

@Suite("Compressed captures")
struct CompressionTests {
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        _ = deflateInit2_(
            &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: bytes.count + 1000)
        let written = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = uInt(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = uInt(target.count)
                _ = deflate(&stream, Z_FINISH)
                return target.count - Int(stream.avail_out)
            }
        }
        return Array(output[..<written])
    }

    static func zstandard(_ bytes: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let written = ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
        return Array(output[..<written])
    }

    static let compressors: [@Sendable ([UInt8]) -> [UInt8]] = [gzip, zstandard]

    /// Many connections, so that what is expanded is far larger than any window.
    static let capture: [UInt8] = {
        var builder = CaptureBuilder()
        for number in 0..<300 {
            var conversation = Conversation()
            conversation.client.port = UInt16(20_000 + number)
            conversation.handshake()
            conversation.request("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
            conversation.respond(
                "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + String(repeating: "x", count: 1000))
            for packet in conversation.packets { builder.add(packet) }
        }
        return builder.bytes
    }()

    @Test("a compressed capture reads as what it was made of", arguments: 0..<2)
    func same(_ format: Int) {
        let compress = Self.compressors[format]
        let plain = Reading(Self.capture)
        #expect(plain.exchanges.count == 300)
        #expect(Reading(compress(Self.capture)).exchanges == plain.exchanges)
        // Members or frames one after the other, cut anywhere.
        for cut in [1, 24, 25, Self.capture.count / 2, Self.capture.count - 1] {
            let parts = compress(Array(Self.capture[..<cut])) + compress([]) + compress(Array(Self.capture[cut...]))
            let reading = Reading(parts)
            #expect(reading.exchanges == plain.exchanges && reading.failure == nil, "cut at \(cut)")
        }
    }

    @Test("skippable frames, and zeros behind gzip members, are passed over")
    func padding() {
        let skippable: [UInt8] = [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
        let zstandard = Reading(skippable + Self.zstandard(Self.capture) + skippable)
        #expect(zstandard.exchanges.count == 300 && zstandard.failure == nil)
        let gzip = Reading(Self.gzip(Self.capture) + [UInt8](repeating: 0, count: 700))
        #expect(gzip.exchanges.count == 300 && gzip.failure == nil)
    }

    @Test("what is cut off gives all that was readable, then says so", arguments: 0..<2)
    func truncated(_ format: Int) {
        let whole = Self.compressors[format](Self.capture)
        var counts: [Int] = []
        for part in 1...8 {
            let reading = Reading(Array(whole[..<(whole.count * part / 8 - 1)]))
            #expect(reading.failure?.kind == .truncated, "part \(part)")
            #expect(reading.failure?.message.contains("in the middle of its") == true)
            counts.append(reading.exchanges.count)
        }
        #expect(counts == counts.sorted() && (counts.last ?? 0) > 0)
    }

    @Test("what is damaged gives all that was readable, then says so")
    func damaged() {
        var gzip = Self.gzip(Self.capture)
        gzip[gzip.count - 5] ^= 1  // in the checksum
        let reading = Reading(gzip)
        #expect(reading.exchanges.count == 300 && reading.failure?.kind == .malformed)
        #expect(reading.failure?.message.contains("the gzip data is damaged") == true)
        let garbage = Reading(Self.gzip(Self.capture) + Array("garbage".utf8))
        #expect(garbage.exchanges.count == 300)
        #expect(garbage.failure?.message.contains("after the end of the gzip data") == true)
    }

    @Test("damaged compressed files end", arguments: Fuzz.seeds(8))
    func fuzz(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let small = Array(Self.capture.prefix(6000))
        for compress in Self.compressors {
            let whole = compress(small)
            for _ in 0..<30 { _ = Reading(random.mutate(whole)) }
        }
    }
}
