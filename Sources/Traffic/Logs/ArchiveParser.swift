import JSON

/// Reads the entries of HTTP archives (HAR 1.2): what a client sent, and when, by its own clock.
struct ArchiveParser: ElementParser {
    static let path = ["log", "entries"]

    private var row = LogRow()
    private var interpreter: LogInterpreter
    private var isBegun = false
    private(set) var passedOver = 0
    var canGoOn: Bool { false }
    /// Name and value of each header field, with whether they hold escapes.
    private var fields: [(name: Range<Int>, value: Range<Int>, escaped: Bool)] = []
    private var areHeadersKnown = false
    private var timings: [Range<Int>] = []

    init(_ options: TraceOptions) {
        interpreter = LogInterpreter(proxy: .other, escapes: .json, options: options.logs)
        interpreter.urlNamesHost = true
    }

    mutating func begin(_ element: Span<UInt8>) throws(RecordError) {
        isBegun = true
        row.removeAll()
        fields.removeAll(keepingCapacity: true)
        timings.removeAll(keepingCapacity: true)
        areHeadersKnown = false
        var cursor = JSONCursor()
        guard try cursor.object(element) else { throw RecordError(offset: 0, message: "expected an entry, an object") }
        while let key = try cursor.key(element) {
            if JSONReader.matches(key, of: element, "startedDateTime") {
                try set(.field(.start, .rfc3339), &cursor, element)
            } else if JSONReader.matches(key, of: element, "time") {
                try set(.field(.latency, .milliseconds), &cursor, element)
            } else if JSONReader.matches(key, of: element, "request") {
                try readRequest(&cursor, element)
            } else if JSONReader.matches(key, of: element, "response") {
                try readResponse(&cursor, element)
            } else if JSONReader.matches(key, of: element, "timings") {
                try readTimings(&cursor, element)
            } else {
                try cursor.skip(element)
            }
        }
    }

    mutating func next(_ element: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) -> Bool {
        guard isBegun else { return false }
        isBegun = false
        guard let url = row.range(.url) else { throw RecordError(offset: 0, message: "the entry has no request.url") }
        guard isWebURL(url, element) else {
            passedOver += 1
            return false
        }
        try interpreter.fill(&record, from: row, element)
        if hasScheme("ws", url, element) { record.protocol = .webSocket }
        fillHeaders(&record, element)
        fillTimeToFirstByte(&record, element)
        return true
    }

    private mutating func set(_ slot: LogSlot, _ cursor: inout JSONCursor, _ text: Span<UInt8>) throws(RecordError) {
        if let (range, escaped) = try cursor.scalar(text) { row.set(slot, range, escaped: escaped) }
    }

    private mutating func readRequest(_ cursor: inout JSONCursor, _ text: Span<UInt8>) throws(RecordError) {
        guard try cursor.object(text) else { return }
        while let key = try cursor.key(text) {
            if JSONReader.matches(key, of: text, "method") {
                try set(.field(.method), &cursor, text)
            } else if JSONReader.matches(key, of: text, "url") {
                try set(.field(.url), &cursor, text)
            } else if JSONReader.matches(key, of: text, "httpVersion") {
                try set(.field(.version), &cursor, text)
            } else if JSONReader.matches(key, of: text, "bodySize") {
                try set(.field(.requestBytes), &cursor, text)
            } else if JSONReader.matches(key, of: text, "headers") {
                try readHeaders(&cursor, text)
            } else {
                try cursor.skip(text)
            }
        }
    }

    private mutating func readHeaders(_ cursor: inout JSONCursor, _ text: Span<UInt8>) throws(RecordError) {
        guard try cursor.array(text) else { return }
        areHeadersKnown = true
        while try cursor.nextObject(text) {
            var name: Range<Int>?
            var value: (range: Range<Int>, escaped: Bool)?
            while let key = try cursor.key(text) {
                if JSONReader.matches(key, of: text, "name") {
                    name = try cursor.scalar(text)?.range
                } else if JSONReader.matches(key, of: text, "value") {
                    value = try cursor.scalar(text)
                } else {
                    try cursor.skip(text)
                }
            }
            guard let name, !name.isEmpty, let value else { continue }
            // The pseudo header fields of HTTP/2 repeat what the URL says, but for the authority.
            if isName(name, "host", text) || isName(name, ":authority", text) {
                row.set(.field(.authority), value.range, escaped: value.escaped)
            } else if text[name.lowerBound] != UInt8(ascii: ":") {
                fields.append((name, value.range, value.escaped))
            }
        }
    }

