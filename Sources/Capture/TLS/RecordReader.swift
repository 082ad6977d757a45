/// Finds the records in one direction of a TLS connection (RFC 8446, section 5.1), and opens them.
struct RecordReader {
    /// RFC 5246, section 6.2.3: more than any record may have.
    private static let bytesMax = 5 + (1 << 14) + 2048
    /// How many records may be missing before one is given up, where bytes were lost.
    private static let missingMax: UInt64 = 64

    /// The bytes of a record that is not complete.
    private var partial: [UInt8] = []
    private var partialBegan: Int64 = 0
    private var isLost = false
    /// Bytes of a record that is passed over.
    private var skipped = 0
    /// The keys of the connection's phases, in order; the first is in use.
    private var keys: ArraySlice<RecordKey> = []
    private var number: UInt64 = 0
    /// Whether records may be missing before the next one.
    private var isUncertain = false
    /// How many records did not authenticate.
    private(set) var failures = 0
    /// How many did.
    private(set) var opened = 0
    /// Whether records are encrypted from now on.
    var isProtected = false

    /// Takes over the keys of all phases to come.
    mutating func setKeys(_ keys: [RecordKey]) {
        self.keys = keys[...]
        number = 0
    }

    var hasKeys: Bool { !keys.isEmpty }

    /// Reads bytes; `record` gets each record, header and all, with the time of its first byte.
    mutating func read(_ bytes: Span<UInt8>, _ time: Int64, _ record: (inout Self, Span<UInt8>, Int64) -> Void) {
        var index = min(skipped, bytes.count)
        skipped -= index
        if isLost {
            guard index < bytes.count, Self.isLikely(bytes, index) else { return }
            isLost = false
        }
        if !partial.isEmpty { index = complete(bytes, index, record) }
        while index < bytes.count, !isLost {
            guard let length = Self.length(bytes, index) else {
                // The header is not whole, or is none.
                if bytes.count - index >= 5 || !Self.mayBegin(bytes, index) { return lose() }
                break
            }
            guard index + length <= bytes.count else { break }
            record(&self, bytes.extracting(index..<index + length), time)
            index += length
        }
        guard index < bytes.count, !isLost else { return }
        partialBegan = time
        partial.append(bytes.extracting(index..<bytes.count))
    }

    /// Counts bytes that were lost. Returns how many bytes of content those were, where it is known; nil: the next record
    /// has to be searched.
    mutating func gap(_ count: Int64) -> Int64? {
        isUncertain = true
        guard !isLost, !partial.isEmpty, let length = Self.length(partial.span, 0),
            count <= Int64(length - partial.count)
        else {
            lose()
            return nil
        }
        skipped = length - partial.count - Int(count)
        partial = []
        number += 1
        isUncertain = false
        return Int64(max(0, length - 5 - (keys.first?.overhead ?? 0)))
    }

    /// Opens a record with the keys of this phase, or of the next ones.
    mutating func open(_ record: Span<UInt8>) -> (type: UInt8, content: [UInt8])? {
        for (phase, key) in keys.enumerated() {
            let first = phase == 0 ? number : 0
            for place in first...first + (isUncertain ? Self.missingMax : 0) {
                guard let content = key.open(record, number: place) else { continue }
                keys = keys.dropFirst(phase)
                number = place + 1
                isUncertain = false
                opened += 1
                return content
            }
        }
        failures += 1
        return nil
    }

    /// Goes on with the next key, after a KeyUpdate.
    mutating func updateKey() {
        guard let next = keys.first?.updated else { return }
        keys = [next]
        number = 0
    }

    private mutating func lose() {
        isLost = true
        isUncertain = true
        partial = []
        skipped = 0
    }

    private mutating func complete(
        _ bytes: Span<UInt8>, _ start: Int, _ record: (inout Self, Span<UInt8>, Int64) -> Void
    ) -> Int {
        var index = start
        let head = min(max(0, 5 - partial.count), bytes.count - index)
        partial.append(bytes.extracting(index..<index + head))
        index += head
        guard partial.count >= 5 else { return index }
        guard let length = Self.length(partial.span, 0) else {
            lose()
            return index
        }
        let count = min(length - partial.count, bytes.count - index)
        partial.append(bytes.extracting(index..<index + count))
        index += count
        if partial.count == length {
            let whole = partial
            partial = []
            record(&self, whole.span, partialBegan)
        }
        return index
    }

    /// The length of the record at a place, its header included; nil where the header is not whole, or is none.
    private static func length(_ bytes: Span<UInt8>, _ index: Int) -> Int? {
        guard index + 5 <= bytes.count, isLikely(bytes, index) else { return nil }
        return 5 + Int(bytes.big16(index + 3))
    }

    private static func mayBegin(_ bytes: Span<UInt8>, _ index: Int) -> Bool { (20...24).contains(bytes[index]) }

    private static func isLikely(_ bytes: Span<UInt8>, _ index: Int) -> Bool {
        index + 5 <= bytes.count && mayBegin(bytes, index) && bytes[index + 1] == 3 && bytes[index + 2] <= 4
            && Int(bytes.big16(index + 3)) + 5 <= bytesMax
    }
}
