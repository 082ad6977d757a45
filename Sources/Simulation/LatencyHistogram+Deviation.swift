extension LatencyHistogram {
    /// The standard deviation of all values in nanoseconds, each taken as the middle of its bucket: equal values have none,
    /// and that of values spread over many buckets is off by some millionths. Nil where there are no values.
    public var standardDeviation: Double? {
        guard count > 0 else { return nil }
        var sum = 0.0
        forEachBucket { middle, values in sum += Double(middle) * Double(values) }
        let centre = sum / Double(count)
        var squares = 0.0
        forEachBucket { middle, values in
            let distance = Double(middle) - centre
            squares += distance * distance * Double(values)
        }
        return (squares / Double(count)).squareRoot()
    }
}
