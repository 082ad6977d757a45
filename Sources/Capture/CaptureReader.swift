/// Reads the exchanges of a capture, one after the other, in bounded memory.
///
///     var reader = try CaptureReader(ByteStream(path: "gateway.pcap"))
///     var exchange = Exchange()
///     while try reader.next(into: &exchange) { … }
///
/// They come in the order in which their requests were found, except for those that take so long that too many others
/// would have to wait (`CaptureStatistics.lateExchanges`). A file that breaks off or is malformed gives all before
/// that place, then throws, once.
public struct CaptureReader: ~Copyable {
    private var packets: PacketReader
    private var analysis: PacketAnalysis
    private var isAtEnd = false
    private var failure: InputError?
    /// Further files, their packets merged with those of the first by time; nil where there are none.
    private var merged: MergedPackets?
    private let keyLog: KeyLog

    /// Reads the header of a capture; `filter` is in the language of tcpdump (pcap-filter(7)), and `keyLog` has the
    /// secrets of TLS connections, to which those are added that the file itself holds.
    public init(
        _ stream: consuming ByteStream, filter: String? = nil, limits: CaptureLimits = CaptureLimits(),
        keyLog: KeyLog? = nil
    ) throws(InputError) {
        let filter: PacketFilter? = if let filter { try PacketFilter(filter) } else { nil }
        packets = try PacketReader(stream)
        self.keyLog = keyLog ?? KeyLog()
        packets.keyLog = self.keyLog
        analysis = PacketAnalysis(filter: filter, limits: limits, keyLog: self.keyLog)
    }

    /// Adds a file whose packets are merged with those of the others by their times, before the first exchange is asked
    /// for: pieces of one capture in any order, or what was captured at several places at once.
    public mutating func merge(_ stream: consuming ByteStream) throws(InputError) {
        var reader = try PacketReader(stream)
        reader.keyLog = keyLog
        if merged == nil { merged = MergedPackets() }
        merged?.add(reader)
    }

    /// What was read so far.
    public var statistics: CaptureStatistics {
        var statistics = analysis.statistics
        statistics.file = packets.statistics
        merged?.report(to: &statistics.file)
        return statistics
    }

    /// Bytes of the files that were read so far, expanded where they are compressed.
    public var offset: Int64 { packets.stream.offset + (merged?.offset ?? 0) }

    /// Link types for which the filter makes no sense, and why; no packet of theirs passes it.
    public var filterFailures: [(linkType: LinkType, reason: String)] {
        let failures = analysis.filter?.failures ?? [:]
        return failures.keys.sorted { $0.rawValue < $1.rawValue }.map { ($0, failures[$0] ?? "") }
    }

    /// Puts the next exchange into `exchange`, whose memory is used again; false at the end.
    public mutating func next(into exchange: inout Exchange) throws(InputError) -> Bool {
        while true {
            if analysis.store.take(into: &exchange) { return true }
            if isAtEnd {
                guard let failure else { return false }
                self.failure = nil
                throw failure
            }
            do throws(InputError) {
                if let merged {
                    if try merged.next(&packets, &analysis) { continue }
                } else if let packet = try packets.next() {
                    Self.read(packet, packets.stream, &analysis)
                    continue
                }
            } catch {
                failure = error
            }
            isAtEnd = true
            analysis.close()
        }
    }

    static func read(
        _ packet: Packet, _ stream: borrowing ByteStream, _ analysis: inout PacketAnalysis
    ) {
        analysis.read(packet, stream.buffer.span.extracting(packet.bytes))
    }
}
