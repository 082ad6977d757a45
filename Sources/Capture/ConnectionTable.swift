/// The TCP connections of a capture, within bounds of number, of silence and of memory.
struct ConnectionTable {
    private static let none = UInt32.max

    private var index = FlowIndex()
    private var connections: [Connection] = []
    private var newest = none
    private var oldest = none
    private var waitingBytes = 0
    private let limits: CaptureLimits
    private let context: CaptureContext

    init(_ context: CaptureContext) {
        limits = context.limits
        self.context = context
    }

    /// Takes in a segment.
    mutating func accept(
        _ segment: Segment, _ bytes: Span<UInt8>, at time: Int64, _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) {
        forgetSilent(time, &store, &statistics)
        let (key, side) = FlowKey.of(segment.source, segment.destination)
        guard let entry = index.find(key) ?? begin(key, segment, side, time, &store, &statistics) else { return }
        touch(entry)
        let place = Int(entry)
        let before = connections[place].waitingBytes
        switch connections[place].accept(segment, bytes, from: side, at: time, limits, &store, &statistics) {
        case .continues: break
        case .reset:
            statistics.resetConnections += 1
            connections[place].close(&store, &statistics)
        case .renewed:
            connections[place].close(&store, &statistics)
            renew(place, segment, side, time, &statistics)
            _ = connections[place].accept(segment, bytes, from: side, at: time, limits, &store, &statistics)
        }
        waitingBytes += connections[place].waitingBytes - before
        if waitingBytes > limits.waitingBytesMax {
            waitingBytes -= connections[place].waitingBytes
            connections[place].giveUpWaiting(&store, &statistics)
        }
    }

    /// Completes all connections, those silent for longest first.
    mutating func closeAll(_ store: inout ExchangeStore, _ statistics: inout CaptureStatistics) {
        while oldest != Self.none { remove(oldest, &store, &statistics) }
    }

    /// Begins a connection; nil where a segment is none that could, such as the last acknowledgement of one before.
    private mutating func begin(
        _ key: FlowKey, _ segment: Segment, _ side: Int, _ time: Int64, _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) -> UInt32? {
        if index.count >= limits.connectionsMax, oldest != Self.none {
            if !connections[Int(oldest)].isClosed { statistics.abandonedConnections += 1 }
            remove(oldest, &store, &statistics)
        }
        let entry = index.insert(key)
        let fresh = connection(segment, side, time, &statistics)
        if Int(entry) == connections.count {
            connections.append(fresh)
        } else {
            connections[Int(entry)] = fresh
        }
        append(entry)
        return entry
    }

    private mutating func renew(
        _ place: Int, _ segment: Segment, _ side: Int, _ time: Int64, _ statistics: inout CaptureStatistics
    ) {
        var fresh = connection(segment, side, time, &statistics)
        fresh.newer = connections[place].newer
        fresh.older = connections[place].older
        connections[place] = fresh
    }

    private func connection(
        _ segment: Segment, _ side: Int, _ time: Int64, _ statistics: inout CaptureStatistics
    ) -> Connection {
        let ends: [2 of SocketAddress] =
            side == 0 ? [segment.source, segment.destination] : [segment.destination, segment.source]
        var client: Int?
        if segment.flags.contains(.syn) { client = segment.flags.contains(.ack) ? 1 - side : side }
        statistics.connections += 1
        if client == nil { statistics.midstreamConnections += 1 }
        return Connection(
            HTTPConnection(ends: ends, client: client, began: time, context: context), began: time)
    }

    private mutating func forgetSilent(
        _ time: Int64, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics
    ) {
        while oldest != Self.none {
            let connection = Int(oldest)
            let silence = time.subtractingReportingOverflow(connections[connection].lastTime).partialValue
            guard silence > limits.idleMax else { return }
            if !connections[connection].isClosed { statistics.abandonedConnections += 1 }
            remove(oldest, &store, &statistics)
        }
    }

    private mutating func remove(
        _ entry: UInt32, _ store: inout ExchangeStore, _ statistics: inout CaptureStatistics
    ) {
        waitingBytes -= connections[Int(entry)].waitingBytes
        connections[Int(entry)].close(&store, &statistics)
        unlink(entry)
        index.remove(entry)
    }

    private mutating func touch(_ entry: UInt32) {
        guard entry != newest else { return }
        unlink(entry)
        append(entry)
    }

    private mutating func append(_ entry: UInt32) {
        connections[Int(entry)].older = newest
        connections[Int(entry)].newer = Self.none
        if newest == Self.none { oldest = entry } else { connections[Int(newest)].newer = entry }
        newest = entry
    }

    private mutating func unlink(_ entry: UInt32) {
        let older = connections[Int(entry)].older
        let newer = connections[Int(entry)].newer
        if older == Self.none { oldest = newer } else { connections[Int(older)].newer = newer }
        if newer == Self.none { newest = older } else { connections[Int(newer)].older = older }
    }
}
