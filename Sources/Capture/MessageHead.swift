/// What of a message's header fields says how long its body is and what becomes of the connection.
struct MessageHead {
    var contentLength: Int64?
    /// Content-Length is not a number, or there are several that differ.
    var hasBadLength = false
    /// The last transfer coding is `chunked`.
    var isChunked = false
    var hasTransferEncoding = false
    var isWebSocket = false
    /// Upgrade names HTTP/2 without TLS (RFC 7540, section 3.2).
    var isHTTP2 = false
    /// A value goes over several lines.
    var hasFolding = false
    var host: Range<Int>?
    var contentType: Range<Int>?

    /// Reads the header fields of a head; `field` gets each, its name and its value.
    init(_ bytes: Span<UInt8>, _ head: Range<Int>, field: (Range<Int>, Range<Int>) -> Void) {
        var index = (bytes.firstIndex(of: 0x0A, from: head.lowerBound) ?? head.upperBound) + 1
        while index < head.upperBound {
            var lineEnd = min(bytes.firstIndex(of: 0x0A, from: index) ?? head.upperBound, head.upperBound)
            let start = index
            // A line that begins with white space goes on with the one before (RFC 9112, section 5.2).
            while lineEnd > start + 1, lineEnd + 1 < head.upperBound,
                bytes[lineEnd + 1] == 0x20 || bytes[lineEnd + 1] == 0x09
            {
                hasFolding = true
                lineEnd = min(bytes.firstIndex(of: 0x0A, from: lineEnd + 1) ?? head.upperBound, head.upperBound)
            }
            index = lineEnd + 1
            let end = lineEnd > start && bytes[lineEnd - 1] == 0x0D ? lineEnd - 1 : lineEnd
            // A line without a colon says nothing.
            // Names are short: looking byte by byte is quicker than a call.
            var colon = start
            while colon < end, bytes[colon] != UInt8(ascii: ":") { colon += 1 }
            guard colon < end else { continue }
            let name = bytes.trimmed(start..<colon)
            let value = bytes.trimmed(colon + 1..<end)
            note(bytes, name, value)
            field(name, value)
        }
    }

    private mutating func note(_ bytes: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>) {
        switch name.count {
        case 4 where host == nil && bytes.equalsIgnoringCase(name, "host"): host = value
        case 7 where bytes.equalsIgnoringCase(name, "upgrade"):
            isWebSocket = isWebSocket || bytes.equalsIgnoringCase(value, "websocket")
            let first = value.lowerBound..<min(value.upperBound, value.lowerBound + 3)
            let isAlone = value.count == 3 || value.count > 3 && bytes[first.upperBound] == UInt8(ascii: ",")
            isHTTP2 = isHTTP2 || bytes.equalsIgnoringCase(first, "h2c") && isAlone
        case 12 where bytes.equalsIgnoringCase(name, "content-type"): contentType = value
        case 14 where bytes.equalsIgnoringCase(name, "content-length"): noteLength(bytes, value)
        case 17 where bytes.equalsIgnoringCase(name, "transfer-encoding"):
            hasTransferEncoding = true
            let last = max(value.lowerBound, value.upperBound - 7)..<value.upperBound
            isChunked = bytes.equalsIgnoringCase(last, "chunked")
        default: break
        }
    }

    /// Equal numbers in a list are one number (RFC 9110, section 8.6).
    private mutating func noteLength(_ bytes: Span<UInt8>, _ value: Range<Int>) {
        var index = value.lowerBound
        repeat {
            var end = index
            while end < value.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
            let item = bytes.trimmed(index..<end)
            var length: Int64 = 0
            for place in item {
                let digit = bytes[place] &- 0x30
                guard digit < 10, length < 1 << 55 else {
                    hasBadLength = true
                    return
                }
                length = length * 10 + Int64(digit)
            }
            if item.isEmpty || contentLength ?? length != length {
                hasBadLength = true
                return
            }
            contentLength = length
            index = end + 1
        } while index < value.upperBound
    }

    /// How long the body of a request is; nil where that cannot be told.
    var requestFraming: BodyFraming? {
        if hasTransferEncoding { return isChunked ? .chunked : nil }
        if hasBadLength { return nil }
        return .length(contentLength ?? 0)
    }

    /// How long the body of a final response is.
    func responseFraming(status: UInt16, toHead: Bool) -> BodyFraming {
        if toHead || status < 200 || status == 204 || status == 304 { return .length(0) }
        if hasTransferEncoding { return isChunked ? .chunked : .untilClose }
        if let contentLength, !hasBadLength { return .length(contentLength) }
        return .untilClose
    }
}
