/// Finds the frames in one direction of an HTTP/2 connection, whatever pieces they come in.
struct FrameReader {
    enum State: Equatable {
        /// Reading the client's preface, of which so many bytes came.
        case preface(Int)
        case header
        case payload
        /// It is not known where the next frame begins.
        case lost
    }

    /// What happened.
    enum Event {
        /// All bytes were read.
        case more
        /// Bytes of the payload of a DATA frame, without its padding. `isPayloadRead` says whether they are the last.
        case data(Range<Int>)
        /// The frame ended.
        case end
        /// What stands here is no frame.
        case rejected
    }

    private(set) var state: State
    /// The frame that is being read, or ended last.
    private(set) var frame = FrameHeader([0, 0, 0, 0, 0, 0, 0, 0, 0].span, at: 0)
    /// When its first byte came.
    private(set) var began: Int64 = 0
    /// Its payload, where it is of a kind that is looked into.
    private(set) var payload: [UInt8] = []
    /// Whether bytes of the payload are missing, or it is too long to be kept.
    private(set) var isBroken = false
    private var head: [UInt8] = []
    private var remaining = 0
    /// Bytes of padding at the end of a DATA frame; nil while they are not known.
    private var padding: Int?
    private let payloadBytesMax: Int

    init(state: State, payloadBytesMax: Int) {
        self.state = state
        self.payloadBytesMax = payloadBytesMax
    }

    /// Says that frames begin with the next bytes.
    mutating func find() {
        state = .header
        head = []
    }

    /// Says that it is not known where the next frame begins.
    mutating func lose() {
        state = .lost
        head = []
        payload = []
    }

    /// Reads on in `bytes` from `index`.
    mutating func advance(_ bytes: Span<UInt8>, _ index: inout Int, _ time: Int64) -> Event {
        while index < bytes.count {
            switch state {
            case .lost:
                index = bytes.count
            case .preface(let matched):
                guard bytes[index] == FrameHeader.preface.utf8Start[matched] else { return .rejected }
                index += 1
                let isWhole = matched + 1 == FrameHeader.preface.utf8CodeUnitCount
                state = isWhole ? .header : .preface(matched + 1)
            case .header:
                if let event = readHeader(bytes, &index, time) { return event }
            case .payload:
                return readPayload(bytes, &index)
            }
        }
        return .more
    }

    /// Counts bytes that were lost, within the payload of a frame; false where more than that is lost.
    mutating func gap(_ count: Int64) -> Bool {
        guard state == .payload, count <= Int64(remaining) else {
            lose()
            return false
        }
        isBroken = true
        remaining -= Int(count)
        return true
    }

    /// Whether the payload ended, which a gap may have brought about.
    var isPayloadRead: Bool { state == .payload && remaining == 0 }

    /// Goes on with the next frame.
    mutating func finishFrame() {
        find()
        payload.removeAll(keepingCapacity: payload.capacity <= 1 << 12)
    }

    private mutating func readHeader(_ bytes: Span<UInt8>, _ index: inout Int, _ time: Int64) -> Event? {
        if head.isEmpty { began = time }
        if head.isEmpty, bytes.count - index >= FrameHeader.byteCount {
            frame = FrameHeader(bytes, at: index)
            index += FrameHeader.byteCount
        } else {
            let count = min(FrameHeader.byteCount - head.count, bytes.count - index)
            head.append(bytes.extracting(index..<index + count))
            index += count
            guard head.count == FrameHeader.byteCount else { return nil }
            frame = FrameHeader(head.span, at: 0)
            head = []
        }
        guard frame.isConsistent else { return .rejected }
        state = .payload
        remaining = frame.length
        isBroken = false
        padding = frame.kind == .data && frame.isPadded ? nil : 0
        return remaining == 0 ? .end : nil
    }

    private mutating func readPayload(_ bytes: Span<UInt8>, _ index: inout Int) -> Event {
        let count = min(remaining, bytes.count - index)
        let piece = index..<index + count
        index += count
        remaining -= count
        switch frame.kind {
        case .data:
            return .data(readData(bytes, piece))
        case .headers, .continuation, .pushPromise:
            if payload.count + count <= payloadBytesMax, !isBroken {
                payload.append(bytes.extracting(piece))
            } else {
                isBroken = true
                payload = []
            }
        default: break
        }
        return remaining == 0 ? .end : .more
    }

    /// What of a piece of a DATA frame is no padding.
    private mutating func readData(_ bytes: Span<UInt8>, _ piece: Range<Int>) -> Range<Int> {
        var piece = piece
        if padding == nil, !piece.isEmpty {
            padding = Int(bytes[piece.lowerBound])
            piece = piece.lowerBound + 1..<piece.upperBound
        }
        // How many bytes of data are left before the padding, this piece included.
        let left = remaining + piece.count - (padding ?? 0)
        let count = max(0, min(piece.count, left))
        return piece.lowerBound..<piece.lowerBound + count
    }
}
