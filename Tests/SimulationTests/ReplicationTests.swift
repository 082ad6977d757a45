import Simulation
import Testing

/// Intervals from replications and batches, quantiles within buckets, and the end of a transient.
@Suite struct ReplicationTests {
    @Test("With equal weights and the mean as the estimate it is Student's interval")
    func equalWeights() throws {
        let values = [3.0, 5, 4, 8, 1, 9, 2.5]
        var parts = ReplicatedEstimate()
        for value in values { parts.add(value) }
        let plain = ConfidenceInterval(values, confidence: 0.9)
        #expect(abs(try #require(parts.halfWidth(about: plain.mean, confidence: 0.9)) - plain.halfWidth) < 1e-12)
    }

    @Test("A part without requests says nothing; one part alone has no interval")
    func fewParts() {
        var parts = ReplicatedEstimate()
        parts.add(1, weight: 10)
        parts.add(50, weight: 0)
        #expect(parts.values == [1] && parts.standardError(about: 1) == nil)
        parts.add(1, weight: 3)
        #expect(parts.halfWidth(about: 1, confidence: 0.99) == 0)
    }

    /// Parts of very different sizes: the interval of the mean of all values covers the truth as often as it says.
    @Test("Intervals of unequal parts cover as often as they say")
    func coverage() throws {
        var stream = RandomStream(seed: 3, entity: "coverage", purpose: "test")
        var covered = 0
        let rounds = 2_000
        for _ in 0..<rounds {
            var parts = ReplicatedEstimate()
            var (sum, count) = (0.0, 0.0)
            for _ in 0..<12 {
                let size = 40 + Int(stream.integer(below: 120))
                let values = (0..<size).map { _ in stream.exponential() }
                parts.add(values.reduce(0, +) / Double(size), weight: Double(size))
                sum += values.reduce(0, +)
                count += Double(size)
            }
            let mean = sum / count
            if abs(mean - 1) <= (try #require(parts.halfWidth(about: mean, confidence: 0.95))) { covered += 1 }
        }
        #expect((0.93...0.97).contains(Double(covered) / Double(rounds)), "\(covered)")
    }

    @Test("Parts that follow each other are told from independent ones")
    func serialCorrelation() throws {
        var (independent, following) = (ReplicatedEstimate(), ReplicatedEstimate())
        var stream = RandomStream(seed: 5, entity: "series", purpose: "test")
        var level = 0.0
        for _ in 0..<400 {
            independent.add(stream.uniform())
            level = 0.8 * level + stream.uniform()
            following.add(level)
        }
        #expect(abs(try #require(independent.serialCorrelation)) < 0.15)
        #expect(try #require(following.serialCorrelation) > 0.6)
    }

    @Test("Interpolated quantiles of a smooth distribution are nearer than a bucket is wide")
    func interpolation() throws {
        var histogram = LatencyHistogram()
        var values: [Int64] = []
        var stream = RandomStream(seed: 9, entity: "quantiles", purpose: "test")
        for _ in 0..<200_000 {
            let value = Int64(1e6 * stream.exponential())
            histogram.record(value)
            values.append(value)
        }
        values.sort()
        for q in [0.01, 0.3, 0.5, 0.9, 0.99, 0.999] {
            let exact = Double(values[Int(q * 200_000)])
            let value = try #require(histogram.interpolatedQuantile(q))
            #expect(abs(value / exact - 1) < (q < 0.95 ? 0.0005 : 0.002), "\(q)")
            #expect(abs(value / Double(try #require(histogram.quantile(q))) - 1) <= 0.004)
        }
        #expect(histogram.interpolatedQuantile(1) == Double(try #require(values.last)))
        #expect(LatencyHistogram().interpolatedQuantile(0.5) == nil)
    }

    @Test("Equal values are their own quantile; small ones are exact")
    func interpolationOfAtoms() throws {
        var histogram = LatencyHistogram()
        for _ in 0..<10 { histogram.record(1_000_000) }
        #expect(histogram.interpolatedQuantile(0.5) == 1_000_000)
        var small = LatencyHistogram()
        for value in [0, 0, 3, 7] as [Int64] { small.record(value) }
        #expect(small.interpolatedQuantile(0.5) == 0 && small.interpolatedQuantile(0.75) == 3)
        #expect(small.shareOfZero == 0.5)
    }

    @Test("The standard deviation is that of the values, and equal values have none")
    func deviation() throws {
        var histogram = LatencyHistogram()
        #expect(histogram.standardDeviation == nil)
        for _ in 0..<100 { histogram.record(12_345_678) }
        #expect(histogram.standardDeviation == 0)
        var stream = RandomStream(seed: 8, entity: "deviation", purpose: "test")
        let values = (0..<20_000).map { _ in Int64(1e6 + 3e6 * stream.exponential()) }
        var spread = LatencyHistogram()
        for value in values { spread.record(value) }
        let mean = values.reduce(0.0) { $0 + Double($1) } / 20_000
        let squares = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 20_000
        #expect(abs(try #require(spread.standardDeviation) / squares.squareRoot() - 1) < 1e-4)
    }

    @Test("The transient of a series is dropped, and nothing of a steady one")
    func marginalStandardError() throws {
        var stream = RandomStream(seed: 2, entity: "transient", purpose: "test")
        let noise = (0..<500).map { _ in stream.uniform() }
        let steady = try #require(MarginalStandardError.truncation(noise))
        #expect(steady <= 50)
        let filling = noise.enumerated().map { place, value in
            value + (place < 100 ? Double(place) / 10 - 10 : 0)
        }
        let found = try #require(MarginalStandardError.truncation(filling))
        #expect((80...130).contains(found), "\(found)")
        // A queue that never stops growing has no steady part.
        #expect(MarginalStandardError.truncation((0..<500).map { Double($0 * $0) }) == nil)
        #expect(MarginalStandardError.truncation(Array(noise.prefix(40))) == nil)
    }
}
