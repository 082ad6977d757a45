import Simulation
import TestSupport
import Testing

@testable import Testbed

private let second: Int64 = 1_000_000_000

@Suite("Outlier detection") struct OutlierTests {
    func detector(_ settings: OutlierDetection, hosts: Int) -> OutlierDetector {
        var detector = OutlierDetector(settings)
        for host in 0..<hosts { detector.join(host) }
        return detector
    }

    @Test("The fifth failure in a row ejects a host, and a success in between begins anew")
    func consecutive() {
        var detector = detector(OutlierDetection(), hosts: 10)
        for _ in 0..<4 { #expect(detector.record(.answer(500), host: 3, at: 0) == false) }
        #expect(detector.record(.answer(200), host: 3, at: 0) == false)
        for _ in 0..<4 { #expect(detector.record(.localFailure, host: 3, at: 0) == false) }
        #expect(detector.record(.answer(503), host: 3, at: 0) == true)
        #expect(detector.isEjected(3) && detector.ejectedCount == 1)
        // 4xx are the client's fault.
        for _ in 0..<20 { #expect(detector.record(.answer(404), host: 4, at: 0) == false) }
    }

    @Test("Gateway failures are 502, 503 and 504 alone")
    func gatewayFailures() {
        var settings = OutlierDetection(consecutive5xx: nil)
        settings.consecutiveGatewayFailures = 2
        settings.maxEjectionPercent = 50
        var detector = detector(settings, hosts: 2)
        #expect(detector.record(.answer(502), host: 0, at: 0) == false)
        #expect(detector.record(.answer(500), host: 0, at: 0) == false)
        #expect(detector.record(.answer(504), host: 0, at: 0) == false)
        #expect(detector.record(.localFailure, host: 0, at: 0) == true)
    }

    @Test("An ejection ends at the first sweep after its time, which grows with each one in a row")
    func ejectionTime() {
        var settings = OutlierDetection(consecutive5xx: 1)
        settings.maxEjectionPercent = 50
        var detector = detector(settings, hosts: 2)
        var times: [Int64] = []
        var now: Int64 = 0
        for _ in 0..<3 {
            #expect(detector.record(.answer(500), host: 0, at: now) == true)
            let start = now
            repeat { now += 10 * second } while detector.sweep(at: now).returned.isEmpty
            times.append((now - start) / second)
        }
        #expect(times == [30, 60, 90])
        // Three sweeps without an ejection take the multiplier down again.
        for _ in 0..<3 { now += 10 * second; _ = detector.sweep(at: now) }
        #expect(detector.record(.answer(500), host: 0, at: now) == true)
        for _ in 0..<2 { now += 10 * second; #expect(detector.sweep(at: now).returned.isEmpty) }
        #expect(detector.sweep(at: now + 10 * second).returned == [0])
    }

    @Test("At most the percentage is ejected, which of few hosts is none, unless one always may be")
    func maximum() {
        for (hosts, percent, always, most) in [
            (5, 10.0, false, 0), (5, 10, true, 1), (10, 10, false, 1), (20, 10, false, 2), (20, 10, true, 2),
            (10, 50, false, 5), (3, 100, false, 3), (4, 25, false, 1), (4, 24, false, 0), (4, 0, false, 0),
            (4, 0, true, 1),
        ] {
            var settings = OutlierDetection(consecutive5xx: 1)
            settings.maxEjectionPercent = percent
            settings.alwaysEjectsOne = always
            var detector = detector(settings, hosts: hosts)
            for host in 0..<hosts { _ = detector.record(.answer(500), host: host, at: 0) }
            #expect(detector.ejectedCount == most, "\(hosts) hosts, \(percent) %")
        }
    }

    @Test("A host far below the mean success rate of all is ejected at the sweep")
    func successRate() {
        var settings = OutlierDetection(consecutive5xx: nil)
        settings.successRate = OutlierDetection.SuccessRate()
        settings.maxEjectionPercent = 20
        var detector = detector(settings, hosts: 6)
        for host in 0..<6 {
            for request in 0..<200 {
                let fails = host == 2 ? request % 2 == 0 : request % 50 == 0
                _ = detector.record(.answer(fails ? 500 : 200), host: host, at: 0)
            }
        }
        // Rates 0.98 five times and 0.5: mean 0.9, deviation 0.179, threshold 0.56.
        #expect(detector.sweep(at: 10 * second).ejected == [2])
        #expect(detector.sweep(at: 20 * second).ejected.isEmpty, "rates are of one interval alone")
    }

    @Test("With too few hosts or requests no rate is judged")
    func volume() {
        var settings = OutlierDetection(consecutive5xx: nil)
        settings.failurePercentage = OutlierDetection.FailurePercentage()
        settings.alwaysEjectsOne = true
        for (hosts, requests, ejects) in [(5, 50, true), (4, 50, false), (5, 49, false)] {
            var detector = detector(settings, hosts: hosts)
            for host in 0..<hosts {
                for _ in 0..<requests { _ = detector.record(.answer(host == 0 ? 500 : 200), host: host, at: 0) }
            }
            #expect(detector.sweep(at: second).ejected == (ejects ? [0] : []), "\(hosts) hosts, \(requests) requests")
        }
    }

    @Test("A criterion that is not enforced ejects nobody, and begins its count anew; half enforced, it ejects half")
    func enforcing() {
        var settings = OutlierDetection(consecutive5xx: 3)
        settings.enforcing.consecutive5xx = 0
        var lenient = detector(settings, hosts: 4)
        for _ in 0..<50 { #expect(lenient.record(.answer(500), host: 0, at: 0) == false) }
        settings.enforcing.consecutive5xx = 50
        settings.maxEjectionPercent = 100
        var half = detector(settings, hosts: 400)
        for host in 0..<400 {
            for _ in 0..<3 { _ = half.record(.answer(500), host: host, at: 0) }
        }
        #expect(abs(half.ejectedCount - 200) < 50, "\(half.ejectedCount)")
        // Envoy's own defaults: the success rate counts, split local failures too.
        #expect(OutlierDetection().successRate == OutlierDetection.SuccessRate())
        #expect(OutlierDetection().consecutiveLocalFailures == 5 && OutlierDetection().failurePercentage == nil)
    }

    @Test("Jitter makes an ejection longer by less than its bound, each by another time")
    func jitter() {
        var settings = OutlierDetection(consecutive5xx: 1)
        settings.maxEjectionPercent = 100
        settings.maxEjectionTimeJitter = 60 * second
        var detector = detector(settings, hosts: 50)
        for host in 0..<50 { _ = detector.record(.answer(500), host: host, at: 0) }
        var returns: [Int] = []
        for sweep in 1...9 { returns.append(detector.sweep(at: Int64(sweep) * 10 * second).returned.count) }
        #expect(returns.prefix(2).allSatisfy { $0 == 0 } && returns.reduce(0, +) == 50, "\(returns)")
        #expect(returns.filter { $0 > 0 }.count >= 5, "\(returns)")
    }

    @Test("Whatever happens, the count of ejected hosts is right and within its bound")
    func bookkeeping() {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<100 {
            var settings = OutlierDetection(consecutive5xx: 2)
            settings.maxEjectionPercent = Double(Int.random(in: 0...100, using: &generator))
            let count = Int.random(in: 1...12, using: &generator)
            var detector = detector(settings, hosts: count)
            var now: Int64 = 0
            for _ in 0..<300 {
                let host = Int.random(in: 0..<count, using: &generator)
                switch Int.random(in: 0..<20, using: &generator) {
                case 0: detector.leave(host)
                case 1: detector.join(host)
                case 2:
                    now += Int64.random(in: 0...60, using: &generator) * second
                    _ = detector.sweep(at: now)
                case 3: detector.readmit(host)
                default: _ = detector.record(generator.chance(50) ? .answer(500) : .localFailure, host: host, at: now)
                }
                #expect(detector.ejectedCount == (0..<count).count { detector.isEjected($0) })
            }
        }
    }
}

@Suite("Health checks") struct HealthCheckTests {
    @Test("Three failures in a row make a host unhealthy, one success healthy again")
    func thresholds() {
        let settings = HealthCheck()
        var record = HealthRecord(isKnown: true)
        let probes = [false, false, true, false, false, false, false, true]
        let healthy = probes.map { passed -> Bool in
            _ = record.record(passed: passed, settings)
            return record.isHealthy
        }
        #expect(healthy == [true, true, true, true, true, false, false, true])
    }

    @Test("A host that joins is unhealthy until its first probe passes, whatever the threshold")
    func newHosts() {
        let settings = HealthCheck(unhealthyThreshold: 3, healthyThreshold: 5)
        var record = HealthRecord(isKnown: false)
        #expect(!record.isHealthy)
        #expect(record.record(passed: true, settings) == true)
        #expect(record.isHealthy)
        var late = HealthRecord(isKnown: false)
        #expect(late.record(passed: false, settings) == false)
        for _ in 0..<4 { #expect(late.record(passed: true, settings) == false) }
        #expect(late.record(passed: true, settings) == true)
    }
}
