/// A TCP connection: both directions put in order, in step with each other, and what is spoken on it.
///
/// A segment is delivered only after what it acknowledges: however the packets of the two directions were shuffled by
/// the capture, a response is never seen before its request. Bytes that were acknowledged and never captured are lost.
struct Connection {
    /// What a segment did to its connection.
    enum Outcome { case continues, reset, renewed }

    private var streams: [2 of StreamReassembly] = [StreamReassembly(), StreamReassembly()]
    private var http: HTTPConnection
    private(set) var isClosed = false
    /// Whether one direction is not in the capture, as it seems: nothing waits for it.
    private var isOneSided = false
    /// The neighbours in the order of the last packet.
    var newer = UInt32.max
    var older = UInt32.max
    /// When the last packet came.
    var lastTime: Int64 = 0

    init(_ http: HTTPConnection, began: Int64) {
        self.http = http
        lastTime = began
    }

    /// How many bytes wait for others.
    var waitingBytes: Int { streams[0].waitingBytes + streams[1].waitingBytes }

    /// Takes in a segment. `renewed`: it belongs to a new connection between the same ends, and was not taken in.
    mutating func accept(
        _ segment: Segment, _ bytes: Span<UInt8>, from side: Int, at time: Int64, _ limits: CaptureLimits,
        _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics
    ) -> Outcome {
        lastTime = time
        if segment.flags.contains(.syn), isRenewal(segment, side) { return .renewed }
        if isClosed {
            statistics.bytesAfterEnd += segment.payload.count
            return .continues
        }
        if segment.flags.contains(.rst) {
            guard isPlausible(segment, side) else {
                statistics.implausibleResets += 1
                return .continues
            }
            return .reset
        }
        start(segment, side)
        guard streams[side].isStarted else { return .continues }
        if !segment.payload.isEmpty || segment.missing > 0 {
            receive(segment, bytes, side, time, &store, &statistics)
        }
        if segment.flags.contains(.fin), streams[side].finPosition == nil {
            let first = streams[side].position(of: segment.sequence)
            streams[side].finPosition = first + Int64(segment.payload.count + segment.missing)
        }
        if !streams[0].waiting.isEmpty || !streams[1].waiting.isEmpty {
            noteReceived(segment, side)
            drain(limits, time, &store, &statistics)
        }
        endStreams(&store, &statistics)
        return .continues
    }

    /// Gives up what is missing, delivers what waits for it, and completes all that is open.
    mutating func close(_ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
        guard !isClosed else { return }
        giveUpWaiting(&store, &statistics)
        for side in 0...1 where streams[side].isAnchored {
            skip(side, to: streams[side].finPosition ?? .min, &store, &statistics)
        }
        endStreams(&store, &statistics)
        guard !isClosed else { return }
        finish(&store, &statistics)
    }

    /// Gives up what is missing, and delivers what waits for it.
    mutating func giveUpWaiting(_ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
        while giveUpOldest(&store, &statistics) { deliver(&store, &statistics) }
    }

    private mutating func finish(_ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
        http.close(at: lastTime, &store, &statistics)
        streams[0].removeAll()
        streams[1].removeAll()
        isClosed = true
    }

    /// Whether a SYN begins another connection than this one.
    private func isRenewal(_ segment: Segment, _ side: Int) -> Bool {
        let stream = streams[side]
        guard stream.isStarted else { return isClosed && !segment.flags.contains(.ack) }
        let first = segment.sequence &+ 1
        if stream.hasSYN { return first != stream.firstSequence || isClosed && stream.position > 0 }
        // Joined in the middle, as it seemed: the SYN can be a packet that was captured late.
        let distance = Int32(bitPattern: stream.firstSequence &- first)
        return isClosed || !(0...65_535).contains(distance)
    }

