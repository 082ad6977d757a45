import Foundation
import TestSupport
import Testing

@testable import Testbed

private let second: Int64 = 1_000_000_000

@Suite("Autoscaling") struct AutoscalerTests {
    private static let referenceFile = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../../shared/queueing/reference.json").standardized

    @Test(
        "Every row of the reference for the horizontal autoscaler",
        .enabled(
            if: FileManager.default.fileExists(atPath: referenceFile.path),
            "shared/queueing/reference.json does not stand beside the project"))
    func reference() throws {
        let data = try Data(contentsOf: Self.referenceFile)
        let rows = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        var count = 0
        for row in rows where row["model"] as? String == "HPA" {
            let parameters = try #require(row["parameters"] as? [String: Double])
            let ready = Int(try #require(parameters["ready_replicas"]))
            let desired = Autoscaler.proposal(
                current: try #require(parameters["current"]), target: try #require(parameters["target"]), ready: ready,
                starting: 0, replicas: ready, tolerance: try #require(parameters["tolerance"]))
            #expect(Double(desired) == row["value"] as? Double, "\(parameters)")
            count += 1
        }
        #expect(count >= 8)
    }

    @Test("Pods that are starting keep the autoscaler from asking for more of the same")
    func startingPods() {
        // Four pods at twice the target want eight; with the four that are coming that is what there is.
        #expect(Autoscaler.proposal(current: 2, target: 1, ready: 4, starting: 0, replicas: 4, tolerance: 0.1) == 8)
        #expect(Autoscaler.proposal(current: 2, target: 1, ready: 4, starting: 4, replicas: 8, tolerance: 0.1) == 8)
        #expect(Autoscaler.proposal(current: 3, target: 1, ready: 4, starting: 4, replicas: 8, tolerance: 0.1) == 12)
    }

    @Test("Upwards it doubles, or adds four, every fifteen seconds; downwards it waits for five minutes")
    func behaviours() {
        var scaler = Autoscaler(Autoscaling(maxReplicas: 100, metric: .utilization(0.5)))
        var replicas = 1
        var steps: [Int] = []
        for step in 0..<6 {
            replicas = scaler.decide(
                current: 50 / Double(replicas), ready: replicas, starting: 0, replicas: replicas,
                at: Int64(step) * 15 * second)
            steps.append(replicas)
        }
        #expect(steps == [5, 10, 20, 40, 80, 100])
        var lows: [Int] = []
        for step in 6..<30 {
            replicas = scaler.decide(
                current: 0.1, ready: replicas, starting: 0, replicas: replicas, at: Int64(step) * 15 * second)
            lows.append(replicas)
        }
        // The last high recommendation is of 75 s; it counts until 375 s, which is the 19th of these looks.
        #expect(lows.prefix(20).allSatisfy { $0 == 100 } && lows[20] < 100, "\(lows)")
    }

    @Test("Policies bound what changes in their period")
    func policies() {
        var settings = Autoscaling(minReplicas: 1, maxReplicas: 1_000, metric: .utilization(0.5))
        settings.scaleUp.policies = [Autoscaling.Policy(kind: .pods, value: 3, period: 60 * second)]
        var scaler = Autoscaler(settings)
        var replicas = 10
        var history = [10]
        for step in 1...20 {
            replicas = scaler.decide(
                current: 5, ready: replicas, starting: 0, replicas: replicas, at: Int64(step) * 15 * second)
            history.append(replicas)
        }
        for (place, value) in history.enumerated() where place >= 4 { #expect(value - history[place - 4] <= 3) }
        #expect(history.last == 25)
        settings.scaleUp.isDisabled = true
        var disabled = Autoscaler(settings)
        #expect(disabled.decide(current: 5, ready: 10, starting: 0, replicas: 10, at: 0) == 10)
    }

    @Test("Whatever the load, the number stays within its bounds")
    func withinBounds() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<100 {
            let least = Int.random(in: 1...5, using: &generator)
            var scaler = Autoscaler(
                Autoscaling(minReplicas: least, maxReplicas: least + 10, metric: .utilization(0.7)))
            var replicas = least
            for step in 0..<100 {
                replicas = scaler.decide(
                    current: Double.random(in: 0...5, using: &generator), ready: replicas, starting: 0,
                    replicas: replicas, at: Int64(step) * 15 * second)
                #expect((least...least + 10).contains(replicas))
            }
        }
    }
}

@Suite("Rolling updates") struct RollingUpdateTests {
    @Test(
        "At all times no more pods than the surge allows, no fewer available than maxUnavailable allows, until all are new"
    )
    func invariants() {
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<500 {
            let replicas = Int.random(in: 1...20, using: &generator)
            func amount() -> RollingUpdate.Amount {
                generator.chance(50)
                    ? .percent(Double(Int.random(in: 0...100, using: &generator)))
                    : .pods(Int.random(in: 0...5, using: &generator))
            }
            let update = RollingUpdate(maxSurge: amount(), maxUnavailable: amount())
            let surge = update.maxSurge.pods(of: replicas, roundsUp: true)
            let unavailable = update.maxUnavailable.pods(of: replicas, roundsUp: false)
            var (old, starting, ready) = (replicas, 0, 0)
            var rounds = 0
            while old > 0 || ready < replicas {
                let step = update.step(replicas: replicas, old: old, starting: starting, ready: ready)
                old -= step.delete
                starting += step.start
                #expect(old + starting + ready <= replicas + surge)
                let spare = surge == 0 && unavailable == 0 ? 1 : unavailable
                #expect(old + ready >= replicas - spare, "\(update) of \(replicas)")
                if starting > 0 {
                    starting -= 1
                    ready += 1
                }
                rounds += 1
                #expect(rounds < 200, "\(update) of \(replicas) comes to an end")
                if rounds >= 200 { break }
            }
            #expect(ready == replicas && starting == 0)
        }
    }

    @Test("A quarter is rounded up for the surge and down for the unavailable")
    func rounding() {
        #expect(RollingUpdate.Amount.percent(25).pods(of: 3, roundsUp: true) == 1)
        #expect(RollingUpdate.Amount.percent(25).pods(of: 3, roundsUp: false) == 0)
        #expect(RollingUpdate().step(replicas: 4, old: 4, starting: 0, ready: 0) == (start: 1, delete: 1))
        #expect(RollingUpdate().step(replicas: 3, old: 3, starting: 0, ready: 0) == (start: 1, delete: 0))
    }
}
