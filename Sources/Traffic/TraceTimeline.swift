public import Simulation

/// Requests over time, in windows that grow with the trace: at most 240 of them, whose width is a power of two times 10 ms.
///
/// Records whose time lies far before the first one are counted with it.
public struct TraceTimeline: Sendable {
    /// What came in one window.
    public struct Window: Sendable {
        /// Records.
        public var requests = 0
        /// Records by the first digit of their final status; 0 where none was seen.
        public var statuses: [8 of Int] = .init(repeating: 0)
        /// From the first byte of the request to the last byte of the response.
        public var latency = LatencyHistogram()

        fileprivate mutating func merge(_ other: Window) {
            requests += other.requests
            for place in statuses.indices { statuses[place] += other.statuses[place] }
            latency.merge(other.latency)
        }
    }

    private static let windowsMax = 240

    /// When the first window begins, in nanoseconds.
    public private(set) var start: Int64?
    /// How long a window is, in nanoseconds.
    public private(set) var width: Int64 = 10_000_000
    /// The windows, from the first on.
    public private(set) var windows: [Window] = []

    /// Nothing counted.
    public init() {}

    mutating func add(_ record: RequestRecord) {
        guard let time = record.time else { return }
        let start = self.start ?? time
        self.start = start
        let (difference, overflow) = time.subtractingReportingOverflow(start)
        let offset = overflow ? (time > start ? Int64.max : 0) : max(0, difference)
        while offset / width >= Int64(Self.windowsMax) { halve() }
        let place = Int(offset / width)
        while windows.count <= place { windows.append(Window()) }
        windows[place].requests += 1
        windows[place].statuses[min(7, Int(record.observed.status ?? 0) / 100)] += 1
        if let latency = record.observed.latency { windows[place].latency.record(max(0, latency)) }
    }

    /// Joins windows two by two.
    private mutating func halve() {
        width *= 2
        for place in 0..<(windows.count + 1) / 2 {
            if place > 0 { windows[place] = windows[2 * place] }
            if 2 * place + 1 < windows.count { windows[place].merge(windows[2 * place + 1]) }
        }
        windows.removeLast(windows.count / 2)
    }
}
