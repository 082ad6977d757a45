import Capture
import TestSupport
import Testing

@Suite("HTTP/2 in a capture")
struct HTTP2Tests {
    /// Reads one connection: what each side sends, in order, in segments of at most `segmentBytes`.
    static func read(
        _ pieces: [(fromClient: Bool, bytes: [UInt8])], segmentBytes: Int = 1400, handshake: Bool = true
    ) -> Reading {
        var conversation = Conversation()
        if handshake { conversation.handshake() }
        for piece in pieces {
            var rest = piece.bytes[...]
            while !rest.isEmpty {
                conversation.send(fromClient: piece.fromClient, rest.prefix(segmentBytes))
                rest = rest.dropFirst(segmentBytes)
            }
        }
        conversation.close()
        return Reading(conversation.capture)
    }

    static func header(_ name: String, of exchange: Exchange) -> String? {
        exchange.fields.first { String(decoding: exchange.text[$0.name], as: UTF8.self) == name }
            .map { String(decoding: exchange.text[$0.value], as: UTF8.self) }
    }

    @Test("streams that overlap, each request with its response, over any segments", arguments: [1, 7, 1400])
    func streams(_ segmentBytes: Int) {
        let reading = Self.read(
            [
                (true, HTTP2.preface + HTTP2.settings + HTTP2.frame(1, 5, 1, HTTP2.request("/1"))),
                (true, HTTP2.frame(1, 4, 3, HTTP2.request("/2")) + HTTP2.frame(0, 1, 3, Array("body".utf8))),
                (false, HTTP2.settings + HTTP2.frame(4, 1, 0) + HTTP2.frame(8, 0, 0, big32(1000))),
                (false, HTTP2.frame(1, 4, 3, HTTP2.block([(":status", "103")]))),
                (false, HTTP2.frame(1, 4, 3, HTTP2.block([(":status", "404")]))),
                (false, HTTP2.frame(1, 5, 1, HTTP2.block([(":status", "204")]))),
                (false, HTTP2.frame(0, 0, 3, Array("not ".utf8)) + HTTP2.frame(0, 1, 3, Array("found".utf8))),
            ], segmentBytes: segmentBytes)
        #expect(reading.exchanges == ["GET /1 0 -> 204 0", "GET /2 4 -> 404 9"])
        #expect(reading.statistics.interimResponses == 1 && reading.statistics.unparsed.isEmpty)
        #expect(reading.values.allSatisfy { $0.isHTTP2 && $0.isHeadComplete })
    }

    @Test("header blocks over CONTINUATION, with padding and priority; padding is no body")
    func frames() {
        let block = HTTP2.request("/long", [("x", String(repeating: "y", count: 300))])
        let padded = [3] + [0, 0, 0, 0, 9] + Array(block[..<20]) + [0, 0, 0]
        let reading = Self.read([
            (true, HTTP2.preface + HTTP2.settings + HTTP2.frame(1, 1 | HTTP2.padded | HTTP2.priority, 1, padded)),
            (true, HTTP2.frame(9, 0, 1, Array(block[20..<200])) + HTTP2.frame(9, 4, 1, Array(block[200...]))),
            (false, HTTP2.settings + HTTP2.frame(1, 4, 1, HTTP2.block([(":status", "200")]))),
            (false, HTTP2.frame(0, 1 | HTTP2.padded, 1, [5] + Array("abc".utf8) + [0, 0, 0, 0, 0])),
        ])
        #expect(reading.exchanges == ["GET /long 0 -> 200 3"])
        #expect(Self.header("x", of: reading.values[0])?.count == 300)
    }

    @Test("the examples of RFC 7541, appendix C.4: Huffman's code and the dynamic table")
    func examples() {
        let blocks = [
            "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", "8286 84be 5886 a8eb 1064 9cbf",
            "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
        ]
        let requests = blocks.enumerated().map { index, block in
            (true, HTTP2.frame(1, 5, UInt32(2 * index + 1), HTTP2.hex(block)))
        }
        let whole = Self.read([(true, HTTP2.preface + HTTP2.settings)] + requests)
        #expect(whole.exchanges == ["GET / 0 -> ? ?", "GET / 0 -> ? ?", "GET /index.html 0 -> ? ?"])
        #expect(whole.values.allSatisfy { text($0.host, $0) == "www.example.com" })
        #expect(Self.header("custom-key", of: whole.values[2]) == "custom-value")
        // Joined after the first block: what it put into the table is unknown, and nothing else is.
        let ping = HTTP2.frame(6, 0, 0, [UInt8](repeating: 0, count: 8))
        let late = Self.read([(true, ping)] + requests[1...], handshake: false)
        #expect(late.exchanges == ["GET / 0 -> ? ?", "GET /index.html 0 -> ? ?"])
        #expect(late.values.allSatisfy { $0.host == nil && !$0.isHeadComplete })
        #expect(Self.header("cache-control", of: late.values[0]) == "no-cache")
        #expect(Self.header("custom-key", of: late.values[1]) == "custom-value")
    }

