/// The bounds within which a capture is read. Memory hangs on them and on the connections that are open at a time,
/// never on the length of the capture. Whatever runs into one is counted in `CaptureStatistics`.
public struct CaptureLimits: Sendable {
    /// Connections that are remembered at a time; the one longest silent is given up first.
    public var connectionsMax = 1 << 17
    /// UDP flows that are told apart at a time.
    public var udpFlowsMax = 1 << 17
    /// Bytes of one direction that may wait for others before them.
    public var waitingBytesPerStreamMax = 1 << 20
    /// Segments of one direction that may wait for others before them.
    public var waitingSegmentsPerStreamMax = 2048
    /// Bytes of all streams that may wait for others before them.
    public var waitingBytesMax = 1 << 26
    /// Nanoseconds after which bytes that the receiver acknowledged, and that the capture does not show, are given up.
    public var acknowledgedGapAgeMax: Int64 = 1_000_000_000
    /// Segments that may wait for such bytes.
    public var acknowledgedGapSegmentsMax = 256
    /// Nanoseconds of silence after which a connection is given up.
    public var idleMax: Int64 = 600_000_000_000
    /// Streams of an HTTP/2 connection that are open at a time; where there are more, all of them are given up.
    public var streamsPerConnectionMax = 1 << 12
    /// Nanoseconds of silence after which a UDP flow has ended.
    public var udpIdleMax: Int64 = 60_000_000_000
    /// Bytes of a message's start line and header fields.
    public var headBytesMax = 1 << 16
    /// Exchanges that may be held back so that they come in the order in which they began.
    public var heldExchangesMax = 1 << 14
    /// Exchanges that may wait for their response; the one that began first is given up first.
    public var openExchangesMax = 1 << 16
    /// Bytes of heads of all exchanges that are held.
    public var heldBytesMax = 1 << 26

    /// The defaults.
    public init() {}
}
