import Testing

@testable import Simulation

/// What hot loops use in place of values that are easier to use, against those values.
@Suite struct RecordingTests {
    @Test(arguments: 1...10) func histogramsSideBySideHoldWhatEachWouldAlone(seed: UInt64) {
        var stream = RandomStream(seed: seed, entity: "test", purpose: "histograms")
        var together = LatencyHistograms()
        // Few are added to at once, of many the additions are put off.
        let count = seed.isMultiple(of: 2) ? 20 : 100
        var alone = [LatencyHistogram](repeating: LatencyHistogram(), count: count)
        for _ in alone { _ = together.make() }
        for _ in 0..<3000 {
            let which = Int(stream.integer(below: UInt64(count)))
            // Every power of two, its edges among them.
            let power = Int64(1) << Int64(stream.integer(below: 62))
            let value = max(power + Int64(stream.integer(below: 3)) - 1, 0)
            let any = stream.happens(0.5) ? value : Int64(stream.next() >> (1 + stream.integer(below: 63)))
            together.record(any, in: UInt32(which))
            alone[which].record(any)
        }
        for (which, expected) in alone.enumerated() {
            let found = together.histogram(UInt32(which))
            #expect(found == expected, "seed \(seed)")
            #expect(found.min == expected.min && found.max == expected.max && found.sum == expected.sum)
            #expect(found.quantile(0.5) == expected.quantile(0.5), "seed \(seed)")
            var sum = alone[0]
            var expectedSum = alone[0]
            together.add(UInt32(which), to: &sum)
            expectedSum.merge(expected)
            #expect(sum == expectedSum, "seed \(seed)")
        }
    }

    @Test func anEmptyHistogramIsEmptyAndAdditionOfOneChangesNothing() {
        var histograms = LatencyHistograms()
        let empty = histograms.make()
        #expect(histograms.histogram(empty) == LatencyHistogram())
        var other = LatencyHistogram()
        other.record(5)
        histograms.add(empty, to: &other)
        #expect(other.count == 1 && other.min == 5 && other.max == 5)
    }

    @Test func aBucketHoldsMoreThanItsCounterDoes() {
        var histograms = LatencyHistograms()
        let (many, exactly) = (histograms.make(), histograms.make())
        for _ in 0..<200_000 { histograms.record(1_000_000, in: many) }
        for _ in 0..<1 << 16 { histograms.record(3, in: exactly) }
        #expect(histograms.histogram(many).count == 200_000)
        #expect(histograms.histogram(many).sum == 200_000_000_000)
        #expect(histograms.histogram(exactly).count == 1 << 16)
        #expect(histograms.histogram(exactly).quantile(0.5) == 3)
    }

    @Test func aSamplerDrawsWhatItsDistributionDraws() throws {
        let simple: [Distribution] = [
            try .constant(7), try .exponential(mean: 1e6), try .uniform(min: 3, max: 900), try .constant(0),
        ]
        for distribution in simple {
            let sampler = Sampler(distribution)
            #expect(sampler.isSimple)
            var one = RandomStream(seed: 1, entity: "test", purpose: "sampler")
            var other = one
            for _ in 0..<1000 { #expect(sampler.draw(&one) == distribution.draw(&other)) }
        }
        #expect(!Sampler(try .lognormal(mean: 1, cv: 1)).isSimple)
        #expect(!Sampler(try .gamma(mean: 1, cv: 1)).isSimple)
    }

    @Test func slotsInUseAreThoseNotGivenBack() {
        var slots = Slots<Int>()
        for value in 0..<200 { _ = slots.take(value) }
        for slot in stride(from: UInt32(0), to: 200, by: 3) { slots.giveBack(slot) }
        #expect(slots.slotsInUse() == (0..<200).filter { $0 % 3 != 0 })
        #expect(slots.count == slots.slotsInUse().count)
    }
}
