import Testing

@testable import Simulation

/// The event set against a sorted array, over everything that makes it change its shape.
@Suite struct EventSetTests {
    /// What is done to a set, and what a sorted array says of it.
    private final class Trial {
        var set = EventSet()
        var sorted: [PendingEvent] = []  // latest first
        var clock: Int64 = 0
        var sequence: UInt32 = 0
        var operations = 0

        func insert(after delay: Int64) {
            sequence += 1
            let event = PendingEvent(
                time: SimulationTime(nanoseconds: clock) + delay, sequence: sequence, code: 0, slot: sequence & 0xffff)
            var low = 0
            var high = sorted.count
            while low < high {
                let middle = (low + high) / 2
                if sorted[middle] < event { high = middle } else { low = middle + 1 }
            }
            sorted.insert(event, at: low)
            set.insert(event)
            operations += 1
        }

        /// Whether the set gives the event that is due, and only before the limit.
        func remove() -> Bool {
            operations += 1
            let expected = sorted.popLast()
            if let expected, set.removeFirst(before: expected.bits) != nil { return false }
            let found = set.removeFirst()
            clock = found?.time.nanoseconds ?? clock
            return found == expected && set.count == sorted.count
        }
    }

    /// Delays of many kinds: what they have in common is that the set's order must not depend on them.
    private static let delays: [@Sendable (inout RandomStream) -> Int64] = [
        { Int64($0.exponential() * 1e6) },
        { Int64($0.integer(below: 3)) },
        { _ in 0 },
        { $0.happens(0.9) ? Int64($0.exponential() * 1e3) : Int64($0.exponential() * 1e15) },
        { Int64(ElementaryFunctions.exponential(40 * $0.uniform())) },
        { Int64($0.integer(below: 5)) * 1_000_000_000 },
        { $0.happens(0.01) ? .max : Int64($0.integer(below: 1000)) },
        { 1_000_000 + Int64($0.integer(below: 2)) },
    ]

    @Test(arguments: 0..<8, 0..<8) func itAgreesWithASortedArrayWhateverTheTimes(first: Int, second: Int) {
        var stream = RandomStream(seed: UInt64(first * 8 + second), entity: "test", purpose: "event set")
        let trial = Trial()
        // It grows, holds, changes to other delays, holds, shrinks to nothing, and begins again: each shape both ways.
        for round in 0..<2 {
            for _ in 0..<(round == 0 ? 400 : 40) { trial.insert(after: Self.delays[first](&stream)) }
            for kind in [first, second, first] {
                for _ in 0..<300 {
                    guard trial.remove() else {
                        Issue.record("delays \(first) and \(second), round \(round)")
                        return
                    }
                    trial.insert(after: Self.delays[kind](&stream))
                    if stream.happens(0.1) { trial.insert(after: Self.delays[second](&stream)) }
                    if stream.happens(0.1) { #expect(trial.remove()) }
                }
            }
            while !trial.sorted.isEmpty { #expect(trial.remove(), "delays \(first) and \(second), round \(round)") }
            #expect(trial.remove() && trial.set.count == 0)
        }
    }

    @Test func fewEventsAreInTheListAndManyOnTheWheel() {
        var stream = RandomStream(seed: 1, entity: "test", purpose: "event set")
        let trial = Trial()
        for _ in 0..<32 { trial.insert(after: Int64(stream.exponential() * 1e6)) }
        #expect(trial.set.current == .max && trial.set.nearCount == 32)
        for _ in 0..<2000 { trial.insert(after: Int64(stream.exponential() * 1e6)) }
        #expect(trial.set.current != .max && trial.set.wheelCount > 1000)
        for _ in 0..<2031 { #expect(trial.remove()) }
        #expect(trial.set.current == .max && trial.set.nearCount == 1)
    }

    /// Whatever is done to it, moving events and walking past empty buckets costs a bounded number of steps for each
    /// operation; what remains are heaps.
    @Test(arguments: 0..<6) func upkeepIsBoundedForEachOperation(pattern: Int) {
        var stream = RandomStream(seed: 1, entity: "test", purpose: "event set")
        var set = EventSet()
        var clock: Int64 = 0
        var operations = 0
        func insert(_ delay: Int64) {
            operations += 1
            set.insert(
                PendingEvent(
                    time: SimulationTime(nanoseconds: clock) + delay, sequence: UInt32(operations), code: 0, slot: 0))
        }
        func hold(_ delay: Int64) {
            clock = set.removeFirst()?.time.nanoseconds ?? clock
            insert(delay)
        }
        for _ in 0..<3000 { insert(Int64(stream.exponential() * 1e6)) }
        for step in 0..<30_000 {
            switch pattern {
            case 0: hold(0)  // everything at one moment
            case 1: hold(step % 3000 == 0 ? 0 : 1 << 40)  // bursts, and nothing between them
            case 2: hold(Int64(1) << Int64(stream.integer(below: 60)))  // all scales at once
            case 3: hold(step / 3000 % 2 == 0 ? 10 : 1 << 45)  // dense and sparse in turn
            case 4: hold(stream.happens(0.5) ? 1 : 1 << 50)  // two scales
            default: hold(Int64(stream.exponential() * 1e6))
            }
        }
        #expect(set.upkeep < 20 * operations, "\(set.upkeep) steps for \(operations) operations")
    }
}
