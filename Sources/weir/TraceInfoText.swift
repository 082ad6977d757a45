import Capture
import Glibc
import Simulation
import Traffic

/// What is in a trace, as text for a person.
struct TraceInfoText {
    private static let rowsMax = 20
    private(set) var text = ""

    init(_ summary: TraceSummary, _ statistics: TraceStatistics) {
        for (name, format) in statistics.files { text += "\(name)  (\(format.name))\n" }
        if let first = summary.firstTime, let last = summary.lastTime {
            line("from", Self.date(first))
            line("to", "\(Self.date(last))  (\(Self.duration(Double(last) - Double(first))))")
        }
        line("requests", "\(summary.requests)")
        if summary.weight != Double(summary.requests) { line("standing for", "\(summary.weight)") }
        table(
            "protocols",
            summary.protocols.map { ($0.key.map { "\($0.name)" } ?? "unknown", $0.value) })
        table("HTTP versions", summary.versions.map { ($0.key, $0.value) })
        table("methods", summary.methods.map { ($0.key, $0.value) })
        table("hosts", summary.hosts.map { ($0.key.isEmpty ? "(none)" : $0.key, $0.value) })
        table("paths", summary.paths.map { ($0.key, $0.value) })
        if summary.otherPaths > 0 { text += "  and \(summary.otherPaths) requests for further paths\n" }
        table("TLS server names", summary.serverNames.map { ($0.key.isEmpty ? "(none)" : $0.key, $0.value) })
        table("statuses", summary.statuses.map { ($0.key.map { "\($0)" } ?? "unknown", $0.value) })
        known(summary.known)
        durations("latency", summary.latency)
        durations("time to first byte", summary.timeToFirstByte)
        for (name, capture) in statistics.captures { add(name, capture) }
        let losses = TraceLosses(statistics).lines
        guard !losses.isEmpty else { return }
        text += "\nlost, or not read\n"
        for loss in losses { text += "  \(loss)\n" }
    }

    private mutating func line(_ name: String, _ value: String) {
        text += name + String(repeating: " ", count: max(1, 14 - name.count)) + value + "\n"
    }

    private mutating func table(_ title: String, _ rows: [(name: String, count: Int)]) {
        guard !rows.isEmpty else { return }
        let sorted = rows.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        let width = String(sorted[0].count).count
        text += "\n\(title)\n"
        for row in sorted.prefix(Self.rowsMax) {
            let count = String(row.count)
            text +=
                "  " + String(repeating: " ", count: width - count.count) + count + "  " + Self.plain(row.name) + "\n"
        }
        let rest = sorted.dropFirst(Self.rowsMax)
        if !rest.isEmpty {
            text += "  and \(rest.count) more, together \(rest.reduce(0) { $0 + $1.count })\n"
        }
    }

    /// What is not known of every request: decisions that hang on it may be undetermined.
    private mutating func known(_ fields: KnownFields) {
        let most = KnownFields.Kind.allCases.map { fields[$0] }.max() ?? 0
        let rows = KnownFields.Kind.allCases.filter { fields[$0] < most }
        guard most > 0, !rows.isEmpty else { return }
        let width = String(most).count
        text += "\nknown of some requests alone, or of none\n"
        for row in rows {
            let count = String(fields[row])
            text += "  " + String(repeating: " ", count: width - count.count) + count + "  " + row.title + "\n"
        }
    }

    private mutating func durations(_ title: String, _ histogram: LatencyHistogram) {
        guard let mean = histogram.mean else { return }
        text += "\n\(title) (of \(histogram.count))\n"
        text += "  mean \(Self.duration(mean))"
        for (name, fraction) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)] {
            text += "  \(name) \(Self.duration(Double(histogram.quantile(fraction) ?? 0)))"
        }
        text += "  max \(Self.duration(Double(histogram.max ?? 0)))\n"
    }

    private mutating func add(_ name: String, _ capture: CaptureStatistics) {
        text += "\ncapture \(name)\n"
        text += "  \(capture.packets) packets, \(capture.wireBytes) bytes"
        if capture.filteredPackets > 0 { text += ", \(capture.filteredPackets) kept out by the filter" }
        text += "\n"
        for linkType in capture.linkTypes.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            text += "  \(capture.linkTypes[linkType] ?? 0) of link type \(linkType.description)\n"
        }
        text +=
            "  \(capture.connections) TCP connections, \(capture.resetConnections) reset; \(capture.udpFlows) UDP flows\n"
        text += "  \(capture.requests) requests, \(capture.responses) responses, \(capture.hellos) TLS hellos"
        text += ", \(capture.opaqueConnections) other TCP connections\n"
        if capture.decryptedConnections > 0 { text += "  \(capture.decryptedConnections) TLS connections decrypted\n" }
        if capture.quicHellos > 0 { text += "  \(capture.quicHellos) QUIC hellos\n" }
        text +=
            "  \(capture.retransmittedBytes) bytes retransmitted, \(capture.reorderedSegments) segments out of order\n"
    }

    /// A name from the traffic without what a terminal would obey.
    private static func plain(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { $0.value < 32 || (127...159).contains($0.value) ? "\u{FFFD}" : $0 }))
    }

    /// `2025-11-23T01:06:40.000431219Z`
    static func date(_ nanoseconds: Int64) -> String {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        var seconds: time_t = remainder < 0 ? Int(quotient) - 1 : Int(quotient)
        let fraction = remainder < 0 ? remainder + 1_000_000_000 : remainder
        var fields = tm()
        gmtime_r(&seconds, &fields)
        func padded(_ value: some BinaryInteger, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return
            "\(padded(fields.tm_year + 1900, 4))-\(padded(fields.tm_mon + 1, 2))-\(padded(fields.tm_mday, 2))T"
            + "\(padded(fields.tm_hour, 2)):\(padded(fields.tm_min, 2)):\(padded(fields.tm_sec, 2))."
            + "\(padded(fraction, 9))Z"
    }

    /// Three digits and a unit.
    static func duration(_ nanoseconds: Double) -> String {
        let units = [("ns", 1.0), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)]
        let unit = units.last { nanoseconds >= $0.1 } ?? units[0]
        let value = nanoseconds / unit.1
        let scale = value >= 100 ? 1.0 : value >= 10 ? 10.0 : 100.0
        var text = ((value * scale).rounded() / scale).description
        if text.hasSuffix(".0") { text.removeLast(2) }
        return "\(text) \(unit.0)"
    }
}
