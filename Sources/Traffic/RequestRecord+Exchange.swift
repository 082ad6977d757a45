import Capture

extension RequestRecord {
    /// Takes over what a capture shows of an exchange.
    ///
    /// The time is when the first byte of the request was captured, the latency the time from then to the last byte of
    /// the response, the port the one that the client connected to, or what it stands for. Host is not among the
    /// headers: it is `host`; but where there are several Host fields, the others are. Of a connection that is told by its
    /// hello or its ends alone, request and response are all that the two sides sent.
    ///
    /// The exchange's text becomes the record's, and the other way round: it is not copied.
    mutating func fill(from exchange: inout Exchange, portMap: [UInt16: UInt16]) {
        removeAll()
        swap(&text, &exchange.text)
        time = exchange.requestBegan
        set(.source, to: exchange.client)
        set(.destination, to: exchange.server)
        port = portMap.isEmpty ? exchange.server.port : portMap[exchange.server.port] ?? exchange.server.port
        switch exchange.kind {
        case .http: fillRequest(exchange)
        case .tls, .tcp, .udp: fillConnection(exchange)
        }
    }

    private mutating func set(_ field: Field, to end: SocketAddress) {
        let start = text.count
        end.append(to: &text)
        pieces[field.rawValue] = Piece(start, text.count)
    }

    private mutating func fillRequest(_ exchange: Exchange) {
        // The head is taken over as it is, and the fields are pieces of it.
        func piece(_ range: Range<Int>) -> Piece { Piece(range.lowerBound, range.upperBound) }
        if let method = exchange.method { pieces[Field.method.rawValue] = piece(method) }
        if let target = exchange.target { pieces[Field.path.rawValue] = piece(target) }
        if let host = exchange.host ?? (exchange.isHeadComplete ? 0..<0 : nil) {
            pieces[Field.host.rawValue] = piece(host)
        }
        let digits: [3 of UInt8] = [UInt8(ascii: "1"), UInt8(ascii: "."), 0x30 + exchange.minorVersion]
        let two: [1 of UInt8] = [UInt8(ascii: "2")]
        set(.version, to: exchange.isHTTP2 ? two.span : digits.span)
        if exchange.isTLS { fillNames(exchange) }
        beginHeaders()
        var isGRPC = false
        for field in exchange.fields where field.value != exchange.host {
            headerFields.append(HeaderField(namePiece: piece(field.name), valuePiece: piece(field.value)))
            isGRPC = isGRPC || isGRPCContentType(field, text.span)
        }
        headersComplete = exchange.isHeadComplete
        `protocol` = exchange.isWebSocket ? .webSocket : isGRPC ? .grpc : exchange.isTLS ? .https : .http
        fillObserved(exchange)
        observed.status = exchange.status
        observed.grpcStatus = exchange.grpcStatus
    }

    private mutating func fillObserved(_ exchange: Exchange) {
        bodyBytes = exchange.requestBodyBytes
        let began = exchange.requestBegan
        observed.latency = exchange.responseEnded.map { elapsed(began, $0) }
        observed.timeToFirstByte = exchange.responseBegan.map { elapsed(began, $0) }
        observed.requestDuration = exchange.requestEnded.map { elapsed(began, $0) }
        observed.responseBytes = exchange.responseBodyBytes
    }

    private mutating func fillConnection(_ exchange: Exchange) {
        `protocol` = exchange.kind == .tls ? .tls : exchange.kind == .tcp ? .tcp : .udp
        if exchange.isTLS { fillNames(exchange) }
        fillObserved(exchange)
    }

    private mutating func fillNames(_ exchange: Exchange) {
        func piece(_ range: Range<Int>) -> Piece { Piece(range.lowerBound, range.upperBound) }
        pieces[Field.sni.rawValue] = piece(exchange.serverName ?? 0..<0)
        alpnPieces.removeAll(keepingCapacity: true)
        for range in exchange.applicationProtocols { alpnPieces.append(piece(range)) }
        isALPNKnown = true
    }

    /// The clock of a capture goes back now and then; a duration is never negative.
    private func elapsed(_ began: Int64, _ ended: Int64) -> Int64 {
        max(0, ended.subtractingReportingOverflow(began).partialValue)
    }
}

/// `application/grpc` and its suffixes, but not gRPC-Web, which gateways treat as HTTP.
private func isGRPCContentType(_ field: Exchange.Field, _ text: Span<UInt8>) -> Bool {
    let type = field.value.lowerBound..<field.value.lowerBound + 16
    guard field.name.count == 12, field.value.count >= 16, equals(text, field.name, "content-type"),
        equals(text, type, "application/grpc")
    else { return false }
    guard field.value.count > 16 else { return true }
    switch text[field.value.lowerBound + 16] {
    case UInt8(ascii: "+"), UInt8(ascii: ";"), 0x20: return true
    default: return false
    }
}

/// Whether a range is `word`, which is in lower case and as long, without regard to the case of ASCII letters.
private func equals(_ text: Span<UInt8>, _ range: Range<Int>, _ word: StaticString) -> Bool {
    for index in 0..<range.count {
        let byte = text[range.lowerBound + index]
        guard (byte &- 0x41 < 26 ? byte | 0x20 : byte) == word.utf8Start[index] else { return false }
    }
    return true
}
