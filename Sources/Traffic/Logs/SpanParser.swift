import JSON

/// Reads the server spans of a gateway out of OTLP traces in JSON, with the names of the attributes of today and those of
/// before (OpenTelemetry semantic conventions, "HTTP spans", "RPC spans").
///
/// The gateway's spans are those of the service that a person names; without a name, those that no other span called.
struct SpanParser: ElementParser {
    static let path = ["resourceSpans"]
    private static let headerPrefix: StaticString = "http.request.header."

    private static let attributes: [(key: StaticString, slot: LogSlot)] = [
        ("http.request.method", .field(.method)), ("http.method", .field(.method)),
        ("server.address", .field(.host)), ("server.port", .field(.hostPort)), ("http.host", .field(.authority)),
        ("net.host.name", .field(.host)), ("net.host.port", .field(.hostPort)), ("url.path", .field(.path)),
        ("url.query", .field(.query)), ("http.target", .field(.target)), ("url.full", .field(.url)),
        ("http.url", .field(.url)), ("url.scheme", .field(.scheme)), ("http.scheme", .field(.scheme)),
        ("http.response.status_code", .field(.status)), ("http.status_code", .field(.status)),
        ("network.protocol.version", .field(.version)), ("http.flavor", .field(.version)),
        ("client.address", .field(.clientAddress)), ("http.client_ip", .field(.clientAddress)),
        ("client.port", .field(.clientPort)), ("http.request.body.size", .field(.requestBytes)),
        ("http.response.body.size", .field(.responseBytes)), ("rpc.grpc.status_code", .field(.grpcStatus)),
    ]

    private var cursor = JSONCursor()
    private var row = LogRow()
    private var interpreter: LogInterpreter
    private let service: [UInt8]?
    private var isGatewayService = false
    private(set) var passedOver = 0
    private(set) var canGoOn = true
    /// Where the lists of scopes begin that were found in the element: a resource may follow them.
    private var isInSpans = false
    private var isInScopes = false
    private var headers: [(name: Range<Int>, value: Range<Int>, escaped: Bool)] = []
    private var rpcService: Range<Int>?
    private var rpcMethod: Range<Int>?
    private var isGRPC = false

    init(_ options: TraceOptions) {
        interpreter = LogInterpreter(proxy: .other, escapes: .json, options: options.logs)
        interpreter.urlNamesHost = true
        interpreter.headerNames = [Array("user-agent".utf8)]
        service = options.logs.service.map { Array($0.utf8) }
    }

    /// Reads the resource first, wherever it stands; then the spans are read one by one.
    mutating func begin(_ element: Span<UInt8>) throws(RecordError) {
        isInSpans = false
        isInScopes = false
        isGatewayService = service == nil
        var scopes: Int?
        var cursor = JSONCursor()
        guard try cursor.object(element) else { throw RecordError(offset: 0, message: "expected an object") }
        while let key = try cursor.key(element) {
            if JSONReader.matches(key, of: element, "resource") {
                try readResource(&cursor, element)
            } else if JSONReader.matches(key, of: element, "scopeSpans")
                || JSONReader.matches(key, of: element, "instrumentationLibrarySpans")
            {
                scopes = cursor.offset
                try cursor.skip(element)
            } else {
                try cursor.skip(element)
            }
        }
        guard let scopes else { return }
        self.cursor = JSONCursor(at: scopes)
        isInScopes = try self.cursor.array(element)
    }

    mutating func next(_ element: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) -> Bool {
        while isInScopes {
            if !isInSpans {
                guard try cursor.nextObject(element) else {
                    isInScopes = false
                    return false
                }
                isInSpans = try enterSpans(element)
                continue
            }
            guard try cursor.nextObject(element) else {
                isInSpans = false
                try leaveScope(element)
                continue
            }
            // Broken JSON cannot be read on; a span that was read to its end can.
            canGoOn = false
            guard let span = try readSpan(element) else {
                canGoOn = true
                passedOver += 1
                continue
            }
            canGoOn = true
            try fill(&record, element, span)
            return true
        }
        return false
    }

    /// Goes to the spans of a scope; false where it has none.
    private mutating func enterSpans(_ text: Span<UInt8>) throws(RecordError) -> Bool {
        while let key = try cursor.key(text) {
            if JSONReader.matches(key, of: text, "spans") {
                if try cursor.array(text) { return true }
            } else {
                try cursor.skip(text)
            }
        }
        return false
    }

