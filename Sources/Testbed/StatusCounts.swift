/// How many answers had each status. Status 0 stands for a connection that was cut without an answer.
public struct StatusCounts: Hashable, Sendable {
    /// A status and its number of answers.
    public struct Entry: Hashable, Sendable {
        /// The status.
        public var status: UInt16
        /// Its answers.
        public var count: UInt64
    }

    /// The statuses that occurred, in rising order.
    public private(set) var entries: [Entry] = []

    /// No answers.
    public init() {}

    /// The number of answers of a status.
    public subscript(status: UInt16) -> UInt64 { entries.first { $0.status == status }?.count ?? 0 }

    /// The number of all answers.
    public var total: UInt64 { entries.reduce(0) { $0 + $1.count } }

    /// Counts answers of a status.
    public mutating func add(_ status: UInt16, count: UInt64 = 1) {
        var index = 0
        while index < entries.count, entries[index].status < status { index += 1 }
        if index < entries.count, entries[index].status == status {
            entries[index].count += count
        } else {
            entries.insert(Entry(status: status, count: count), at: index)
        }
    }

    /// Adds other answers.
    public mutating func merge(_ other: StatusCounts) {
        for entry in other.entries { add(entry.status, count: entry.count) }
    }
}
