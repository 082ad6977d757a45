/// What is known of a stream while it is open: its exchange, and how far that is.
struct HTTP2Stream {
    /// The exchange in the store.
    var slot: UInt32
    /// Bytes of the bodies so far.
    var bodyBytes: [2 of Int64] = [0, 0]
    /// Whether the final response has begun.
    var hasResponse = false
    var isRequestDone = false
    var isResponseDone = false
    /// Whether the client has reset it.
    var isCancelled = false
    /// Reads the body of a gRPC-Web response, where it is one.
    var webTrailers: WebTrailerReader?
}

extension Exchange {
    /// Takes over the header list of a request (RFC 9113, section 8.3.1).
    mutating func fill(with list: HeaderList) {
        isHTTP2 = true
        text = list.text
        isHeadComplete = list.isComplete
        fields.removeAll(keepingCapacity: true)
        method = list.value(":method")
        host = list.value(":authority") ?? list.value("host")
        target = list.value(":path")
        // A CONNECT that is no other protocol has no path: it asks for its authority (section 8.5).
        if target == nil, list.isComplete { target = host ?? 0..<0 }
        if list.isComplete, method == nil { method = 0..<0 }
        if let name = list.value(":protocol") { isWebSocket = text.span.equalsIgnoringCase(name, "websocket") }
        for field in list.fields {
            guard let name = field.name, let value = field.value, !name.isEmpty, text[name.lowerBound] != 0x3A
            else { continue }
            fields.append(Field(name: name, value: value))
        }
    }
}

extension HeaderList {
    /// A number of at most `digitsMax` digits, the value of a field.
    func number(_ name: StaticString, digitsMax: Int) -> UInt16? {
        guard let value = value(name), !value.isEmpty, value.count <= digitsMax else { return nil }
        var number: UInt16 = 0
        for index in value {
            let digit = text[index] &- 0x30
            guard digit < 10 else { return nil }
            number = number * 10 + UInt16(digit)
        }
        return number
    }

    /// Whether a block is that of a request: it has one of the fields that only requests have.
    var isRequest: Bool {
        fields.contains { field in
            guard let name = field.name, name.count >= 5, text[name.lowerBound] == 0x3A else { return false }
            return !text.span.equalsIgnoringCase(name, ":status")
        }
    }

    /// Whether a block is that of a response.
    var isResponse: Bool {
        fields.contains { field in field.name.map { text.span.equalsIgnoringCase($0, ":status") } ?? false }
    }
}
