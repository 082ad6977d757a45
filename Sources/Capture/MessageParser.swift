/// Where bytes stand in their stream, and when they were captured.
struct Arrival {
    /// When the last of them came, in nanoseconds since 1970.
    var time: Int64
    /// When the first of them came.
    var began: Int64
    /// The position of the first of them.
    var position: Int64
    /// How far their segment acknowledged the other direction; `.min` where that is unknown.
    var acknowledged: Int64

    /// Bytes that came at once, where `began` is left out.
    init(time: Int64, began: Int64? = nil, position: Int64, acknowledged: Int64) {
        self.time = time
        self.began = began ?? time
        self.position = position
        self.acknowledged = acknowledged
    }
}

/// How long a body is (RFC 9112, section 6.3).
enum BodyFraming: Equatable {
    case length(Int64)
    case chunked
    case untilClose
}

/// Finds the messages in one direction of an HTTP/1.x connection, whatever pieces it comes in.
///
/// `advance` reads until something happened and is called again until it wants more. The caller looks at each head and
/// says how long its body is; bodies are passed over without being copied.
struct MessageParser {
    /// What happened.
    enum Event {
        /// All bytes were read.
        case more
        /// A head is complete: a range of the bytes given, or of `partial`.
        case head(Range<Int>, isPartial: Bool)
        /// The body ended.
        case end
        /// What stands here, at the place of a message's beginning, is none.
        case rejected
    }

    enum State: UInt8 {
        case start, head, body, chunkSize, chunkExtension, chunkData, chunkEnd, trailers, untilClose
        /// Looking for the beginning of a message after it was lost.
        case searching
        /// Not HTTP, or no longer.
        case opaque
    }

    private(set) var state = State.start
    /// Where and when the message began that is being read.
    private(set) var began = Arrival(time: 0, position: 0, acknowledged: .min)
    /// The bytes of the body so far.
    private(set) var bodyBytes: Int64 = 0
    private var remaining: Int64 = 0
    private var lineBytes = 0
    private var isSkippingLine = false
    /// The bytes of a head that came in several pieces.
    private(set) var partial: [UInt8] = []
    /// How many bytes of a head came before the pieces that are read.
    private(set) var earlierBytes = 0
    /// Looks into the body that is being read, where that is worth it.
    var trailerReader: WebTrailerReader?
    /// The most bytes that a head may have.
    var headBytesMax = 1 << 16

    /// Whether a message is being read of which the end is still to come.
    var isInside: Bool {
        switch state {
        case .start, .searching, .opaque: false
        default: true
        }
    }

    /// Whether a body is being read.
    var isInBody: Bool { isInside && state != .head }

    /// Says how long the body is of the message whose head was read; true where there is none to read.
    mutating func beginBody(_ framing: BodyFraming) -> Bool {
        bodyBytes = 0
        remaining = 0
        partial = []
        switch framing {
        case .length(0):
            state = .start
            return true
        case .length(let count):
            state = .body
            remaining = count
        case .chunked: state = .chunkSize
        case .untilClose: state = .untilClose
        }
        lineBytes = 0
        return false
    }

    /// Looks for the beginning of a message from here on.
    mutating func search() {
        state = .searching
        partial = []
        isSkippingLine = false
    }

