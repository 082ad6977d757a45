/// What is spoken on one TCP connection. HTTP/1.x is read here, its messages paired: the k-th final response belongs to the
/// k-th request. HTTP/2 and TLS whose secrets are known are handed on; of the rest the ends, sizes and times are kept.
///
/// Where bytes were lost that rule no longer holds, and the acknowledgements tell: a client that waits for each response
/// has, when it sends a request, acknowledged exactly what lies before its response.
struct HTTPConnection {
    private static let none = ExchangeStore.none

    private var parsers: [2 of MessageParser]
    /// Which side asks; nil while that is unknown.
    private var client: Int?
    private let ends: [2 of SocketAddress]
    /// The requests whose response has not ended, in order.
    private var front = none
    private var back = none
    private var request = none
    private var response = none
    /// Whether the pairing by order cannot be trusted.
    private var isUncertain: Bool
    private let isMidstream: Bool
    /// Whether a message was found.
    private(set) var hasMessage = false
    private var reason: UnparsedReason?
    /// When the last byte of each side came.
    private var lastTimes: [2 of Int64] = [0, 0]
    private var hasPayload = false
    private var hasBegun: [2 of Bool] = [false, false]
    /// The side whose first bytes are read as a TLS hello, while they are.
    private var helloSide: Int?
    private var helloReader = ClientHelloReader()
    private var helloBegan: Int64 = 0
    /// Reads what follows, where that is HTTP/2, or TLS.
    private var http2: HTTP2Connection?
    private var tls: TLSConnection?
    /// The TLS connection that this is the inside of.
    private let session: TLSSession?
    private let limits: CaptureLimits
    private let keyLog: KeyLog
    /// The exchange that stands for the whole connection, where one does.
    private var whole = none
    private let began: Int64
    private var byteCounts: [2 of Int64] = [0, 0]
    private var firstTimes: [2 of Int64?] = [nil, nil]

    /// A connection between two ends, whose first packet came when it `began`; `client` is the one that sent the SYN, nil
    /// where none was captured.
    init(
        ends: [2 of SocketAddress], client: Int?, began: Int64, limits: CaptureLimits, keyLog: KeyLog,
        session: TLSSession? = nil
    ) {
        self.ends = ends
        self.began = began
        self.limits = limits
        self.keyLog = keyLog
        self.session = session
        self.client = client
        isMidstream = client == nil
        isUncertain = client == nil
        var parser = MessageParser()
        parser.headBytesMax = limits.headBytesMax
        if client == nil { parser.search() }
        parsers = [parser, parser]
    }

    /// Reads bytes that are next in the stream of one side.
    mutating func receive(
        _ side: Int, _ bytes: Span<UInt8>, _ arrival: Arrival, _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) {
        hasPayload = true
        lastTimes[side] = arrival.time
        byteCounts[side] += Int64(bytes.count)
        if isHandedOn {
            return handOn(side, bytes, arrival, &store, &statistics)
        }
        if !hasBegun[side] || helloSide == side {
            if !hasBegun[side] { firstTimes[side] = arrival.time }
            hasBegun[side] = true
            if session == nil, readHello(side, bytes, arrival, &store, &statistics) { return }
        }
        if !hasMessage, let prefaceBytes = beginsHTTP2(side, bytes) {
            beginHTTP2(prefaceBytes: prefaceBytes, isWhole: prefaceBytes != nil)
            return handOn(side, bytes, arrival, &store, &statistics)
        }
        if isUncertain || response == Self.none, parsers[side].isInBody,
            side == client ? StartLine.isLikely(bytes, from: 0) : bytes.hasPrefix("HTTP/1.", at: 0)
        {
            // A body whose length cannot be trusted, and the next message at the beginning of a segment.
            lose(side, &store, &statistics)
            parsers[side].search()
        }
        var index = 0
        while true {
            switch parsers[side].advance(bytes, &index, arrival) {
            case .more: return
            case .end: end(side, arrival.time, &store)
            case .rejected: reject(side, bytes, &index, arrival, &store, &statistics)
            case .head(let range, let isPartial):
                if isPartial {
                    let partial = parsers[side].takePartial()
                    readHead(side, partial.span, range, arrival.time, &store, &statistics)
                } else {
                    readHead(side, bytes, range, arrival.time, &store, &statistics)
                }
                if isHandedOn {
                    return handOn(side, bytes.extracting(index..<bytes.count), arrival, &store, &statistics)
                }
            }
        }
    }

