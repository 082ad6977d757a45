/// What is spoken on one TCP connection. HTTP/1.x is read here, its messages paired: the k-th final response belongs to the
/// k-th request. HTTP/2 and TLS whose secrets are known are handed on; of the rest the ends, sizes and times are kept.
///
/// Where bytes were lost that rule no longer holds, and the acknowledgements tell: a client that waits for each response
/// has, when it sends a request, acknowledged exactly what lies before its response.
struct HTTPConnection {
    static let none = ExchangeStore.none

    var parsers: [2 of MessageParser]
    /// Which side asks; nil while that is unknown.
    var client: Int?
    let ends: [2 of SocketAddress]
    /// The requests whose response has not ended, in order.
    var front = none
    var back = none
    var request = none
    var response = none
    /// Whether the pairing by order cannot be trusted.
    var isUncertain: Bool
    let isMidstream: Bool
    /// Whether a message was found.
    var hasMessage = false
    var reason: UnparsedReason?
    /// When the last byte of each side came.
    var lastTimes: [2 of Int64] = [0, 0]
    var hasPayload = false
    var hasBegun: [2 of Bool] = [false, false]
    /// The side whose first bytes are read as a TLS hello, while they are.
    var helloSide: Int?
    var helloReader = ClientHelloReader()
    var helloBegan: Int64 = 0
    /// Reads what follows, where that is HTTP/2, or TLS.
    var http2: HTTP2Connection?
    var tls: TLSConnection?
    /// The TLS connection that this is the inside of.
    let session: TLSSession?
    let context: CaptureContext
    /// The exchange that stands for the whole connection, where one does.
    var whole = none
    let began: Int64
    var byteCounts: [2 of Int64] = [0, 0]
    var firstTimes: [2 of Int64?] = [nil, nil]

    /// A connection between two ends, whose first packet came when it `began`; `client` is the one that sent the SYN, nil
    /// where none was captured.
    init(
        ends: [2 of SocketAddress], client: Int?, began: Int64, context: CaptureContext,
        session: TLSSession? = nil
    ) {
        self.ends = ends
        self.began = began
        self.context = context
        self.session = session
        self.client = client
        isMidstream = client == nil
        isUncertain = client == nil
        var parser = MessageParser()
        parser.headBytesMax = context.limits.headBytesMax
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

    mutating func reject(
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
}
