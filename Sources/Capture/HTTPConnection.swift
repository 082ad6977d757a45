/// The HTTP/1.x messages of one TCP connection, paired: the k-th final response belongs to the k-th request.
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
    private var hasMessage = false
    private var reason: UnparsedReason?
    /// When the last byte of each side came.
    private var lastTimes: [2 of Int64] = [0, 0]
    private var hasPayload = false
    private var hasBegun: [2 of Bool] = [false, false]
    /// The side whose first bytes are read as a TLS hello, while they are.
    private var helloSide: Int?
    private var helloReader = ClientHelloReader()
    private var helloBegan: Int64 = 0

    /// A connection between two ends; `client` is the one that sent the SYN, nil where none was captured.
    init(ends: [2 of SocketAddress], client: Int?, headBytesMax: Int) {
        self.ends = ends
        self.client = client
        isMidstream = client == nil
        isUncertain = client == nil
        var parser = MessageParser()
        parser.headBytesMax = headBytesMax
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
        if !hasBegun[side] || helloSide == side {
            hasBegun[side] = true
            if readHello(side, bytes, arrival, &store, &statistics) { return }
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
            case .rejected: reject(side, bytes, &index, &store, &statistics)
            case .head(let range, let isPartial):
                if isPartial {
                    let partial = parsers[side].takePartial()
                    readHead(side, partial.span, range, arrival.time, &store, &statistics)
                } else {
                    readHead(side, bytes, range, arrival.time, &store, &statistics)
                }
            }
        }
    }

    /// Counts bytes of one side that are missing from the capture.
    mutating func gap(
        _ side: Int, _ count: Int64, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics
    ) {
        if helloSide == side {
            // What is missing of a hello is not guessed.
            helloSide = nil
            reason = .tls
            return ignoreBoth()
        }
        guard !parsers[side].gap(count) else { return }
        lose(side, &store, &statistics)
    }

    /// Ends the stream of one side; `isClean` where it was closed, not cut off.
    mutating func end(_ side: Int, isClean: Bool, _ store: inout ExchangeStore) {
        guard parsers[side].isInside else { return }
        if isClean, parsers[side].state == .untilClose {
            end(side, lastTimes[side], &store)
        } else {
            loseMessage(side, &store)
        }
        parsers[side].search()
    }

    /// Completes all that is open; nothing more comes.
    mutating func close(_ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
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
            store.complete(slot)
            statistics.hellos += 1
            hasMessage = true
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
        switch line {
        case .request(let method, let target, let minor):
            let slot = begin(side, &store)
            store[slot].method = method.lowerBound - range.lowerBound..<method.upperBound - range.lowerBound
            store[slot].target = target.lowerBound - range.lowerBound..<target.upperBound - range.lowerBound
            store[slot].minorVersion = minor
            readRequest(slot, side, bytes.extracting(range), time, &store)
            statistics.requests += 1
        case .response(let status, _):
            readResponse(status, side, MessageHead(bytes, range) { _, _ in }, time, &store, &statistics)
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
        let framing = store[slot].readHead(head).requestFraming
        progress.isHead = store[slot].method.count == 4 && head.hasPrefix("HEAD ", at: 0)
        progress.isConnect = store[slot].method.count == 7 && head.hasPrefix("CONNECT ", at: 0)
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
        _ status: UInt16, _ side: Int, _ head: MessageHead, _ time: Int64, _ store: inout ExchangeStore,
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
        if status == 101 || progress.isConnect && status < 300 {
            // From here on the connection is a tunnel.
            store[response].responseEnded = time
            store[response].responseBodyBytes = 0
            endRequest(&store)
            endResponse(response, &store)
            return ignoreBoth()
        }
        if parsers[side].beginBody(head.responseFraming(status: status, toHead: progress.isHead)) {
            end(side, time, &store)
        }
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
        _ side: Int, _ bytes: Span<UInt8>, _ index: inout Int, _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) {
        if !hasMessage, !isUncertain, parsers[side].state == .start {
            if side == client || client == nil { reason = Self.classify(bytes.extracting(index..<bytes.count)) }
            index = bytes.count
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

    private static func classify(_ bytes: Span<UInt8>) -> UnparsedReason {
        if bytes.hasPrefix("PRI * HTTP/2", at: 0) { return .http2 }
        if bytes.count >= 3, bytes[0] == 0x16, bytes[1] == 3 { return .tls }
        return .notHTTP
    }
}
