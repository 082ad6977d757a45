import Testing

@testable import Simulation

@Suite struct RandomStreamTests {
    @Test func aStreamsFirstNumbersAreTheSameOnEveryPlatform() {
        var stream = RandomStream(seed: 7, entity: "store/cart-v1", purpose: "service time")
        let words = (0..<4).map { _ in stream.next() }
        #expect(
            words == [
                5_985_719_607_252_974_137, 11_337_082_063_151_511_089, 219_803_977_895_225_317,
                16_333_092_020_068_872_169,
            ])
    }

    @Test func drawsAreTheSameOnEveryPlatform() throws {
        let distributions = try allFamilies()
        let sums = distributions.map { distribution in
            var stream = RandomStream(seed: 1, entity: "golden", purpose: distribution.family.rawValue)
            return (0..<1000).reduce(into: UInt64(0)) { hash, _ in
                hash = hash &* 31 &+ UInt64(distribution.draw(&stream))
            }
        }
        #expect(
            sums == [
                6_955_914_168_204_566_528,
                12_826_880_957_240_419_572,
                17_855_517_053_101_339_246,
                11_373_308_558_273_497_908,
                7_100_392_545_868_233_116,
                2_238_590_897_940_582_830,
                15_863_885_589_562_264_378,
                16_979_399_506_534_357_372,
                2_329_038_414_718_068_181,
                10_384_000_734_972_302_144,
            ])
    }

    @Test func streamsAreToldApartBySeedEntityAndPurpose() {
        var first: Set<UInt64> = []
        var names = 0
        for seed in UInt64(0)..<10 {
            for (entity, purpose) in [("a", "bc"), ("ab", "c"), ("abc", ""), ("", "abc"), ("a", "b")] {
                var stream = RandomStream(seed: seed, entity: entity, purpose: purpose)
                first.insert(stream.next())
                names += 1
            }
        }
        #expect(first.count == names)
    }

    @Test func replicationsHaveSeedsOfTheirOwnAndTheFirstIsTheRunItself() {
        let seeds = (0..<100).map { RandomStream.replicationSeed(9, replication: $0) }
        #expect(seeds[0] == 9)
        #expect(Set(seeds).count == 100)
    }

    @Test(arguments: [2, 3, 7, 10, 1000] as [UInt64]) func integersAreUniform(bound: UInt64) {
        var stream = RandomStream(seed: bound, entity: "test", purpose: "integers")
        let draws = 20_000
        var counts = [Int](repeating: 0, count: Int(bound))
        for _ in 0..<draws { counts[Int(stream.integer(below: bound))] += 1 }
        let expected = Double(draws) / Double(bound)
        let chiSquare = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        // The 99.9 % point by Wilson and Hilferty's approximation.
        let freedom = Double(bound - 1)
        let cube = 1 - 2 / (9 * freedom) + 3.09 * (2 / (9 * freedom)).squareRoot()
        #expect(chiSquare < freedom * cube * cube * cube * 1.05)
    }

    @Test func boundsThatAreNoPowersOfTwoAreUnbiased() {
        // Of the numbers below 3·2⁶², a third lies in each third; a remainder of 64 bits would give the first one half.
        var stream = RandomStream(seed: 5, entity: "test", purpose: "bias")
        let bound: UInt64 = 3 << 62
        var low = 0
        for _ in 0..<10_000 where stream.integer(below: bound) < 1 << 62 { low += 1 }
        #expect(abs(low - 3333) < 200)
    }

    @Test func weightsDecideHowOftenAnAlternativeComesUp() throws {
        let choice = try #require(WeightedChoice(weights: [0, 90, 0, 10, 0]))
        #expect(choice.total == 100)
        var stream = RandomStream(seed: 3, entity: "rule", purpose: "split")
        var counts = [0, 0, 0, 0, 0]
        for _ in 0..<20_000 { counts[choice.draw(&stream)] += 1 }
        #expect(counts[0] == 0 && counts[2] == 0 && counts[4] == 0)
        #expect(abs(counts[3] - 2000) < 140)  // 3.3 standard deviations
        #expect(WeightedChoice(weights: []) == nil)
        #expect(WeightedChoice(weights: [0, 0]) == nil)
        #expect(WeightedChoice(weights: [.max, 1]) == nil)
    }

    @Test func theOnlyAlternativeTakesNoDraw() throws {
        let choice = try #require(WeightedChoice(weights: [5]))
        var stream = RandomStream(seed: 3, entity: "rule", purpose: "split")
        var untouched = stream
        #expect(choice.draw(&stream) == 0)
        #expect(stream.next() == untouched.next())
    }
}

/// One distribution of every family, with a mean of a millisecond where the family allows it.
func allFamilies() throws -> [Distribution] {
    [
        try .constant(1_000_000), try .exponential(mean: 1e6), try .uniform(min: 5e5, max: 1.5e6),
        try .lognormal(mean: 1e6, cv: 1.5), try .gamma(mean: 1e6, cv: 0.5), try .gamma(mean: 1e6, cv: 2),
        try .weibull(mean: 1e6, cv: 2), try .pareto(minimum: 5e5, shape: 2.5),
        try .hyperexponential(branches: [(0.9, 5e5), (0.1, 5.5e6)]), try .empirical([500_000, 1_000_000, 1_500_000]),
    ]
}
