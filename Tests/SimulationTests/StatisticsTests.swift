import Testing

@testable import Simulation

@Suite struct LatencyHistogramTests {
    func values(_ count: Int, seed: UInt64) -> [Int64] {
        var stream = RandomStream(seed: seed, entity: "test", purpose: "values")
        return (0..<count).map { _ in
            let bits = stream.integer(below: 63)
            return Int64(stream.next() >> 1) >> Int64(62 - bits)
        }
    }

    func histogram(_ values: some Sequence<Int64>) -> LatencyHistogram {
        var result = LatencyHistogram()
        for value in values { result.record(value) }
        return result
    }

    @Test(arguments: [1, 2, 3, 10, 999, 5000]) func quantilesAreWithinTwoThousandths(count: Int) throws {
        let values = values(count, seed: UInt64(count)).sorted()
        let histogram = histogram(values)
        #expect(histogram.count == UInt64(count))
        #expect(histogram.min == values.first)
        #expect(histogram.max == values.last)
        for q in [0, 0.001, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1] {
            let rank = max(Int((q * Double(count)).rounded(.up)), 1)
            let exact = Double(values[rank - 1])
            let estimate = Double(try #require(histogram.quantile(q)))
            #expect(abs(estimate - exact) <= 0.002 * exact, "quantile \(q) of \(count)")
        }
    }

    @Test func valuesBelow512NanosecondsAreExact() {
        for value in Int64(0)..<512 {
            var histogram = histogram([0, value, 1000])
            #expect(histogram.quantile(0.5) == value)
            histogram.merge(histogram)
            #expect(histogram.quantile(0.5) == value)
        }
    }

    @Test func theSumIsExactBeyond64Bits() {
        let histogram = histogram([.max, .max, .max, .max])
        #expect(histogram.sum == 4 * UInt128(Int64.max))
        #expect(histogram.quantile(0.5) == .max)
        #expect(histogram.mean == Double(Int64.max))
    }

    @Test func mergingGivesTheHistogramOfAllValuesInAnyOrder() {
        let parts = (0..<5).map { values(200 * $0, seed: UInt64($0)) }
        let whole = histogram(parts.joined())
        var forward = LatencyHistogram()
        for part in parts { forward.merge(histogram(part)) }
        var pairs = histogram(parts[3])
        pairs.merge(histogram(parts[4]))
        var backward = histogram(parts[2])
        backward.merge(pairs)
        backward.merge(histogram(parts[1]))
        backward.merge(histogram(parts[0]))
        #expect(forward == whole)
        #expect(backward == whole)
        #expect(backward.hashValue == whole.hashValue)
        var other = whole
        other.record(3)
        #expect(other != whole)
    }

    @Test func anEmptyHistogramHasNoStatistics() {
        let empty = LatencyHistogram()
        #expect(empty.count == 0 && empty.mean == nil && empty.min == nil && empty.max == nil)
        #expect(empty.quantile(0.5) == nil)
        var merged = histogram([5])
        merged.merge(empty)
        #expect(merged == histogram([5]))
    }

    @Test func bucketsAddUpToTheCount() {
        let histogram = histogram(values(1000, seed: 1))
        var previous: Int64 = -1
        var total: UInt64 = 0
        histogram.forEachBucket { middle, count in
            #expect(middle > previous)
            previous = middle
            total += count
        }
        #expect(total == 1000)
    }
}

@Suite struct LevelStatisticTests {
    func at(_ nanoseconds: Int64) -> SimulationTime { SimulationTime(nanoseconds: nanoseconds) }

    @Test func theAverageIsWeightedByTime() {
        var level = LevelStatistic()
        level.change(by: 2, at: at(10))
        level.change(by: 1, at: at(20))
        level.change(by: -3, at: at(30))
        let observation = level.observation(until: at(100))
        #expect(observation.integral == 50)
        #expect(observation.mean == 0.5)
        #expect(observation.max == 3)
    }

    @Test func anObservationThatBeginsLaterKeepsTheLevel() {
        var level = LevelStatistic()
        level.change(by: 5, at: at(0))
        level.change(by: -3, at: at(10))
        level.restart(at: at(20))
        #expect(level.observation(until: at(20)).mean == nil)
        level.change(by: 1, at: at(30))
        let observation = level.observation(until: at(40))
        #expect(observation.mean == 2.5)
        #expect(observation.max == 3)
    }

    @Test func spansAddUpToTheWhole() {
        var whole = LevelStatistic()
        var parts = LevelStatistic()
        var merged = LevelObservation()
        var stream = RandomStream(seed: 1, entity: "test", purpose: "levels")
        for step in Int64(1)...1000 {
            let difference = Int64(stream.integer(below: 11)) - 5
            whole.change(by: difference, at: at(step * 7))
            parts.change(by: difference, at: at(step * 7))
            if step.isMultiple(of: 50) {
                merged.merge(parts.observation(until: at(step * 7)))
                parts.restart(at: at(step * 7))
            }
        }
        #expect(merged == whole.observation(until: at(7000)))
    }
}

@Suite struct SlotsTests {
    @Test(arguments: 1...5) func aSlotKeepsItsValueUntilItIsGivenBack(seed: UInt64) {
        var stream = RandomStream(seed: seed, entity: "test", purpose: "slots")
        var slots = Slots<Int>()
        var held: [(slot: UInt32, value: Int)] = []
        var most = 0
        for step in 0..<5000 {
            if stream.integer(below: 5) < 3 {
                held.append((slots.take(step), step))
            } else if !held.isEmpty {
                let (slot, value) = held.remove(at: Int(stream.integer(below: UInt64(held.count))))
                #expect(slots[slot] == value, "seed \(seed)")
                slots.giveBack(slot)
            }
            most = max(most, held.count)
            #expect(slots.count == held.count)
        }
        for (slot, value) in held { #expect(slots[slot] == value, "seed \(seed)") }
        #expect(slots.peak == most)
    }
}
