import Capture
import JSON
import Simulation
import Traffic

/// What is in a trace, as one JSON object; times in seconds.
func traceInfoJSON(_ summary: TraceSummary, _ statistics: TraceStatistics) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
        writer.key("files")
        writer.array { writer in
            for (name, format) in statistics.files {
                writer.object { writer in
                    writer.member("name", name)
                    writer.member("format", format.name)
                }
            }
        }
        writer.member("requests", summary.requests)
        writer.member("weight", summary.weight)
        seconds("firstTime", summary.firstTime, &writer)
        seconds("lastTime", summary.lastTime, &writer)
        counts("protocols", summary.protocols.map { ($0.key.map { "\($0.name)" } ?? "unknown", $0.value) }, &writer)
        counts("versions", summary.versions.map { ($0.key, $0.value) }, &writer)
        counts("methods", summary.methods.map { ($0.key, $0.value) }, &writer)
        counts("hosts", summary.hosts.map { ($0.key, $0.value) }, &writer)
        paths(summary, &writer)
        counts("serverNames", summary.serverNames.map { ($0.key, $0.value) }, &writer)
        counts("statuses", summary.statuses.map { ($0.key.map { "\($0)" } ?? "unknown", $0.value) }, &writer)
        writer.key("known")
        writer.object { writer in
            for kind in KnownFields.Kind.allCases { writer.member("\(kind)", summary.known[kind]) }
        }
        histogram("latency", summary.latency, &writer)
        histogram("timeToFirstByte", summary.timeToFirstByte, &writer)
        timeline(summary.timeline, &writer)
        writer.member("malformedLines", statistics.malformedLines)
        writer.member("passedOver", statistics.passedOver)
        writer.member("recordsOutOfOrder", statistics.recordsOutOfOrder)
        writer.key("captures")
        writer.array { writer in
            for (name, capture) in statistics.captures { write(name, capture, &writer) }
        }
    }
    writer.endLine()
    return writer.bytes
}

/// The most frequent paths, a thousand of them.
private func paths(_ summary: TraceSummary, _ writer: inout JSONWriter) {
    let all = summary.paths.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    counts("paths", all.prefix(1000).map { ($0.key, $0.value) }, &writer)
    writer.member("distinctPaths", all.count)
    writer.member("requestsOfOtherPaths", summary.otherPaths + all.dropFirst(1000).reduce(0) { $0 + $1.value })
}

private func timeline(_ timeline: TraceTimeline, _ writer: inout JSONWriter) {
    writer.key("timeline")
    writer.object { writer in
        seconds("from", timeline.start, &writer)
        seconds("width", timeline.width, &writer)
        writer.key("windows")
        writer.array { writer in
            for window in timeline.windows {
                writer.object { writer in
                    writer.member("requests", window.requests)
                    writer.key("statuses")
                    writer.object { writer in
                        for place in window.statuses.indices where window.statuses[place] > 0 {
                            writer.member(place == 0 ? "unknown" : "\(place)xx", window.statuses[place])
                        }
                    }
                    seconds("p50", window.latency.quantile(0.5), &writer)
                    seconds("p99", window.latency.quantile(0.99), &writer)
                    seconds("max", window.latency.max, &writer)
                }
            }
        }
    }
}

private func seconds(_ name: String, _ nanoseconds: Int64?, _ writer: inout JSONWriter) {
    writer.key(name)
    if let nanoseconds { writer.seconds(nanoseconds: nanoseconds) } else { writer.null() }
}

private func counts(_ name: String, _ rows: [(name: String, count: Int)], _ writer: inout JSONWriter) {
    writer.key(name)
    writer.object { writer in
        for row in rows.sorted(by: { $0.name < $1.name }) { writer.member(row.name, row.count) }
    }
}

private func histogram(_ name: String, _ histogram: LatencyHistogram, _ writer: inout JSONWriter) {
    writer.key(name)
    guard let mean = histogram.mean else { return writer.null() }
    writer.object { writer in
        writer.member("count", histogram.count)
        writer.member("mean", mean / 1e9)
        for (key, fraction) in [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p999", 0.999)] {
            seconds(key, histogram.quantile(fraction), &writer)
        }
        seconds("max", histogram.max, &writer)
    }
}

private func write(_ name: String, _ capture: CaptureStatistics, _ writer: inout JSONWriter) {
    writer.object { writer in
        writer.member("name", name)
        writer.member("packets", capture.packets)
        writer.member("filteredPackets", capture.filteredPackets)
        writer.member("capturedBytes", capture.capturedBytes)
        writer.member("wireBytes", capture.wireBytes)
        writer.member("cutPackets", capture.cutPackets)
        seconds("firstTime", capture.firstTime, &writer)
        seconds("lastTime", capture.lastTime, &writer)
        // Types of the same name (raw IP has three numbers) are one line.
        let linkTypes = Dictionary(capture.linkTypes.map { ($0.key.description, $0.value) }, uniquingKeysWith: +)
        counts("linkTypes", linkTypes.map { ($0.key, $0.value) }, &writer)
        counts("undecodable", capture.undecodable.map { ($0.key.rawValue, $0.value) }, &writer)
        writer.member("tcpSegments", capture.tcpSegments)
        writer.member("connections", capture.connections)
        writer.member("midstreamConnections", capture.midstreamConnections)
        writer.member("resetConnections", capture.resetConnections)
        writer.member("implausibleResets", capture.implausibleResets)
        writer.member("abandonedConnections", capture.abandonedConnections)
        writer.member("udpDatagrams", capture.udpDatagrams)
        writer.member("udpFlows", capture.udpFlows)
        writer.member("udpFlowsForgotten", capture.udpFlowsForgotten)
        writer.member("gaps", capture.gaps)
        writer.member("gapBytes", capture.gapBytes)
        writer.member("retransmittedBytes", capture.retransmittedBytes)
        writer.member("reorderedSegments", capture.reorderedSegments)
        writer.member("bytesAfterEnd", capture.bytesAfterEnd)
        writer.member("requests", capture.requests)
        writer.member("responses", capture.responses)
        writer.member("responsesWithoutRequest", capture.responsesWithoutRequest)
        writer.member("interimResponses", capture.interimResponses)
        writer.member("hellos", capture.hellos)
        writer.member("quicHellos", capture.quicHellos)
        writer.member("decryptedConnections", capture.decryptedConnections)
        counts("undecrypted", capture.undecrypted.map { ($0.key.rawValue, $0.value) }, &writer)
        writer.member("opaqueConnections", capture.opaqueConnections)
        writer.member("damagedHeaderBlocks", capture.damagedHeaderBlocks)
        writer.member("incompleteHeads", capture.incompleteHeads)
        writer.member("abandonedStreams", capture.abandonedStreams)
        writer.member("resynchronisations", capture.resynchronisations)
        counts("unparsed", capture.unparsed.map { ($0.key.rawValue, $0.value) }, &writer)
        writer.member("lateExchanges", capture.lateExchanges)
        writer.member("abandonedExchanges", capture.abandonedExchanges)
        writer.member("sections", capture.file.sections)
        writer.member("interfaces", capture.file.interfaces)
        counts("otherBlocks", capture.file.otherBlocks.map { (String($0.key), $0.value) }, &writer)
        writer.member("packetsWithoutTime", capture.file.packetsWithoutTime)
        writer.member("packetsWithBadTime", capture.file.packetsWithBadTime)
        writer.member("droppedBySystem", capture.file.droppedBySystem)
    }
}
