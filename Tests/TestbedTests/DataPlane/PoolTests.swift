import Simulation
import TestSupport
import Testing

@testable import Testbed

@Suite("Connection pools") struct PoolTests {
    @Test("HTTP/1.1: one request on a connection at a time, the one used last first")
    func oneAtATime() {
        var pool = ConnectionPool(ConnectionPolicy())
        #expect(pool.take() == nil)
        pool.wait(7)
        #expect(pool.wantsConnection)
        let first = pool.begin()
        #expect(!pool.wantsConnection, "the one on its way will do")
        pool.wait(8)
        #expect(pool.wantsConnection)
        let second = pool.begin()
        pool.made(first, at: 0)
        #expect(pool.take() == first && pool.nextWaiting() == 7)
        #expect(pool.take() == nil)
        pool.made(second, at: 0)
        #expect(pool.take() == second && pool.nextWaiting() == 8)
        #expect(pool.giveBack(second, at: 1) == false)
        #expect(pool.giveBack(first, at: 2) == false)
        #expect(pool.take() == first, "most recently used")
    }

    @Test("HTTP/2: one connection carries its streams, all of them where there is no limit")
    func streams() {
        var pool = ConnectionPool(ConnectionPolicy(version: .http2, maxConcurrentStreams: 2))
        for request in 0..<5 { pool.wait(UInt32(request)) }
        var connections: [UInt32] = []
        while pool.wantsConnection { connections.append(pool.begin()) }
        #expect(connections.count == 3)
        var unlimited = ConnectionPool(ConnectionPolicy(version: .http2))
        for request in 0..<5 { unlimited.wait(UInt32(request)) }
        let only = unlimited.begin()
        #expect(!unlimited.wantsConnection)
        unlimited.made(only, at: 0)
        for _ in 0..<100 { #expect(unlimited.take() == only) }
    }

    @Test("Preconnecting: connections for twice the requests that there are, as Envoy's formula has it")
    func preconnect() {
        var policy = ConnectionPolicy()
        policy.preconnectRatio = 2
        var generator = SeededGenerator(seed: 31)
        for _ in 0..<100 {
            var pool = ConnectionPool(policy)
            var connecting: [UInt32] = []
            var busy: [UInt32] = []
            var (pending, free) = (0, 0)
            #expect(!pool.wantsConnection, "nobody is there")
            for _ in 0..<50 {
                switch Int.random(in: 0..<4, using: &generator) {
                case 0:
                    if let connection = pool.take() {
                        busy.append(connection)
                        free -= 1
                    } else {
                        pool.wait(0)
                        pending += 1
                    }
                case 1: if pool.wantsConnection { connecting.append(pool.begin()) }
                case 2:
                    if let connection = connecting.popLast() {
                        pool.made(connection, at: 0)
                        free += 1
                        if pool.nextWaiting() != nil, let taken = pool.take() {
                            busy.append(taken)
                            pending -= 1
                            free -= 1
                        }
                    }
                default:
                    if pending == 0, let connection = busy.popLast() {
                        _ = pool.giveBack(connection, at: 0)
                        free += 1
                    }
                }
                let wants = 2 * (pending + busy.count) > connecting.count + free + busy.count
                #expect(pool.wantsConnection == (wants && pending + busy.count > 0))
            }
        }
    }

    @Test("A connection is closed after its number of requests")
    func lifetime() {
        var pool = ConnectionPool(ConnectionPolicy(maxRequestsPerConnection: 2))
        let connection = pool.begin()
        pool.made(connection, at: 0)
        #expect(pool.take() == connection)
        #expect(pool.giveBack(connection, at: 0) == false)
        #expect(pool.take() == connection && pool.take() == nil)
        #expect(pool.giveBack(connection, at: 0) == true)
        #expect(pool.open == 0 && pool.take() == nil)
        let next = pool.begin()
        #expect(next == connection && pool.generation(next) == 1, "the place is used anew, and known to be another")
    }

    @Test("Random use: never more streams than a connection has, nothing is lost, counts are right")
    func randomUse() {
        var generator = SeededGenerator(seed: 5)
        for round in 0..<60 {
            let version: ConnectionPolicy.Version = round % 2 == 0 ? .http1 : .http2
            let streams = Int.random(in: 1...4, using: &generator)
            let lifetime = generator.chance(50) ? Int.random(in: 1...6, using: &generator) : nil
            let policy = ConnectionPolicy(
                version: version, maxConcurrentStreams: streams, maxRequestsPerConnection: lifetime)
            var pool = ConnectionPool(policy)
            var busy: [UInt32: Int] = [:]
            var used: [UInt32: Int] = [:]
            var connecting: Set<UInt32> = []
            var open: Set<UInt32> = []
            var waiting: [UInt32] = []
            var next: UInt32 = 0
            func free(_ pool: inout ConnectionPool, _ connection: UInt32) {
                busy[connection, default: 0] -= 1
                let closes = pool.giveBack(connection, at: 0)
                let isUsedUp = lifetime.map { used[connection, default: 0] >= $0 } ?? false
                #expect(closes == (isUsedUp && busy[connection] == 0))
                if closes { open.remove(connection) }
            }
            for _ in 0..<400 {
                switch Int.random(in: 0..<6, using: &generator) {
                case 0, 1:
                    if let connection = pool.take() {
                        #expect(open.contains(connection) && !connecting.contains(connection))
                        busy[connection, default: 0] += 1
                        used[connection, default: 0] += 1
                        #expect(busy[connection, default: 0] <= policy.streams)
                        if let lifetime { #expect(used[connection, default: 0] <= lifetime) }
                    } else {
                        pool.wait(next)
                        waiting.append(next)
                        next += 1
                        if pool.wantsConnection {
                            let connection = pool.begin()
                            open.insert(connection)
                            connecting.insert(connection)
                            busy[connection] = 0
                            used[connection] = 0
                        }
                    }
                case 2:
                    guard let connection = connecting.min() else { break }
                    connecting.remove(connection)
                    pool.made(connection, at: 0)
                case 3:
                    guard let connection = busy.filter({ $0.value > 0 && open.contains($0.key) }).keys.min() else {
                        break
                    }
                    free(&pool, connection)
                case 4:
                    #expect(pool.nextWaiting() == (waiting.isEmpty ? nil : waiting.removeFirst()))
                default:
                    guard !waiting.isEmpty else { break }
                    pool.stopWaiting(waiting.remove(at: Int.random(in: 0..<waiting.count, using: &generator)))
                }
                #expect(pool.open == open.count && pool.connecting == connecting.count)
                #expect(pool.pending == waiting.count)
            }
        }
    }
}

@Suite("Retry budgets and back-off") struct RetryTests {
    @Test("Envoy's back-off bounds of the reference: 25, 50, 100, 200, 250 ms")
    func bounds() {
        let backOff = BackOff()
        #expect((1...7).map { backOff.bound(retry: $0) / 1_000_000 } == [25, 50, 100, 200, 250, 250, 250])
    }

    @Test("The wait is a whole number of milliseconds below the bound, and on top of a least wait")
    func jitter() {
        var stream = RandomStream(seed: 1, entity: "test", purpose: "back-off")
        for retry in UInt32(1)...6 {
            let waits = (0..<500).map { _ in BackOff().wait(retry: retry, &stream) }
            let bound = BackOff().bound(retry: retry)
            #expect(waits.allSatisfy { $0 >= 0 && $0 < bound && $0 % 1_000_000 == 0 })
            #expect((waits.max() ?? 0) > bound * 9 / 10 && (waits.min() ?? bound) < bound / 10)
            let least = BackOff(base: 100_000_000, isLeastWait: true)
            let longer = (0..<200).map { _ in least.wait(retry: retry, &stream) }
            #expect(longer.allSatisfy { $0 >= 100_000_000 })
        }
        let none = BackOff(base: 0).wait(retry: 3, &stream)
        #expect(none == 0)
    }

    @Test("Envoy's budget: a fifth of what is under way, and three in any case")
    func concurrentBudget() {
        var gate = RetryGate(budget: .concurrent(percent: 20, minimum: 3), maxRetries: 3)
        #expect(gate.allows(UpstreamLoad(active: 1, retries: 2), at: 0) == true)
        #expect(gate.allows(UpstreamLoad(active: 10, retries: 3), at: 0) == false)
        #expect(gate.allows(UpstreamLoad(pending: 20, active: 80, retries: 19), at: 0) == true)
        #expect(gate.allows(UpstreamLoad(pending: 20, active: 80, retries: 20), at: 0) == false)
    }

    @Test("The Gateway API's budget: a fifth of the last ten seconds' requests, and ten a second in any case")
    func rateBudget() {
        let second: Int64 = 1_000_000_000
        var gate = RetryGate(
            budget: .rate(percent: 20, interval: 10 * second, minimum: 10, minimumInterval: second), maxRetries: 3)
        // A thousand requests a second, each of which fails and would be retried.
        var retries = 0
        for tick in 0..<30_000 {
            let now = Int64(tick) * second / 1_000
            gate.sent(isRetry: false, at: now)
            if gate.allows(UpstreamLoad(), at: now) {
                gate.sent(isRetry: true, at: now)
                if tick >= 20_000 { retries += 1 }
            }
        }
        // r = 0.2 (1000 + r) and the ten that are free.
        #expect((2_450...2_650).contains(retries), "\(retries) in ten seconds")
        var quiet = RetryGate(
            budget: .rate(percent: 0, interval: 10 * second, minimum: 10, minimumInterval: second), maxRetries: 3)
        var allowed = 0
        for tick in 0..<10_000 where quiet.allows(UpstreamLoad(), at: Int64(tick) * second / 1_000) {
            quiet.sent(isRetry: true, at: Int64(tick) * second / 1_000)
            allowed += 1
        }
        #expect((98...105).contains(allowed), "ten a second, but \(allowed) in ten")
    }

    @Test("A sliding count is that of the window, but for a slice at its beginning")
    func slidingCount() {
        var generator = SeededGenerator(seed: 6)
        var count = SlidingCount(length: 6_400)
        var times: [Int64] = []
        var now: Int64 = 0
        for _ in 0..<5_000 {
            now += Int64.random(in: 0...(generator.chance(1) ? 9_000 : 60), using: &generator)
            count.add(at: now)
            times.append(now)
            let total = Int(count.count(at: now))
            #expect(total >= times.reversed().prefix { now - $0 < 6_400 }.count)
            #expect(total <= times.reversed().prefix { now - $0 <= 6_500 }.count)
        }
    }
}
