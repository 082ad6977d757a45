/// One direction of a TCP connection put in order, as a correct receiver does (RFC 9293, section 3.10.7.4): every byte
/// once, the first copy of it that was captured.
///
/// Bytes are counted by positions of 64 bits, 0 being the first byte after the SYN or the first one captured;
/// sequence numbers, which wrap around, are translated relative to the next one expected.
struct StreamReassembly {
    /// A run of bytes that waits for others.
    struct Waiting {
        /// The position of its first byte.
        var position: Int64
        /// When it was captured.
        var time: Int64
        /// What its segment acknowledged: a sequence number of the other direction; nil where that no longer matters.
        var acknowledgement: UInt32?
        var bytes: [UInt8]
        /// How many bytes after these the packet had and the capture has not.
        var missing: Int

        var end: Int64 { position + Int64(bytes.count) }
    }

    /// Whether a segment of it was captured.
    private(set) var isStarted = false
    /// Whether it is known where delivery begins. Where the SYN is not in the capture, the first segment captured need
    /// not be the first one sent: all wait until one is likely to be the first.
    private(set) var isAnchored = false
    /// Whether the SYN was captured.
    var hasSYN = false
    /// How far the other side is known to have received.
    var receivedByPeer = Int64.min
    /// The sequence number of position 0.
    private(set) var firstSequence: UInt32 = 0
    private var nextSequence: UInt32 = 0
    /// The position of the next byte to deliver: all before it were delivered or given up.
    private(set) var position: Int64 = 0
    /// The position of the FIN.
    var finPosition: Int64?
    /// Whether the end of the stream was delivered.
    var isEnded = false
    /// What waits, by position, without overlaps.
    private(set) var waiting: [Waiting] = []
    private(set) var waitingBytes = 0

    /// How far the stream is known: nothing before this is waited for.
    var frontier: Int64 { isAnchored ? position : waiting.first?.position ?? position }

    /// Says which sequence number position 0 has.
    mutating func start(at sequence: UInt32) {
        isStarted = true
        firstSequence = sequence
        nextSequence = sequence
    }

    /// Lets delivery begin: at a position, else with what waits.
    mutating func anchor(at first: Int64? = nil) {
        guard !isAnchored else { return }
        let begin = first ?? frontier
        nextSequence = nextSequence &+ UInt32(truncatingIfNeeded: begin - position)
        position = begin
        isAnchored = true
    }

    /// The position of a sequence number, which is taken to lie within 2 GiB of the next byte to deliver.
    @inline(__always)
    func position(of sequence: UInt32) -> Int64 {
        position + Int64(Int32(bitPattern: sequence &- nextSequence))
    }

    /// Counts bytes as delivered or given up.
    mutating func advance(_ count: Int64) {
        position += count
        nextSequence = nextSequence &+ UInt32(truncatingIfNeeded: count)
    }

    /// Keeps bytes until those before them come. Bytes that are there already stay as they are. Returns how many
    /// bytes were not new.
    mutating func insert(
        _ bytes: Span<UInt8>, at first: Int64, missing: Int, time: Int64, acknowledgement: UInt32?
    ) -> Int {
        let end = first + Int64(bytes.count)
        var start = isAnchored ? max(first, position) : first
        var index = waiting.count
        while index > 0, waiting[index - 1].position > start { index -= 1 }
        if index > 0 { start = max(start, waiting[index - 1].end) }
        var kept = 0
        func keep(_ range: Range<Int64>) {
            let piece = bytes.extracting(Int(range.lowerBound - first)..<Int(range.upperBound - first))
            var copy: [UInt8] = []
            copy.append(piece)
            waiting.insert(
                Waiting(
                    position: range.lowerBound, time: time, acknowledgement: acknowledgement, bytes: copy,
                    missing: range.upperBound == end ? missing : 0),
                at: index)
            kept += copy.count
            index += 1
        }
        if bytes.isEmpty, missing > 0, start == first { keep(first..<first) }
        while start < end {
            let limit = index < waiting.count ? min(end, waiting[index].position) : end
            if start < limit { keep(start..<limit) }
            guard limit < end else { break }
            start = waiting[index].end
            index += 1
        }
        waitingBytes += kept
        return bytes.count - kept
    }

    /// Takes out the first run of bytes that waits, if nothing before it is missing.
    mutating func takeNext() -> Waiting? {
        guard isAnchored, let first = waiting.first, first.position <= position else { return nil }
        waiting.removeFirst()
        waitingBytes -= first.bytes.count
        return first
    }

    /// Lets the first run that waits be delivered, whatever it acknowledged.
    mutating func forgetAcknowledgement() {
        guard !waiting.isEmpty else { return }
        waiting[0].acknowledgement = nil
    }

    /// Gives back the memory.
    mutating func removeAll() {
        waiting = []
        waitingBytes = 0
    }
}
