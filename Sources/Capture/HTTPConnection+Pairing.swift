/// The messages of HTTP/1, and which response belongs to which request.
extension HTTPConnection {
    mutating func readHead(
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

    mutating func begin(_ side: Int, _ store: inout ExchangeStore) -> UInt32 {
        let slot = store.begin()
        store[slot].begin(ends[side], ends[1 - side], at: parsers[side].began.time)
        if front == Self.none { front = slot } else { store.link(back, to: slot) }
        back = slot
        return slot
    }

    mutating func readRequest(
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

    mutating func readResponse(
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

    /// The request that a response belongs to which begins at a place of the server's stream.
    mutating func findRequest(_ began: Arrival, _ store: inout ExchangeStore) -> UInt32 {
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

    mutating func end(_ side: Int, _ time: Int64, _ store: inout ExchangeStore) {
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

    mutating func endRequest(_ store: inout ExchangeStore) {
        guard request != Self.none else { return }
        var progress = store.progress(request)
        progress.isRequestDone = true
        store.setProgress(request, progress)
        if progress.isResponseDone { store.complete(request) }
        request = Self.none
    }

    /// Says that nothing more comes back for the request at the front.
    mutating func endResponse(_ slot: UInt32, _ store: inout ExchangeStore) {
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
    mutating func lose(_ side: Int, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
        loseMessage(side, &store)
        isUncertain = true
        statistics.resynchronisations += 1
    }

    mutating func loseMessage(_ side: Int, _ store: inout ExchangeStore) {
        if side == client {
            endRequest(&store)
        } else if response != Self.none {
            endResponse(response, &store)
        }
    }
}