    private mutating func leaveScope(_ text: Span<UInt8>) throws(RecordError) {
        while try cursor.key(text) != nil { try cursor.skip(text) }
    }

    private mutating func readResource(_ cursor: inout JSONCursor, _ text: Span<UInt8>) throws(RecordError) {
        guard try cursor.object(text) else { return }
        while let key = try cursor.key(text) {
            guard JSONReader.matches(key, of: text, "attributes"), try cursor.array(text) else {
                if !JSONReader.matches(key, of: text, "attributes") { try cursor.skip(text) }
                continue
            }
            while try cursor.nextObject(text) {
                let (name, value) = try readAttribute(&cursor, text)
                guard let name, let value, JSONReader.matches(name, of: text, "service.name"), let service else {
                    continue
                }
                isGatewayService =
                    service.count == value.range.count
                    && zip(service, value.range).allSatisfy { $0 == text[$1] }
            }
        }
    }

    /// One `{key, value}`; of a list the first value.
    private func readAttribute(
        _ cursor: inout JSONCursor, _ text: Span<UInt8>
    ) throws(RecordError) -> (name: Range<Int>?, value: (range: Range<Int>, escaped: Bool)?) {
        var name: Range<Int>?
        var value: (range: Range<Int>, escaped: Bool)?
        while let key = try cursor.key(text) {
            if JSONReader.matches(key, of: text, "key") {
                name = try cursor.scalar(text)?.range
            } else if JSONReader.matches(key, of: text, "value") {
                value = try readValue(&cursor, text)
            } else {
                try cursor.skip(text)
            }
        }
        return (name, value)
    }

    private func readValue(
        _ cursor: inout JSONCursor, _ text: Span<UInt8>
    ) throws(RecordError) -> (range: Range<Int>, escaped: Bool)? {
        guard try cursor.object(text) else { return nil }
        var found: (range: Range<Int>, escaped: Bool)?
        while let key = try cursor.key(text) {
            guard JSONReader.matches(key, of: text, "arrayValue") else {
                if let value = try cursor.scalar(text) { found = value }
                continue
            }
            guard try cursor.object(text) else { continue }
            while let inner = try cursor.key(text) {
                guard JSONReader.matches(inner, of: text, "values"), try cursor.array(text) else {
                    if !JSONReader.matches(inner, of: text, "values") { try cursor.skip(text) }
                    continue
                }
                while try cursor.nextObject(text) {
                    while try cursor.key(text) != nil {
                        if let value = try cursor.scalar(text), found == nil { found = value }
                    }
                }
            }
        }
        return found
    }

    /// What of a span is no attribute.
    private struct SpanRanges {
        var end: Range<Int>?
        var traceState: Range<Int>?
    }

    /// Reads a span, whose object has begun; nil where it is not one of the gateway.
    private mutating func readSpan(_ text: Span<UInt8>) throws(RecordError) -> SpanRanges? {
        row.removeAll()
        headers.removeAll(keepingCapacity: true)
        rpcService = nil
        rpcMethod = nil
        isGRPC = false
        var isServer = false
        var hasParent = false
        var span = SpanRanges()
        while let key = try cursor.key(text) {
            func isKey(_ word: StaticString) -> Bool { JSONReader.matches(key, of: text, word) }
            if isKey("attributes") {
                guard try cursor.array(text) else { continue }
                while try cursor.nextObject(text) { try takeAttribute(text) }
                continue
            }
            let isWanted =
                isKey("kind") || isKey("parentSpanId") || isKey("startTimeUnixNano")
                || isKey("endTimeUnixNano") || isKey("traceId") || isKey("traceState")
            guard isWanted, let (range, _) = try cursor.scalar(text) else {
                if !isWanted { try cursor.skip(text) }
                continue
            }
            if isKey("kind") {
                isServer =
                    JSONReader.matches(range, of: text, "2") || JSONReader.matches(range, of: text, "SPAN_KIND_SERVER")
            } else if isKey("parentSpanId") {
                hasParent = range.contains { text[$0] != UInt8(ascii: "0") }
            } else if isKey("startTimeUnixNano") {
                row.set(.field(.start, .nanoseconds), range)
            } else if isKey("endTimeUnixNano") {
                span.end = range
            } else if isKey("traceId") {
                row.set(.field(.id), range)
            } else {
                span.traceState = range
            }
        }
        return isServer && isGatewayService && (service != nil || !hasParent) ? span : nil
    }

