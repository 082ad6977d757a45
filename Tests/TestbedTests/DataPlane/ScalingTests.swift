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
                current: try #require(parameters["current"]), target: try #require(parameters["target"]), fallback: 1,
                Autoscaler.Pods(ready: ready, wanted: ready),
                tolerance: (try #require(parameters["tolerance"]), try #require(parameters["tolerance"])))
            #expect(Double(desired) == row["value"] as? Double, "\(parameters)")
            count += 1
        }
        #expect(count >= 8)
    }

    @Test("Pods that are starting keep the autoscaler from asking for more of the same")
    func startingPods() {
        // Four pods at twice the target want eight; with the four that are coming that is what there is.
        func proposal(_ current: Double, _ pods: Autoscaler.Pods) -> Int {
            Autoscaler.proposal(current: current, target: 1, fallback: 1, pods, tolerance: (0.1, 0.1))
        }
        #expect(proposal(2, Autoscaler.Pods(ready: 4, wanted: 4)) == 8)
        #expect(proposal(2, Autoscaler.Pods(ready: 4, starting: 4, wanted: 8)) == 8)
        #expect(proposal(3, Autoscaler.Pods(ready: 4, starting: 4, wanted: 8)) == 12)
    }

    @Test("Lost pods count for nothing on the way up and for all that they asked for on the way down")
    func missingPods() {
        func proposal(_ current: Double, _ pods: Autoscaler.Pods, target: Double = 0.5, fallback: Double = 1) -> Int {
            Autoscaler.proposal(current: current, target: target, fallback: fallback, pods, tolerance: (0.1, 0.1))
        }
        // Ten pods, of which four are lost. Six at 0.8 of a target of 0.5: ratio 1.6, over ten 0.96: within the tolerance.
        #expect(proposal(0.8, Autoscaler.Pods(ready: 6, missing: 4, wanted: 10)) == 10)
        // At 1.0 the ratio is 2, over ten 1.2: twelve.
        #expect(proposal(1, Autoscaler.Pods(ready: 6, missing: 4, wanted: 10)) == 12)
        // Six at 0.1: ratio 0.2; the lost ones at twice the target make it (1.2 + 8) / 10 = 0.92: nothing is done.
        #expect(proposal(0.1, Autoscaler.Pods(ready: 6, missing: 4, wanted: 10)) == 10)
        // Of one lost pod (1.8 + 2) / 10 = 0.38: four, where without it two would do.
        #expect(proposal(0.1, Autoscaler.Pods(ready: 9, missing: 1, wanted: 10)) == 4)
        #expect(proposal(0.1, Autoscaler.Pods(ready: 9, wanted: 9)) == 2)
        // Where there is no request to fall back to the target stands in: (1.8 + 1) / 10 = 0.28.
        #expect(proposal(0.1, Autoscaler.Pods(ready: 9, missing: 1, wanted: 10), fallback: 0.5) == 3)
    }

    @Test("Of several metrics the one that wants most counts; each direction may have a tolerance of its own")
    func severalMetrics() {
        var settings = Autoscaling(maxReplicas: 100, metric: .utilization(0.5))
        settings.metrics.append(.requestRate(10))
        settings.scaleUp.policies = []
        func decide(_ current: [Double]) -> Int {
            var scaler = Autoscaler(settings)
            return scaler.decide(current: current, Autoscaler.Pods(ready: 10, wanted: 10), at: 0)
        }
        #expect(decide([0.5, 30]) == 30)
        #expect(decide([1, 5]) == 20)
        #expect(decide([0.57, 10]) == 12, "beyond the tolerance of a tenth")
        settings.scaleUp.tolerance = 0.2
        #expect(decide([0.57, 10]) == 10)
    }

    @Test("Upwards it doubles, or adds four, every fifteen seconds; downwards it waits for five minutes")
    func behaviours() {
        var scaler = Autoscaler(Autoscaling(maxReplicas: 100, metric: .utilization(0.5)))
        var replicas = 1
        var steps: [Int] = []
        for step in 0..<6 {
            replicas = scaler.decide(
                current: [50 / Double(replicas)], Autoscaler.Pods(ready: replicas, wanted: replicas),
                at: Int64(step) * 15 * second)
            steps.append(replicas)
        }
        #expect(steps == [5, 10, 20, 40, 80, 100])
        var lows: [Int] = []
        for step in 6..<30 {
            replicas = scaler.decide(
                current: [0.1], Autoscaler.Pods(ready: replicas, wanted: replicas), at: Int64(step) * 15 * second)
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
                current: [5], Autoscaler.Pods(ready: replicas, wanted: replicas), at: Int64(step) * 15 * second)
            history.append(replicas)
        }
        for (place, value) in history.enumerated() where place >= 4 { #expect(value - history[place - 4] <= 3) }
        #expect(history.last == 25)
        settings.scaleUp.isDisabled = true
        var disabled = Autoscaler(settings)
        #expect(disabled.decide(current: [5], Autoscaler.Pods(ready: 10, wanted: 10), at: 0) == 10)
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
                    current: [Double.random(in: 0...5, using: &generator)],
                    Autoscaler.Pods(ready: replicas, wanted: replicas), at: Int64(step) * 15 * second)
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
