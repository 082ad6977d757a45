/// Which records of a trace are wanted. A record that does not say what a filter asks for is left out, and counted.
public struct RecordFilter: Sendable {
    /// A host, or `*.example.com` for all below it; without regard to case and port.
    public var hosts: [String] = []
    /// A path, or `/cart/*` for it and all below it; the query is not looked at.
    public var paths: [String] = []
    /// Statuses, from and to.
    public var statuses: [ClosedRange<UInt16>] = []
    /// Methods.
    public var methods: [String] = []
    /// The earliest time, in nanoseconds.
    public var since: Int64?
    /// The time from which on nothing is wanted any more, in nanoseconds.
    public var until: Int64?

    /// Records left out because they do not say what was asked for.
    public private(set) var unknown = 0
    /// Records left out because what they say is not wanted.
    public private(set) var rejected = 0

    /// Everything is wanted.
    public init() {}

    /// Whether nothing is left out.
    public var isEmpty: Bool {
        hosts.isEmpty && paths.isEmpty && statuses.isEmpty && methods.isEmpty && since == nil && until == nil
    }

    /// Whether a record is wanted.
    public mutating func accepts(_ record: RequestRecord) -> Bool {
        let verdicts = [
            isInTime(record), verdict(.host, of: record, among: hosts, Self.isHost),
            verdict(.path, of: record, among: paths, Self.isPath),
            verdict(.method, of: record, among: methods) { $0 == $1 }, hasStatus(record),
        ]
        if verdicts.contains(false) {
            rejected += 1
            return false
        }
        if verdicts.contains(nil) {
            unknown += 1
            return false
        }
        return true
    }

    private func isInTime(_ record: RequestRecord) -> Bool? {
        guard since != nil || until != nil else { return true }
        guard let time = record.time else { return nil }
        return time >= since ?? .min && (until.map { time < $0 } ?? true)
    }

    private func hasStatus(_ record: RequestRecord) -> Bool? {
        guard !statuses.isEmpty else { return true }
        guard let status = record.observed.status else { return nil }
        return statuses.contains { $0.contains(status) }
    }

    private func verdict(
        _ field: RequestRecord.Field, of record: RequestRecord, among wanted: [String], _ fits: (String, String) -> Bool
    ) -> Bool? {
        guard !wanted.isEmpty else { return true }
        guard let text = record[field] else { return nil }
        return wanted.contains { fits($0, text) }
    }

    private static func isHost(_ wanted: String, _ authority: String) -> Bool {
        var host = authority.lowercased()
        if let colon = host.lastIndex(of: ":"), host[host.index(after: colon)...].allSatisfy(\.isNumber),
            !host[colon...].contains("]")
        {
            host = String(host[..<colon])
        }
        let wanted = wanted.lowercased()
        return wanted.hasPrefix("*.")
            ? host.hasSuffix(wanted.dropFirst()) && host.count >= wanted.count : host == wanted
    }

    private static func isPath(_ wanted: String, _ target: String) -> Bool {
        let path = target.prefix { $0 != "?" }
        guard wanted.hasSuffix("/*") else { return path == wanted }
        let prefix = wanted.dropLast(2)
        return path == prefix || path.hasPrefix(prefix + "/")
    }
}

/// Keeps a share of a trace's records, and lets each stand for as many more.
public struct RecordSampler: Sendable {
    private let rate: Double
    private let field: RequestRecord.Field?
    private let seed: UInt64
    private var place: UInt64 = 0

    /// - Parameters:
    ///   - rate: the share that is kept, above 0 and at most 1.
    ///   - field: records in which it is equal are kept together or not at all; nil: each record by itself.
    public init(rate: Double, by field: RequestRecord.Field? = nil, seed: UInt64) {
        self.rate = rate
        self.field = field
        self.seed = seed
    }

    /// Whether a record is kept; its weight is then that of all that it stands for. A record that does not say the field is
    /// drawn by itself.
    public mutating func keeps(_ record: inout RequestRecord) -> Bool {
        place &+= 1
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ seed
        if let field, let range = record.range(of: field) {
            for index in range { hash = (hash ^ UInt64(record.text[index])) &* 0x0000_0100_0000_01B3 }
        } else {
            hash = hash &+ place &* 0x9E37_79B9_7F4A_7C15
        }
        // SplitMix64's last steps: the bits of a hash of few bytes are uneven.
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        hash ^= hash >> 31
        guard Double(hash >> 11) * 0x1p-53 < rate else { return false }
        record.weight = (record.weight ?? 1) / rate
        return true
    }
}
