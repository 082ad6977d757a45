/// A Student t confidence interval for a mean, from independent estimates (one for each replication of a run).
public struct ConfidenceInterval: Hashable, Sendable {
    /// The mean of the estimates.
    public let mean: Double
    /// Half the width of the interval.
    public let halfWidth: Double

    /// The interval of a confidence level (such as 0.999) from at least two estimates.
    public init(_ estimates: [Double], confidence: Double) {
        precondition(estimates.count >= 2 && confidence > 0 && confidence < 1, "an interval needs two estimates")
        let count = Double(estimates.count)
        let mean = estimates.reduce(0, +) / count
        let squares = estimates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let error = (squares / (count - 1) / count).squareRoot()
        self.mean = mean
        halfWidth = error * StudentT.quantile(0.5 + confidence / 2, degreesOfFreedom: estimates.count - 1)
    }

    /// Whether a value lies in the interval.
    public func contains(_ value: Double) -> Bool { abs(value - mean) <= halfWidth }
}

/// Student's t distribution.
public enum StudentT {
    /// The value that a variable of the distribution stays below with a probability between ½ and 1.
    public static func quantile(_ probability: Double, degreesOfFreedom: Int) -> Double {
        precondition(probability >= 0.5 && probability < 1 && degreesOfFreedom > 0, "outside the distribution")
        var low = 0.0
        var high = 1.0
        while cumulative(high, degreesOfFreedom: degreesOfFreedom) < probability { high *= 2 }
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if cumulative(middle, degreesOfFreedom: degreesOfFreedom) < probability {
                low = middle
            } else {
                high = middle
            }
        }
        return (low + high) / 2
    }

    /// The probability of a value below `t`, which is not negative: 1 − ½ I(ν/(ν + t²); ν/2, ½).
    public static func cumulative(_ t: Double, degreesOfFreedom: Int) -> Double {
        let freedom = Double(degreesOfFreedom)
        return 1 - 0.5 * regularizedBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
    }

    /// The regularised incomplete beta function by its continued fraction (Abramowitz & Stegun 26.5.8, evaluated by
    /// Lentz's method), which converges fast where x < (a + 1)/(a + b + 2); beyond, by symmetry.
    static func regularizedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        return x < (a + 1) / (a + b + 2) ? continuedFraction(x, a, b) : 1 - continuedFraction(1 - x, b, a)
    }

    private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        var c = 1.0
        var d = 1 - (a + b) * x / (a + 1)
        d = 1 / (abs(d) < tiny ? tiny : d)
        var fraction = d
        for step in 1...500 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            var change = 1.0
            for coefficient in [even, odd] {
                d = 1 + coefficient * d
                d = 1 / (abs(d) < tiny ? tiny : d)
                c = 1 + coefficient / c
                c = abs(c) < tiny ? tiny : c
                change = d * c
                fraction *= change
            }
            if abs(change - 1) < 1e-15 { break }
        }
        let logarithm =
            ElementaryFunctions.logarithmOfGamma(a + b) - ElementaryFunctions.logarithmOfGamma(a)
            - ElementaryFunctions.logarithmOfGamma(b) + a * ElementaryFunctions.logarithm(x)
            + b * ElementaryFunctions.logarithm(1 - x)
        return ElementaryFunctions.exponential(logarithm) * fraction / a
    }
}
