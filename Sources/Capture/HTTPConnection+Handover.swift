/// What is not HTTP/1: handed on to who reads it, or kept as a whole.
extension HTTPConnection {
    var isHandedOn: Bool { http2 != nil || tls != nil }

    mutating func handOn(
        _ side: Int, _ bytes: Span<UInt8>, _ arrival: Arrival, _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) {
        guard !bytes.isEmpty else { return }
        if let http2 {
            http2.receive(side, bytes, arrival, &store, &statistics)
            hasMessage = hasMessage || http2.hasMessage
        } else if let tls {
            tls.receive(side, bytes, arrival, &store, &statistics)
            noteDecrypted(tls, &store, &statistics)
        }
    }

    /// With a key log, requests that were found inside a TLS connection stand in the place of its hello.
    mutating func noteDecrypted(
        _ tls: TLSConnection, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics
    ) {
        guard tls.hasMessage, whole != Self.none, context.keyLog.isGiven else { return }
        store.discard(whole)
        whole = Self.none
        statistics.hellos -= 1
    }

    /// Whether the connection speaks HTTP/2 from here on, which the first bytes of a server tell, or, joined in the middle,
    /// any frames. `.some(nil)`: it is joined in the middle; else how many bytes of the preface came before.
    func beginsHTTP2(_ side: Int, _ bytes: Span<UInt8>) -> Int?? {
        if isMidstream {
            if bytes.hasPrefix("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", at: 0) { return 0 }
            return FrameHeader.areLikely(bytes) ? .some(nil) : nil
        }
        guard let client, side != client, !hasBegun[client] || parsers[client].isInside else { return nil }
        guard FrameHeader.isServerPreface(bytes), parsers[side].state == .start, parsers[side].partial.isEmpty
        else { return nil }
        return parsers[client].partial.count
    }

    mutating func beginHTTP2(prefaceBytes: Int?, isWhole: Bool) {
        http2 = HTTP2Connection(
            ends: ends, client: client, isWhole: isWhole, prefaceBytes: prefaceBytes, session: session,
            limits: context.limits)
        ignoreBoth()
    }

    /// Whether a message, or a frame of HTTP/2, is likely to begin with these bytes, of a connection joined in the middle.
    static func isLikelyBeginning(_ bytes: Span<UInt8>) -> Bool {
        StartLine.isLikely(bytes, from: 0) || FrameHeader.areLikely(bytes)
    }

    /// Reads the first bytes of a side as a TLS hello; false where they are none.
    mutating func readHello(
        _ side: Int, _ bytes: Span<UInt8>, _ arrival: Arrival, _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) -> Bool {
        if helloSide == nil {
            guard client == nil || client == side, !hasMessage, ClientHelloReader.mayBegin(bytes) else { return false }
            helloSide = side
            helloBegan = arrival.time
        }
        switch helloReader.read(bytes) {
        case .needsMore: return true
        case .failed: reason = .tls
        case .hello(let hello):
            let slot = store.begin()
            store[slot].fill(with: hello, from: ends[side], to: ends[1 - side], began: helloBegan, ended: arrival.time)
            store.hold(slot)
            whole = slot
            client = side
            statistics.hellos += 1
            hasMessage = true
            if !context.keyLog.isEmpty, !hello.random.isEmpty {
                let session = TLSSession(hello)
                let inner = HTTPConnection(
                    ends: ends, client: side, began: helloBegan, context: context, session: session)
                tls = TLSConnection(session, inner, client: side, keyLog: context.keyLog)
                let read = helloReader.bytes
                tls?.receive(side, read.span, arrival, &store, &statistics)
            }
        }
        helloSide = nil
        helloReader = ClientHelloReader()
        // Joined in the middle, what looked like a hello may have been anything.
        if isMidstream, !hasMessage { return false }
        ignoreBoth()
        return true
    }

    /// Goes on with HTTP/2, whose stream 1 is the request that asked for it.
    mutating func upgrade(_ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
        let slot = response
        let isRequestDone = request != slot
        front = store.next(slot)
        if front == Self.none { back = Self.none }
        if !isRequestDone { request = Self.none }
        response = Self.none
        statistics.responses -= 1
        beginHTTP2(prefaceBytes: 0, isWhole: true)
        http2?.adopt(slot, requestIsDone: true)
    }

    /// Begins the exchange that stands for a connection whose content is not understood.
    mutating func beginWhole(_ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
        guard whole == Self.none, session == nil else { return }
        whole = store.begin()
        let asking = client ?? 0
        store[whole].kind = .tcp
        store[whole].client = ends[asking]
        store[whole].server = ends[1 - asking]
        store[whole].requestBegan = began
        store.hold(whole)
        statistics.opaqueConnections += 1
    }

    /// Ends it: what is said of request and response is said of all that the two sides sent.
    mutating func endWhole(at time: Int64, _ store: inout ExchangeStore) {
        let asking = client ?? 0
        if store[whole].kind == .tcp { store[whole].requestEnded = firstTimes[asking].map { _ in lastTimes[asking] } }
        store[whole].requestBodyBytes = byteCounts[asking]
        store[whole].responseBegan = firstTimes[1 - asking]
        store[whole].responseEnded = time
        store[whole].responseBodyBytes = byteCounts[1 - asking]
        store.complete(whole)
        whole = Self.none
    }

    mutating func ignoreBoth() {
        parsers[0].ignore()
        parsers[1].ignore()
    }

    static func isHTTP2(_ bytes: Span<UInt8>) -> Bool { bytes.hasPrefix("PRI * HTTP/2.0", at: 0) }

    static func classify(_ bytes: Span<UInt8>) -> UnparsedReason {
        if bytes.count >= 3, bytes[0] == 0x16, bytes[1] == 3 { return .tls }
        return .notHTTP
    }
}