    /// Hands over the bytes of a head that came in several pieces.
    mutating func takePartial() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &partial)
        return taken
    }

    /// Reads no more.
    mutating func ignore() {
        state = .opaque
        partial = []
    }

    /// Reads on in `bytes` from `index`.
    mutating func advance(_ bytes: Span<UInt8>, _ index: inout Int, _ arrival: Arrival) -> Event {
        while index < bytes.count {
            switch state {
            case .start, .head:
                if let event = readHead(bytes, &index, arrival) { return event }
            case .body, .chunkData:
                let count = min(remaining, Int64(bytes.count - index))
                if trailerReader != nil { trailerReader?.read(bytes.extracting(index..<index + Int(count))) }
                take(count)
                index += Int(count)
                if remaining == 0 {
                    if state == .body {
                        state = .start
                        return .end
                    }
                    state = .chunkEnd
                }
            case .chunkSize, .chunkExtension, .chunkEnd, .trailers:
                if let event = readChunkLine(bytes[index]) {
                    if case .end = event { index += 1 }
                    return event
                }
                index += 1
            case .untilClose:
                bodyBytes += Int64(bytes.count - index)
                index = bytes.count
            case .searching: find(bytes, &index, arrival)
            case .opaque: index = bytes.count
            }
        }
        return .more
    }

    /// Counts bytes that were lost. True where they lie within the body, whose length is known; else the beginning of
    /// the next message has to be searched.
    mutating func gap(_ count: Int64) -> Bool {
        switch state {
        case .body where remaining > count, .chunkData where remaining >= count:
            take(count)
            if remaining == 0 { state = .chunkEnd }
            return true
        case .body where remaining == count:
            // Where the message ends is known, but when its end came is not.
            state = .start
            return false
        case .untilClose:
            bodyBytes += count
            return true
        case .opaque: return true
        default:
            search()
            return false
        }
    }

    private mutating func take(_ count: Int64) {
        bodyBytes += count
        remaining -= count
    }

    private mutating func readHead(_ bytes: Span<UInt8>, _ index: inout Int, _ arrival: Arrival) -> Event? {
        if partial.isEmpty {
            earlierBytes = 0
            // Empty lines before a request are passed over (RFC 9112, section 2.2).
            while index < bytes.count, bytes[index] == 0x0D || bytes[index] == 0x0A { index += 1 }
            guard index < bytes.count else { return nil }
            note(index, arrival)
            if let lineEnd = bytes.firstIndex(of: 0x0A, from: index) {
                guard StartLine.parse(bytes, index..<lineEnd) != nil else { return .rejected }
                if let end = Self.endOfHead(bytes, from: lineEnd) {
                    let range = index..<end
                    guard range.count <= headBytesMax else { return .rejected }
                    index = end
                    return .head(range, isPartial: false)
                }
                state = .head
            } else if Self.isHopeless(StartLine.beginning(bytes, from: index)) {
                return .rejected
            }
            partial.append(bytes.extracting(index..<bytes.count))
            index = bytes.count
            return partial.count > headBytesMax ? .rejected : nil
        }
        let known = partial.count
        earlierBytes = known
        partial.append(bytes.extracting(index..<min(bytes.count, index + headBytesMax + 4 - known)))
        if state == .start {
            if let lineEnd = partial.span.firstIndex(of: 0x0A, from: 0) {
                guard StartLine.parse(partial.span, 0..<lineEnd) != nil else { return .rejected }
                state = .head
            } else if Self.isHopeless(StartLine.beginning(partial.span, from: 0)) {
                return .rejected
            }
        }
        if state == .head, let end = Self.endOfHead(partial.span, from: max(0, known - 3)), end <= headBytesMax {
            index += end - known
            return .head(0..<end, isPartial: true)
        }
        index += partial.count - known
        return partial.count > headBytesMax ? .rejected : nil
    }

    private static func isHopeless(_ beginning: StartLine.Beginning) -> Bool {
        switch beginning {
        case .request, .response, .either: false
        case .neither, .httpTwo: true
        }
    }

    /// The place after the empty line that ends a head; lines may end in LF alone.
    private static func endOfHead(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while let lineEnd = bytes.firstIndex(of: 0x0A, from: index) {
            if lineEnd + 1 < bytes.count, bytes[lineEnd + 1] == 0x0A { return lineEnd + 2 }
            if lineEnd + 2 < bytes.count, bytes[lineEnd + 1] == 0x0D, bytes[lineEnd + 2] == 0x0A { return lineEnd + 3 }
            index = lineEnd + 1
        }
        return nil
    }

    private mutating func note(_ index: Int, _ arrival: Arrival) {
        began = arrival
        began.time = arrival.began
        began.position += Int64(index)
    }

    /// Reads a byte of what stands around the chunks (RFC 9112, section 7.1).
    private mutating func readChunkLine(_ byte: UInt8) -> Event? {
        switch state {
        case .chunkSize:
            if let digit = Self.hexDigit(byte) {
                guard remaining < 1 << 55 else { return .rejected }
                remaining = remaining << 4 | digit
                lineBytes += 1
            } else if byte == 0x0A {
                return endChunkSize()
            } else if byte == 0x0D || byte == 0x20 || byte == 0x09 || byte == UInt8(ascii: ";") {
                state = .chunkExtension
            } else {
                return .rejected
            }
        case .chunkExtension:
            if byte == 0x0A { return endChunkSize() }
        case .chunkEnd:
            if byte == 0x0A {
                state = .chunkSize
                remaining = 0
                lineBytes = 0
            } else if byte != 0x0D {
                return .rejected
            }
        default:
            if byte == 0x0A {
                if lineBytes == 0 {
                    state = .start
                    return .end
                }
                lineBytes = 0
            } else if byte != 0x0D {
                lineBytes += 1
            }
        }
        return nil
    }

    private mutating func endChunkSize() -> Event? {
        guard lineBytes > 0 else { return .rejected }
        state = remaining == 0 ? .trailers : .chunkData
        lineBytes = 0
        return nil
    }

    private static func hexDigit(_ byte: UInt8) -> Int64? {
        switch byte {
        case 0x30...0x39: Int64(byte &- 0x30)
        case 0x41...0x46: Int64(byte &- 0x37)
        case 0x61...0x66: Int64(byte &- 0x57)
        default: nil
        }
    }

    /// Looks for a start line: at the beginning of the bytes given, which is that of a segment, and of each line.
    private mutating func find(_ bytes: Span<UInt8>, _ index: inout Int, _ arrival: Arrival) {
        if index == 0, StartLine.isLikely(bytes, from: 0) {
            partial.removeAll(keepingCapacity: true)
            isSkippingLine = false
        }
        guard let lineEnd = bytes.firstIndex(of: 0x0A, from: index) else {
            if partial.isEmpty {
                isSkippingLine = isSkippingLine || Self.isHopeless(StartLine.beginning(bytes, from: index))
                note(index, arrival)
            }
            let room = isSkippingLine ? 0 : headBytesMax - partial.count
            partial.append(bytes.extracting(index..<min(bytes.count, index + room)))
            index = bytes.count
            return
        }
        if isSkippingLine {
            isSkippingLine = false
            index = lineEnd + 1
            return
        }
        if partial.isEmpty {
            if StartLine.isLikely(bytes, from: index), StartLine.parse(bytes, index..<lineEnd) != nil {
                state = .start
            } else {
                index = lineEnd + 1
            }
            return
        }
        partial.append(bytes.extracting(index..<lineEnd + 1))
        index = lineEnd + 1
        if StartLine.isLikely(partial.span, from: 0), StartLine.parse(partial.span, 0..<partial.count - 1) != nil {
            state = .head
        } else {
            partial.removeAll(keepingCapacity: true)
        }
    }
}