    private mutating func readResponse(_ cursor: inout JSONCursor, _ text: Span<UInt8>) throws(RecordError) {
        guard try cursor.object(text) else { return }
        while let key = try cursor.key(text) {
            if JSONReader.matches(key, of: text, "status") {
                try set(.field(.status), &cursor, text)
            } else if JSONReader.matches(key, of: text, "bodySize") {
                try set(.field(.responseBytes), &cursor, text)
            } else {
                try cursor.skip(text)
            }
        }
    }

    /// All that comes before the first byte of the response; `ssl` is part of `connect`.
    private mutating func readTimings(_ cursor: inout JSONCursor, _ text: Span<UInt8>) throws(RecordError) {
        guard try cursor.object(text) else { return }
        while let key = try cursor.key(text) {
            let counts =
                JSONReader.matches(key, of: text, "blocked") || JSONReader.matches(key, of: text, "dns")
                || JSONReader.matches(key, of: text, "connect") || JSONReader.matches(key, of: text, "send")
            let isWait = JSONReader.matches(key, of: text, "wait")
            guard let (range, _) = try cursor.scalar(text) else { continue }
            if counts || isWait { timings.append(range) }
            if isWait { row.set(.field(.timeToFirstByte, .milliseconds), range) }
        }
    }

    private func fillTimeToFirstByte(_ record: inout RequestRecord, _ text: Span<UInt8>) {
        guard record.observed.timeToFirstByte != nil else { return }
        var sum: Int64 = 0
        for range in timings {
            guard let value = LogNumber.scaled(range, power: 6, of: text), value > 0 else { continue }
            let (next, overflow) = sum.addingReportingOverflow(value)
            guard !overflow else { return record.observed.timeToFirstByte = nil }
            sum = next
        }
        record.observed.timeToFirstByte = sum
    }

    private func fillHeaders(_ record: inout RequestRecord, _ text: Span<UInt8>) {
        guard areHeadersKnown else { return }
        record.beginHeaders()
        record.headersComplete = true
        for field in fields {
            let value = record.append(field.value, escaped: field.escaped, of: text)
            let name = record.append(text.extracting(field.name))
            record.headerFields.append(RequestRecord.HeaderField(namePiece: name, valuePiece: value))
        }
        interpreter.fillProtocol(&record, row, text)
        if let url = row.range(.url), hasScheme("ws", url, text) { record.protocol = .webSocket }
    }

    private func isWebURL(_ url: Range<Int>, _ text: Span<UInt8>) -> Bool {
        hasScheme("http", url, text) || hasScheme("ws", url, text)
    }

    /// Whether a URL begins with a scheme, or with it and an s.
    private func hasScheme(_ scheme: StaticString, _ url: Range<Int>, _ text: Span<UInt8>) -> Bool {
        let count = scheme.utf8CodeUnitCount
        guard url.count > count + 1 else { return false }
        for place in 0..<count where text[url.lowerBound + place] | 0x20 != scheme.utf8Start[place] { return false }
        let after = text[url.lowerBound + count]
        return after == UInt8(ascii: ":")
            || after | 0x20 == UInt8(ascii: "s") && text[url.lowerBound + count + 1] == 0x3A
    }

    private func isName(_ name: Range<Int>, _ word: StaticString, _ text: Span<UInt8>) -> Bool {
        guard name.count == word.utf8CodeUnitCount else { return false }
        for place in 0..<name.count where text[name.lowerBound + place] | 0x20 != word.utf8Start[place] | 0x20 {
            return false
        }
        return true
    }
}
