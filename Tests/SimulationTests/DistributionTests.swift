import Glibc
import Testing

@testable import Simulation

@Suite struct DistributionTests {
    static let draws = 20_000

    func sample(_ distribution: Distribution, _ seed: UInt64 = 11) -> [Double] {
        var stream = RandomStream(seed: seed, entity: "test", purpose: distribution.family.rawValue)
        return (0..<Self.draws).map { _ in Double(distribution.draw(&stream)) }.sorted()
    }

    /// The Kolmogorov-Smirnov statistic times √n; 1.95 is its 99.9 % point.
    func kolmogorovSmirnov(_ sample: [Double], _ cumulative: (Double) -> Double) -> Double {
        var greatest = 0.0
        let count = Double(sample.count)
        for (index, value) in sample.enumerated() {
            let expected = cumulative(value)
            greatest = max(greatest, abs(expected - Double(index) / count), abs(expected - Double(index + 1) / count))
        }
        return greatest * count.squareRoot()
    }

    @Test func drawsFollowTheirDistribution() throws {
        let mean = 1e6
        let sigma = log(1 + 1.5 * 1.5).squareRoot()
        let location = log(mean) - sigma * sigma / 2
        let cases: [(Distribution, (Double) -> Double)] = [
            (try .exponential(mean: mean), { 1 - exp(-$0 / mean) }),
            (try .uniform(min: 5e5, max: 1.5e6), { min(max(($0 - 5e5) / 1e6, 0), 1) }),
            (try .lognormal(mean: mean, cv: 1.5), { 0.5 * erfc((location - log($0)) / sigma / 2.0.squareRoot()) }),
            (
                try .gamma(mean: mean, cv: 0.5),  // Erlang with four stages
                { value in
                    let x = 4 * value / mean
                    return 1 - exp(-x) * (1 + x + x * x / 2 + x * x * x / 6)
                }
            ),
            // Shape ½ is χ² with one degree of freedom.
            (try .gamma(mean: mean, cv: 2.0.squareRoot()), { erf(($0 / 2 / mean).squareRoot()) }),
            (try .pareto(minimum: 5e5, shape: 2.5), { $0 <= 5e5 ? 0 : 1 - pow(5e5 / $0, 2.5) }),
            // A Weibull distribution of shape ½ has cv² = 5 and mean = 2 scale.
            (try .weibull(mean: mean, cv: 5.0.squareRoot()), { 1 - exp(-($0 / (mean / 2)).squareRoot()) }),
            (
                try .hyperexponential(branches: [(0.9, 5e5), (0.1, 5.5e6)]),
                { 1 - 0.9 * exp(-$0 / 5e5) - 0.1 * exp(-$0 / 5.5e6) }
            ),
        ]
        for (distribution, cumulative) in cases {
            let statistic = kolmogorovSmirnov(sample(distribution), cumulative)
            #expect(statistic < 1.95, "\(distribution.family)")
        }
    }

    @Test func theMeanIsTheOneAskedFor() throws {
        for distribution in try allFamilies() {
            let values = sample(distribution, 12)
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            let error = (variance / Double(values.count)).squareRoot()
            #expect(abs(mean - distribution.mean) <= 3.5 * error, "\(distribution.family)")
        }
    }

    @Test func theCoefficientOfVariationIsTheOneAskedFor() throws {
        for cv in [0.001, 0.1, 1, 3] {
            // Of a Weibull distribution, from its shape: 1 + cv² = Γ(1 + 2/k)/Γ(1 + 1/k)².
            let weibull = try Distribution.weibull(mean: 1e6, cv: cv)
            let ratio = exp(lgamma(1 + 2 / weibull.first) - 2 * lgamma(1 + 1 / weibull.first))
            #expect(abs((ratio - 1).squareRoot() - cv) < 1e-6 * max(1, cv))
            let gamma = sample(try .gamma(mean: 1e6, cv: cv), 13)
            let mean = gamma.reduce(0, +) / Double(gamma.count)
            let variance = gamma.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gamma.count)
            #expect(abs(variance.squareRoot() / mean / cv - 1) < 0.1)
        }
    }

    @Test func theTailOfTheExponentialIsDrawn() {
        // Beyond the ziggurat's lowest layer, at 7.697, lies e^-7.697 of the mass: 136 of 300 000.
        var stream = RandomStream(seed: 2, entity: "test", purpose: "tail")
        var beyond: [Double] = []
        for _ in 0..<300_000 {
            let value = stream.exponential()
            if value > 7.69711747013105 { beyond.append(value - 7.69711747013105) }
        }
        #expect(abs(beyond.count - 136) < 39)
        #expect(abs(beyond.reduce(0, +) / Double(beyond.count) - 1) < 0.3)
    }

    @Test func anEmpiricalDistributionDrawsItsValuesAlone() throws {
        let values = sample(try .empirical([1, 5, 5, 9]))
        #expect(Set(values) == [1, 5, 9])
        #expect(abs(values.filter { $0 == 5 }.count - Self.draws / 2) < 250)
    }

    @Test func impossibleParametersAreRefusedWithTheirName() throws {
        #expect(throws: DistributionError.negative(parameter: "value", value: -1)) { try Distribution.constant(-1) }
        #expect(throws: DistributionError.notPositive(parameter: "mean", value: 0)) {
            try Distribution.exponential(mean: 0)
        }
        #expect(throws: DistributionError.notPositive(parameter: "mean", value: .infinity)) {
            try Distribution.exponential(mean: .infinity)
        }
        #expect(throws: DistributionError.emptyInterval(min: 2, max: 1)) { try Distribution.uniform(min: 2, max: 1) }
        #expect(throws: DistributionError.variationOutOfRange(value: 0)) { try Distribution.gamma(mean: 1, cv: 0) }
        #expect(throws: DistributionError.notPositive(parameter: "shape", value: -2)) {
            try Distribution.pareto(minimum: 1, shape: -2)
        }
        #expect(throws: DistributionError.probabilitiesDoNotAddUp(sum: 0.5)) {
            try Distribution.hyperexponential(branches: [(0.5, 1)])
        }
        #expect(throws: DistributionError.noValues) { try Distribution.empirical([]) }
        #expect(throws: DistributionError.negative(parameter: "value", value: -3)) {
            try Distribution.empirical([1, -3])
        }
        #expect(try Distribution.pareto(minimum: 1, shape: 1).mean == .infinity)
    }

    @Test func aDrawBeyondTheRangeIsCutOff() throws {
        let distribution = try Distribution.pareto(minimum: 1e300, shape: 0.01)
        var stream = RandomStream(seed: 1, entity: "test", purpose: "overflow")
        for _ in 0..<100 { #expect(distribution.draw(&stream) == Nanoseconds.longest) }
    }
}

