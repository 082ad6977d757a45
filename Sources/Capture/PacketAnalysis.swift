/// From packets to exchanges: the layers of the reader behind the file.
struct PacketAnalysis {
    let filter: PacketFilter?
    private var fragments = FragmentTable()
    private var connections: ConnectionTable
    private var datagrams: DatagramFlows
    var store: ExchangeStore
    private var counts = CaptureStatistics()
    private var linkTypes: [(type: LinkType, packets: Int)] = []
    private var isClosed = false

    init(filter: PacketFilter?, limits: CaptureLimits, keyLog: KeyLog) {
        self.filter = filter
        connections = ConnectionTable(CaptureContext(limits, keyLog))
        datagrams = DatagramFlows(limits)
        store = ExchangeStore(limits)
    }

    /// What was read so far; what the file says of itself is not among it.
    var statistics: CaptureStatistics {
        var statistics = counts
        for (type, packets) in linkTypes { statistics.linkTypes[type] = packets }
        statistics.lateExchanges = store.late
        statistics.abandonedExchanges = store.abandoned
        let lostPieces = fragments.lostPieces + (isClosed ? fragments.waitingPieces : 0)
        if lostPieces > 0 { statistics.undecodable[.incompleteFragments] = lostPieces }
        return statistics
    }

    /// Completes all that is open; no packet follows.
    mutating func close() {
        connections.closeAll(&store, &counts)
        datagrams.closeAll(&store)
        isClosed = true
    }

    /// Takes in the next packet.
    mutating func read(_ packet: Packet, _ bytes: Span<UInt8>) {
        counts.packets += 1
        if let filter, !filter.matches(packet, bytes) {
            counts.filteredPackets += 1
            return
        }
        count(packet)
        let decoded = PacketDecoder.decode(bytes, linkType: packet.linkType, originalLength: packet.originalLength)
        if case .fragment(let fragment) = decoded {
            guard let datagram = fragments.add(fragment, bytes, time: packet.time) else { return }
            take(PacketDecoder.decode(datagram: datagram.span, of: fragment), datagram.span, packet.time)
        } else {
            take(decoded, bytes, packet.time)
        }
    }

    private mutating func count(_ packet: Packet) {
        counts.capturedBytes += packet.bytes.count
        counts.wireBytes += packet.originalLength
        // Nearly always the first: a dictionary would be the dearest thing in the life of a packet.
        if let index = linkTypes.firstIndex(where: { $0.type == packet.linkType }) {
            linkTypes[index].packets += 1
        } else {
            linkTypes.append((packet.linkType, 1))
        }
        if packet.originalLength > packet.bytes.count { counts.cutPackets += 1 }
        counts.firstTime = min(counts.firstTime ?? packet.time, packet.time)
        counts.lastTime = max(counts.lastTime ?? packet.time, packet.time)
    }

    private mutating func take(_ decoded: Decoded, _ bytes: Span<UInt8>, _ time: Int64) {
        switch decoded {
        case .tcp(let segment):
            counts.tcpSegments += 1
            connections.accept(segment, bytes, at: time, &store, &counts)
        case .udp(let datagram):
            counts.udpDatagrams += 1
            datagrams.accept(datagram, bytes, at: time, &store, &counts)
        case .undecodable(let reason):
            counts.undecodable[reason, default: 0] += 1
        case .fragment:
            // A datagram put together that says it is a piece of one.
            counts.undecodable[.malformedHeader, default: 0] += 1
        }
    }
}
