import Simulation
import TestSupport
import Testing

@testable import Testbed

private let ms: Int64 = 1_000_000

/// When changes of health come to be known. Seen in Envoy 1.40 (`make differential-dataplane`).
@Suite("Merged changes of health") struct UpdateMergerTests {
    @Test("The first change counts at once; one within the window waits, and others with it")
    func window() {
        var merger = UpdateMerger(window: 1_000 * ms)
        #expect(merger.changed(0, at: 5 * ms) == .now)
        guard case .later(let delay, let generation) = merger.changed(0, at: 400 * ms) else {
            Issue.record("a change 395 ms after another has to wait")
            return
        }
        #expect(delay == 1_000 * ms, "a whole window from when it came, not from the update before")
        #expect(merger.changed(0, at: 900 * ms) == .merged)
        #expect(merger.isDue(0, generation, at: 1_400 * ms) == true)
        #expect(merger.isDue(0, generation, at: 1_400 * ms) == false, "once")
        #expect(merger.changed(0, at: 2_400 * ms) != .now, "exactly a window after the last is within it")
        #expect(merger.changed(1, at: 900 * ms) == .now, "each level by itself")
    }

    @Test("Hosts that join or leave count at once and take along what waits")
    func membership() {
        var merger = UpdateMerger(window: 1_000 * ms)
        _ = merger.changed(0, at: 0)
        guard case .later(_, let generation) = merger.changed(0, at: 10 * ms) else {
            Issue.record("a change 10 ms after another has to wait")
            return
        }
        merger.delivered(0, at: 20 * ms)
        #expect(merger.isDue(0, generation, at: 1_010 * ms) == false)
        #expect(merger.changed(0, at: 900 * ms) != .now)
    }

    @Test("Without a window every change counts at once")
    func noWindow() {
        var merger = UpdateMerger(window: 0)
        for time in 0..<5 { #expect(merger.changed(0, at: Int64(time)) == .now) }
    }

    @Test("However changes fall, nothing waits longer than a window, and updates are never nearer than that")
    func spacing() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<50 {
            var merger = UpdateMerger(window: 100)
            var updates: [Int64] = []
            var due: (time: Int64, generation: UInt32)?
            var oldest: Int64?
            for now in Int64(0)..<2_000 {
                if let (time, generation) = due, time == now {
                    #expect(merger.isDue(0, generation, at: now) == true)
                    updates.append(now)
                    (due, oldest) = (nil, nil)
                }
                guard generator.chance(5) else { continue }
                switch merger.changed(0, at: now) {
                case .now:
                    // What waited goes with it.
                    updates.append(now)
                    (due, oldest) = (nil, nil)
                case .later(let after, let generation): (due, oldest) = ((now + after, generation), now)
                case .merged: #expect(oldest.map { now - $0 <= 100 } == true)
                }
            }
            for (one, next) in zip(updates, updates.dropFirst()) { #expect(next - one >= 100) }
        }
    }
}
