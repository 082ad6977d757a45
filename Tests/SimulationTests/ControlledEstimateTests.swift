import Simulation
import Testing

/// Estimates corrected by what chance is known to have done.
@Suite struct ControlledEstimateTests {
    /// Parts of which each says what chance did to it, and something of its own.
    private func parts(
        _ count: Int, _ stream: inout RandomStream, slope: Double, noise: Double, controls: Int = 1
    ) -> (parts: ReplicatedEstimate, estimate: Double, deviations: [[Double]]) {
        var parts = ReplicatedEstimate()
        var deviations: [[Double]] = []
        for _ in 0..<count {
            // Skewed, as sums of service times are.
            let row = (0..<controls).map { _ in 0.1 * (stream.exponential() - 1) }
            parts.add(10 + slope * row[0] + noise * stream.normal())
            deviations.append(row)
        }
        return (parts, parts.values.reduce(0, +) / Double(count), deviations)
    }

    @Test("What controls explain without a rest is known exactly")
    func exact() throws {
        var stream = RandomStream(seed: 1, entity: "controls", purpose: "test")
        let (parts, estimate, deviations) = parts(8, &stream, slope: 20, noise: 0)
        let corrected = try #require(ControlledEstimate(parts, about: estimate, deviations: deviations))
        #expect(abs(corrected.value - 10) < 1e-9 && corrected.halfWidth(confidence: 0.95) < 1e-9)
        #expect(abs(estimate - 10) > 1e-3)
    }

    @Test(
        "Intervals cover as often as they say, whether controls help or not",
        arguments: [(10, 1, 20.0), (22, 3, 20.0), (40, 3, 20.0), (40, 2, 0.0)])
    func coverage(_ count: Int, _ controls: Int, _ slope: Double) throws {
        var stream = RandomStream(seed: 7, entity: "controls", purpose: "\(count) \(controls) \(slope)")
        let rounds = 1_500
        let factor = StudentT.quantile(0.975, degreesOfFreedom: count - controls - 1)
        var covered = 0
        var (plainSquares, squares) = (0.0, 0.0)
        for _ in 0..<rounds {
            let (parts, estimate, deviations) = parts(count, &stream, slope: slope, noise: 0.5, controls: controls)
            let corrected = try #require(ControlledEstimate(parts, about: estimate, deviations: deviations))
            if abs(corrected.value - 10) <= corrected.standardError * factor { covered += 1 }
            plainSquares += (estimate - 10) * (estimate - 10)
            squares += (corrected.value - 10) * (corrected.value - 10)
        }
        #expect((0.93...0.975).contains(Double(covered) / Double(rounds)), "\(covered)")
        if slope > 0 { #expect(squares < (count > 10 ? 0.2 : 0.4) * plainSquares, "\(squares / plainSquares)") }
    }

    @Test("Controls that say nothing, or the same, and too few parts for them correct nothing")
    func none() {
        var stream = RandomStream(seed: 3, entity: "controls", purpose: "test")
        let (parts, estimate, deviations) = parts(20, &stream, slope: 5, noise: 1)
        #expect(ControlledEstimate(parts, about: estimate, deviations: deviations) != nil)
        #expect(ControlledEstimate(parts, about: estimate, deviations: deviations.map { _ in [0.25] }) == nil)
        #expect(ControlledEstimate(parts, about: estimate, deviations: deviations.map { $0 + $0 }) == nil)
        #expect(ControlledEstimate(parts, about: estimate, deviations: deviations.dropLast()) == nil)
        #expect(ControlledEstimate(parts, about: estimate, deviations: deviations.map { $0 + [.nan] }) == nil)
        #expect(ControlledEstimate(parts, about: estimate, deviations: []) == nil)
        let four = deviations.map { $0 + (0..<3).map { _ in stream.normal() } }
        #expect(ControlledEstimate(parts, about: estimate, deviations: four) == nil)
    }

    @Test("Second moments are those of the draws")
    func secondMoments() throws {
        let distributions: [Distribution] = [
            try .constant(3_000_000), try .exponential(mean: 2e6), try .uniform(min: 1e6, max: 5e6),
            try .lognormal(mean: 2e6, cv: 0.8), try .gamma(mean: 2e6, cv: 1.4), try .weibull(mean: 2e6, cv: 1.2),
            try .pareto(minimum: 1e6, shape: 6), try .empirical([1_000, 2_000_000, 7_000_000]),
            try .hyperexponential(branches: [(0.5, 1e6), (0.3, 2e6), (0.2, 5e6)]),
        ]
        for distribution in distributions {
            var stream = RandomStream(seed: 5, entity: distribution.family.rawValue, purpose: "moments")
            let batches = (0..<20).map { _ in
                (0..<2_000).reduce(0.0) { sum, _ in
                    let time = Double(distribution.draw(&stream))
                    return sum + time * time / 2_000
                }
            }
            let interval = ConfidenceInterval(batches, confidence: 0.9999)
            let difference = abs(interval.mean - distribution.secondMoment)
            #expect(difference <= interval.halfWidth + 1e-6 * distribution.secondMoment, "\(distribution.family)")
            #expect(distribution.hasVariance(ofPower: 2))
        }
        #expect(try Distribution.pareto(minimum: 1, shape: 2).secondMoment == .infinity)
        #expect(try !Distribution.pareto(minimum: 1, shape: 4).hasVariance(ofPower: 2))
        #expect(try !Distribution.pareto(minimum: 1, shape: 1.5).hasVariance(ofPower: 1))
    }
}
