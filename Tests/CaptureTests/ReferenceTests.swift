import CLibPCAP
import Capture
import Foundation
import Testing

/// Real captures that lie beside the project; absent, the tests that need them are skipped.
private let captureFolder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../shared/captures").standardized

private let captureFiles: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: captureFolder.path)) ?? []
    return files.filter { $0.hasSuffix(".pcap") || $0.hasSuffix(".pcapng") }.sorted()
}()

/// A packet, for comparison.
private struct PacketSummary: Equatable {
    var time: Int64
    var captured: Int
    var original: Int
    var digest: UInt64

    init(time: Int64, original: Int, bytes: some Collection<UInt8>) {
        self.time = time
        self.original = original
        captured = bytes.count
        digest = bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}

@Suite("Real captures")
struct ReferenceTests {
    @Test(
        "the packets of a classic file are those that libpcap reads",
        .enabled(if: !captureFiles.isEmpty, "no captures at \(captureFolder.path)"),
        arguments: captureFiles.filter { $0.hasSuffix(".pcap") })
    func sameAsLibpcap(_ file: String) throws {
        let path = captureFolder.appending(path: file).path
        var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard
            let handle = pcap_open_offline_with_tstamp_precision(path, UInt32(PCAP_TSTAMP_PRECISION_NANO), &message)
        else {
            // What libpcap refuses is refused or empty here too; but it expands nothing.
            let bytes = try Data(contentsOf: URL(filePath: path)).prefix(2)
            if bytes == Data([0x1F, 0x8B]) { return }
            #expect(try Self.packets(path).packets.isEmpty)
            return
        }
        defer { pcap_close(handle) }
        var expected: [PacketSummary] = []
        var header: UnsafeMutablePointer<pcap_pkthdr>?
        var bytes: UnsafePointer<u_char>?
        while pcap_next_ex(handle, &header, &bytes) == 1, let header, let bytes {
            expected.append(
                PacketSummary(
                    time: Int64(header.pointee.ts.tv_sec) * 1_000_000_000 + Int64(header.pointee.ts.tv_usec),
                    original: max(Int(header.pointee.len), Int(header.pointee.caplen)),
                    bytes: UnsafeBufferPointer(start: bytes, count: Int(header.pointee.caplen))))
        }
        #expect(try Self.packets(path).packets == expected)
    }

    @Test(
        "every file ends, with exchanges and counts that agree",
        .enabled(if: !captureFiles.isEmpty, "no captures at \(captureFolder.path)"), arguments: captureFiles)
    func ends(_ file: String) throws {
        let path = captureFolder.appending(path: file).path
        guard let stream = try? ByteStream(path: path), var reader = try? CaptureReader(stream) else { return }
        var exchange = Exchange()
        var count = 0
        do throws(InputError) {
            while try reader.next(into: &exchange) { count += 1 }
        } catch {
            #expect(error.file == path && error.offset != nil)
        }
        let statistics = reader.statistics
        let flows = statistics.opaqueConnections + statistics.udpFlows
        #expect(count == statistics.requests + statistics.hellos + flows)
        #expect(statistics.responses <= statistics.requests)
        #expect(statistics.packets == statistics.linkTypes.values.reduce(0, +))
    }

    private static func packets(_ path: String) throws -> (packets: [PacketSummary], failure: InputError?) {
        var packets: [PacketSummary] = []
        do throws(InputError) {
            var reader = try PacketReader(ByteStream(path: path))
            while let packet = try reader.next() {
                packets.append(
                    PacketSummary(
                        time: packet.time, original: packet.originalLength, bytes: reader.stream.buffer[packet.bytes]))
            }
        } catch {
            return (packets, error)
        }
        return (packets, nil)
    }
}