@Suite struct ElementaryFunctionsTests {
    func unitsInTheLastPlace(_ value: Double, _ reference: Double) -> Double { abs(value - reference) / reference.ulp }

    @Test func logarithmAndExponentialAreWithinTwoUnitsInTheLastPlace() {
        var stream = RandomStream(seed: 4, entity: "test", purpose: "arguments")
        var worst = (logarithm: 0.0, exponential: 0.0)
        for _ in 0..<50_000 {
            let x = exp((stream.uniform() - 0.5) * 1400)
            worst.logarithm = max(worst.logarithm, unitsInTheLastPlace(ElementaryFunctions.logarithm(x), log(x)))
            let near = 0.5 + stream.uniform() * 1.5
            worst.logarithm = max(worst.logarithm, unitsInTheLastPlace(ElementaryFunctions.logarithm(near), log(near)))
            for y in [(stream.uniform() - 0.5) * 1400, stream.uniform() - 0.5] {
                worst.exponential = max(
                    worst.exponential, unitsInTheLastPlace(ElementaryFunctions.exponential(y), exp(y)))
            }
        }
        #expect(worst.logarithm <= 2)
        #expect(worst.exponential <= 2)
    }

    @Test func theEndsOfTheRangeAreTheirLimits() {
        #expect(ElementaryFunctions.logarithm(0) == -.infinity)
        #expect(ElementaryFunctions.logarithm(-1).isNaN)
        #expect(ElementaryFunctions.logarithm(.infinity) == .infinity)
        #expect(ElementaryFunctions.logarithm(1) == 0)
        #expect(ElementaryFunctions.logarithm(.leastNonzeroMagnitude) == log(.leastNonzeroMagnitude))
        #expect(ElementaryFunctions.exponential(0) == 1)
        #expect(ElementaryFunctions.exponential(-.infinity) == 0)
        #expect(ElementaryFunctions.exponential(.infinity) == .infinity)
        #expect(ElementaryFunctions.exponential(-740) > 0)
        #expect(ElementaryFunctions.exponential(.nan).isNaN)
    }

    @Test func theLogarithmOfGammaAgreesWithTheSystems() {
        for x in [0.01, 0.5, 1, 1.5, 2, 3.7, 10, 25, 170, 1e4] {
            #expect(
                abs(ElementaryFunctions.logarithmOfGamma(x) - lgamma(x)) <= 4e-15 * max(1, abs(lgamma(x))), "at \(x)")
        }
    }

    @Test func studentsQuantilesAreThoseOfTheTables() {
        // Abramowitz & Stegun, table 26.10.
        for (freedom, probability, value) in [
            (1, 0.975, 12.706), (5, 0.975, 2.571), (10, 0.995, 3.169), (19, 0.9995, 3.883), (30, 0.95, 1.697),
        ] {
            #expect(abs(StudentT.quantile(probability, degreesOfFreedom: freedom) - value) < 6e-4)
        }
    }

    @Test func anIntervalCoversTheMeanAsOftenAsItSays() {
        var stream = RandomStream(seed: 8, entity: "test", purpose: "coverage")
        var covered = 0
        for _ in 0..<2000 {
            let estimates = (0..<5).map { _ in stream.normal() }
            if ConfidenceInterval(estimates, confidence: 0.9).contains(0) { covered += 1 }
        }
        #expect(abs(covered - 1800) < 47)  // 3.5 standard deviations
    }
}