    /// Whether a reset lies near what was received, as one that is forged or of an earlier connection would not.
    private func isPlausible(_ segment: Segment, _ side: Int) -> Bool {
        guard streams[side].isStarted else { return true }
        return abs(streams[side].position(of: segment.sequence) - streams[side].position) < 1 << 24
    }

    private mutating func start(_ segment: Segment, _ side: Int) {
        if segment.flags.contains(.syn) {
            let first = segment.sequence &+ 1
            if !streams[side].isStarted { streams[side].start(at: first) }
            streams[side].anchor(at: streams[side].position(of: first))
            streams[side].hasSYN = true
        } else if !streams[side].isStarted {
            streams[side].start(at: segment.sequence)
        }
    }

    /// Notes how far the sender of a segment has received the other direction.
    private mutating func noteReceived(_ segment: Segment, _ side: Int) {
        guard segment.flags.contains(.ack), streams[1 - side].isStarted else { return }
        let received = streams[1 - side].position(of: segment.acknowledgement)
        streams[1 - side].receivedByPeer = max(streams[1 - side].receivedByPeer, received)
    }

    private mutating func receive(
        _ segment: Segment, _ bytes: Span<UInt8>, _ side: Int, _ time: Int64, _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) {
        let sequence = segment.flags.contains(.syn) ? segment.sequence &+ 1 : segment.sequence
        let first = streams[side].position(of: sequence)
        let position = streams[side].position
        let payload = segment.payload
        let acknowledgement = segment.flags.contains(.ack) ? segment.acknowledgement : nil
        if streams[side].isAnchored {
            guard first + Int64(payload.count + segment.missing) > position else {
                statistics.retransmittedBytes += payload.count
                return
            }
            if first <= position, streams[side].waiting.isEmpty, isInStep(acknowledgement, side) {
                let known = min(Int(position - first), payload.count)
                statistics.retransmittedBytes += known
                let arrival = Arrival(
                    time: time, position: position, acknowledged: acknowledged(acknowledgement, side))
                let new = bytes.extracting(payload.lowerBound + known..<payload.upperBound)
                deliver(side, new, arrival, &store, &statistics)
                let end = first + Int64(payload.count + segment.missing)
                if streams[side].position < end { skip(side, to: end, &store, &statistics) }
                return
            }
        }
        if let last = streams[side].waiting.last, first < last.position { statistics.reorderedSegments += 1 }
        statistics.retransmittedBytes += streams[side].insert(
            bytes.extracting(payload), at: first, missing: segment.missing, time: time,
            acknowledgement: acknowledgement)
    }

    /// How far an acknowledgement reaches in the other direction; `.min` where that is unknown.
    private func acknowledged(_ acknowledgement: UInt32?, _ side: Int) -> Int64 {
        guard let acknowledgement, streams[1 - side].isStarted else { return .min }
        return streams[1 - side].position(of: acknowledgement)
    }

    /// Whether all that a segment acknowledges was delivered. A FIN counts as a byte there; and what is far away was
    /// never a number of this connection.
    private func isInStep(_ acknowledgement: UInt32?, _ side: Int) -> Bool {
        guard acknowledgement != nil else { return true }
        guard streams[1 - side].isStarted else { return isOneSided }
        let ahead = acknowledged(acknowledgement, side) - streams[1 - side].frontier
        return ahead <= 1 || ahead > 1 << 26
    }

    private mutating func deliver(
        _ side: Int, _ bytes: Span<UInt8>, _ arrival: Arrival, _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) {
        guard !bytes.isEmpty else { return }
        streams[side].advance(Int64(bytes.count))
        http.receive(side, bytes, arrival, &store, &statistics)
    }

    private mutating func skip(
        _ side: Int, to position: Int64, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics
    ) {
        guard position > streams[side].position else { return }
        let count = position - streams[side].position
        streams[side].advance(count)
        statistics.gaps += 1
        statistics.gapBytes += count
        http.gap(side, count, &store, &statistics)
    }

