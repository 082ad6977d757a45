/// The elementary functions that random draws need, from additions, multiplications, divisions and square roots alone.
///
/// IEEE 754 fixes the result of these operations to the last bit, and Swift never fuses them, so the same draws come out
/// on every platform; a system's mathematical library may differ in the last bit from one to the next.
///
/// Both series are truncated where the rest is below half a unit in the last place; measured against correctly rounded
/// results the error is below 2 units in the last place (the tests hold it to that).
public enum ElementaryFunctions {
    // ln 2 in two parts: the first has 21 trailing zero bits, so that a product with an exponent is exact.
    private static let naturalLogarithmOf2High = 0x1.62e42feep-1
    private static let naturalLogarithmOf2Low = 0x1.a39ef35793c76p-33

    /// The natural logarithm of a positive, finite number; −∞ at zero, not-a-number below.
    ///
    /// `x = 2ᵏ m` with `m` in [√½, √2); with `s = (m − 1)/(m + 1)`, `ln m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …)`. As
    /// `s² ≤ 0.02944`, the terms after `s²¹/21` add less than 10⁻¹⁸ of the sum.
    public static func logarithm(_ x: Double) -> Double {
        guard x > 0 else { return x == 0 ? -.infinity : .nan }
        guard x.isFinite else { return x }
        var exponent = Double(x.exponent)
        var mantissa = x.significand
        if mantissa > 0x1.6a09e667f3bcdp0 {
            mantissa *= 0.5
            exponent += 1
        }
        let fraction = mantissa - 1
        let s = fraction / (2 + fraction)
        let z = s * s
        var series = 1.0 / 21
        series = series * z + 1.0 / 19
        series = series * z + 1.0 / 17
        series = series * z + 1.0 / 15
        series = series * z + 1.0 / 13
        series = series * z + 1.0 / 11
        series = series * z + 1.0 / 9
        series = series * z + 1.0 / 7
        series = series * z + 1.0 / 5
        series = series * z + 1.0 / 3
        // 2 s = fraction − s fraction: the leading part stays exact, only the correction is rounded.
        let correction = s * (2 * z * series - fraction)
        return exponent * naturalLogarithmOf2High + (fraction + (correction + exponent * naturalLogarithmOf2Low))
    }

    /// The exponential function; 0 below −745, +∞ above 709.8.
    ///
    /// `x = k ln 2 + r` with `|r| ≤ ½ ln 2`, and `eʳ` by its Taylor series to `r¹³/13!`: the rest is below 5·10⁻¹⁸.
    public static func exponential(_ x: Double) -> Double {
        guard x < 709.8 else { return x.isNaN ? x : .infinity }
        guard x > -745.2 else { return 0 }
        let k = roundedToInteger(x * 0x1.71547652b82fep0)
        let r = (x - k * naturalLogarithmOf2High) - k * naturalLogarithmOf2Low
        var series = 1.0 / 6_227_020_800
        series = series * r + 1.0 / 479_001_600
        series = series * r + 1.0 / 39_916_800
        series = series * r + 1.0 / 3_628_800
        series = series * r + 1.0 / 362_880
        series = series * r + 1.0 / 40_320
        series = series * r + 1.0 / 5_040
        series = series * r + 1.0 / 720
        series = series * r + 1.0 / 120
        series = series * r + 1.0 / 24
        series = series * r + 1.0 / 6
        series = series * r + 0.5
        let result = 1 + (r + r * r * series)
        let half = Int(k) / 2  // in two steps, so that a result below the normal numbers is rounded once
        return result * powerOfTwo(half) * powerOfTwo(Int(k) - half)
    }

    /// A positive number to any power, by the two functions above: relative error below 10⁻¹³ for results that are
    /// themselves between 10⁻¹⁰⁰ and 10¹⁰⁰.
    public static func power(_ base: Double, _ exponent: Double) -> Double {
        exponential(exponent * logarithm(base))
    }

    /// The natural logarithm of the gamma function of a positive number.
    ///
    /// Stirling's series (Abramowitz & Stegun 6.1.41) above 10, where the first term left out is below 3·10⁻¹⁶; smaller
    /// arguments are lifted by Γ(x) = Γ(x + 1)/x.
    public static func logarithmOfGamma(_ x: Double) -> Double {
        var product = 1.0
        var argument = x
        while argument < 10 {
            product *= argument
            argument += 1
        }
        let inverse = 1 / argument
        let square = inverse * inverse
        var series = -691.0 / 360_360
        series = series * square + 1.0 / 1188
        series = series * square - 1.0 / 1680
        series = series * square + 1.0 / 1260
        series = series * square - 1.0 / 360
        series = series * square + 1.0 / 12
        let halfLogarithmOf2Pi = 0.918938533204672741780329736406
        return (argument - 0.5) * logarithm(argument) - argument + halfLogarithmOf2Pi + series * inverse
            - logarithm(product)
    }

    private static func roundedToInteger(_ x: Double) -> Double {
        let shift = 0x1.8p52
        return (x + shift) - shift
    }

    private static func powerOfTwo(_ exponent: Int) -> Double {
        Double(bitPattern: UInt64(exponent + 1023) << 52)
    }
}
