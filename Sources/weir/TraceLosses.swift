import Capture
import Traffic

/// What of a trace was lost or could not be read, in lines for a person.
struct TraceLosses {
    private(set) var lines: [String] = []

    init(_ statistics: TraceStatistics) {
        if statistics.malformedLines > 0 { lines.append("\(statistics.malformedLines) malformed lines") }
        if statistics.passedOver > 0 {
            lines.append("\(statistics.passedOver) entries passed over, which are no requests to the gateway")
        }
        lines += statistics.filterFailures
        for (name, capture) in statistics.captures {
            for loss in Self.losses(capture) { lines.append("\(name): \(loss)") }
        }
    }

    /// What a capture lacks; empty where nothing.
    static func losses(_ capture: CaptureStatistics) -> [String] {
        var losses: [String] = []
        func add(_ count: Int, _ what: String) { if count > 0 { losses.append("\(count) \(what)") } }
        add(capture.gaps, "gaps in TCP streams, \(capture.gapBytes) bytes missing")
        add(capture.cutPackets, "packets cut off by the snapshot length")
        if capture.file.droppedBySystem > 0 {
            losses.append("\(capture.file.droppedBySystem) packets dropped by the capturing system")
        }
        for reason in UndecodableReason.allCases {
            add(capture.undecodable[reason] ?? 0, "packets not decoded: \(reason.rawValue)")
        }
        for reason in UnparsedReason.allCases {
            add(capture.unparsed[reason] ?? 0, "connections not understood: \(reason.rawValue)")
        }
        for reason in UndecryptedReason.allCases {
            add(capture.undecrypted[reason] ?? 0, "TLS connections not decrypted: \(reason.rawValue)")
        }
        add(capture.damagedHeaderBlocks, "HTTP/2 header blocks damaged or not whole")
        add(capture.incompleteHeads, "HTTP/2 requests with fields that refer to what is not in the capture")
        add(capture.abandonedStreams, "HTTP/2 streams given up, because too many were open")
        add(capture.midstreamConnections, "connections joined in the middle")
        add(capture.abandonedConnections, "connections given up: silent for too long, or too many")
        add(capture.resynchronisations, "places where the next HTTP message had to be searched")
        add(capture.responsesWithoutRequest, "responses without their request")
        add(capture.requests - capture.responses, "requests without a response")
        add(capture.implausibleResets, "resets passed over, far from their connection's sequence numbers")
        add(capture.bytesAfterEnd, "bytes after the end of their connection")
        add(capture.lateExchanges, "requests given out late, because they took so long")
        add(capture.abandonedExchanges, "requests given out before their response ended, for want of memory")
        add(capture.udpFlowsForgotten, "UDP flows given up, because there were too many")
        add(capture.file.packetsWithoutTime, "packets without a time, given that of the packet before")
        add(capture.file.packetsWithBadTime, "packets whose time is out of range, given that of the packet before")
        for type in capture.file.otherBlocks.keys.sorted() {
            add(capture.file.otherBlocks[type] ?? 0, "pcapng blocks of type \(type) passed over")
        }
        return losses
    }
}
