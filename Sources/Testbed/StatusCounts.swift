/// How many answers had each status. Status 0 stands for a connection that was cut without an answer.
public struct StatusCounts: Hashable, Sendable {
    /// A status and its number of answers.
    public struct Entry: Hashable, Sendable {
        /// The status.
        public var status: UInt16
        /// Its answers.
        public var count: UInt64
    }

    // Nearly all answers are 200.
    private var successes: UInt64 = 0
    private var others: [Entry] = []

    /// The statuses that occurred, in rising order.
    public var entries: [Entry] {
        guard successes > 0 else { return others }
        var entries = others
        let place = entries.firstIndex { $0.status > 200 } ?? entries.count
        entries.insert(Entry(status: 200, count: successes), at: place)
        return entries
    }

    /// No answers.
    public init() {}

    /// The number of answers of a status.
    public subscript(status: UInt16) -> UInt64 { entries.first { $0.status == status }?.count ?? 0 }

    /// The number of all answers.
    public var total: UInt64 { entries.reduce(0) { $0 + $1.count } }

    /// Counts answers of a status.
    public mutating func add(_ status: UInt16, count: UInt64 = 1) {
        guard count > 0 else { return }
        guard status != 200 else {
            successes += count
            return
        }
        var index = 0
        while index < others.count, others[index].status < status { index += 1 }
        if index < others.count, others[index].status == status {
            others[index].count += count
        } else {
            others.insert(Entry(status: status, count: count), at: index)
        }
    }

    /// Adds other answers.
    public mutating func merge(_ other: StatusCounts) {
        for entry in other.entries { add(entry.status, count: entry.count) }
    }
}
