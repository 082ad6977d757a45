/// Entries that two lists have in common, in the same order: what is in none of the pairs was changed, moved, added or taken
/// away.
struct CommonEntries {
    /// For each entry of the first list its partner in the second; -1 for none.
    private(set) var inSecond: [Int32]
    /// For each entry of the second list its partner in the first; -1 for none.
    private(set) var inFirst: [Int32]

    /// Pairs what is equal at both ends, and between them a longest rising sequence of equal keys, the n-th occurrence of a key
    /// with the n-th.
    init(_ first: [UInt64], _ second: [UInt64]) {
        inSecond = Array(repeating: -1, count: first.count)
        inFirst = Array(repeating: -1, count: second.count)
        var start = 0
        while start < first.count, start < second.count, first[start] == second[start] {
            pair(start, start)
            start += 1
        }
        var (firstEnd, secondEnd) = (first.count, second.count)
        while firstEnd > start, secondEnd > start, first[firstEnd - 1] == second[secondEnd - 1] {
            firstEnd -= 1
            secondEnd -= 1
            pair(firstEnd, secondEnd)
        }
        var places: [UInt64: [Int]] = [:]
        for place in (start..<secondEnd).reversed() { places[second[place], default: []].append(place) }
        var candidates: [(first: Int, second: Int)] = []
        for place in start..<firstEnd {
            if let partner = places[first[place]]?.popLast() { candidates.append((place, partner)) }
        }
        for place in Self.risingSequence(candidates.map(\.second)) {
            pair(candidates[place].first, candidates[place].second)
        }
    }

    private mutating func pair(_ one: Int, _ other: Int) {
        inSecond[one] = Int32(other)
        inFirst[other] = Int32(one)
    }

    /// Places of a longest rising subsequence.
    private static func risingSequence(_ values: [Int]) -> [Int] {
        var tails: [Int] = []
        var before = Array(repeating: -1, count: values.count)
        for (place, value) in values.enumerated() {
            var (low, high) = (0, tails.count)
            while low < high {
                let middle = (low + high) / 2
                if values[tails[middle]] < value { low = middle + 1 } else { high = middle }
            }
            if low > 0 { before[place] = tails[low - 1] }
            if low == tails.count { tails.append(place) } else { tails[low] = place }
        }
        var result: [Int] = []
        var place = tails.last ?? -1
        while place >= 0 {
            result.append(place)
            place = before[place]
        }
        return result.reversed()
    }
}
