import Capture
import TestSupport
import Testing

@Suite("HTTP/1 in a capture")
struct HTTPTests {
    /// Reads one connection of requests and responses, given in the order in which they were sent.
    private func read(_ messages: [(fromClient: Bool, text: String)], close: Bool = true) -> Reading {
        var conversation = Conversation()
        conversation.handshake()
        for message in messages { conversation.send(fromClient: message.fromClient, message.text.utf8) }
        if close { conversation.close() }
        return Reading(conversation.capture)
    }

    @Test("requests on one connection, each with its response")
    func keepAlive() {
        let reading = read([
            (true, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"), (false, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"),
            (true, "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"),
            (false, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"),
        ])
        #expect(reading.exchanges == ["GET /1 0 -> 200 3", "POST /2 2 -> 201 0"])
        #expect(reading.statistics.gaps == 0 && reading.statistics.connections == 1)
        #expect(reading.values[0].requestBegan == 1_700_000_000_004_000_000)
        #expect(reading.values[0].responseEnded == 1_700_000_000_005_000_000)
    }

    @Test("the k-th final response belongs to the k-th of pipelined requests; 1xx is none")
    func pipelining() {
        let reading = read([
            (true, "GET /1 HTTP/1.1\r\n\r\nHEAD /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\n\r\n"),
            (false, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"),
            (
                false,
                "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nx"
            ),
        ])
        #expect(reading.exchanges == ["GET /1 0 -> 204 0", "HEAD /2 0 -> 200 0", "GET /3 0 -> 404 1"])
        #expect(reading.statistics.interimResponses == 1)
    }

    @Test("chunked bodies both ways, with extensions and trailers")
    func chunked() {
        let reading = read([
            (true, "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n"),
            (
                false,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n"
            ),
            (true, "GET /next HTTP/1.1\r\n\r\n"), (false, "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"),
        ])
        #expect(reading.exchanges == ["POST / 5 -> 200 13", "GET /next 0 -> 304 0"])
    }

    @Test("a response without a length ends with the connection")
    func untilClose() {
        let messages = [
            (true, "GET / HTTP/1.0\r\n\r\n"), (false, "HTTP/1.0 200 OK\r\n\r\nabc"), (false, "def"),
        ]
        #expect(read(messages).exchanges == ["GET / 0 -> 200 6"])
        #expect(read(messages, close: false).exchanges == ["GET / 0 -> 200 ?"])
    }

    @Test("after a 101 or a CONNECT that succeeded the connection is a tunnel")
    func tunnels() {
        let upgraded = read([
            (true, "GET /chat HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n"),
            (false, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"), (true, "GET / HTTP/1.1\r\n\r\n"),
            (false, "HTTP/1.1 200 OK\r\n\r\n"),
        ])
        #expect(upgraded.exchanges == ["GET /chat 0 -> 101 0"])
        #expect(upgraded.values.first?.isWebSocket == true)
        let connected = read([
            (true, "CONNECT a:443 HTTP/1.1\r\n\r\n"), (false, "HTTP/1.1 200 OK\r\n\r\n"), (true, "\u{16}\u{3}\u{1}xx"),
        ])
        #expect(connected.exchanges == ["CONNECT a:443 0 -> 200 0"])
        let refused = read([
            (true, "CONNECT a:443 HTTP/1.1\r\n\r\n"), (false, "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"),
            (true, "GET http://a/ HTTP/1.1\r\n\r\n"), (false, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        ])
        #expect(refused.exchanges == ["CONNECT a:443 0 -> 403 0", "GET http://a/ 0 -> 200 0"])
    }

    @Test("a request whose body never ends is given out, whatever answered it")
    func unfinishedRequests() {
        let head = "POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nabc"
        #expect(read([(true, head)]).exchanges == ["POST / ? -> ? ?"])
        #expect(read([(true, head), (false, "HTTP/1.1 101 Go\r\n\r\n")]).exchanges == ["POST / ? -> 101 0"])
        #expect(
            read([(true, head), (false, "HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n")]).exchanges
                == ["POST / ? -> 413 0"])
    }

    @Test("lines may end in LF alone, fields go over several lines, empty lines may come before a request")
    func tolerance() throws {
        let reading = read([
            (true, "\r\n\nGET /a b HTTP/1.1\nHost:  a.example \nX-Long: one\n two\n\nOPTIONS * HTTP/1.1\r\n\r\n"),
            (false, "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\nContent-Length: 0\n\n"),
        ])
        #expect(reading.exchanges == ["GET /a b 0 -> 200 0", "OPTIONS * 0 -> 200 0"])
        let first = try #require(reading.values.first)
        let fields = first.fields.map { field in
            [field.name, field.value].map { String(decoding: first.text[$0], as: UTF8.self) }
        }
        #expect(fields == [["Host", "a.example"], ["X-Long", "one  two"]])
    }

    @Test("a head beyond the bound is given up and counted, and the next request is found")
    func headBound() {
        var limits = CaptureLimits()
        limits.headBytesMax = 2000
        var conversation = Conversation()
        conversation.handshake()
        conversation.request("GET /big HTTP/1.1\r\nA: \(String(repeating: "x", count: 1000))")
        conversation.request(String(repeating: "x", count: 1500))
        conversation.request("\r\n\r\n")
        conversation.request("GET /small HTTP/1.1\r\n\r\n")
        conversation.respond("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        conversation.close()
        let reading = Reading(conversation.capture, limits: limits)
        #expect(reading.exchanges.contains { $0.hasPrefix("GET /small 0") })
        #expect(!reading.exchanges.contains { $0.hasPrefix("GET /big") })
    }

    @Test("any cut of the bytes into segments gives the same exchanges", arguments: 0..<40)
    func anySegmentation(_ seed: Int) {
        let requests =
            "POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n"
            + "GET /2 HTTP/1.1\r\nHost: b\r\n\r\nPUT /3 HTTP/1.1\r\nContent-Length: 7\r\n\r\n1234567"
        let responses =
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
            + "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n"
            + "HTTP/1.1 500 Oops\r\n\r\nuntil the end"
        var random = SeededGenerator(seed: UInt64(seed))
        var conversation = Conversation()
        conversation.handshake()
        for (fromClient, text) in [(true, requests), (false, responses)] {
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...min(rest.count, seed % 3 == 0 ? 3 : 40), using: &random)
                conversation.send(fromClient: fromClient, rest.prefix(count))
                rest = rest.dropFirst(count)
            }
        }
        conversation.close()
        #expect(
            Reading(conversation.capture).exchanges
                == ["POST /1 19 -> 200 5", "GET /2 0 -> 404 5", "PUT /3 7 -> 500 13"], "seed \(seed)")
    }

    @Test("what is not HTTP is counted, by what it seems to be")
    func unparsed() {
        #expect(read([(false, "220 mail ready\r\n"), (true, "EHLO a\r\n")]).statistics.unparsed == [.notHTTP: 1])
        #expect(read([(true, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]).statistics.unparsed == [.http2: 1])
        #expect(read([(true, "SSH-2.0-OpenSSH\r\n")]).exchanges == ["TCP 17 -> 0"])
    }
}
