import Glibc

/// What the records of a trace have in common, counted one record at a time. Memory grows with the distinct hosts,
/// methods, statuses and protocols alone.
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
    /// TLS hellos by server name.
    public var serverNames: [String: Int] { serverNamesCounter.byText }
    /// Records by final status; nil where none was seen.
    public private(set) var statuses: [UInt16?: Int] = [:]
    /// From the first byte of the request to the last byte of the response.
    public private(set) var latency = DurationHistogram()
    /// From the first byte of the request to the first byte of the final response.
    public private(set) var timeToFirstByte = DurationHistogram()

    private var versionsCounter = TextCounter(ignoresCase: false)
    private var methodsCounter = TextCounter(ignoresCase: false)
    private var hostsCounter = TextCounter(ignoresCase: true)
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
        protocols[record.protocol, default: 0] += 1
        switch record.protocol {
        case .tls, .tcp, .udp:
            Self.count(.sni, of: record, in: &serverNamesCounter)
            return
        default: break
        }
        Self.count(.version, of: record, in: &versionsCounter)
        Self.count(.method, of: record, in: &methodsCounter)
        Self.count(.host, of: record, in: &hostsCounter)
        statuses[record.observed.status, default: 0] += 1
        if let latency = record.observed.latency { self.latency.add(latency) }
        if let time = record.observed.timeToFirstByte { timeToFirstByte.add(time) }
    }
}

extension TraceSummary {
    private static func count(
        _ field: RequestRecord.Field, of record: RequestRecord, in counter: inout TextCounter
    ) {
        guard let range = record.range(of: field) else { return }
        counter.add(record.text.span.extracting(range))
    }
}

/// Durations counted in buckets that grow with them: a quantile is at most 0.8 % above the true one.
public struct DurationHistogram: Sendable {
    /// Buckets for each power of two, as a power of two.
    private static let bits = 7
    private var buckets: [Int] = []
    /// How many there were.
    public private(set) var count = 0
    /// Their sum in nanoseconds, which is `Double` so that it cannot overflow.
    public private(set) var sum = 0.0
    /// The longest, in nanoseconds.
    public private(set) var max: Int64 = 0

    /// None counted.
    public init() {}

    /// Counts a duration in nanoseconds; a negative one counts as 0.
    public mutating func add(_ nanoseconds: Int64) {
        let value = Swift.max(0, nanoseconds)
        let bucket = Self.bucket(value)
        if bucket >= buckets.count {
            buckets.append(contentsOf: repeatElement(0, count: bucket + 1 - buckets.count))
        }
        buckets[bucket] += 1
        count += 1
        sum += Double(value)
        max = Swift.max(max, value)
    }

    /// The mean in nanoseconds; nil where none was counted.
    public var mean: Double? { count == 0 ? nil : sum / Double(count) }

    /// The duration in nanoseconds that a fraction of all do not exceed; nil where none was counted.
    public func quantile(_ fraction: Double) -> Int64? {
        guard count > 0 else { return nil }
        let rank = Swift.max(1, Int((fraction * Double(count)).rounded(.up)))
        var seen = 0
        for (index, bucket) in buckets.enumerated() {
            seen += bucket
            if seen >= rank { return Swift.min(Self.last(index), max) }
        }
        return max
    }

    private static func bucket(_ value: Int64) -> Int {
        let shift = Swift.max(0, 63 - bits - value.leadingZeroBitCount)
        return shift << bits + Int(value >> Int64(shift))
    }

    /// The largest value of a bucket.
    private static func last(_ bucket: Int) -> Int64 {
        let shift = Swift.max(0, bucket >> bits - 1)
        let (next, overflow) = Int64(bucket - shift << bits + 1).multipliedReportingOverflow(by: 1 << Int64(shift))
        return overflow ? .max : next - 1
    }
}
