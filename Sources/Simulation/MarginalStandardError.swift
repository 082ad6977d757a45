/// Where the transient at the beginning of a run ends, by the rule MSER-5: of means of five successive observations as many
/// are dropped as make the standard error of the mean of the rest least (K. P. White, "An effective truncation heuristic
/// for bias reduction in simulation output", *Simulation* 69, 1997; MSER-5 by White, Cobb & Spratt, 2000).
public enum MarginalStandardError {
    /// Observations that are made one, by a mean.
    public static let batch = 5

    /// How many observations belong to the transient; nil where the rule finds no end of it in the first half, so that the
    /// run is too short to tell, and where there are fewer than ten batches.
    public static func truncation(_ observations: [Double]) -> Int? {
        let count = observations.count / batch
        guard count >= 10 else { return nil }
        let means = (0..<count).map { place in
            observations[place * batch..<(place + 1) * batch].reduce(0, +) / Double(batch)
        }
        // From the end, so that every step adds one: sums about the last mean, lest digits be lost.
        let origin = means[count - 1]
        var sum = 0.0
        var squares = 0.0
        var least = Double.infinity
        var best = count
        for place in stride(from: count - 1, through: 0, by: -1) {
            let value = means[place] - origin
            sum += value
            squares += value * value
            let rest = Double(count - place)
            // The last few are alike by chance, and would win.
            guard rest >= 5 else { continue }
            let error = max(squares - sum * sum / rest, 0) / (rest * rest)
            if error <= least {
                least = error
                best = place
            }
        }
        return best <= count / 2 ? best * batch : nil
    }
}
