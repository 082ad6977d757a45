/// Finds the word that was meant.
package enum Suggestion {
    /// The candidate that is nearest to `word`, where it is near enough to be meant; of equals the first.
    package static func nearest(to word: String, among candidates: [String]) -> String? {
        // A long word is no misspelling of a field, and the table below is quadratic.
        guard word.utf8.count <= 64 else { return nil }
        let lowercased = word.lowercased()
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(Array(lowercased.utf8), Array(candidate.lowercased().utf8))
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        guard let best, best.distance <= max(1, word.utf8.count / 3) else { return nil }
        return best.candidate
    }

    /// Insertions, deletions, replacements and exchanges of neighbours that make one text of the other.
    /// Source: the optimal string alignment distance (Damerau 1964, restricted).
    package static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for i in 0..<left.count {
            var current = [i + 1] + [Int](repeating: 0, count: right.count)
            for j in 0..<right.count {
                let replaced = last[j] + (left[i] == right[j] ? 0 : 1)
                var best = min(replaced, last[j + 1] + 1, current[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, beforeLast[j - 1] + 1)
                }
                current[j + 1] = best
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