    /// Delivers what can be, and gives up what has been missing for too long or holds up too much.
    private mutating func drain(
        _ limits: CaptureLimits, _ time: Int64, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics
    ) {
        deliver(&store, &statistics)
        while isOverdue(limits, time), giveUpOldest(&store, &statistics) { deliver(&store, &statistics) }
    }

    /// Delivers all that waits in vain.
    private mutating func deliver(_ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
        var hasProgress = true
        while hasProgress {
            hasProgress = false
            for side in 0...1 {
                anchor(side)
                while let first = streams[side].waiting.first, isInStep(first.acknowledgement, side),
                    let next = streams[side].takeNext()
                {
                    hasProgress = true
                    let arrival = Arrival(
                        time: next.time, position: next.position,
                        acknowledged: acknowledged(next.acknowledgement, side))
                    deliver(side, next.bytes.span, arrival, &store, &statistics)
                    let end = min(next.end + Int64(next.missing), streams[side].waiting.first?.position ?? .max)
                    skip(side, to: end, &store, &statistics)
                }
            }
        }
    }

    /// Lets delivery begin where the first run that waits looks like the beginning of a message.
    private mutating func anchor(_ side: Int) {
        guard !streams[side].isAnchored, let first = streams[side].waiting.first,
            HTTPConnection.isLikelyBeginning(first.bytes.span)
        else { return }
        streams[side].anchor()
    }

    private func isOverdue(_ limits: CaptureLimits, _ time: Int64) -> Bool {
        for side in 0...1 {
            guard let first = streams[side].waiting.first else { continue }
            if streams[side].waitingBytes > limits.waitingBytesPerStreamMax
                || streams[side].waiting.count > limits.waitingSegmentsPerStreamMax
            {
                return true
            }
            // What the receiver has acknowledged will not be sent again.
            let isFinal =
                !streams[side].isAnchored || first.position <= streams[side].position
                || streams[side].receivedByPeer > streams[side].position + 1
            guard isFinal else { continue }
            if time.subtractingReportingOverflow(first.time).partialValue > limits.acknowledgedGapAgeMax
                || streams[side].waiting.count > limits.acknowledgedGapSegmentsMax
            {
                return true
            }
        }
        return false
    }

    /// Gives up the bytes before the run that has waited longest; false where nothing waits.
    private mutating func giveUpOldest(
        _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics
    ) -> Bool {
        let times = [streams[0].waiting.first?.time ?? .max, streams[1].waiting.first?.time ?? .max] as [2 of Int64]
        let side = times[0] <= times[1] ? 0 : 1
        guard let first = streams[side].waiting.first else { return false }
        if !streams[side].isAnchored {
            streams[side].anchor()
        } else if first.position > streams[side].position {
            skip(side, to: first.position, &store, &statistics)
        } else {
            giveUpAcknowledged(first, side, &store, &statistics)
        }
        return true
    }

    /// Gives up the bytes that a run acknowledges and the capture does not have.
    private mutating func giveUpAcknowledged(
        _ run: StreamReassembly.Waiting, _ side: Int, _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) {
        let peer = 1 - side
        if !streams[peer].isStarted {
            isOneSided = true
        } else {
            streams[peer].anchor()
            let known = streams[peer].waiting.first?.position ?? .max
            skip(peer, to: min(acknowledged(run.acknowledgement, side), known), &store, &statistics)
        }
        if !isInStep(run.acknowledgement, side) { streams[side].forgetAcknowledgement() }
    }

    /// Ends the streams whose FIN was reached, and the connection where that is both.
    private mutating func endStreams(_ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
        for side in 0...1 where !streams[side].isEnded {
            guard let fin = streams[side].finPosition, fin <= streams[side].position, streams[side].waiting.isEmpty
            else { continue }
            streams[side].isEnded = true
            http.end(side, isClean: true, &store)
        }
        if streams[0].isEnded, streams[1].isEnded { finish(&store, &statistics) }
    }
}
