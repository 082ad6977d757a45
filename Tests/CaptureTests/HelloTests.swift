import Capture
import TestSupport
import Testing

@Suite("TLS hellos in a capture")
struct HelloTests {
    /// A ClientHello as records of at most `recordBytes`.
    static func hello(name: String?, protocols: [String], recordBytes: Int = 16_384) -> [UInt8] {
        func vector16(_ bytes: [UInt8]) -> [UInt8] { big16(UInt16(bytes.count)) + bytes }
        var extensions: [UInt8] = []
        if let name { extensions += big16(0) + vector16(vector16([0] + vector16(Array(name.utf8)))) }
        if !protocols.isEmpty {
            extensions += big16(16) + vector16(vector16(protocols.flatMap { [UInt8($0.utf8.count)] + $0.utf8 }))
        }
        let body =
            [3, 3] + [UInt8](repeating: 7, count: 32) + [0] + vector16([0x13, 1]) + [1, 0] + vector16(extensions)
        let message = [1, 0] + vector16(body)
        var records: [UInt8] = []
        for start in stride(from: 0, to: message.count, by: recordBytes) {
            records += [0x16, 3, 1] + vector16(Array(message[start..<min(message.count, start + recordBytes)]))
        }
        return records
    }

    @Test(
        "the server name and the protocols, over any records and segments",
        arguments: [(16_384, 5000), (7, 5000), (40, 3), (1, 1)])
    func pieces(_ recordBytes: Int, _ segmentBytes: Int) {
        var conversation = Conversation()
        conversation.handshake()
        var rest = Self.hello(name: "shop.example.com", protocols: ["h2", "http/1.1"], recordBytes: recordBytes)[...]
        while !rest.isEmpty {
            conversation.send(fromClient: true, rest.prefix(segmentBytes))
            rest = rest.dropFirst(segmentBytes)
        }
        conversation.send(fromClient: false, [0x16, 3, 3, 0, 1, 2])
        let reading = Reading(conversation.capture)
        #expect(reading.exchanges == ["TLS shop.example.com h2,http/1.1"])
        #expect(reading.statistics.hellos == 1 && reading.statistics.unparsed.isEmpty)
    }

    @Test("a hello without names, and one in the form of SSL 2.0")
    func nameless() {
        for bytes in [Self.hello(name: nil, protocols: []), [0x80, 0x2E, 1, 3, 1, 0, 0x15, 0, 0, 0, 0x10]] {
            var conversation = Conversation()
            conversation.handshake()
            conversation.send(fromClient: true, bytes)
            #expect(Reading(conversation.capture).exchanges == ["TLS  "])
        }
    }

    @Test("a hello that is not whole is counted, not guessed")
    func broken() {
        var conversation = Conversation()
        conversation.handshake()
        conversation.send(fromClient: true, Self.hello(name: "a", protocols: []).dropLast(3))
        let reading = Reading(conversation.capture)
        #expect(reading.exchanges.isEmpty && reading.statistics.unparsed == [.tls: 1])
    }

    @Test("damaged hellos end", arguments: Fuzz.seeds(20))
    func damaged(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<50 {
            var conversation = Conversation()
            if seed % 3 > 0 { conversation.handshake() }
            conversation.send(
                fromClient: true, random.mutate(Self.hello(name: "a.example", protocols: ["h2"], recordBytes: 50)))
            #expect(Reading(conversation.capture).failure == nil, "seed \(seed)")
        }
    }
}

@Suite("Traffic inside other traffic")
struct TunnelTests {
    @Test("tunnels give what is inside, with the inner addresses")
    func tunnels() {
        let outer = Host(address: 0x7F00_0001, port: 33_333)
        func udp(_ port: UInt16, _ payload: [UInt8]) -> [UInt8] {
            ipv4(
                outer, outer, protocol: 17,
                big16(33_333) + big16(port) + big16(UInt16(payload.count + 8)) + [0, 0] + payload)
        }
        let frames: [(String, ([UInt8]) -> [UInt8])] = [
            ("IP in IP", { ethernet(ipv4(outer, outer, protocol: 4, $0)) }),
            ("GRE", { ethernet(ipv4(outer, outer, protocol: 47, [0, 0, 8, 0] + $0)) }),
            (
                "GRE with key and number",
                {
                    ethernet(ipv4(outer, outer, protocol: 47, [0x30, 0, 8, 0, 1, 2, 3, 4, 0, 0, 0, 1] + $0))
                }
            ),
            (
                "ERSPAN II",
                {
                    ethernet(
                        ipv4(
                            outer, outer, protocol: 47,
                            [0x10, 0, 0x88, 0xBE, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 8) + ethernet($0)))
                }
            ),
            ("VXLAN", { ethernet(udp(4789, [8, 0, 0, 0, 0, 0, 5, 0] + ethernet($0))) }),
            (
                "Geneve with an option",
                { ethernet(udp(6081, [1, 0, 0x65, 0x58, 0, 0, 5, 0, 9, 9, 9, 9] + ethernet($0))) }
            ),
            ("MPLS", { ethernet(type: 0x8847, [0, 1, 0, 64, 0, 2, 1, 64] + $0) }),
            ("MPLS with a control word", { ethernet(type: 0x8847, [0, 2, 1, 64, 0, 0, 0, 0] + ethernet($0)) }),
            ("PPPoE", { ethernet(type: 0x8864, [0x11, 0, 0, 1] + big16(UInt16($0.count + 2)) + [0, 0x21] + $0) }),
        ]
        for (name, frame) in frames {
            var builder = CaptureBuilder()
            for datagram in PacketTests.datagrams() { builder.add(frame(datagram)) }
            let reading = Reading(builder.bytes)
            #expect(reading.exchanges == PacketTests.expected, "\(name)")
            #expect(reading.values.first?.client.description == "10.0.0.7:51022", "\(name)")
        }
    }

    @Test("headers inside headers without end are refused")
    func depth() {
        let loop = Host(address: 1, port: 1)
        var packet = ipv4(loop, loop, protocol: 4, [])
        for _ in 0..<60 { packet = ipv4(loop, loop, protocol: 4, packet) }
        var builder = CaptureBuilder(linkType: 101)
        builder.add(packet)
        #expect(Reading(builder.bytes).statistics.undecodable == [.tooDeep: 1])
    }
}
