/// The HTTP/2 messages of one connection (RFC 9113), paired by their streams.
///
/// Server push is passed over, but its header blocks are read: they change the table. Where bytes are lost, the next
/// frames are found at the beginning of a segment, and what the header tables then hold is unknown, never guessed.
final class HTTP2Connection {
    struct Half {
        var reader: FrameReader
        var decoder: HeaderDecoder
        /// The header block that is being read, over its HEADERS and CONTINUATION frames.
        var block: [UInt8] = []
        var blockFrame: FrameHeader?
        var blockBegan: Int64 = 0
        /// Whether bytes of it are missing, or it is too long.
        var isBlockBroken = false
    }

    let ends: [2 of SocketAddress]
    let session: TLSSession?
    let limits: CaptureLimits
    /// Which side asks; nil while that is unknown.
    var client: Int?
    var halves: [2 of Half]
    var streams: [UInt32: HTTP2Stream] = [:]
    /// Whether a message was found.
    var hasMessage = false
    private var list = HeaderList()
    /// Streams that the client has reset, and when: what the server had sent already is still on its way.
    private var cancelled = Queue<(id: UInt32, time: Int64)>()
    /// Nanoseconds after which it no longer is.
    private static let cancelledAgeMax: Int64 = 2_000_000_000

    /// A connection of which every byte was seen (`isWhole`), or that is joined in the middle. `prefaceBytes` of the
    /// client's preface were read already; nil where no preface comes.
    init(
        ends: [2 of SocketAddress], client: Int?, isWhole: Bool, prefaceBytes: Int?, session: TLSSession?,
        limits: CaptureLimits
    ) {
        self.ends = ends
        self.session = session
        self.limits = limits
        self.client = client
        func half(_ side: Int) -> Half {
            var state = FrameReader.State.header
            if side == client, let prefaceBytes { state = .preface(prefaceBytes) }
            if !isWhole { state = .lost }
            return Half(
                reader: FrameReader(state: state, payloadBytesMax: limits.headBytesMax),
                decoder: HeaderDecoder(isWhole: isWhole))
        }
        halves = [half(0), half(1)]
    }

    /// Takes over the request that asked for HTTP/2: it is stream 1, and the client has sent all of it (RFC 7540,
    /// section 3.2).
    func adopt(_ slot: UInt32, requestIsDone: Bool) {
        hasMessage = true
        streams[1] = HTTP2Stream(slot: slot, isRequestDone: requestIsDone)
    }

    /// Reads bytes that are next in the stream of one side.
    func receive(
        _ side: Int, _ bytes: Span<UInt8>, _ arrival: Arrival, _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) {
        if halves[side].reader.state == .lost, FrameHeader.areLikely(bytes) { halves[side].reader.find() }
        forgetCancelled(arrival.time, &store)
        var index = 0
        while true {
            switch halves[side].reader.advance(bytes, &index, arrival.began) {
            case .more: return
            case .data(let piece):
                readData(side, bytes.extracting(piece))
                if halves[side].reader.isPayloadRead { endFrame(side, arrival.time, &store, &statistics) }
            case .end: endFrame(side, arrival.time, &store, &statistics)
            case .rejected:
                lose(side, &statistics)
                return
            }
        }
    }

    /// Counts bytes of one side that are missing from the capture.
    func gap(_ side: Int, _ count: Int64, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
        guard halves[side].reader.gap(count) else { return lose(side, &statistics) }
        let frame = halves[side].reader.frame
        if frame.kind == .data { streams[frame.stream]?.bodyBytes[side] += count }
        if halves[side].reader.isPayloadRead { endFrame(side, nil, &store, &statistics) }
    }

    /// Completes all that is open; nothing more comes.
    func close(_ store: inout ExchangeStore) {
        for stream in streams.values.sorted(by: { $0.slot < $1.slot }) { store.complete(stream.slot) }
        streams = [:]
        cancelled = Queue()
    }