    private mutating func takeAttribute(_ text: Span<UInt8>) throws(RecordError) {
        let (name, value) = try readAttribute(&cursor, text)
        guard let name, let value else { return }
        for (key, slot) in Self.attributes where JSONReader.matches(name, of: text, key) {
            row.set(slot, value.range, escaped: value.escaped)
            return
        }
        if JSONReader.matches(name, of: text, "user_agent.original")
            || JSONReader.matches(name, of: text, "http.user_agent")
        {
            row.set(.header(0), value.range, escaped: value.escaped)
        } else if JSONReader.matches(name, of: text, "rpc.system")
            || JSONReader.matches(name, of: text, "rpc.system.name")
        {
            isGRPC = JSONReader.matches(value.range, of: text, "grpc")
        } else if JSONReader.matches(name, of: text, "rpc.service") {
            rpcService = value.range
        } else if JSONReader.matches(name, of: text, "rpc.method") {
            rpcMethod = value.range
        } else if name.count > Self.headerPrefix.utf8CodeUnitCount {
            let prefix = name.lowerBound..<name.lowerBound + Self.headerPrefix.utf8CodeUnitCount
            guard JSONReader.matches(prefix, of: text, Self.headerPrefix) else { return }
            headers.append((prefix.upperBound..<name.upperBound, value.range, value.escaped))
        }
    }

    private mutating func fill(
        _ record: inout RequestRecord, _ text: Span<UInt8>, _ span: SpanRanges
    ) throws(RecordError) {
        // A query is an attribute only where there is one.
        if let path = row.range(.path), row.range(.query) == nil {
            row.set(.field(.query), path.upperBound..<path.upperBound)
        }
        if row.range(.path) != nil || row.range(.target) != nil { row.set(.field(.url), 0..<0) }
        let port = row.range(.hostPort).flatMap { LogNumber.whole($0, of: text) }.flatMap(LogInterpreter.port)
        // What the Host field held is not said: the port of the server may not have been in it.
        row.set(.field(.hostPort), 0..<0)
        try interpreter.fill(&record, from: row, text)
        if record.port == nil { record.port = port }
        if let time = record.time, let end = span.end, let last = LogNumber.whole(end, of: text) {
            let (latency, overflow) = last.subtractingReportingOverflow(time)
            if !overflow, latency >= 0 { record.observed.latency = latency }
        }
        for header in headers {
            let value = record.append(header.value, escaped: header.escaped, of: text)
            let name = record.append(text.extracting(header.name))
            record.areHeadersKnown = true
            record.headersComplete = false
            record.headerFields.append(RequestRecord.HeaderField(namePiece: name, valuePiece: value))
        }
        record.weight = span.traceState.flatMap { weight($0, text) }
        guard isGRPC else { return }
        record.protocol = .grpc
        guard record.range(of: .path) == nil, let rpcService, let rpcMethod else { return }
        let first = record.text.count
        record.text.append(UInt8(ascii: "/"))
        _ = record.append(text.extracting(rpcService))
        record.text.append(UInt8(ascii: "/"))
        _ = record.append(text.extracting(rpcMethod))
        record.pieces[RequestRecord.Field.path.rawValue] = Piece(first, record.text.count)
    }

    /// 1 / the probability of sampling that a trace state's threshold `ot=th:<hex>` says; nil where it has none.
    ///
    /// The threshold is the rejected part of 2^56, its trailing zeros left out (OpenTelemetry, "TraceState: Probability
    /// Sampling").
    private func weight(_ range: Range<Int>, _ text: Span<UInt8>) -> Double? {
        let state = String(decoding: range.map { text[$0] }, as: UTF8.self)
        guard let vendor = state.split(separator: ",").first(where: { $0.trimmingPrefix(" ").hasPrefix("ot=") }) else {
            return nil
        }
        let members = vendor.trimmingPrefix(" ").dropFirst(3).split(separator: ";")
        guard let digits = members.first(where: { $0.hasPrefix("th:") })?.dropFirst(3), (1...14).contains(digits.count),
            let value = UInt64(digits, radix: 16)
        else { return nil }
        let threshold = value << UInt64(4 * (14 - digits.count))
        return 0x1p56 / (0x1p56 - Double(threshold))
    }
}
