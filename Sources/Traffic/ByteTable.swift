/// Gives equal runs of bytes equal numbers, from 0 on in the order in which they were first met: open addressing over
/// one buffer. The numbers do not hang on anything but the runs and their order.
public struct ByteTable: Sendable {
    private static let none = UInt32.max

    private var bytes: [UInt8] = []
    /// Where each run begins in `bytes`, and where the last one ends.
    private var starts = [0]
    private var hashes: [UInt64] = []
    private var slots = [UInt32](repeating: none, count: 256)

    /// An empty table.
    public init() {}

    /// How many different runs there are.
    public var count: Int { hashes.count }

    /// Bytes that the table takes, roughly.
    public var memoryBytes: Int { bytes.capacity + starts.capacity * 8 + hashes.capacity * 8 + slots.capacity * 4 }

    /// The bytes of all runs; `range` says where each is.
    public var text: [UInt8] { bytes }

    /// Where a run is in `text`.
    public func range(_ index: UInt32) -> Range<Int> { starts[Int(index)]..<starts[Int(index) + 1] }

    /// The number of a run, a new one where none equal was met before.
    public mutating func intern(_ run: [UInt8]) -> UInt32 { intern(run.span) }

    /// The number of a run, a new one where none equal was met before.
    public mutating func intern(_ run: Span<UInt8>) -> UInt32 {
        let hash = Self.hash(run)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != Self.none {
            let index = slots[slot]
            if hashes[Int(index)] == hash, isEqual(index, run) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        let index = UInt32(hashes.count)
        slots[slot] = index
        hashes.append(hash)
        run.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        starts.append(bytes.count)
        if hashes.count * 2 > slots.count { grow() }
        return index
    }

    /// The number of a run; nil where none equal was met.
    public func find(_ run: Span<UInt8>) -> UInt32? {
        let hash = Self.hash(run)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != Self.none {
            let index = slots[slot]
            if hashes[Int(index)] == hash, isEqual(index, run) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private func isEqual(_ index: UInt32, _ run: Span<UInt8>) -> Bool {
        let known = range(index)
        guard known.count == run.count else { return false }
        for place in run.indices where bytes[known.lowerBound + place] != run[place] { return false }
        return true
    }

    private mutating func grow() {
        slots = [UInt32](repeating: Self.none, count: slots.count * 2)
        for (index, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != Self.none { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(index)
        }
    }

    /// A hash that is the same on every run of the program.
    private static func hash(_ run: Span<UInt8>) -> UInt64 {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        var index = 0
        while index + 8 <= run.count {
            var word: UInt64 = 0
            for place in 0..<8 { word |= UInt64(run[index + place]) << UInt64(8 * place) }
            value = (value ^ word) &* 0x9E37_79B9_7F4A_7C15
            value ^= value >> 32
            index += 8
        }
        while index < run.count {
            value = (value ^ UInt64(run[index])) &* 0x0000_0100_0000_01B3
            index += 1
        }
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        return value ^ (value >> 27)
    }
}

/// Counts texts, the case of ASCII letters kept or not.
struct TextCounter: Sendable {
    private var table = ByteTable()
    private var counts: [Int] = []
    private var lowered: [UInt8] = []
    private let ignoresCase: Bool

    init(ignoresCase: Bool) { self.ignoresCase = ignoresCase }

    mutating func add(_ text: Span<UInt8>) {
        let index: UInt32
        if ignoresCase {
            lowered.removeAll(keepingCapacity: true)
            for place in text.indices {
                let byte = text[place]
                lowered.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
            }
            index = table.intern(lowered)
        } else {
            index = table.intern(text)
        }
        if Int(index) == counts.count { counts.append(1) } else { counts[Int(index)] += 1 }
    }

    /// Counts a text that is known, or new while there are fewer than `limit`; false where it was not counted.
    mutating func add(_ text: Span<UInt8>, upTo limit: Int) -> Bool {
        if counts.count >= limit {
            guard let index = table.find(text) else { return false }
            counts[Int(index)] += 1
        } else {
            add(text)
        }
        return true
    }

    /// The texts with their counts, bytes that are no UTF-8 as U+FFFD.
    var byText: [String: Int] {
        let pairs = counts.indices.map { index in
            (String(decoding: table.text[table.range(UInt32(index))], as: UTF8.self), counts[index])
        }
        return Dictionary(pairs, uniquingKeysWith: +)
    }
}
