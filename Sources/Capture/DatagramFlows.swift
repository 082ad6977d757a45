/// The UDP flows of a capture, each an exchange from its first datagram to the last one before it fell silent.
struct DatagramFlows {
    private struct Flow {
        var slot: UInt32
        /// Which of the key's ends is the client.
        var client: Int
        var lastTime: Int64
        var lastClientTime: Int64?
        var firstServerTime: Int64?
        var bytes: [2 of Int64] = [0, 0]
        /// Looks for the hello of QUIC, while there may be one.
        var quic: QUICHelloReader?
    }

    private var index = FlowIndex()
    private var flows: [Flow] = []
    private var recency = RecencyList()
    private let limits: CaptureLimits

    init(_ limits: CaptureLimits) { self.limits = limits }

    /// Takes in a datagram.
    mutating func accept(
        _ datagram: Datagram, _ bytes: Span<UInt8>, at time: Int64, _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) {
        forgetSilent(time, &store)
        let (key, side) = FlowKey.of(datagram.source, datagram.destination)
        let entry = index.find(key) ?? begin(key, side, datagram, time, &store, &statistics)
        recency.touch(entry)
        let place = Int(entry)
        flows[place].lastTime = time
        flows[place].bytes[side] += Int64(datagram.payload.count + datagram.missing)
        if side != flows[place].client {
            if flows[place].firstServerTime == nil { flows[place].firstServerTime = time }
            return
        }
        flows[place].lastClientTime = time
        if let quic = flows[place].quic {
            switch quic.read(bytes.extracting(datagram.payload)) {
            case .needsMore: break
            case .failed: flows[place].quic = nil
            case .hello(let hello):
                flows[place].quic = nil
                store[flows[place].slot].isTLS = true
                store[flows[place].slot].fill(with: hello)
                statistics.quicHellos += 1
            }
        }
    }

    /// Ends all flows, those silent for longest first.
    mutating func closeAll(_ store: inout ExchangeStore) {
        while recency.oldest != RecencyList.none { end(recency.oldest, &store) }
    }

    private mutating func begin(
        _ key: FlowKey, _ side: Int, _ datagram: Datagram, _ time: Int64, _ store: inout ExchangeStore,
        _ statistics: inout CaptureStatistics
    ) -> UInt32 {
        if index.count >= limits.udpFlowsMax, recency.oldest != RecencyList.none {
            statistics.udpFlowsForgotten += 1
            end(recency.oldest, &store)
        }
        statistics.udpFlows += 1
        // Who speaks first asks; but a flow joined in the middle may begin with an answer, from a port of a service.
        let isAnswer = datagram.source.port < 1024 && datagram.destination.port >= 1024
        let (client, server) =
            isAnswer ? (datagram.destination, datagram.source) : (datagram.source, datagram.destination)
        let slot = store.begin()
        store[slot].kind = .udp
        store[slot].client = client
        store[slot].server = server
        store[slot].requestBegan = time
        store.hold(slot)
        let flow = Flow(
            slot: slot, client: isAnswer ? 1 - side : side, lastTime: time, quic: isAnswer ? nil : QUICHelloReader())
        let entry = index.insert(key)
        if Int(entry) == flows.count { flows.append(flow) } else { flows[Int(entry)] = flow }
        recency.append(entry)
        return entry
    }

    private mutating func forgetSilent(_ time: Int64, _ store: inout ExchangeStore) {
        while recency.oldest != RecencyList.none {
            let last = flows[Int(recency.oldest)].lastTime
            guard time.subtractingReportingOverflow(last).partialValue > limits.udpIdleMax else { return }
            end(recency.oldest, &store)
        }
    }

    private mutating func end(_ entry: UInt32, _ store: inout ExchangeStore) {
        let flow = flows[Int(entry)]
        store[flow.slot].requestEnded = flow.lastClientTime
        store[flow.slot].requestBodyBytes = flow.bytes[flow.client]
        store[flow.slot].responseBegan = flow.firstServerTime
        store[flow.slot].responseEnded = flow.lastTime
        store[flow.slot].responseBodyBytes = flow.bytes[1 - flow.client]
        store.complete(flow.slot)
        flows[Int(entry)].quic = nil
        recency.remove(entry)
        index.remove(entry)
    }
}