    /// Says that it is not known where the next frame of one side begins.
    func lose(_ side: Int, _ statistics: inout CaptureStatistics) {
        statistics.resynchronisations += 1
        halves[side].reader.lose()
        halves[side].decoder.forget()
        halves[side].blockFrame = nil
        halves[side].block = []
        // How much of which body was lost is not known.
        for place in streams.values.indices { streams.values[place].bodyBytes[side] = .min / 2 }
    }

    private func readData(_ side: Int, _ piece: Span<UInt8>) {
        let id = halves[side].reader.frame.stream
        guard let place = streams.index(forKey: id) else { return }
        streams.values[place].bodyBytes[side] += Int64(piece.count)
        if side != client { streams.values[place].webTrailers?.read(piece) }
    }

    /// Ends a frame; `time` is nil where its last byte is not in the capture.
    private func endFrame(
        _ side: Int, _ time: Int64?, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics
    ) {
        let frame = halves[side].reader.frame
        if let open = halves[side].blockFrame, frame.kind != .continuation || frame.stream != open.stream {
            // Nothing may come between the frames of a block (section 6.10): its rest is lost.
            halves[side].blockFrame = nil
            halves[side].decoder.forget()
            statistics.damagedHeaderBlocks += 1
        }
        switch frame.kind {
        case .data:
            if frame.endsStream { end(frame.stream, side, time, &store) }
        case .headers, .pushPromise: beginBlock(side)
        case .continuation: continueBlock(side)
        case .resetStream: reset(frame.stream, side, time, &store)
        default: break
        }
        halves[side].reader.finishFrame()
        if let open = halves[side].blockFrame, frame.endsHeaders, frame.kind == .continuation || open.endsHeaders {
            endBlock(side, open, time, &store, &statistics)
        }
    }

    private func beginBlock(_ side: Int) {
        let reader = halves[side].reader
        halves[side].blockFrame = reader.frame
        halves[side].blockBegan = reader.began
        halves[side].isBlockBroken = reader.isBroken
        halves[side].block.removeAll(keepingCapacity: true)
        guard !reader.isBroken, let range = Self.fragment(reader.payload.span, reader.frame) else {
            halves[side].isBlockBroken = true
            return
        }
        halves[side].block.append(reader.payload.span.extracting(range))
    }

    private func continueBlock(_ side: Int) {
        let reader = halves[side].reader
        guard halves[side].blockFrame != nil else { return }
        let count = halves[side].block.count + reader.payload.count
        if reader.isBroken || count > limits.headBytesMax { halves[side].isBlockBroken = true }
        if halves[side].isBlockBroken {
            // A block without end costs no memory.
            halves[side].block = []
        } else {
            halves[side].block.append(reader.payload.span)
        }
    }

    /// What of the payload of a HEADERS or PUSH_PROMISE frame is the block (sections 6.2 and 6.6).
    private static func fragment(_ payload: Span<UInt8>, _ frame: FrameHeader) -> Range<Int>? {
        var range = 0..<payload.count
        if frame.isPadded {
            guard let padding = payload.isEmpty ? nil : Int(payload[0]), padding < payload.count else { return nil }
            range = 1..<payload.count - padding
        }
        var skipped = frame.kind == .pushPromise ? 4 : 0
        if frame.kind == .headers, frame.hasPriority { skipped += 5 }
        guard range.count >= skipped else { return nil }
        return range.lowerBound + skipped..<range.upperBound
    }

    private func endBlock(
        _ side: Int, _ frame: FrameHeader, _ time: Int64?, _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) {
        halves[side].blockFrame = nil
        list.removeAll()
        if halves[side].isBlockBroken {
            halves[side].decoder.forget()
            list.isComplete = false
            statistics.damagedHeaderBlocks += 1
        } else {
            let block = halves[side].block
            if !halves[side].decoder.decode(block.span, into: &list, textBytesMax: limits.headBytesMax) {
                statistics.damagedHeaderBlocks += 1
            }
        }
        guard frame.kind == .headers else { return }
        if client == nil {
            if list.isRequest { client = side } else if list.isResponse { client = 1 - side } else { return }
        }
        if side == client {
            readRequest(frame, &store, &statistics)
        } else {
            readResponse(frame, &store, &statistics)
        }
        if frame.endsStream { end(frame.stream, side, time, &store) }
    }

