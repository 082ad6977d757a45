/// A TLS connection of which the secrets may be known: its records opened, and what is spoken inside.
final class TLSConnection {
    private static let handshakeBytesMax = 1 << 16

    private let session: TLSSession
    private var inner: HTTPConnection
    private let client: Int
    private let keyLog: KeyLog
    private var readers: [2 of RecordReader] = [RecordReader(), RecordReader()]
    /// The server's handshake messages before its hello is known.
    private var handshake: [UInt8] = []
    private var isChosen = false
    private var reason: UndecryptedReason?
    private var positions: [2 of Int64] = [0, 0]

    init(_ session: TLSSession, _ inner: HTTPConnection, client: Int, keyLog: KeyLog) {
        self.session = session
        self.inner = inner
        self.client = client
        self.keyLog = keyLog
    }

    /// Whether an HTTP message was found inside.
    var hasMessage: Bool { inner.hasMessage }

    /// Reads bytes that are next in the stream of one side.
    func receive(
        _ side: Int, _ bytes: Span<UInt8>, _ arrival: Arrival, _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) {
        guard reason == nil else { return }
        var reader = readers[side]
        readers[side] = RecordReader()
        reader.read(bytes, arrival.time) { reader, record, began in
            accept(side, record, began, arrival.time, &reader, &store, &statistics)
        }
        readers[side] = reader
    }

    /// Counts bytes of one side that are missing from the capture.
    func gap(_ side: Int, _ count: Int64, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
        guard reason == nil else { return }
        if let content = readers[side].gap(count) {
            if isChosen { inner.gap(side, content, &store, &statistics) }
        } else {
            inner.loseTrack(side, &store, &statistics)
        }
    }

    /// Ends the stream of one side.
    func end(_ side: Int, isClean: Bool, _ store: inout ExchangeStore) { inner.end(side, isClean: isClean, &store) }

    /// Completes all that is open.
    func close(at time: Int64, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
        inner.close(at: time, &store, &statistics)
        let failures = readers[0].failures + readers[1].failures
        if reason == nil, readers[0].opened + readers[1].opened == 0, failures > 0 { reason = .authentication }
        if hasMessage {
            statistics.decryptedConnections += 1
        } else if let reason {
            statistics.undecrypted[reason, default: 0] += 1
        }
    }

    private func accept(
        _ side: Int, _ record: Span<UInt8>, _ began: Int64, _ time: Int64, _ reader: inout RecordReader,
        _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics
    ) {
        let type = record[0]
        if type == 20 {
            // The ChangeCipherSpec of TLS 1.2; in TLS 1.3 it is for show, and the keys are in use already.
            reader.isProtected = true
            return
        }
        if !isChosen {
            if type == 22, side != client { readHandshake(record, &reader) }
            return
        }
        guard reader.hasKeys, type == 23 || reader.isProtected, let opened = reader.open(record) else { return }
        switch opened.type {
        case 23:
            guard !opened.content.isEmpty else { return }
            let arrival = Arrival(time: time, began: began, position: positions[side], acknowledged: .min)
            positions[side] += Int64(opened.content.count)
            inner.receive(side, opened.content.span, arrival, &store, &statistics)
        // A KeyUpdate, which is sent alone (RFC 8446, section 4.6.3).
        case 22 where opened.content.count >= 4 && opened.content[0] == 24 && record[0] == 23: reader.updateKey()
        default: break
        }
    }

    /// Collects the server's first handshake message, and chooses the keys by it.
    private func readHandshake(_ record: Span<UInt8>, _ reader: inout RecordReader) {
        handshake.append(record.extracting(5..<record.count))
        guard handshake.count >= 4 else { return }
        let length = 4 + Int(handshake.span.big32(0) & 0xFF_FFFF)
        guard handshake[0] == 2, length <= Self.handshakeBytesMax else { return fail(.authentication) }
        guard handshake.count >= length else { return }
        let hello = ServerHello(handshake.span.extracting(4..<length))
        handshake.removeAll()
        guard let hello else { return fail(.authentication) }
        guard !hello.isRetry else { return }
        guard let suite = CipherSuite(hello.suite), hello.version == 0x0303 || hello.version == 0x0304 else {
            return fail(.suite)
        }
        isChosen = true
        let random = session.hello.random
        if hello.version == 0x0304 {
            let secrets: [2 of [KeyLog.Label]] = [
                [.clientEarly, .clientHandshake, .client], [.serverHandshake, .server],
            ]
            let keys = (0...1).map { side in
                secrets[side].compactMap { keyLog.secret($0, random) }.map { RecordKey(suite, secret: $0) }
            }
            readers[client].setKeys(keys[0])
            reader.setKeys(keys[1])
            if keys[0].isEmpty, keys[1].isEmpty { fail(.secrets) }
        } else if let master = keyLog.secret(.master, random) {
            let keys = RecordKey.version12(suite, master: master, client: random, server: hello.random)
            readers[client].setKeys([keys[0]])
            reader.setKeys([keys[1]])
        } else {
            fail(.secrets)
        }
    }

    private func fail(_ reason: UndecryptedReason) { self.reason = reason }
}
