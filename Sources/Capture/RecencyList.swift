/// The order in which small numbers were last used: a doubly linked list in two arrays.
struct RecencyList {
    static let none = UInt32.max

    private var newer: [UInt32] = []
    private var older: [UInt32] = []
    private var newest = none
    /// The number that was used longest ago; `none` where there is none.
    private(set) var oldest = none

    /// Adds a number that is not there, as the newest.
    mutating func append(_ entry: UInt32) {
        while newer.count <= Int(entry) {
            newer.append(Self.none)
            older.append(Self.none)
        }
        older[Int(entry)] = newest
        newer[Int(entry)] = Self.none
        if newest == Self.none { oldest = entry } else { newer[Int(newest)] = entry }
        newest = entry
    }

    /// Makes a number the newest.
    mutating func touch(_ entry: UInt32) {
        guard entry != newest else { return }
        remove(entry)
        append(entry)
    }

    /// Takes a number out.
    mutating func remove(_ entry: UInt32) {
        let (before, after) = (older[Int(entry)], newer[Int(entry)])
        if before == Self.none { oldest = after } else { newer[Int(before)] = after }
        if after == Self.none { newest = before } else { older[Int(after)] = before }
    }
}
