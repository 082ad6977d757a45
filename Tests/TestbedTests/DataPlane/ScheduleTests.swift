import Simulation
import TestSupport
import Testing

@testable import Testbed

@Suite("Load balancing") struct ScheduleTests {
    @Test("Weighted round robin gives every host its share of each round, whatever the random start")
    func sharesOfRounds() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            let weights = (0..<Int.random(in: 1...8, using: &generator)).map { _ in
                Double(Int.random(in: 0...9, using: &generator))
            }
            let total = weights.reduce(0, +)
            var schedule = EDFSchedule(weights: weights, start: Double.random(in: 0...1000, using: &generator))
            var counts = [Int](repeating: 0, count: weights.count)
            guard total > 0 else {
                let nobody = schedule.pick { weights[Int($0)] }
                #expect(nobody == nil)
                continue
            }
            let rounds = 20
            for _ in 0..<rounds * Int(total) {
                if let host = schedule.pick({ weights[Int($0)] }) { counts[Int(host)] += 1 }
            }
            for (host, weight) in weights.enumerated() {
                #expect(abs(counts[host] - rounds * Int(weight)) <= 1, "\(weights) \(counts)")
            }
        }
    }

    @Test("With equal weights weighted round robin is plain rotation")
    func rotation() {
        var schedule = EDFSchedule(weights: [1, 1, 1])
        let picked = (0..<7).map { _ in schedule.pick { _ in 1 } }
        #expect(picked == [0, 1, 2, 0, 1, 2, 0])
    }

    @Test("A weight that changes counts from the next pick of that host on")
    func changingWeight() {
        var schedule = EDFSchedule(weights: [1, 1])
        var counts = [0, 0]
        for _ in 0..<300 {
            if let host = schedule.pick({ $0 == 0 ? 2 : 1 }) { counts[Int(host)] += 1 }
        }
        #expect(counts[0] == 200 && counts[1] == 100)
    }

    @Test("Slow start grows linearly from a tenth to all, or faster at first with aggression")
    func slowStart() {
        let linear = SlowStart(window: 60_000_000_000)
        #expect(linear.factor(age: 0) == 0.1)
        #expect(linear.factor(age: 30_000_000_000) == 0.5)
        #expect(linear.factor(age: 60_000_000_000) == 1)
        let quick = SlowStart(window: 60_000_000_000, aggression: 2)
        #expect(abs(quick.factor(age: 15_000_000_000) - 0.5) < 1e-12)
        // The age counts as a millisecond at least.
        #expect(SlowStart(window: 5_000_000, minimumWeight: 0).factor(age: 0) == 0.2)
    }
}

@Suite("Priorities, panic and localities") struct PriorityTests {
    @Test(
        "The loads of Envoy's documentation",
        arguments: [
            // docs: arch_overview/upstream/load_balancing/priority, health of P0, P1 (hosts of 100) and the load of each.
            ([100, 100], [100, 0]), ([72, 72], [100, 0]), ([71, 71], [99, 1]), ([50, 50], [70, 30]),
            ([25, 100], [35, 65]),
            ([25, 25], [50, 50]),
        ])
    func documentedLoads(_ healthy: [Int], _ loads: [Int]) {
        let levels = PriorityLevels(healthy: healthy, hosts: [100, 100], panicThreshold: 50)
        #expect(levels.loads == loads)
    }

    @Test("No level panics while the levels together are healthy; below, those under the threshold do")
    func panic() {
        #expect(PriorityLevels(healthy: [40, 100], hosts: [100, 100], panicThreshold: 50).panics == [false, false])
        #expect(PriorityLevels(healthy: [25, 25], hosts: [100, 100], panicThreshold: 50).panics == [true, true])
        #expect(PriorityLevels(healthy: [2], hosts: [5], panicThreshold: 50).panics == [true])
        #expect(PriorityLevels(healthy: [4], hosts: [5], panicThreshold: 50).panics == [false])
        let none = PriorityLevels(healthy: [0], hosts: [5], panicThreshold: 0)
        #expect(none.panics == [false] && none.loads == [0] && none.level(of: 0) == nil)
        let all = PriorityLevels(healthy: [0], hosts: [5], panicThreshold: 50)
        #expect(all.panics == [true] && all.loads == [100])
    }

    @Test("The loads of any levels add up to a hundred, or nobody gets anything")
    func loadsAddUp() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<2_000 {
            let hosts = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                Int.random(in: 0...9, using: &generator)
            }
            let healthy = hosts.map { Int.random(in: 0...$0, using: &generator) }
            let levels = PriorityLevels(
                healthy: healthy, hosts: hosts, panicThreshold: Double(Int.random(in: 0...100, using: &generator)))
            let sum = levels.loads.reduce(0, +)
            #expect(sum == 100 || sum == 0, "\(healthy) of \(hosts): \(levels)")
            for (level, load) in levels.loads.enumerated() where load > 0 {
                #expect(healthy[level] > 0 || levels.panics[level], "\(healthy) of \(hosts): \(levels)")
            }
            if healthy.contains(where: { $0 > 0 }) { #expect(sum == 100) }
        }
    }

    @Test("Zone-aware routing keeps what it can in the zone, and loads every host of all zones alike")
    func zoneAware() throws {
        // Envoy's documentation: as many hosts as clients in the zone, or more, and everything stays.
        #expect(LocalityRouting.zoneAware(local: 0, proxies: [1, 1], hosts: [3, 3]) == [1, 0])
        #expect(LocalityRouting.zoneAware(local: 0, proxies: [1, 1], hosts: [2, 2]) == nil, "fewer than six hosts")
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            let zones = Int.random(in: 1...4, using: &generator)
            let proxies = (0..<zones).map { _ in Int.random(in: 1...5, using: &generator) }
            let hosts = (0..<zones).map { _ in Int.random(in: 2...9, using: &generator) }
            guard hosts.reduce(0, +) >= 6 else { continue }
            var load = [Double](repeating: 0, count: zones)
            for zone in 0..<zones {
                let shares = try #require(LocalityRouting.zoneAware(local: zone, proxies: proxies, hosts: hosts))
                #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
                for target in 0..<zones { load[target] += Double(proxies[zone]) * shares[target] }
            }
            // With the same load from every proxy, each zone gets its part of the hosts.
            let all = Double(proxies.reduce(0, +)) / Double(hosts.reduce(0, +))
            for zone in 0..<zones { #expect(abs(load[zone] / Double(hosts[zone]) - all) < 1e-9, "\(proxies) \(hosts)") }
        }
    }
}
