public import Simulation
import Glibc

/// What the records of a trace have in common, counted one record at a time. Memory grows with the distinct hosts,
/// methods, statuses and protocols, and with distinct paths up to a bound.
public struct TraceSummary: Sendable {
    /// How many records there were.
    public private(set) var requests = 0
    /// How many requests they stand for: the sum of their weights.
    public private(set) var weight = 0.0
    /// The earliest time, in nanoseconds.
    public private(set) var firstTime: Int64?
    /// The latest time, in nanoseconds.
    public private(set) var lastTime: Int64?
    /// Records by protocol; nil where it is unknown.
    public private(set) var protocols: [RequestProtocol?: Int] = [:]
    /// Records by version of HTTP.
    public var versions: [String: Int] { versionsCounter.byText }
    /// Records by method.
    public var methods: [String: Int] { methodsCounter.byText }
    /// Records by host, in lower case.
    public var hosts: [String: Int] { hostsCounter.byText }
    /// Records by path, the query left out; of the first 50,000 distinct ones.
    public var paths: [String: Int] { pathsCounter.byText }
    /// Records whose path is none of `paths`, because there were too many.
    public private(set) var otherPaths = 0
    /// Requests over time.
    public private(set) var timeline = TraceTimeline()
    /// TLS hellos by server name.
    public var serverNames: [String: Int] { serverNamesCounter.byText }
    /// Records by final status; nil where none was seen.
    public private(set) var statuses: [UInt16?: Int] = [:]
    /// How many requests say what a decision can hang on; connections are not among them.
    public private(set) var known = KnownFields()
    /// From the first byte of the request to the last byte of the response.
    public private(set) var latency = LatencyHistogram()
    /// From the first byte of the request to the first byte of the final response.
    public private(set) var timeToFirstByte = LatencyHistogram()

    private var versionsCounter = TextCounter(ignoresCase: false)
    private var methodsCounter = TextCounter(ignoresCase: false)
    private var hostsCounter = TextCounter(ignoresCase: true)
    private var pathsCounter = TextCounter(ignoresCase: false)
    private static let pathsMax = 50_000
    private var serverNamesCounter = TextCounter(ignoresCase: true)

    /// Nothing counted.
    public init() {}

    /// Counts a record.
    public mutating func add(_ record: RequestRecord) {
        requests += 1
        weight += record.weight ?? 1
        if let time = record.time {
            firstTime = min(firstTime ?? time, time)
            lastTime = max(lastTime ?? time, time)
        }
        timeline.add(record)
        protocols[record.protocol, default: 0] += 1
        switch record.protocol {
        case .tls, .tcp, .udp:
            Self.count(.sni, of: record, in: &serverNamesCounter)
            return
        default: break
        }
        known.add(record)
        Self.count(.version, of: record, in: &versionsCounter)
        Self.count(.method, of: record, in: &methodsCounter)
        Self.count(.host, of: record, in: &hostsCounter)
        countPath(record)
        statuses[record.observed.status, default: 0] += 1
        if let latency = record.observed.latency { self.latency.record(max(0, latency)) }
        if let time = record.observed.timeToFirstByte { timeToFirstByte.record(max(0, time)) }
    }
}

extension TraceSummary {
    private mutating func countPath(_ record: RequestRecord) {
        guard let range = record.range(of: .path) else { return }
        var end = range.lowerBound
        while end < range.upperBound, record.text[end] != UInt8(ascii: "?") { end += 1 }
        let path = record.text.span.extracting(range.lowerBound..<end)
        if !pathsCounter.add(path, upTo: Self.pathsMax) { otherPaths += 1 }
    }

    private static func count(
        _ field: RequestRecord.Field, of record: RequestRecord, in counter: inout TextCounter
    ) {
        guard let range = record.range(of: field) else { return }
        counter.add(record.text.span.extracting(range))
    }
}
