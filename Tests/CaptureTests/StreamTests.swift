import Capture
import TestSupport
import Testing

@Suite("TCP streams")
struct StreamTests {
    /// A conversation of requests whose answers name them, and what it is read as.
    static func numbered(_ count: Int, clientSequence: UInt32 = 1000, serverSequence: UInt32 = 5000)
        -> (Conversation, [String])
    {
        var conversation = Conversation(clientSequence: clientSequence, serverSequence: serverSequence)
        conversation.handshake()
        var lines: [String] = []
        for index in 0..<count {
            conversation.request("GET /\(index) HTTP/1.1\r\nHost: a.example\r\n\r\n")
            let body = String(repeating: "x", count: 10 + index)
            conversation.respond("HTTP/1.1 \(400 + index) OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
            conversation.respond(body)
            lines.append("GET /\(index) 0 -> \(400 + index) \(body.utf8.count)")
        }
        conversation.close()
        return (conversation, lines)
    }

    static func read(_ packets: [[UInt8]]) -> Reading {
        var builder = CaptureBuilder()
        for packet in packets { builder.add(packet) }
        return Reading(builder.bytes)
    }

    @Test("packets repeated and shuffled within a window are read as if they had come in order", arguments: 0..<60)
    func shuffled(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let (conversation, lines) = Self.numbered(12)
        var packets: [[UInt8]] = []
        for (index, packet) in conversation.packets.enumerated() {
            packets.append(packet)
            if index > 3, Int.random(in: 0..<4, using: &random) == 0 { packets.append(packet) }
        }
        let window = 1 + seed % 8
        for index in packets.indices.dropFirst(4) {
            let other = min(packets.count - 1, index + Int.random(in: 0...window, using: &random))
            packets.swapAt(index, other)
        }
        #expect(Self.read(packets).exchanges == lines, "seed \(seed)")
    }

    @Test("sequence numbers wrap around", arguments: [0xFFFF_FFF0, 0xFFFF_FFFF, 0x7FFF_FFF0] as [UInt32])
    func wrapAround(_ sequence: UInt32) {
        let (conversation, lines) = Self.numbered(5, clientSequence: sequence, serverSequence: sequence &- 30)
        #expect(Self.read(conversation.packets).exchanges == lines)
    }

    @Test("a capture that begins in the middle gives what begins in it")
    func midstream() {
        let (conversation, lines) = Self.numbered(6)
        // Three packets of handshake, three for each request.
        let reading = Self.read(Array(conversation.packets.dropFirst(3 + 3 + 1)))
        #expect(reading.exchanges == Array(lines.dropFirst(2)))
        #expect(reading.statistics.midstreamConnections == 1)
        #expect(reading.statistics.responsesWithoutRequest == 1)
    }

    @Test("a capture of one direction gives the requests, without responses")
    func oneSided() {
        let (conversation, lines) = Self.numbered(4)
        let client = conversation.packets.filter { $0[26..<30].elementsEqual(big32(Host.client.address)) }
        let requests = lines.map { $0.prefix { $0 != "-" } + "-> ? ?" }
        #expect(Self.read(client).exchanges == requests.map(String.init))
        let server = conversation.packets.filter { $0[26..<30].elementsEqual(big32(Host.server.address)) }
        #expect(Self.read(server).exchanges.isEmpty)
        #expect(Self.read(server).statistics.responsesWithoutRequest == 4)
    }

    @Test("a lost packet costs only what was in it", arguments: 3..<21)
    func loss(_ lost: Int) {
        let (conversation, lines) = Self.numbered(6)
        var packets = conversation.packets
        packets.remove(at: lost)
        let reading = Self.read(packets)
        let victim = (lost - 3) / 3
        for (index, line) in lines.enumerated() where index != victim {
            #expect(reading.exchanges.contains(line), "request \(index) without packet \(lost)")
        }
        #expect(reading.statistics.gaps == 1 && reading.statistics.gapBytes > 0)
        // Never the response of another request.
        for line in reading.exchanges where line.hasPrefix("GET /\(victim) ") {
            #expect(line.contains(" -> ?") || line.contains(" -> \(400 + victim) "))
        }
    }

    @Test("a packet that was cut off leaves a gap, and what follows is read")
    func cut() {
        let (conversation, lines) = Self.numbered(3)
        var builder = CaptureBuilder()
        // The response's body of 10 bytes loses 6.
        for (index, packet) in conversation.packets.enumerated() {
            builder.add(packet, cutTo: index == 5 ? packet.count - 6 : nil)
        }
        let reading = Reading(builder.bytes)
        #expect(reading.exchanges.dropFirst() == lines.dropFirst())
        #expect(reading.exchanges.first?.hasPrefix("GET /0 0 -> 400") == true)
        #expect(reading.statistics.cutPackets == 1 && reading.statistics.gapBytes == 6)
    }

    @Test("overlapping segments give the bytes that came first")
    func overlap() {
        var builder = CaptureBuilder()
        func add(_ sequence: UInt32, _ text: String, flags: UInt8 = Flags.ack) {
            builder.add(
                ethernet(ipv4(.client, .server, tcp(.client, .server, sequence: sequence, flags: flags, text.utf8))))
        }
        add(99, "", flags: Flags.syn)
        add(104, "/FIRST HT", flags: 0)
        add(100, "GET /second", flags: 0)
        add(113, "TP/1.1\r\n\r\n", flags: 0)
        #expect(Reading(builder.bytes).exchanges == ["GET /FIRST 0 -> ? ?"])
    }

    @Test("a port used again is another connection")
    func portReuse() {
        let (first, lines) = Self.numbered(2)
        let (second, _) = Self.numbered(2, clientSequence: 900_000, serverSequence: 77)
        let reading = Self.read(first.packets.dropLast(3) + second.packets)
        #expect(reading.exchanges == lines + lines)
        #expect(reading.statistics.connections == 2)
    }

    @Test("a reset ends the connection, and a response without a length with it")
    func reset() {
        var conversation = Conversation()
        conversation.handshake()
        conversation.request("GET / HTTP/1.1\r\n\r\n")
        conversation.respond("HTTP/1.1 200 OK\r\n\r\nabc")
        conversation.send(fromClient: false, flags: Flags.rst | Flags.ack)
        conversation.request("GET /late HTTP/1.1\r\n\r\n")
        let reading = Reading(conversation.capture)
        #expect(reading.exchanges == ["GET / 0 -> 200 ?"])
        #expect(reading.statistics.resetConnections == 1 && reading.statistics.bytesAfterEnd > 0)
    }

    @Test("a reset that no receiver would believe is counted and passed over")
    func implausibleReset() {
        var conversation = Conversation()
        conversation.handshake()
        conversation.request("GET / HTTP/1.1\r\n\r\n")
        var builder = CaptureBuilder()
        for packet in conversation.packets { builder.add(packet) }
        let forged = tcp(.server, .client, sequence: 0x7000_0000, flags: Flags.rst)
        builder.add(ethernet(ipv4(.server, .client, forged)))
        conversation.respond("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        if let response = conversation.packets.last { builder.add(response) }
        let reading = Reading(builder.bytes)
        #expect(reading.exchanges == ["GET / 0 -> 200 0"])
        #expect(reading.statistics.implausibleResets == 1 && reading.statistics.resetConnections == 0)
    }

    @Test("data on the SYN counts")
    func dataOnSYN() {
        var conversation = Conversation()
        conversation.send(fromClient: true, flags: Flags.syn, "GET / HTTP/1.1\r\n".utf8)
        conversation.send(fromClient: false, flags: Flags.syn | Flags.ack)
        conversation.request("\r\n")
        conversation.respond("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        #expect(Reading(conversation.capture).exchanges == ["GET / 0 -> 200 0"])
    }

    @Test("memory is bounded by giving up what is missing")
    func bounded() {
        var limits = CaptureLimits()
        limits.waitingBytesPerStreamMax = 10_000
        var conversation = Conversation()
        conversation.handshake()
        conversation.request("POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n")
        for _ in 0..<100 { conversation.send(fromClient: true, [UInt8](repeating: 7, count: 1000)) }
        conversation.respond("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        var builder = CaptureBuilder()
        for (index, packet) in conversation.packets.enumerated() where index != 5 { builder.add(packet) }
        let reading = Reading(builder.bytes, limits: limits)
        #expect(reading.exchanges == ["POST / 100000 -> 200 0"])
        #expect(reading.statistics.gapBytes == 1000)
    }

    @Test("connections beyond the bound are given up, and all they showed is given out")
    func manyConnections() {
        var limits = CaptureLimits()
        limits.connectionsMax = 8
        var builder = CaptureBuilder()
        for port in 0..<100 {
            var conversation = Conversation()
            conversation.client.port = UInt16(20_000 + port)
            conversation.handshake()
            conversation.request("GET /\(port) HTTP/1.1\r\n\r\n")
            for packet in conversation.packets { builder.add(packet) }
        }
        let reading = Reading(builder.bytes, limits: limits)
        #expect(reading.exchanges == (0..<100).map { "GET /\($0) 0 -> ? ?" })
        #expect(reading.statistics.abandonedConnections == 92)
    }
}
