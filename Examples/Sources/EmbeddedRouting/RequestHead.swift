import Routing

/// The head of an HTTP/1.1 request where it stands in the bytes that were received: nothing is copied.
struct RequestHead {
    var method = 0..<0
    var target = 0..<0
    var authority = 0..<0
    var headers: [HeaderRange] = []
    /// Where the body begins.
    var end = 0

    /// Nil where the head is not complete or is none. RFC 9112, sections 3 and 5.
    init?(_ bytes: Span<UInt8>) {
        var start = 0
        var isFirst = true
        while let lineEnd = Self.lineEnd(bytes, from: start) {
            defer { start = lineEnd + 2 }
            if isFirst {
                guard readRequestLine(bytes, start..<lineEnd) else { return nil }
                isFirst = false
            } else if lineEnd == start {
                end = lineEnd + 2
                return
            } else if !readHeader(bytes, start..<lineEnd) {
                return nil
            }
        }
        return nil
    }

    private static func lineEnd(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index + 1 < bytes.count {
            if bytes[index] == 0x0D, bytes[index + 1] == 0x0A { return index }
            index += 1
        }
        return nil
    }

    private mutating func readRequestLine(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Bool {
        guard let first = line.first(where: { bytes[$0] == 0x20 }), let last = line.last(where: { bytes[$0] == 0x20 })
        else {
            return false
        }
        method = line.lowerBound..<first
        target = min(first + 1, last)..<last
        return first < last
    }

    private mutating func readHeader(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Bool {
        guard let colon = line.first(where: { bytes[$0] == 0x3A }), colon > line.lowerBound else { return false }
        var value = colon + 1..<line.upperBound
        while let first = value.first, bytes[first] == 0x20 || bytes[first] == 0x09 {
            value = first + 1..<value.upperBound
        }
        while let last = value.last, bytes[last] == 0x20 || bytes[last] == 0x09 { value = value.lowerBound..<last }
        if String(decoding: line.lowerBound..<colon, of: bytes).lowercased() == "host" {
            authority = value
        } else {
            headers.append(
                HeaderRange(
                    nameStart: UInt32(line.lowerBound), nameEnd: UInt32(colon), valueStart: UInt32(value.lowerBound),
                    valueEnd: UInt32(value.upperBound)))
        }
        return true
    }

    /// The request as text, for what is looked up only once it is decided.
    func request(_ bytes: Span<UInt8>) -> Request {
        Request(
            method: String(decoding: method, of: bytes), host: String(decoding: authority, of: bytes),
            target: String(decoding: target, of: bytes),
            headers: headers.map { header in
                HeaderField(
                    String(decoding: Int(header.nameStart)..<Int(header.nameEnd), of: bytes),
                    String(decoding: Int(header.valueStart)..<Int(header.valueEnd), of: bytes))
            })
    }
}

extension String {
    init(decoding range: Range<Int>, of bytes: Span<UInt8>) {
        self = bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
