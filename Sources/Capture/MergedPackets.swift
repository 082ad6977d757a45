/// The packets of several files in the order of their times. Of packets of the same time, that of the file given first
/// comes first. A file that breaks off is read up to there; what is wrong is said when all others have ended.
final class MergedPackets {
    private final class Source {
        var reader: PacketReader
        var head: Packet?

        init(_ reader: consuming PacketReader) { self.reader = reader }
    }

    private var sources: [Source] = []
    /// The first file's next packet; its reader is the caller's.
    private var head: Packet?
    private var isStarted = false
    /// Which file is read on, 0 being the first, and the time up to which no other comes before it.
    private var current = 0
    private var limit = Int64.min
    private var failure: InputError?

    var offset: Int64 { sources.reduce(0) { $0 + $1.reader.stream.offset } }

    func add(_ reader: consuming PacketReader) { sources.append(Source(reader)) }

    func report(to statistics: inout CaptureFileStatistics) {
        for source in sources { statistics.add(source.reader.statistics) }
    }

    /// Gives the next packet to the analysis; false at the end of all files.
    func next(_ first: inout PacketReader, _ analysis: inout PacketAnalysis) throws(InputError) -> Bool {
        if !isStarted {
            isStarted = true
            for index in 0...sources.count { advance(index, &first) }
            choose()
        }
        guard let packet = head(current) else {
            if let failure { throw failure }
            return false
        }
        if current == 0 {
            CaptureReader.read(packet, first.stream, &analysis)
        } else {
            CaptureReader.read(packet, sources[current - 1].reader.stream, &analysis)
        }
        advance(current, &first)
        if let next = head(current), next.time <= limit { return true }
        choose()
        return true
    }

    private func head(_ index: Int) -> Packet? { index == 0 ? head : sources[index - 1].head }

    private func advance(_ index: Int, _ first: inout PacketReader) {
        do throws(InputError) {
            if index == 0 {
                head = try first.next()
            } else {
                sources[index - 1].head = try sources[index - 1].reader.next()
            }
        } catch {
            if index == 0 { head = nil } else { sources[index - 1].head = nil }
            // One message for all of them.
            if failure == nil { failure = error } else { failure?.message += "; \(error)" }
        }
    }

    private func choose() {
        var least = Int64.max
        var second = Int64.max
        current = 0
        var isFound = false
        for index in 0...sources.count {
            guard let time = head(index)?.time else { continue }
            if !isFound || time < least {
                second = isFound ? least : second
                least = time
                current = index
                isFound = true
            } else {
                second = min(second, time)
            }
        }
        // Of equal times, an earlier file would come first.
        limit = second == .max ? .max : second - (second == .min ? 0 : 1)
    }
}

extension CaptureFileStatistics {
    /// Adds what was met in another file.
    mutating func add(_ other: CaptureFileStatistics) {
        sections += other.sections
        interfaces += other.interfaces
        otherBlocks.merge(other.otherBlocks, uniquingKeysWith: +)
        packetsWithoutTime += other.packetsWithoutTime
        packetsWithBadTime += other.packetsWithBadTime
        droppedBySystem &+= other.droppedBySystem
    }
}