    private func readRequest(
        _ frame: FrameHeader, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics
    ) {
        // What is no request on a stream that is known are its trailers.
        guard streams[frame.stream] == nil, frame.stream % 2 == 1, list.isRequest, let client else { return }
        if streams.count >= limits.streamsPerConnectionMax {
            statistics.abandonedStreams += streams.count
            close(&store)
        }
        hasMessage = true
        statistics.requests += 1
        if !list.isComplete { statistics.incompleteHeads += 1 }
        let slot = store.begin()
        store[slot].kind = .http
        store[slot].client = ends[client]
        store[slot].server = ends[1 - client]
        store[slot].requestBegan = halves[client].blockBegan
        store[slot].fill(with: list)
        if let session { store[slot].fill(with: session) }
        store.hold(slot)
        streams[frame.stream] = HTTP2Stream(slot: slot)
    }

    private func readResponse(
        _ frame: FrameHeader, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics
    ) {
        let status = list.number(":status", digitsMax: 3)
        if let status, status < 200 {
            statistics.interimResponses += 1
            return
        }
        guard let place = streams.index(forKey: frame.stream) else {
            if status != nil, frame.stream % 2 == 1 { statistics.responsesWithoutRequest += 1 }
            return
        }
        let slot = streams.values[place].slot
        if !streams.values[place].hasResponse {
            streams.values[place].hasResponse = true
            statistics.responses += 1
            hasMessage = true
            store[slot].status = status
            store[slot].responseBegan = halves[1 - (client ?? 0)].blockBegan
            if let type = list.value("content-type") {
                streams.values[place].webTrailers = WebTrailerReader(contentType: list.text.span.extracting(type))
            }
        }
        if let code = list.number("grpc-status", digitsMax: 4) { store[slot].grpcStatus = code }
    }

    /// Ends the message of one side on a stream; `time` is nil where its last byte is not in the capture.
    private func end(_ id: UInt32, _ side: Int, _ time: Int64?, _ store: inout ExchangeStore) {
        guard var stream = streams[id], let client else { return }
        if side == client, !stream.isRequestDone {
            stream.isRequestDone = true
            store[stream.slot].requestEnded = time
            store[stream.slot].requestBodyBytes = stream.bodyBytes[side] >= 0 ? stream.bodyBytes[side] : nil
        } else if side != client, !stream.isResponseDone {
            stream.isResponseDone = true
            store[stream.slot].responseEnded = time
            let isCounted = stream.hasResponse && stream.bodyBytes[side] >= 0
            store[stream.slot].responseBodyBytes = isCounted ? stream.bodyBytes[side] : nil
            if let status = stream.webTrailers?.status { store[stream.slot].grpcStatus = status }
        }
        if stream.isRequestDone, stream.isResponseDone {
            streams[id] = nil
            store.complete(stream.slot)
        } else {
            streams[id] = stream
        }
    }

    private func reset(_ id: UInt32, _ side: Int, _ time: Int64?, _ store: inout ExchangeStore) {
        if side == client, let time, let place = streams.index(forKey: id) {
            if !streams.values[place].isCancelled { cancelled.append((id, time)) }
            streams.values[place].isCancelled = true
        } else if let stream = streams.removeValue(forKey: id) {
            store.complete(stream.slot)
        }
    }

    private func forgetCancelled(_ time: Int64, _ store: inout ExchangeStore) {
        while let first = cancelled.first, time.subtractingReportingOverflow(first.time).0 > Self.cancelledAgeMax {
            _ = cancelled.popFirst()
            if let stream = streams.removeValue(forKey: first.id) { store.complete(stream.slot) }
        }
    }
}