    private func text(_ range: Range<Int>?, _ exchange: Exchange) -> String? {
        range.map { String(decoding: exchange.text[$0], as: UTF8.self) }
    }

    @Test("whatever representations an encoder chooses, the fields are what it was given", arguments: Fuzz.seeds(12))
    func representations(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var encoder = RandomHeaderEncoder()
        var sent: [[(name: String, value: String)]] = []
        var bytes = HTTP2.preface + HTTP2.settings
        for number in 0..<40 {
            var fields: [(name: String, value: String)] = [
                (":method", "GET"), (":path", "/\(number)"), (":scheme", "http"),
            ]
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let value = String(
                    repeating: random.pick(["x", "yz", "0"]), count: Int.random(in: 0...90, using: &random))
                fields.append((random.pick(["a", "b", "cookie", "long-name"]), value))
            }
            sent.append(fields)
            bytes += HTTP2.frame(1, 5, UInt32(2 * number + 1), encoder.encode(fields, &random))
        }
        let reading = Self.read([(true, bytes)], segmentBytes: 100)
        #expect(reading.values.count == sent.count && reading.statistics.damagedHeaderBlocks == 0)
        for (exchange, fields) in zip(reading.values, sent) {
            let read = exchange.fields.map { [text($0.name, exchange), text($0.value, exchange)] }
            #expect(read == fields.dropFirst(3).map { [$0.name, $0.value] }, "seed \(seed)")
            #expect(text(exchange.target, exchange) == fields[1].value && exchange.isHeadComplete)
        }
        // Joined anywhere, fields are unknown or right, never wrong.
        let start = bytes.count / 2
        let late = Self.read([(true, Array(bytes[start...]))], segmentBytes: 100, handshake: false)
        for exchange in late.values {
            let path = text(exchange.target, exchange)
            guard let path, let fields = sent.first(where: { $0[1].value == path }) else { continue }
            for field in exchange.fields {
                let pair = (text(field.name, exchange), text(field.value, exchange))
                #expect(fields.contains { $0.name == pair.0 && $0.value == pair.1 }, "seed \(seed)")
            }
        }
    }

    @Test("a pushed response is passed over, but its header block is read")
    func push() {
        let first = HTTP2.literal("x-pushed", "1", mark: 0x40)
        let reading = Self.read([
            (true, HTTP2.preface + HTTP2.settings + HTTP2.frame(1, 5, 1, HTTP2.request("/"))),
            (false, HTTP2.settings + HTTP2.frame(5, 4, 1, big32(2) + HTTP2.request("/pushed") + first)),
            (false, HTTP2.frame(1, 4, 2, HTTP2.block([(":status", "200")])) + HTTP2.frame(0, 1, 2, [1, 2, 3])),
            (false, HTTP2.frame(1, 5, 1, [0xBE] + HTTP2.block([(":status", "200")]))),
        ])
        #expect(reading.exchanges == ["GET / 0 -> 200 0"])
        #expect(reading.statistics.responsesWithoutRequest == 0 && reading.statistics.damagedHeaderBlocks == 0)
    }

    @Test("gRPC: the status is that of the trailers, or of a response that has nothing else")
    func grpc() {
        let type = [("content-type", "application/grpc")]
        let reading = Self.read([
            (true, HTTP2.preface + HTTP2.settings + HTTP2.frame(1, 5, 1, HTTP2.request("/s/m", type))),
            (true, HTTP2.frame(1, 5, 3, HTTP2.request("/s/n", type))),
            (false, HTTP2.settings + HTTP2.frame(1, 4, 1, HTTP2.block([(":status", "200")] + type))),
            (false, HTTP2.frame(0, 0, 1, [0, 0, 0, 0, 1, 7])),
            (false, HTTP2.frame(1, 5, 1, HTTP2.block([("grpc-status", "0")]))),
            (false, HTTP2.frame(1, 5, 3, HTTP2.block([(":status", "200"), ("grpc-status", "12")] + type))),
        ])
        #expect(reading.exchanges == ["GET /s/m 0 -> 200 6", "GET /s/n 0 -> 200 0"])
        #expect(reading.values.map(\.grpcStatus) == [0, 12])
    }

    @Test("gRPC-Web: the status is in the body, in HTTP/1 and HTTP/2, as it is and in base64")
    func grpcWeb() {
        let trailer = Array("grpc-status: 7\r\ngrpc-message: no\r\n".utf8)
        let body = [0, 0, 0, 0, 2, 1, 2, 0x80] + big32(UInt32(trailer.count)) + trailer
        let encoded = "AAAAAAIBAg==" + "gAAAACJncnBjLXN0YXR1czogNw0KZ3JwYy1tZXNzYWdlOiBubw0K"
        let web = [(":status", "200"), ("content-type", "application/grpc-web+proto")]
        let text = [(":status", "200"), ("content-type", "application/grpc-web-text")]
        let two = Self.read(
            [
                (true, HTTP2.preface + HTTP2.settings + HTTP2.frame(1, 5, 1, HTTP2.request("/s/m"))),
                (true, HTTP2.frame(1, 5, 3, HTTP2.request("/s/m"))),
                (false, HTTP2.settings + HTTP2.frame(1, 4, 1, HTTP2.block(web)) + HTTP2.frame(0, 1, 1, body)),
                (false, HTTP2.frame(1, 4, 3, HTTP2.block(text)) + HTTP2.frame(0, 1, 3, Array(encoded.utf8))),
            ], segmentBytes: 11)
        #expect(two.values.map(\.grpcStatus) == [7, 7])
        var one = Conversation()
        one.handshake()
        one.request("POST /s/m HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
        one.respond(
            "HTTP/1.1 200 OK\r\nContent-Type: application/grpc-web-text\r\nContent-Length: \(encoded.utf8.count)\r\n\r\n"
                + encoded)
        #expect(Reading(one.capture).values.map(\.grpcStatus) == [7])
    }

    @Test("a stream that was reset has the response that came, or none")
    func reset() {
        let reading = Self.read([
            (true, HTTP2.preface + HTTP2.settings + HTTP2.frame(1, 5, 1, HTTP2.request("/1"))),
            (true, HTTP2.frame(1, 4, 3, HTTP2.request("/2")) + HTTP2.frame(3, 0, 1, big32(8))),
            (false, HTTP2.settings + HTTP2.frame(1, 5, 1, HTTP2.block([(":status", "200")]))),
            (false, HTTP2.frame(3, 0, 3, big32(7)) + HTTP2.frame(7, 0, 0, big32(3) + big32(0))),
        ])
        #expect(reading.exchanges == ["GET /1 0 -> 200 0", "GET /2 ? -> ? ?"])
    }

    @Test("an upgrade to h2c: the request that asked for it is stream 1")
    func upgrade() {
        let reading = Self.read([
            (
                true,
                Array("GET /up HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n".utf8)
            ),
            (
                false,
                Array("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n".utf8) + HTTP2.settings
                    + HTTP2.frame(1, 4, 1, HTTP2.block([(":status", "201")]))
            ),
            (true, HTTP2.preface + HTTP2.settings + HTTP2.frame(1, 5, 3, HTTP2.request("/next"))),
            (false, HTTP2.frame(0, 1, 1, [1, 2]) + HTTP2.frame(1, 5, 3, HTTP2.block([(":status", "200")]))),
        ])
        #expect(reading.exchanges == ["GET /up 0 -> 201 2", "GET /next 0 -> 200 0"])
    }

    @Test("an extended CONNECT for WebSocket")
    func webSocket() {
        let fields = [
            (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":path", "/chat"),
            (":authority", "a"),
        ]
        let reading = Self.read([
            (true, HTTP2.preface + HTTP2.settings + HTTP2.frame(1, 4, 1, HTTP2.block(fields))),
            (false, HTTP2.settings + HTTP2.frame(1, 4, 1, HTTP2.block([(":status", "200")]))),
        ])
        #expect(reading.exchanges == ["CONNECT /chat ? -> 200 ?"])
        #expect(reading.values[0].isWebSocket)
    }

    @Test("bytes lost in a body cost nothing; bytes lost elsewhere cost what was in them, and make nothing wrong")
    func gaps() {
        func conversation(losing lost: Int) -> Reading {
            var conversation = Conversation()
            conversation.handshake()
            let insert = HTTP2.literal("x-a", "first", mark: 0x40)
            let pieces: [(Bool, [UInt8])] = [
                (true, HTTP2.preface + HTTP2.settings),
                (true, HTTP2.frame(1, 5, 1, HTTP2.request("/1") + insert)),
                (true, HTTP2.frame(1, 5, 3, HTTP2.request("/2") + HTTP2.literal("x-b", "second", mark: 0x40))),
                (true, HTTP2.frame(1, 5, 5, HTTP2.request("/3") + [0xBF])),
                (false, HTTP2.settings + HTTP2.frame(1, 4, 5, HTTP2.block([(":status", "200")]))),
                (false, Array(HTTP2.frame(0, 1, 5, [UInt8](repeating: 1, count: 900))[..<300])),
                (false, [UInt8](repeating: 1, count: 300)), (false, [UInt8](repeating: 1, count: 309)),
            ]
            for piece in pieces { conversation.send(fromClient: piece.0, piece.1) }
            conversation.close()
            var builder = CaptureBuilder()
            for (index, packet) in conversation.packets.enumerated() where index != lost + 3 { builder.add(packet) }
            return Reading(builder.bytes)
        }
        #expect(conversation(losing: -1).exchanges.last == "GET /3 0 -> 200 900")
        #expect(Self.header("x-a", of: conversation(losing: -1).values[2]) == "first")
        #expect(conversation(losing: 6).exchanges.last == "GET /3 0 -> 200 900")
        let lostBlock = conversation(losing: 2)
        #expect(lostBlock.exchanges == ["GET /1 0 -> ? ?", "GET /3 0 -> 200 900"])
        #expect(lostBlock.values.last?.isHeadComplete == false)
        #expect(lostBlock.values.last.map { $0.fields.isEmpty } == true)
    }

    @Test("header blocks and streams without end are bounded")
    func bounds() {
        let piece = HTTP2.frame(9, 0, 1, [UInt8](repeating: 0, count: 8000))
        var bytes = HTTP2.preface + HTTP2.settings + HTTP2.frame(1, 1, 1, HTTP2.request("/1"))
        for _ in 0..<60 { bytes += piece }
        bytes += HTTP2.frame(9, 4, 1) + HTTP2.frame(1, 5, 3, HTTP2.request("/2"))
        let flood = Self.read([(true, bytes)])
        #expect(flood.statistics.damagedHeaderBlocks == 1 && flood.exchanges == ["GET /2 0 -> ? ?"])
        var limits = CaptureLimits()
        limits.streamsPerConnectionMax = 10
        var conversation = Conversation()
        conversation.handshake()
        conversation.send(fromClient: true, HTTP2.preface + HTTP2.settings)
        for number in 0..<25 {
            conversation.send(fromClient: true, HTTP2.frame(1, 5, UInt32(2 * number + 1), HTTP2.request("/\(number)")))
        }
        let reading = Reading(conversation.capture, limits: limits)
        #expect(reading.exchanges.count == 25 && reading.statistics.abandonedStreams == 20)
    }

    @Test("damaged frames, lost and shuffled packets end", arguments: Fuzz.seeds(12))
    func fuzz(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let client =
            HTTP2.preface + HTTP2.settings
            + HTTP2.frame(1, 5 | HTTP2.padded, 1, [1] + HTTP2.request("/1") + HTTP2.literal("a", "b", mark: 0x40) + [0])
            + HTTP2.frame(1, 5, 3, HTTP2.hex("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"))
            + HTTP2.frame(3, 0, 3, big32(1))
        let server =
            HTTP2.settings + HTTP2.frame(5, 4, 1, big32(2) + HTTP2.request("/p"))
            + HTTP2.frame(1, 4, 1, HTTP2.block([(":status", "200"), ("content-type", "application/grpc-web")]))
            + HTTP2.frame(0, 1 | HTTP2.padded, 1, [1, 0x80, 0, 0, 0, 3, 1, 2, 3, 0])
        for _ in 0..<60 {
            var conversation = Conversation()
            if random.chance(70) { conversation.handshake() }
            for (fromClient, bytes) in [(true, client), (false, server)] {
                var rest = random.mutate(bytes, telling: [0, 1, 4, 5, 8, 9, 0xFF, 0x40, 0x80])[...]
                while !rest.isEmpty {
                    let count = Int.random(in: 1...60, using: &random)
                    conversation.send(fromClient: fromClient, rest.prefix(count))
                    rest = rest.dropFirst(count)
                }
            }
            var builder = CaptureBuilder()
            for packet in conversation.packets where random.chance(90) { builder.add(packet) }
            let reading = Reading(builder.bytes)
            #expect(reading.failure == nil, "seed \(seed)")
        }
    }
}
