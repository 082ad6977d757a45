/// Weighted round robin by earliest deadline first, as Envoy's `edf_scheduler.h` has it: whoever is picked comes again
/// 1/weight of virtual time later, and the weight is asked anew at every pick, so that weights may change on the way.
struct EDFSchedule: Hashable, Sendable {
    private struct Entry: Hashable, Comparable, BitwiseCopyable, Sendable {
        var deadline: Double
        /// Of equal deadlines the one that was queued first comes first.
        var order: UInt64
        var item: UInt32

        static func < (left: Entry, right: Entry) -> Bool {
            left.deadline < right.deadline || (left.deadline == right.deadline && left.order < right.order)
        }
    }

    /// A binary heap.
    private var entries: [Entry] = []
    private var now = 0.0
    private var count: UInt64 = 0

    /// A schedule of the items 0 ..< `weights.count`; those with a weight of zero or less are never picked.
    ///
    /// - Parameter start: virtual time that has passed already. Envoy begins as if a random number of picks had been made,
    ///   so that proxies do not all send to the first host together.
    init(weights: [Double], start: Double = 0) {
        now = max(start, 0)
        for (item, weight) in weights.enumerated() where weight > 0 {
            let rounds = (now * weight).rounded(.down) + 1
            insert(Entry(deadline: max(rounds / weight, now), order: 0, item: UInt32(item)))
        }
    }

    /// The next item; nil where there is none. `weight` says what it weighs now.
    mutating func pick(_ weight: (UInt32) -> Double) -> UInt32? {
        guard let first = entries.first else { return nil }
        now = first.deadline
        let least = 1e-9  // a weight of nothing would never come again
        entries[0] = Entry(deadline: now + 1 / max(weight(first.item), least), order: nextOrder(), item: first.item)
        sink()
        return first.item
    }

    private mutating func nextOrder() -> UInt64 {
        count += 1
        return count
    }

    private mutating func insert(_ entry: Entry) {
        var entry = entry
        entry.order = nextOrder()
        entries.append(entry)
        var place = entries.count - 1
        while place > 0, entries[place] < entries[(place - 1) / 2] {
            entries.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink() {
        var place = 0
        while true {
            var least = place
            let (left, right) = (2 * place + 1, 2 * place + 2)
            if left < entries.count, entries[left] < entries[least] { least = left }
            if right < entries.count, entries[right] < entries[least] { least = right }
            guard least != place else { return }
            entries.swapAt(place, least)
            place = least
        }
    }
}