    private var isHandedOn: Bool { http2 != nil || tls != nil }

    private mutating func handOn(
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
    private mutating func noteDecrypted(
        _ tls: TLSConnection, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics
    ) {
        guard tls.hasMessage, whole != Self.none, keyLog.isGiven else { return }
        store.discard(whole)
        whole = Self.none
        statistics.hellos -= 1
    }

    /// Whether the connection speaks HTTP/2 from here on, which the first bytes of a server tell, or, joined in the middle,
    /// any frames. `.some(nil)`: it is joined in the middle; else how many bytes of the preface came before.
    private func beginsHTTP2(_ side: Int, _ bytes: Span<UInt8>) -> Int?? {
        if isMidstream {
            if bytes.hasPrefix("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", at: 0) { return 0 }
            return FrameHeader.areLikely(bytes) ? .some(nil) : nil
        }
        guard let client, side != client, !hasBegun[client] || parsers[client].isInside else { return nil }
        guard FrameHeader.isServerPreface(bytes), parsers[side].state == .start, parsers[side].partial.isEmpty
        else { return nil }
        return parsers[client].partial.count
    }

    private mutating func beginHTTP2(prefaceBytes: Int?, isWhole: Bool) {
        http2 = HTTP2Connection(
            ends: ends, client: client, isWhole: isWhole, prefaceBytes: prefaceBytes, session: session, limits: limits)
        ignoreBoth()
    }

    /// Whether a message, or a frame of HTTP/2, is likely to begin with these bytes, of a connection joined in the middle.
    static func isLikelyBeginning(_ bytes: Span<UInt8>) -> Bool {
        StartLine.isLikely(bytes, from: 0) || FrameHeader.areLikely(bytes)
    }

    /// Counts bytes of one side that are missing from the capture.
    mutating func gap(
        _ side: Int, _ count: Int64, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics
    ) {
        byteCounts[side] += count
        if let http2 { return http2.gap(side, count, &store, &statistics) }
        if let tls { return tls.gap(side, count, &store, &statistics) }
        if helloSide == side {
            // What is missing of a hello is not guessed.
            helloSide = nil
            reason = .tls
            return ignoreBoth()
        }
        guard !parsers[side].gap(count) else { return }
        lose(side, &store, &statistics)
    }

    /// Says that bytes of one side are missing, and not how many.
    mutating func loseTrack(_ side: Int, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
        if let http2 { return http2.lose(side, &statistics) }
        guard parsers[side].state != .opaque, parsers[side].state != .searching else { return }
        parsers[side].search()
        lose(side, &store, &statistics)
    }

    /// Ends the stream of one side; `isClean` where it was closed, not cut off.
    mutating func end(_ side: Int, isClean: Bool, _ store: inout ExchangeStore) {
        if let tls { return tls.end(side, isClean: isClean, &store) }
        guard parsers[side].isInside else { return }
        if isClean, parsers[side].state == .untilClose {
            end(side, lastTimes[side], &store)
        } else {
            loseMessage(side, &store)
        }
        parsers[side].search()
    }

    /// Completes all that is open; nothing more comes after the last packet, at `time`.
    mutating func close(at time: Int64, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
        if let http2 {
            http2.close(&store)
            hasMessage = hasMessage || http2.hasMessage
            if reason == nil { reason = .http2 }
        }
        if let tls {
            tls.close(at: time, &store, &statistics)
            noteDecrypted(tls, &store, &statistics)
        }
        http2 = nil
        tls = nil
        if whole != Self.none { endWhole(at: time, &store) }
        for side in 0...1 {
            end(side, isClean: false, &store)
            parsers[side].ignore()
        }
        endRequest(&store)
        while front != Self.none { endResponse(front, &store) }
        if helloSide != nil { reason = .tls }
        if hasPayload, !hasMessage {
            statistics.unparsed[reason ?? (isMidstream ? .midstream : .notHTTP), default: 0] += 1
        }
        hasPayload = false
    }

    /// Reads the first bytes of a side as a TLS hello; false where they are none.
    private mutating func readHello(
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
            if !keyLog.isEmpty, !hello.random.isEmpty {
                let session = TLSSession(hello)
                let inner = HTTPConnection(
                    ends: ends, client: side, began: helloBegan, limits: limits, keyLog: keyLog, session: session)
                tls = TLSConnection(session, inner, client: side, keyLog: keyLog)
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

    private mutating func readHead(
        _ side: Int, _ bytes: Span<UInt8>, _ range: Range<Int>, _ time: Int64, _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) {
        let lineEnd = bytes.firstIndex(of: 0x0A, from: range.lowerBound) ?? range.upperBound
        guard let line = StartLine.parse(bytes, range.lowerBound..<lineEnd) else {
            return parsers[side].search()
        }
        let asks: Bool
        if case .request = line { asks = true } else { asks = false }
        if client == nil || !hasMessage { client = asks ? side : 1 - side }
        guard asks == (client == side) else {
            // What the other side would say: not a message of this one.
            return parsers[side].search()
        }
        hasMessage = true
        if whole != Self.none {
            // The other side spoke first, and this is HTTP all the same.
            store.discard(whole)
            whole = Self.none
            statistics.opaqueConnections -= 1
        }
        switch line {
        case .request(let method, let target, let minor):
            let slot = begin(side, &store)
            store[slot].method = method.lowerBound - range.lowerBound..<method.upperBound - range.lowerBound
            store[slot].target = target.lowerBound - range.lowerBound..<target.upperBound - range.lowerBound
            store[slot].minorVersion = minor
            readRequest(slot, side, bytes.extracting(range), time, &store)
            statistics.requests += 1
        case .response(let status, _):
            let head = MessageHead(bytes, range) { _, _ in }
            readResponse(status, side, head, bytes, time, &store, &statistics)
        }
    }

    private mutating func begin(_ side: Int, _ store: inout ExchangeStore) -> UInt32 {
        let slot = store.begin()
        store[slot].client = ends[side]
        store[slot].server = ends[1 - side]
        store[slot].requestBegan = parsers[side].began.time
        if front == Self.none { front = slot } else { store.link(back, to: slot) }
        back = slot
        return slot
    }

    private mutating func readRequest(
        _ slot: UInt32, _ side: Int, _ head: Span<UInt8>, _ time: Int64, _ store: inout ExchangeStore
    ) {
        let began = parsers[side].began
        var progress = ExchangeProgress(position: began.position, acknowledged: began.acknowledged)
        let read = store[slot].readHead(head)
        let framing = read.requestFraming
        progress.asksForHTTP2 = read.isHTTP2 && session == nil
        if let session { store[slot].fill(with: session) }
        progress.isHead = store[slot].method?.count == 4 && head.hasPrefix("HEAD ", at: 0)
        progress.isConnect = store[slot].method?.count == 7 && head.hasPrefix("CONNECT ", at: 0)
        store.setProgress(slot, progress)
        store.hold(slot)
        request = slot
        guard let framing else {
            // How long the body is cannot be told, nor where the next request begins.
            endRequest(&store)
            return parsers[side].search()
        }
        if parsers[side].beginBody(framing) { end(side, time, &store) }
    }

    private mutating func readResponse(
        _ status: UInt16, _ side: Int, _ head: MessageHead, _ bytes: Span<UInt8>, _ time: Int64,
        _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) {
        if status < 200, status != 101 {
            statistics.interimResponses += 1
            _ = parsers[side].beginBody(.length(0))
            return
        }
        response = findRequest(parsers[side].began, &store)
        guard response != Self.none else {
            statistics.responsesWithoutRequest += 1
            if status == 101 { return ignoreBoth() }
            let framing = head.responseFraming(status: status, toHead: false)
            _ = parsers[side].beginBody(framing)
            return
        }
        statistics.responses += 1
        store[response].status = status
        store[response].responseBegan = parsers[side].began.time
        let progress = store.progress(response)
        if status == 101, progress.asksForHTTP2, head.isHTTP2 { return upgrade(&store, &statistics) }
        if status == 101 || progress.isConnect && status < 300 {
            // From here on the connection is a tunnel.
            store[response].responseEnded = time
            store[response].responseBodyBytes = 0
            endRequest(&store)
            endResponse(response, &store)
            return ignoreBoth()
        }
        parsers[side].trailerReader = nil
        if let type = head.contentType {
            parsers[side].trailerReader = WebTrailerReader(contentType: bytes.extracting(type))
        }
        if parsers[side].beginBody(head.responseFraming(status: status, toHead: progress.isHead)) {
            end(side, time, &store)
        }
    }

    /// Goes on with HTTP/2, whose stream 1 is the request that asked for it.
    private mutating func upgrade(_ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
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
    private mutating func beginWhole(_ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
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
    private mutating func endWhole(at time: Int64, _ store: inout ExchangeStore) {
        let asking = client ?? 0
        if store[whole].kind == .tcp { store[whole].requestEnded = firstTimes[asking].map { _ in lastTimes[asking] } }
        store[whole].requestBodyBytes = byteCounts[asking]
        store[whole].responseBegan = firstTimes[1 - asking]
        store[whole].responseEnded = time
        store[whole].responseBodyBytes = byteCounts[1 - asking]
        store.complete(whole)
        whole = Self.none
    }

    /// The request that a response belongs to which begins at a place of the server's stream.
    private mutating func findRequest(_ began: Arrival, _ store: inout ExchangeStore) -> UInt32 {
        guard front != Self.none, isUncertain else { return front }
        // The server had nothing of the request yet when it answered: it answers one that the capture has not.
        if began.acknowledged != .min, began.acknowledged <= store.progress(front).position { return Self.none }
        var slot = front
        while slot != Self.none {
            if store.progress(slot).acknowledged == began.position {
                while front != slot { endResponse(front, &store) }
                return slot
            }
            slot = store.next(slot)
        }
        return front
    }

    private mutating func end(_ side: Int, _ time: Int64, _ store: inout ExchangeStore) {
        if side == client {
            guard request != Self.none else { return }
            store[request].requestEnded = time
            store[request].requestBodyBytes = parsers[side].bodyBytes
            endRequest(&store)
        } else {
            guard response != Self.none else { return }
            store[response].responseEnded = time
            store[response].responseBodyBytes = parsers[side].bodyBytes
            if let status = parsers[side].trailerReader?.status { store[response].grpcStatus = status }
            endResponse(response, &store)
        }
    }

    private mutating func endRequest(_ store: inout ExchangeStore) {
        guard request != Self.none else { return }
        var progress = store.progress(request)
        progress.isRequestDone = true
        store.setProgress(request, progress)
        if progress.isResponseDone { store.complete(request) }
        request = Self.none
    }

    /// Says that nothing more comes back for the request at the front.
    private mutating func endResponse(_ slot: UInt32, _ store: inout ExchangeStore) {
        precondition(slot == front, "responses come in the order of their requests")
        front = store.next(slot)
        if front == Self.none { back = Self.none }
        if response == slot { response = Self.none }
        var progress = store.progress(slot)
        progress.isResponseDone = true
        store.setProgress(slot, progress)
        if progress.isRequestDone || request != slot { store.complete(slot) }
    }

    /// Gives up the message that one side is in, and the trust in the order of what follows.
    private mutating func lose(_ side: Int, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
        loseMessage(side, &store)
        isUncertain = true
        statistics.resynchronisations += 1
    }

    private mutating func loseMessage(_ side: Int, _ store: inout ExchangeStore) {
        if side == client {
            endRequest(&store)
        } else if response != Self.none {
            endResponse(response, &store)
        }
    }

    private mutating func reject(
        _ side: Int, _ bytes: Span<UInt8>, _ index: inout Int, _ arrival: Arrival, _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) {
        if !hasMessage, !isUncertain, parsers[side].state == .start {
            let rest = bytes.extracting(index..<bytes.count)
            index = bytes.count
            let earlier = parsers[side].earlierBytes
            if side == client,
                parsers[side].partial.isEmpty ? Self.isHTTP2(rest) : Self.isHTTP2(parsers[side].partial.span)
            {
                beginHTTP2(prefaceBytes: earlier, isWhole: true)
                return handOn(side, rest, arrival, &store, &statistics)
            }
            if side == client || client == nil { reason = Self.classify(rest) }
            if reason != .tls { beginWhole(&store, &statistics) }
            if side == client { return ignoreBoth() }
            return parsers[side].ignore()
        }
        lose(side, &store, &statistics)
        parsers[side].search()
        // The place that was rejected is not looked at again.
        index = min(index + 1, bytes.count)
    }

    private mutating func ignoreBoth() {
        parsers[0].ignore()
        parsers[1].ignore()
    }

    private static func isHTTP2(_ bytes: Span<UInt8>) -> Bool { bytes.hasPrefix("PRI * HTTP/2.0", at: 0) }

    private static func classify(_ bytes: Span<UInt8>) -> UnparsedReason {
        if bytes.count >= 3, bytes[0] == 0x16, bytes[1] == 3 { return .tls }
        return .notHTTP
    }
}
