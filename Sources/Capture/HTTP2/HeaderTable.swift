/// The dynamic table of one direction (RFC 7541, section 2.3.2), as far as it is known.
///
/// Entries are counted from the newest, so that what was inserted before the capture began, or while bytes were lost,
/// makes no known entry wrong: it is only not there.
struct HeaderTable {
    struct Entry {
        var bytes: [UInt8] = []
        /// Where the name ends and the value begins.
        var nameCount = 0
        var hasName = true
        var hasValue = true

        /// RFC 7541, section 4.1.
        var size: Int { bytes.count + 32 }
    }

    /// What is kept at most, whatever the encoder may use: what is dropped becomes unknown.
    static let bytesMax = 1 << 16

    private var entries: [Entry] = []
    private var head = 0
    private var bytes = 0
    private var limit: Int

    /// An empty table; `limit` is the size that the encoder may use.
    init(limit: Int) { self.limit = min(limit, Self.bytesMax) }

    /// An entry, 0 being the newest; nil where it is not known.
    func entry(_ index: Int) -> Entry? {
        let place = entries.count - 1 - index
        return index >= 0 && place >= head ? entries[place] : nil
    }

    /// Adds an entry, and drops the oldest ones that no longer fit (section 4.4).
    mutating func insert(_ entry: Entry) {
        entries.append(entry)
        bytes += entry.size
        evict()
    }

    /// Takes over a size update (section 4.3).
    mutating func setLimit(_ limit: Int) {
        self.limit = min(limit, Self.bytesMax)
        evict()
    }

    /// Forgets all entries: it is no longer known which there are.
    mutating func removeAll() {
        entries = []
        head = 0
        bytes = 0
        limit = Self.bytesMax
    }

    private mutating func evict() {
        while bytes > limit, head < entries.count {
            bytes -= entries[head].size
            entries[head] = Entry()
            head += 1
        }
        if head > 32, head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
    }
}
