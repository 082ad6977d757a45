import Testing

@testable import Simulation

private enum Kind: UInt8, EventKind { case first, second, timer }

private struct Expected: Comparable {
    var time: Int64
    var order: Int
    var kind: Kind
    var slot: UInt32

    static func < (left: Expected, right: Expected) -> Bool { (left.time, left.order) < (right.time, right.order) }
}

@Suite struct KernelTests {
    @Test func eventsComeByTimeAndThenInTheOrderTheyWereScheduled() {
        var kernel = Kernel<Kind>()
        kernel.schedule(.first, slot: 3, after: 5)
        kernel.schedule(.second, slot: 2, after: 5)
        kernel.schedule(.first, slot: 1, after: 0)
        var seen: [UInt32] = []
        while let event = kernel.next() {
            #expect(kernel.now == event.time)
            seen.append(event.slot)
        }
        #expect(seen == [1, 3, 2])
        #expect(kernel.eventCount == 3)
    }

    @Test(arguments: 1...20) func theEventSetAgreesWithASortedArray(seed: UInt64) {
        var stream = RandomStream(seed: seed, entity: "test", purpose: "event set")
        // Half of the runs use up their sequence numbers on the way.
        var kernel = Kernel<Kind>(firstSequence: seed.isMultiple(of: 2) ? .max - 300 : 0)
        var expected: [Expected] = []
        for order in 0..<2000 {
            if stream.integer(below: 5) < 3 {
                let time = kernel.now.nanoseconds + Int64(stream.integer(below: 40))
                let kind: Kind = stream.happens(0.5) ? .first : .second
                kernel.schedule(kind, slot: UInt32(order), at: SimulationTime(nanoseconds: time))
                expected.append(Expected(time: time, order: order, kind: kind, slot: UInt32(order)))
            } else {
                expected.sort()
                let least = expected.isEmpty ? nil : expected.removeFirst()
                let event = kernel.next()
                #expect(event?.slot == least?.slot && event?.time.nanoseconds == least?.time, "seed \(seed)")
                #expect(event?.kind == least?.kind, "seed \(seed)")
            }
        }
    }

    @Test(arguments: 1...20) func timersFireInOrderUnlessTheyWereCancelled(seed: UInt64) {
        var stream = RandomStream(seed: seed, entity: "test", purpose: "timers")
        var kernel = Kernel<Kind>(firstSequence: seed.isMultiple(of: 2) ? .max - 700 : 0)
        let durations: [Int64] = [0, 7, 30, 1000]
        let queues = durations.map { kernel.timeoutQueue(of: $0) }
        var expected: [Expected] = []
        var handles: [UInt32: ArmedTimer] = [:]
        for order in 0..<3000 {
            switch stream.integer(below: 10) {
            case 0..<4:
                let which = Int(stream.integer(below: 4))
                handles[UInt32(order)] = kernel.arm(queues[which], .timer, slot: UInt32(order))
                let due = kernel.now.nanoseconds + durations[which]
                expected.append(Expected(time: due, order: order, kind: .timer, slot: UInt32(order)))
            case 4..<7:
                guard !expected.isEmpty else { continue }
                let victim = expected.remove(at: Int(stream.integer(below: UInt64(expected.count))))
                guard let handle = handles[victim.slot] else {
                    expected.append(victim)  // an ordinary event
                    continue
                }
                kernel.cancel(handle)
                kernel.cancel(handle)  // void by now: changes nothing
            case 7:
                let time = kernel.now.nanoseconds + Int64(stream.integer(below: 50))
                kernel.schedule(.first, slot: UInt32(order), at: SimulationTime(nanoseconds: time))
                expected.append(Expected(time: time, order: order, kind: .first, slot: UInt32(order)))
            default:
                expected.sort()
                let least = expected.isEmpty ? nil : expected.removeFirst()
                let event = kernel.next()
                #expect(event?.slot == least?.slot && event?.time.nanoseconds == least?.time, "seed \(seed)")
                #expect(event?.kind == least?.kind, "seed \(seed)")
            }
        }
        expected.sort()
        for least in expected { #expect(kernel.next()?.slot == least.slot, "seed \(seed)") }
        #expect(kernel.next() == nil)
    }

    @Test func cancelledTimersLeaveNothingInTheEventSet() {
        var kernel = Kernel<Kind>()
        let queue = kernel.timeoutQueue(of: 15_000)
        for _ in 0..<10_000 { kernel.cancel(kernel.arm(queue, .timer, slot: 0)) }
        #expect(kernel.events.count == 1)
        #expect(kernel.timeouts.used == 1)
        #expect(kernel.next() == nil)
    }

    @Test func aFiredTimersHandleDoesNotCancelItsSuccessor() {
        var kernel = Kernel<Kind>()
        let queue = kernel.timeoutQueue(of: 10)
        let fired = kernel.arm(queue, .timer, slot: 1)
        #expect(kernel.next()?.slot == 1)
        _ = kernel.arm(queue, .timer, slot: 2)
        kernel.cancel(fired)
        kernel.cancel(.none)
        #expect(kernel.next()?.slot == 2)
    }

    @Test func schedulingInThePastIsAMistake() async {
        await #expect(processExitsWith: .failure) {
            var kernel = Kernel<Kind>()
            kernel.schedule(.first, slot: 0, after: 10)
            _ = kernel.next()
            kernel.schedule(.first, slot: 0, at: .zero)
        }
    }

    @Test func timeBeyondTheRangeNeverComesRound() {
        #expect(SimulationTime(nanoseconds: .max - 1) + 5 == .distantFuture)
        #expect(Nanoseconds.rounded(1e300) == Nanoseconds.longest)
        #expect(Nanoseconds.rounded(.nan) == 0)
        #expect(Nanoseconds.rounded(-1) == 0)
        #expect(SimulationTime(seconds: 1.5).nanoseconds == 1_500_000_000)
    }
}
